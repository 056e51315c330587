/**
 * Power cuts at every instant, and again during the recovery: at every pair of instants of a sale, and at every
 * {@link PAIRS}th pair of everything else. Some 20,000 histories, 47,000 lives of the terminal.
 */
import { expect, test } from 'vitest';
import { CHIP_NAMES, CHIP_SALE_NAMES, OTHER_NAMES, SALE_NAMES, script } from './power-cut-scripts.ts';
import { explore } from './power-cuts.ts';

const PAIRS = 127;
/** With a card a history takes ten times as long: each of its commands is an exchange on the reader's line. */
const CHIP_SALE_PAIRS = 17;
const CHIP_PAIRS = 509;

test.each(SALE_NAMES)('host, journal and paper agree after every pair of cuts: %s', async (name) => {
  const { failures, histories } = await explore(script(name), { cuts: 1, pairs: 1 });
  expect(failures).toEqual([]);
  expect(histories).toBeGreaterThan(1000);
});

test.each(OTHER_NAMES)('host, journal and paper agree after every cut and many pairs: %s', async (name) => {
  const { failures, histories } = await explore(script(name), { cuts: 1, pairs: PAIRS });
  expect(failures).toEqual([]);
  expect(histories).toBeGreaterThan(40);
});

test.each(CHIP_SALE_NAMES)('they agree after every cut and many pairs of cuts: %s', async (name) => {
  const { failures, histories } = await explore(script(name), { cuts: 1, pairs: CHIP_SALE_PAIRS });
  expect(failures).toEqual([]);
  expect(histories).toBeGreaterThan(300);
});

test.each(CHIP_NAMES)('they agree after every cut: %s', async (name) => {
  const { failures, histories } = await explore(script(name), { cuts: 1, pairs: CHIP_PAIRS });
  expect(failures).toEqual([]);
  expect(histories).toBeGreaterThan(40);
});
