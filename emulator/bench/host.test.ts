/** The bench of the acquirer does measure approved sales: it throws when one of them is not. */
import { expect, test } from 'vitest';
import { benchHost } from './host.ts';

test('every sale that the bench counts is approved, by many terminals', () => {
  const { salesPerSecond, slowestRoundPerSecond, ...rest } = benchHost(2, 40);
  expect(rest).toEqual({ rounds: 2, terminals: 20 });
  expect(salesPerSecond).toBeGreaterThanOrEqual(slowestRoundPerSecond);
});
