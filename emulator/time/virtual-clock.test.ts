/** Virtual time: order, limits, and power. */
import { expect, test } from 'vitest';
import * as fc from 'fast-check';
import { Bug } from '../../src/domain/result.ts';
import { Livelock, VirtualClock } from './virtual-clock.ts';

const START_MS = 1_700_000_000_000;

test('nothing runs from inside after, not even with no delay', () => {
  const clock = new VirtualClock();
  let ran = false;
  clock.after(0, () => (ran = true));
  expect(ran).toBe(false);
  clock.runUntilIdle();
  expect(ran).toBe(true);
});

test('timers run in the order of their time, those of one instant in the order of arming', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 30 }), (delays) => {
      const clock = new VirtualClock(START_MS);
      const ran: (readonly [number, number])[] = [];
      delays.forEach((ms, index) => clock.after(ms, () => ran.push([clock.now() - START_MS, index])));
      clock.runUntilIdle();
      const inOrder = delays.map((ms, index) => [ms, index] as const).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      expect(ran).toEqual(inOrder);
    }),
  );
});

test('a timer that was cancelled does not run, and its cancel stays harmless', () => {
  const clock = new VirtualClock();
  const ran: string[] = [];
  const cancel = clock.after(1, () => ran.push('cancelled'));
  clock.after(1, () => ran.push('kept'));
  cancel();
  cancel();
  expect(clock.pending).toBe(1);
  clock.runUntilIdle();
  cancel();
  expect(ran).toEqual(['kept']);
});

test('runNext says whether there was a timer', () => {
  const clock = new VirtualClock();
  clock.after(7, () => {});
  expect([clock.runNext(), clock.now(), clock.runNext(), clock.now()]).toEqual([true, 7, false, 7]);
});

test.each([
  { ms: 2.1, runsAt: START_MS + 3 },
  { ms: -5, runsAt: START_MS },
])('a delay of $ms ms runs on a whole millisecond, never in the past', ({ ms, runsAt }) => {
  const clock = new VirtualClock(START_MS);
  let at = 0;
  clock.after(ms, () => (at = clock.now()));
  clock.runUntilIdle();
  expect(at).toBe(runsAt);
});

test.each([Number.NaN, Infinity])('a delay of %s is a bug', (ms) => {
  expect(() => new VirtualClock().after(ms, () => {})).toThrow(Bug);
});

test('advance runs what falls into it, the last instant included, and ends exactly there', () => {
  const clock = new VirtualClock();
  const ran: number[] = [];
  for (const ms of [5, 10, 11]) clock.after(ms, () => ran.push(ms));
  clock.advance(10);
  expect(ran).toEqual([5, 10]);
  expect(clock.now()).toBe(10);
});

test('advance runs timers that are armed on the way', () => {
  const clock = new VirtualClock();
  let beats = 0;
  const beat = (): void => {
    beats += 1;
    clock.after(10, beat);
  };
  clock.after(10, beat);
  clock.advance(95);
  expect(beats).toBe(9);
});

test('runUntil stops as soon as the predicate holds', () => {
  const clock = new VirtualClock();
  let count = 0;
  for (const ms of [1, 2, 3]) clock.after(ms, () => (count += 1));
  expect(clock.runUntil(() => count === 2, 100)).toBe(true);
  expect(clock.now()).toBe(2);
});

test('runUntil lets all of its time pass when the predicate never holds', () => {
  const clock = new VirtualClock();
  clock.after(3, () => {});
  expect(clock.runUntil(() => false, 100)).toBe(false);
  expect(clock.now()).toBe(100);
});

test('a timer that arms itself with no delay is a livelock that says so', () => {
  const clock = new VirtualClock();
  const again = (): void => void clock.after(0, again);
  again();
  expect(() => clock.advance(1)).toThrow(/100000 timers ran at 0 ms without time moving on/);
});

test('many timers are no livelock as long as time moves on', () => {
  const clock = new VirtualClock();
  let beats = 0;
  const beat = (): void => {
    beats += 1;
    clock.after(1, beat);
  };
  beat();
  clock.advance(150_000);
  expect(beats).toBe(150_001);
});

test('a world that polls for ever never becomes idle, and runUntilIdle says so', () => {
  const clock = new VirtualClock();
  const poll = (): void => void clock.after(1000, poll);
  poll();
  expect(() => clock.runUntilIdle(500)).toThrow(Livelock);
});

test('runUntilIdle with exactly enough steps is content', () => {
  const clock = new VirtualClock();
  for (const ms of [1, 2, 3]) clock.after(ms, () => {});
  clock.runUntilIdle(3);
  expect(clock.pending).toBe(0);
});

test('stopping a scope cancels its timers and no others', () => {
  const clock = new VirtualClock();
  const ran: string[] = [];
  const device = clock.scope();
  device.after(5, () => ran.push('device'));
  clock.after(5, () => ran.push('world'));
  device.stop();
  expect(clock.pending).toBe(1);
  clock.runUntilIdle();
  expect(ran).toEqual(['world']);
});

test('a stopped scope takes no new timers', () => {
  const clock = new VirtualClock();
  const device = clock.scope();
  device.stop();
  device.after(1, () => {});
  expect(clock.pending).toBe(0);
});

test('a running scope keeps the time of its clock, and single timers can be cancelled', () => {
  const clock = new VirtualClock(START_MS);
  const device = clock.scope();
  const ran: number[] = [];
  const cancel = device.after(1, () => ran.push(1));
  device.after(2, () => ran.push(device.now() - START_MS));
  cancel();
  clock.runUntilIdle();
  expect(ran).toEqual([2]);
});
