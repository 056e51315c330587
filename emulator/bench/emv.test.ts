/** The bench of the kernel does measure what it says: it throws when a transaction is not approved with DDA. */
import { expect, test } from 'vitest';
import { benchEmv } from './emv.ts';

test('every transaction that the bench counts is approved, its card authenticated', () => {
  expect(benchEmv(5)).toHaveLength(5);
});
