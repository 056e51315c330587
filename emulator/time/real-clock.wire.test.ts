/** The real clock: few tests, on the real clock. */
import { expect, test } from 'vitest';
import { Bug } from '../../src/domain/result.ts';
import { realClock } from './real-clock.ts';

test.each([0, -5, 1])('an action after %i ms runs, and not from inside the call', async (ms) => {
  let inside = true;
  const ranInside = new Promise<boolean>((resolve) => {
    realClock.after(ms, () => resolve(inside));
  });
  inside = false;
  expect(await ranInside).toBe(false);
});

test('an action that is cancelled does not run', async () => {
  const ran: string[] = [];
  realClock.after(0, () => ran.push('cancelled'))();
  await new Promise<void>((resolve) => {
    realClock.after(2, resolve);
  });
  expect(ran).toEqual([]);
});

test.each([2 ** 31, Infinity, Number.NaN])('%s ms, which Node would turn into one, is a bug', (ms) => {
  expect(() => realClock.after(ms, () => {})).toThrow(Bug);
});
