/**
 * Faults on a line, in virtual time.
 *
 * Mutations that these tests notice: counting `at` from the start of the line; noise without its limit; releasing late
 * bytes past a delay; losing `done` when every byte is dropped; a forked stream shared between directions.
 */
import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import { Bug } from '../../src/domain/result.ts';
import { Random } from '../time/random.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { faultyLine, type Fault, type Tap } from './faults.ts';
import { memoryWire } from './memory.ts';

function setUp(faults: readonly Fault[] = [], options: { seed?: number; tap?: Tap } = {}) {
  const clock = new VirtualClock();
  const { near, far } = memoryWire(clock);
  const { seed = 1, tap } = options;
  const line = faultyLine(far, { clock, random: new Random(seed), faults, ...(tap === undefined ? {} : { tap }) });
  const atNear = listenTo(near, clock);
  const atFar = listenTo(line, clock);
  return { clock, near, line, atNear, atFar };
}

interface Heard {
  readonly chunks: number[][];
  readonly times: number[];
  readonly closed: string[];
}

function listenTo(line: Parameters<typeof faultyLine>[0], clock: VirtualClock): Heard {
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

const SIX = Uint8Array.of(10, 11, 12, 13, 14, 15);
const outgoing = 'outgoing' as const;

test.each<{ name: string; fault: Fault; comes: number[] }>([
  { name: 'drop the third byte', fault: { type: 'drop', direction: outgoing, at: 2 }, comes: [10, 11, 13, 14, 15] },
  { name: 'drop three from the next', fault: { type: 'drop', direction: outgoing, count: 3 }, comes: [13, 14, 15] },
  { name: 'flip a bit', fault: { type: 'flip', direction: outgoing, at: 1, bit: 7 }, comes: [10, 139, 12, 13, 14, 15] },
  {
    name: 'duplicate two',
    fault: { type: 'duplicate', direction: outgoing, at: 4, count: 2 },
    comes: [10, 11, 12, 13, 14, 14, 15, 15],
  },
  { name: 'mute from the second', fault: { type: 'mute', direction: outgoing, at: 1 }, comes: [10] },
  { name: 'unplug at the fifth', fault: { type: 'unplug', direction: outgoing, at: 4 }, comes: [10, 11, 12, 13] },
  { name: 'nothing, the other direction', fault: { type: 'mute', direction: 'incoming' }, comes: [...SIX] },
])('$name: $comes, in any chunking', ({ fault, comes }) => {
  fc.assert(
    fc.property(fc.subarray([1, 2, 3, 4, 5]), (cuts) => {
      const { clock, line, atNear } = setUp([fault]);
      const edges = [0, ...cuts, SIX.length];
      for (const [index, edge] of edges.entries()) line.write(SIX.subarray(edge, edges[index + 1] ?? edge));
      clock.runUntilIdle();
      expect(atNear.chunks.flat()).toEqual(comes);
    }),
  );
});

test('incoming bytes can be harmed as well', () => {
  const { clock, near, atFar } = setUp([{ type: 'drop', direction: 'incoming', at: 1 }]);
  near.write(SIX);
  clock.runUntilIdle();
  expect(atFar.chunks).toEqual([[10, 12, 13, 14, 15]]);
});

test('a fault that comes later counts its bytes from then on', () => {
  const { clock, line, atNear } = setUp();
  line.write(SIX);
  line.inflict({ type: 'drop', direction: outgoing, at: 1 });
  line.write(SIX);
  clock.runUntilIdle();
  expect(atNear.chunks).toEqual([[...SIX], [10, 12, 13, 14, 15]]);
});

test('healing ends what has not happened yet', () => {
  const { clock, line, atNear } = setUp([
    { type: 'mute', direction: outgoing },
    { type: 'drop', direction: outgoing, at: 8 },
  ]);
  line.write(SIX);
  line.heal();
  line.write(SIX);
  clock.runUntilIdle();
  expect(atNear.chunks).toEqual([[...SIX]]);
});

test('done is called although every byte was dropped', () => {
  const { clock, line } = setUp([{ type: 'mute', direction: outgoing }]);
  const done: string[] = [];
  line.write(SIX, () => done.push('done'));
  expect(done).toEqual([]);
  clock.runUntilIdle();
  expect(done).toEqual(['done']);
});

test('a mute line speaks again after its time', () => {
  const { clock, line, atNear } = setUp([{ type: 'mute', direction: outgoing, forMs: 100 }]);
  for (const ms of [0, 99, 1]) {
    clock.advance(ms);
    line.write(Uint8Array.of(ms));
  }
  clock.runUntilIdle();
  expect(atNear.chunks).toEqual([[1]]);
});

describe('delay', () => {
  test('holds the byte and all behind it, and gives them back as one chunk', () => {
    const { clock, line, atNear } = setUp([{ type: 'delay', direction: outgoing, at: 2, ms: 500 }]);
    const done: number[] = [];
    line.write(SIX, () => done.push(clock.now()));
    clock.advance(100);
    line.write(Uint8Array.of(99), () => done.push(clock.now()));
    clock.runUntilIdle();
    expect(atNear).toMatchObject({
      chunks: [
        [10, 11],
        [12, 13, 14, 15, 99],
      ],
      times: [0, 500],
    });
    expect(done).toEqual([500, 500]);
  });

  test('happens once', () => {
    const { clock, line, atNear } = setUp([{ type: 'delay', direction: outgoing, ms: 500 }]);
    line.write(SIX);
    clock.runUntilIdle();
    line.write(SIX);
    clock.runUntilIdle();
    expect(atNear.times).toEqual([500, 500]);
  });

  test('adds up with another delay', () => {
    const { clock, line, atNear } = setUp([
      { type: 'delay', direction: outgoing, at: 0, ms: 500 },
      { type: 'delay', direction: outgoing, at: 3, ms: 200 },
    ]);
    line.write(SIX);
    clock.runUntilIdle();
    expect(atNear.times).toEqual([700]);
  });

  test('does not lose what was written before a close', () => {
    const { clock, line, atNear } = setUp([{ type: 'delay', direction: outgoing, ms: 500 }]);
    line.write(SIX);
    line.close();
    clock.runUntilIdle();
    expect(atNear.chunks).toEqual([[...SIX]]);
    expect(atNear.closed).toHaveLength(1);
  });

  test('does not let a close overtake the bytes', () => {
    const { clock, near, atFar } = setUp([{ type: 'delay', direction: 'incoming', ms: 500 }]);
    near.write(SIX);
    near.close();
    clock.runUntilIdle();
    expect(atFar.chunks).toEqual([[...SIX]]);
    expect(atFar.closed).toHaveLength(1);
  });
});

describe('chunks', () => {
  test('rechunk splits in the given sizes, over and over', () => {
    const { clock, line, atNear } = setUp([{ type: 'rechunk', direction: outgoing, sizes: [1, 2] }]);
    const done: number[] = [];
    line.write(SIX, () => done.push(atNear.chunks.length));
    clock.runUntilIdle();
    expect(atNear.chunks).toEqual([[10], [11, 12], [13], [14, 15]]);
    expect(done).toEqual([4]);
  });

  test('gather collects from the first byte on, again and again', () => {
    const { clock, line, atNear } = setUp([{ type: 'gather', direction: outgoing, ms: 16 }]);
    for (let byte = 0; byte < 4; byte++) {
      line.write(Uint8Array.of(byte));
      clock.advance(10);
    }
    clock.runUntilIdle();
    expect(atNear).toMatchObject({
      chunks: [
        [0, 1],
        [2, 3],
      ],
      times: [16, 36],
    });
  });

  test('without harm any mixture of chunking and delay delivers the same bytes in the same order', () => {
    const gentle = fc.oneof(
      fc.record({
        type: fc.constant('rechunk' as const),
        direction: fc.constant(outgoing),
        sizes: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
      }),
      fc.record({ type: fc.constant('gather' as const), direction: fc.constant(outgoing), ms: fc.nat(20) }),
      fc.record({
        type: fc.constant('delay' as const),
        direction: fc.constant(outgoing),
        at: fc.nat(60),
        ms: fc.nat(50),
      }),
    );
    const writes = fc.array(fc.tuple(fc.uint8Array({ maxLength: 12 }), fc.nat(30)), { maxLength: 10 });
    fc.assert(
      fc.property(fc.array(gentle, { maxLength: 5 }), writes, (faults, writes) => {
        const { clock, line, atNear } = setUp(faults);
        const done: number[] = [];
        for (const [index, [chunk, gapMs]] of writes.entries()) {
          line.write(chunk, () => done.push(index));
          clock.advance(gapMs);
        }
        line.close();
        clock.runUntilIdle();
        expect(atNear.chunks.flat()).toEqual(writes.flatMap(([chunk]) => [...chunk]));
        expect(done).toEqual([...done].sort((a, b) => a - b));
        expect(atNear.closed).toHaveLength(1);
      }),
    );
  });
});

describe('unplug', () => {
  test.each(['outgoing', 'incoming'] as const)('of %s: both ends hear that the line is gone, later', (direction) => {
    const { clock, near, line, atNear, atFar } = setUp([{ type: 'unplug', direction, at: 1 }]);
    if (direction === 'outgoing') line.write(SIX);
    else near.write(SIX);
    expect(atFar.closed).toEqual([]);
    clock.runUntilIdle();
    expect(atFar.closed).toEqual(['unplugged']);
    expect(atNear.closed).toEqual(['the other end closed the line']);
  });

  test('cannot be healed', () => {
    const { clock, near, line, atNear, atFar } = setUp([{ type: 'unplug', direction: outgoing }]);
    line.write(SIX);
    line.heal();
    line.write(SIX);
    near.write(SIX);
    clock.runUntilIdle();
    expect([atNear.chunks, atFar.chunks]).toEqual([[], []]);
  });
});

const noise = (faultsMax: number): Fault => ({
  type: 'noise',
  direction: outgoing,
  flipRate: 0.05,
  dropRate: 0.05,
  garbageRate: 0.05,
  faultsMax,
});

const under = (fault: Fault, seed: number, bytes = 2000): { bytes: number[]; harmed: number } => {
  const { clock, line, atNear } = setUp([fault], { seed });
  for (let count = 0; count < bytes; count += 100) line.write(new Uint8Array(100).fill(0xaa));
  clock.runUntilIdle();
  return { bytes: atNear.chunks.flat(), harmed: line.counts('outgoing').harmed };
};

describe('noise', () => {
  test('is the same for the same seed and different for another', () => {
    expect(under(noise(1000), 5)).toEqual(under(noise(1000), 5));
    expect(under(noise(1000), 5).bytes).not.toEqual(under(noise(1000), 6).bytes);
  });

  test('harms about as much as its rates say', () => {
    const { harmed } = under(noise(1000), 1);
    expect(harmed).toBeGreaterThan(200);
    expect(harmed).toBeLessThan(370);
  });

  test.each([1, 7, 30])('stops for good after %i faults', (faultsMax) => {
    const { bytes, harmed } = under(noise(faultsMax), 1);
    expect(harmed).toBe(faultsMax);
    expect(bytes.slice(-1000)).toEqual(Array.from({ length: 1000 }, () => 0xaa));
  });

  test('stops for good after its time', () => {
    const { clock, line, atNear } = setUp([
      { type: 'noise', direction: outgoing, dropRate: 1, faultsMax: 99, forMs: 50 },
    ]);
    line.write(Uint8Array.of(1));
    clock.advance(50);
    line.write(Uint8Array.of(2));
    clock.runUntilIdle();
    expect(atNear.chunks.flat()).toEqual([2]);
  });

  test.each([
    { rates: { dropRate: 1 }, length: 0 },
    { rates: { flipRate: 1 }, length: 500 },
    { rates: { garbageRate: 1 }, length: 1000 },
  ])('with $rates alone 500 bytes become $length', ({ rates, length }) => {
    const { bytes } = under({ type: 'noise', direction: outgoing, faultsMax: 9999, ...rates }, 1, 500);
    expect(bytes).toHaveLength(length);
    expect(bytes.filter((byte) => byte === 0xaa).length).toBeLessThan(520);
  });

  test('has a stream of chance for each fault', () => {
    const silent: Fault = { type: 'noise', direction: outgoing, faultsMax: 1 };
    const { clock, line, atNear } = setUp([silent, noise(1000)]);
    for (let count = 0; count < 20; count++) line.write(new Uint8Array(100).fill(0xaa));
    clock.runUntilIdle();
    expect(atNear.chunks.flat()).not.toEqual(under(noise(1000), 1).bytes);
  });

  test('has a stream of chance for each direction', () => {
    const { clock, near, line, atNear, atFar } = setUp([noise(1000), { ...noise(1000), direction: 'incoming' }]);
    const bytes = new Uint8Array(2000).fill(0xaa);
    line.write(bytes);
    near.write(bytes);
    clock.runUntilIdle();
    expect(atNear.chunks.flat()).not.toEqual(atFar.chunks.flat());
  });

  test('does not change because of another fault, nor because of traffic the other way', () => {
    const alone = setUp([noise(1000)]);
    const beside = setUp([noise(1000), { type: 'noise', direction: 'incoming', flipRate: 0.5, faultsMax: 1000 }]);
    for (const { near, line, clock } of [alone, beside]) {
      if (near === beside.near) near.write(new Uint8Array(300));
      clock.runUntilIdle();
      line.write(new Uint8Array(300).fill(0xaa));
      clock.runUntilIdle();
    }
    expect(beside.atNear.chunks).toEqual(alone.atNear.chunks);
    expect(beside.line.counts('incoming').harmed).toBeGreaterThan(0);
  });
});

test('counts what came, what went on, and what was harmed', () => {
  const { clock, near, line } = setUp([
    { type: 'drop', direction: outgoing, count: 2 },
    { type: 'duplicate', direction: outgoing, at: 2 },
  ]);
  line.write(SIX);
  near.write(SIX);
  clock.runUntilIdle();
  expect(line.counts('outgoing')).toEqual({ transmitted: 6, routed: 5, harmed: 3 });
  expect(line.counts('incoming')).toEqual({ transmitted: 6, routed: 6, harmed: 0 });
});

test('a tap sees the bytes of both directions before and after', () => {
  const seen: string[] = [];
  const tap: Tap = (direction, stage, bytes) => seen.push(`${direction} ${stage} ${[...bytes].join(' ')}`);
  const { clock, near, line } = setUp([{ type: 'drop', direction: outgoing }], { tap });
  line.write(Uint8Array.of(1, 2));
  near.write(Uint8Array.of(3));
  clock.runUntilIdle();
  expect(seen).toEqual([
    'outgoing transmitted 1 2',
    'outgoing routed 2',
    'incoming transmitted 3',
    'incoming routed 3',
  ]);
});

test('closing says nothing to the own listener and everything to the other', () => {
  const { clock, near, line, atNear, atFar } = setUp();
  near.write(SIX);
  line.close();
  clock.runUntilIdle();
  expect(atFar).toEqual({ chunks: [], times: [], closed: [] });
  expect(atNear.closed).toEqual(['the other end closed the line']);
});

test.each<Fault>([
  { type: 'drop', direction: outgoing, at: -1 },
  { type: 'drop', direction: outgoing, count: 0 },
  { type: 'rechunk', direction: outgoing, sizes: [] },
  { type: 'rechunk', direction: outgoing, sizes: [2, 0] },
  { type: 'delay', direction: outgoing, ms: Number.NaN },
  { type: 'noise', direction: outgoing, flipRate: 1.5, faultsMax: 10 },
  { type: 'noise', direction: outgoing, flipRate: 0.1, faultsMax: 0 },
])('a fault that makes no sense is a bug: %j', (fault) => {
  expect(() => setUp([fault])).toThrow(Bug);
});
