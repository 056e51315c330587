import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encode } from './codec.ts';
import { FRAME_BODY_LENGTH_MAX, framed, type FrameEvent, FrameReader } from './frame.ts';
import { unionpay } from './unionpay.ts';

const frame = (...bytes: readonly number[]): FrameEvent => ({ type: 'frame', bytes: Uint8Array.from(bytes) });

test('the length bytes are big-endian and do not count themselves', () => {
  expect([...framed(new Uint8Array(0x0102)).subarray(0, 3)]).toEqual([1, 2, 0]);
});

describe('a frame reader', () => {
  test('cuts two frames out of one chunk', () => {
    expect(new FrameReader().push(Uint8Array.of(0, 2, 7, 8, 0, 1, 9))).toEqual([frame(7, 8), frame(9)]);
  });

  test('waits for the second length byte', () => {
    const reader = new FrameReader();
    expect(reader.push(Uint8Array.of(0))).toEqual([]);
    expect(reader.push(Uint8Array.of(1, 9))).toEqual([frame(9)]);
  });

  test('gives an empty frame as it is', () => {
    expect(new FrameReader().push(Uint8Array.of(0, 0, 0, 1, 9))).toEqual([frame(), frame(9)]);
  });

  test('gives bytes that later chunks do not change', () => {
    const reader = new FrameReader();
    const chunk = Uint8Array.of(0, 1, 9);
    const events = reader.push(chunk);
    chunk.fill(0);
    reader.push(Uint8Array.of(0, 1, 5));
    expect(events).toEqual([frame(9)]);
  });

  test('takes a frame of the greatest length', () => {
    const body = new Uint8Array(FRAME_BODY_LENGTH_MAX).fill(3);
    expect(new FrameReader().push(framed(body))).toEqual([{ type: 'frame', bytes: body }]);
  });

  test('reports one byte more, once, and is dead from then on', () => {
    const reader = new FrameReader();
    const length = FRAME_BODY_LENGTH_MAX + 1;
    expect(reader.push(framed(new Uint8Array(length)))).toEqual([{ type: 'oversized', length }]);
    expect(reader.push(Uint8Array.of(0, 1, 9))).toEqual([]);
    expect(reader.held).toBe(0);
  });

  test('gives what came before an oversized frame', () => {
    expect(new FrameReader().push(Uint8Array.of(0, 1, 9, 0xff, 0xff))).toEqual([
      frame(9),
      { type: 'oversized', length: 0xffff },
    ]);
  });

  test('has room for the longest message of the UnionPay dialect', () => {
    expect(unionpay.messageLengthMax).toBeLessThanOrEqual(FRAME_BODY_LENGTH_MAX);
  });
});

test('the longest message is as long as the dialect says', () => {
  const fields = Object.fromEntries(
    Object.entries(unionpay.table.rows).map(([field, row]) => {
      const length = row === undefined ? 0 : row.size.kind === 'fixed' ? row.size.length : row.size.lengthMax;
      return [field, '0'.repeat(row?.coding === 'hex' ? length * 2 : length)];
    }),
  );
  const longest = encode(unionpay, { tpdu: '0'.repeat(10), header: '0'.repeat(12), mti: '0000', fields });
  expect(longest.ok && longest.value.length).toBe(unionpay.messageLengthMax);
});

/** `bytes` in chunks that end at `cuts`. */
function chunksOf(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].toSorted((a, b) => a - b);
  return [...ends, bytes.length].map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

test('any chunking gives the same frames', () => {
  const bodies = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 6 });
  fc.assert(
    fc.property(bodies, fc.array(fc.nat(), { maxLength: 40 }), (sent, cuts) => {
      const reader = new FrameReader();
      const stream = Uint8Array.from(sent.flatMap((body) => [...framed(body)]));
      const events = chunksOf(stream, cuts).flatMap((chunk) => reader.push(chunk));
      expect(events).toEqual(sent.map((bytes) => ({ type: 'frame', bytes })));
      expect(reader.held).toBe(0);
    }),
  );
});

test('garbage up to 64 KiB never throws, and no more is held than one longest frame', () => {
  const garbage = fc.array(fc.uint8Array({ maxLength: 16 * 1024, size: 'max' }), { maxLength: 4 });
  fc.assert(
    fc.property(garbage, fc.boolean(), (chunks, short) => {
      const reader = new FrameReader();
      for (const chunk of chunks) {
        // Half of the runs start with a length that is small enough to be believed.
        if (short && chunk.length > 0) chunk[0] = 0x1f;
        const lengths = reader.push(chunk).map((event) => (event.type === 'frame' ? event.bytes.length : 0));
        expect(Math.max(0, ...lengths)).toBeLessThanOrEqual(FRAME_BODY_LENGTH_MAX);
        expect(reader.held).toBeLessThan(2 + FRAME_BODY_LENGTH_MAX);
      }
    }),
    { numRuns: 60 },
  );
});
