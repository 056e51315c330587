/**
 * The envelope and its decoder.
 *
 * Mutations tried: the check byte over the opening delimiter too, control codes looked for inside a frame, no bound on
 * the body, eighth bits let through. Each was noticed.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import fixture from '../../../fixtures/crypto/pin-pad-frames.json' with { type: 'json' };
import { fromHex, toHex } from '../crypto/hex.ts';
import { type Envelope, encodeFrame, FRAME_LENGTH_MAX_LONG, FrameDecoder, type Received } from './frame.ts';

const envelopeOf = (name: string): Envelope => (name === 'transaction' ? 'transaction' : 'administration');

/** What may stand between delimiters: no ETX, no SO. */
const bodies = fc
  .array(
    fc.integer({ min: 1, max: 0x7f }).filter((byte) => byte !== 0x03 && byte !== 0x0e),
    { maxLength: 252 },
  )
  .map((bytes) => String.fromCharCode(...bytes));
const envelopes = fc.constantFrom<Envelope>('transaction', 'administration');
const join = (parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));

function decodeInChunks(bytes: Uint8Array, sizes: readonly number[]): readonly Received[] {
  const decoder = new FrameDecoder();
  const received: Received[] = [];
  let start = 0;
  for (const size of [...sizes, bytes.length]) {
    received.push(...decoder.push(bytes.slice(start, start + size)));
    start += size;
  }
  return received;
}

describe('the frames of the sheet', () => {
  test.each(fixture.frames)('$name is written', ({ envelope, body, bytes }) => {
    expect(toHex(encodeFrame(envelopeOf(envelope), body))).toBe(bytes);
  });

  test.each(fixture.frames)('$name is read', ({ envelope, body, bytes }) => {
    expect(new FrameDecoder().push(fromHex(bytes))).toEqual([{ type: 'frame', envelope, body }]);
  });
});

test('any chunking gives the same frames', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(envelopes, bodies), { maxLength: 5 }),
      fc.array(fc.nat({ max: 20 })),
      (sent, sizes) => {
        const bytes = join(sent.map(([envelope, body]) => encodeFrame(envelope, body)));
        expect(decodeInChunks(bytes, sizes)).toEqual(
          sent.map(([envelope, body]) => ({ type: 'frame', envelope, body })),
        );
      },
    ),
  );
});

test('garbage never throws, and the frame after it and a pause is found', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1000 }), fc.array(fc.nat({ max: 20 })), (garbage, sizes) => {
      const decoder = new FrameDecoder();
      for (const size of sizes) decoder.push(garbage.slice(0, size));
      decoder.push(garbage);
      decoder.reset();
      expect(decoder.push(encodeFrame('administration', 'UC'))).toEqual([
        { type: 'frame', envelope: 'administration', body: 'UC' },
      ]);
    }),
  );
});

test('garbage in any chunking is read the same way', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), fc.array(fc.nat({ max: 50 })), (garbage, sizes) => {
      expect(decodeInChunks(garbage, sizes)).toEqual(new FrameDecoder().push(garbage));
    }),
  );
});

test('one flipped bit in a frame never gives another frame', () => {
  fc.assert(
    fc.property(envelopes, bodies, fc.nat(), fc.nat({ max: 7 }), (envelope, body, place, bit) => {
      const bytes = encodeFrame(envelope, body);
      const index = place % bytes.length;
      bytes[index] = (bytes[index] ?? 0) ^ (1 << bit);
      const read = new FrameDecoder().push(bytes).filter((received) => received.type === 'frame');
      // Delimiters one bit apart from each other make a frame of another shape; none with this body is left whole.
      expect(read).not.toContainEqual({ type: 'frame', envelope, body });
    }),
  );
});

test.each([
  [0x06, 'ack'],
  [0x15, 'nak'],
  [0x04, 'eot'],
])('%i between frames is %s', (byte, type) => {
  expect(new FrameDecoder().push(Uint8Array.of(byte))).toEqual([{ type }]);
});

test.each(['025A310369', '025A31830368', '02DA3103E8'])('%s is damaged', (hex) => {
  expect(new FrameDecoder().push(fromHex(hex))).toEqual([{ type: 'damaged' }]);
});

test('a frame that opens as one kind and closes as the other is neither', () => {
  expect(new FrameDecoder().push(fromHex('025A310E65'))).toEqual([{ type: 'frame', envelope: 'mixed', body: 'Z1' }]);
});

test('what outgrows every packet is thrown away', () => {
  const decoder = new FrameDecoder();
  const received = decoder.push(new Uint8Array(FRAME_LENGTH_MAX_LONG - 1).fill(0x41).with(0, 0x02));
  expect([received, decoder.midFrame]).toEqual([[{ type: 'discarded', reason: 'too-long' }], false]);
});

test('the longest packet is not too long', () => {
  const body = 'A'.repeat(FRAME_LENGTH_MAX_LONG - 3);
  expect(new FrameDecoder().push(encodeFrame('transaction', body))).toHaveLength(1);
});
