/** Power cuts at every pair of instants: some 5,500 histories, 16,000 lives of the terminal. */
import { expect, test } from 'vitest';
import { script, SCRIPT_NAMES } from './power-cut-scripts.ts';
import { explore } from './power-cuts.ts';

test.each(SCRIPT_NAMES)('host, journal and paper agree after every pair of cuts: %s', (name) => {
  const { failures, histories } = explore(script(name), 1);
  expect(failures).toEqual([]);
  expect(histories).toBeGreaterThan(1000);
});
