/**
 * Power cuts at every instant, and again during the recovery: at every pair of instants of a sale, and at every
 * {@link PAIRS}th pair of everything else. Some 10,000 histories, 27,000 lives of the terminal.
 */
import { expect, test } from 'vitest';
import { OTHER_NAMES, SALE_NAMES, script } from './power-cut-scripts.ts';
import { explore } from './power-cuts.ts';

const PAIRS = 127;

test.each(SALE_NAMES)('host, journal and paper agree after every pair of cuts: %s', (name) => {
  const { failures, histories } = explore(script(name), { cuts: 1, pairs: 1 });
  expect(failures).toEqual([]);
  expect(histories).toBeGreaterThan(1000);
});

test.each(OTHER_NAMES)('host, journal and paper agree after every cut and many pairs: %s', (name) => {
  const { failures, histories } = explore(script(name), { cuts: 1, pairs: PAIRS });
  expect(failures).toEqual([]);
  expect(histories).toBeGreaterThan(40);
});
