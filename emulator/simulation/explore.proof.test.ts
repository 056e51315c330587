/** Thousands of random histories: faults of host and printer, and power cuts at any timer, chunk and write. */
import { expect, test } from 'vitest';
import { failuresOf } from './explore.testing.ts';

test.each([
  ['epson-58', 800],
  ['generic-58', 1000],
] as const)('on %s everything settles and the books agree, in %i histories', async (printer, histories) => {
  expect(await failuresOf(printer, histories)).toEqual([]);
});

test.each([
  ['epson-58', 400],
  ['generic-58', 400],
] as const)('on %s they agree with cards in the reader, in %i histories', async (printer, histories) => {
  expect(await failuresOf(printer, histories, { chips: true })).toEqual([]);
});
