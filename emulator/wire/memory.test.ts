/**
 * The memory wire and the pacer under it, in virtual time.
 *
 * Mutations that these tests notice: delivering inside write; ten bits as eight; `done` at the first byte of a write;
 * the other end hearing of a close before the bytes; a listener called after its close; an unbounded backlog.
 */
import { expect, test } from 'vitest';
import * as fc from 'fast-check';
import type { Line } from '../../src/domain/line.ts';
import { Bug } from '../../src/domain/result.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { memoryWire } from './memory.ts';
import type { Pace } from './pacer.ts';

interface Heard {
  readonly chunks: number[][];
  readonly times: number[];
  readonly closed: string[];
}

function hear(line: Line, clock: VirtualClock): Heard {
  const heard: Heard = { chunks: [], times: [], closed: [] };
  line.listen({
    bytes(chunk) {
      heard.chunks.push([...chunk]);
      heard.times.push(clock.now());
    },
    closed: (reason) => heard.closed.push(reason),
  });
  return heard;
}

function setUp(pace: Pace = {}) {
  const clock = new VirtualClock();
  const { near, far } = memoryWire(clock, pace);
  return { clock, near, far };
}

const chunksOfBytes = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 12 });
const paces = fc.constantFrom<Pace>(
  {},
  { latencyMs: 7 },
  { baudRate: 9600 },
  { baudRate: 115_200, latencyMs: 3 },
  { baudRate: 300 },
);

test('bytes arrive later, never from inside write', () => {
  const { clock, near, far } = setUp();
  const heard = hear(far, clock);
  near.write(Uint8Array.of(1, 2));
  expect(heard.chunks).toEqual([]);
  clock.runUntilIdle();
  expect(heard.chunks).toEqual([[1, 2]]);
});

test('all bytes arrive in order, whatever the chunks and the pace, and each done is called once, in order', () => {
  fc.assert(
    fc.property(chunksOfBytes, paces, fc.integer({ min: 0, max: 30 }), (chunks, pace, gapMs) => {
      const { clock, near, far } = setUp(pace);
      const heard = hear(far, clock);
      const done: number[] = [];
      for (const [index, chunk] of chunks.entries()) {
        near.write(chunk, () => done.push(index));
        clock.advance(gapMs);
      }
      clock.runUntilIdle();
      expect(heard.chunks.flat()).toEqual(chunks.flatMap((chunk) => [...chunk]));
      expect(done).toEqual(chunks.map((_, index) => index));
    }),
  );
});

test('both directions are independent', () => {
  const { clock, near, far } = setUp({ baudRate: 9600 });
  const [atNear, atFar] = [hear(near, clock), hear(far, clock)];
  near.write(Uint8Array.of(1));
  far.write(Uint8Array.of(2));
  clock.runUntilIdle();
  expect([atNear.chunks, atFar.chunks]).toEqual([[[2]], [[1]]]);
  expect(clock.now()).toBe(2);
});

test('without a baud rate a write stays one chunk', () => {
  const { clock, near, far } = setUp({ latencyMs: 20 });
  const heard = hear(far, clock);
  near.write(Uint8Array.of(1, 2));
  near.write(Uint8Array.of(3));
  clock.runUntilIdle();
  expect(heard).toMatchObject({ chunks: [[1, 2], [3]], times: [20, 20] });
});

test.each([
  { baudRate: 9600, bytes: 960, ms: 1000 },
  { baudRate: 115_200, bytes: 11_520, ms: 1000 },
  { baudRate: 1200, bytes: 12, ms: 100 },
])('$bytes bytes take $ms ms at $baudRate baud', ({ baudRate, bytes, ms }) => {
  const { clock, near, far } = setUp({ baudRate });
  const heard = hear(far, clock);
  let doneAt = 0;
  near.write(new Uint8Array(bytes), () => (doneAt = clock.now()));
  clock.runUntilIdle();
  expect(heard.chunks.flat()).toHaveLength(bytes);
  expect([doneAt, clock.now()]).toEqual([ms, ms]);
});

test('a slow line delivers as it goes, not all at the end', () => {
  const { clock, near, far } = setUp({ baudRate: 9600 });
  const heard = hear(far, clock);
  near.write(new Uint8Array(96));
  clock.advance(50);
  const half = heard.chunks.flat().length;
  expect(half).toBeGreaterThanOrEqual(44);
  expect(half).toBeLessThanOrEqual(48);
});

test('done is called when the last byte has left, which is before it arrives', () => {
  const { clock, near, far } = setUp({ baudRate: 1000, latencyMs: 50 });
  const heard = hear(far, clock);
  let doneAt = 0;
  near.write(new Uint8Array(3), () => (doneAt = clock.now()));
  clock.runUntilIdle();
  expect(doneAt).toBe(30);
  expect(heard.times.at(-1)).toBe(80);
});

test('a pause between two writes is not made up for', () => {
  const { clock, near, far } = setUp({ baudRate: 1000 });
  const heard = hear(far, clock);
  near.write(Uint8Array.of(1));
  clock.advance(1000);
  near.write(Uint8Array.of(2));
  clock.runUntilIdle();
  expect(heard.times).toEqual([10, 1010]);
});

test('the writer may reuse its buffer', () => {
  const { clock, near, far } = setUp();
  const heard = hear(far, clock);
  const buffer = Uint8Array.of(1);
  near.write(buffer);
  buffer[0] = 9;
  clock.runUntilIdle();
  expect(heard.chunks).toEqual([[1]]);
});

test('what came before anybody listened is kept, in order, and handed over later', () => {
  const { clock, near, far } = setUp();
  near.write(Uint8Array.of(1));
  near.write(Uint8Array.of(2));
  clock.runUntilIdle();
  // On its way when the listener comes, and must not overtake what was kept.
  near.write(Uint8Array.of(3));
  const heard = hear(far, clock);
  expect(heard.chunks).toEqual([]);
  clock.runUntilIdle();
  expect(heard.chunks).toEqual([[1], [2], [3]]);
});

test('what nobody listens to is kept up to 65536 bytes', () => {
  const { clock, near, far } = setUp();
  near.write(new Uint8Array(65_000).fill(1));
  near.write(new Uint8Array(1000).fill(2));
  near.write(new Uint8Array(1000).fill(3));
  clock.runUntilIdle();
  const heard = hear(far, clock);
  clock.runUntilIdle();
  const bytes = heard.chunks.flat();
  expect(bytes).toHaveLength(65_536);
  expect(bytes).not.toContain(3);
});

test('closing one end lets the bytes out, then the other end hears it once', () => {
  const { clock, near, far } = setUp({ baudRate: 1000, latencyMs: 5 });
  const order: string[] = [];
  far.listen({ bytes: () => order.push('bytes'), closed: (reason) => order.push(reason) });
  near.write(Uint8Array.of(1));
  near.write(Uint8Array.of(2));
  near.close();
  near.close();
  expect(order).toEqual([]);
  clock.runUntilIdle();
  expect(order).toEqual(['bytes', 'bytes', 'the other end closed the line']);
});

test('the end that closes hears nothing more: no bytes, no closed, no done', () => {
  const { clock, near, far } = setUp();
  const heard = hear(near, clock);
  far.write(Uint8Array.of(1));
  near.write(Uint8Array.of(1), () => heard.closed.push('done'));
  near.close();
  far.close();
  clock.runUntilIdle();
  expect(heard).toEqual({ chunks: [], times: [], closed: [] });
});

test('writing to a line that is closed, from either side, is a no-op', () => {
  const { clock, near, far } = setUp();
  const [atNear, atFar] = [hear(near, clock), hear(far, clock)];
  near.close();
  clock.runUntilIdle();
  const done: string[] = [];
  near.write(Uint8Array.of(1), () => done.push('near'));
  far.write(Uint8Array.of(1), () => done.push('far'));
  far.close();
  clock.runUntilIdle();
  expect([atNear.chunks, atFar.chunks, done, clock.pending]).toEqual([[], [], [], 0]);
});

test('a close that nobody listened to yet is told after the bytes before it', () => {
  const { clock, near, far } = setUp();
  near.write(Uint8Array.of(1));
  near.close();
  clock.runUntilIdle();
  const heard = hear(far, clock);
  expect(heard.closed).toEqual([]);
  clock.runUntilIdle();
  expect(heard).toMatchObject({ chunks: [[1]], closed: ['the other end closed the line'] });
});

test('a listener that closes while kept bytes are handed over gets no more of them', () => {
  const { clock, near, far } = setUp();
  near.write(Uint8Array.of(1));
  near.write(Uint8Array.of(2));
  clock.runUntilIdle();
  const chunks: number[][] = [];
  far.listen({
    bytes(chunk) {
      chunks.push([...chunk]);
      far.close();
    },
    closed() {},
  });
  clock.runUntilIdle();
  expect(chunks).toEqual([[1]]);
});

test('writing without end and without waiting is a bug', () => {
  const { near } = setUp({ baudRate: 9600 });
  const flood = (): void => {
    for (let count = 0; count < 100; count++) near.write(new Uint8Array(65_536));
  };
  expect(flood).toThrow(Bug);
});

test.each<Pace>([{ baudRate: 0 }, { baudRate: Number.NaN }, { latencyMs: -1 }])('a pace of %j is a bug', (pace) => {
  expect(() => setUp(pace)).toThrow(Bug);
});

test('a clock that is set back does not hold the line up', () => {
  const clock = new VirtualClock();
  let shiftMs = 3_600_000;
  const shifted = { now: () => clock.now() + shiftMs, after: clock.after.bind(clock) };
  const { near, far } = memoryWire(shifted, { baudRate: 9600 });
  const heard = hear(far, clock);
  near.write(new Uint8Array(96));
  clock.advance(50);
  shiftMs = 0;
  clock.advance(60);
  expect(heard.chunks.flat()).toHaveLength(96);
});
