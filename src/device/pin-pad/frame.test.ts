/**
 * Mutations that these tests caught: LRC without the closing byte; scanning for control codes within a frame; dropping a
 * whole bad frame instead of its first byte; no bound; bytes of eight bits let through; a bare answer believed inside a
 * refused frame; no `idle`.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import fixture from '../../../fixtures/pin-pad/frames.json' with { type: 'json' };
import { Bug } from '../../domain/result.ts';
import { chunked, fromHex, toHex } from '../testing/bytes.ts';
import { ACK, encodeFrame, type Envelope, EOT, type Frame, FRAME_LENGTH_MAX, FrameDecoder, NAK } from './frame.ts';

const envelopeOf = (text: string): Envelope => (text === 'STX' ? 'STX' : 'SI');

describe('published frames', () => {
  test.each(fixture.frames)('$name is built byte by byte', ({ envelope, text, bytes }) => {
    expect(toHex(encodeFrame({ envelope: envelopeOf(envelope), text }))).toBe(bytes);
  });

  test.each(fixture.frames)('$name is read', ({ envelope, text, bytes }) => {
    expect(new FrameDecoder().push(fromHex(bytes))).toEqual([{ type: 'frame', envelope, text }]);
  });

  test.each(fixture.frames)('$name is read byte by byte', ({ envelope, text, bytes }) => {
    const decoder = new FrameDecoder();
    const received = Array.from(fromHex(bytes)).flatMap((byte) => decoder.push(Uint8Array.of(byte)));
    expect(received).toEqual([{ type: 'frame', envelope, text }]);
  });
});

describe('building a frame', () => {
  test.each([
    ['with an ETX in its text', 'Z2a\u0003b'],
    ['with an SO in its text', 'Z2a\u000eb'],
    ['with a byte of eight bits', 'Z2\u00e9'],
    ['without text', ''],
    ['longer than any', 'x'.repeat(FRAME_LENGTH_MAX - 2)],
  ])('%s is a bug', (_, text) => {
    expect(() => encodeFrame({ envelope: 'STX', text })).toThrow(Bug);
  });

  test('up to the longest is not', () => {
    const longest = { envelope: 'STX', text: 'x'.repeat(FRAME_LENGTH_MAX - 3) } as const;
    const bytes = encodeFrame(longest);
    expect(bytes).toHaveLength(FRAME_LENGTH_MAX);
    expect(new FrameDecoder().push(bytes)).toEqual([{ type: 'frame', ...longest }]);
  });
});

const sendable = fc
  .array(
    // Without NUL, whose loss no check byte can show.
    fc.integer({ min: 1, max: 0x7f }).filter((code) => ![0x02, 0x03, 0x0e, 0x0f].includes(code)),
    { minLength: 1, maxLength: 60 },
  )
  .map((codes) => String.fromCharCode(...codes));
const anyFrame: fc.Arbitrary<Frame> = fc.record({ envelope: fc.constantFrom('STX', 'SI'), text: sendable });

const asReceived = (frame: Frame): unknown => ({ type: 'frame', ...frame });

describe('the decoder', () => {
  test('reads bare answers between frames', () => {
    const cancel = encodeFrame({ envelope: 'STX', text: '72' });
    expect(new FrameDecoder().push(Uint8Array.of(ACK, ...cancel, NAK, EOT))).toEqual([
      { type: 'ack' },
      { type: 'frame', envelope: 'STX', text: '72' },
      { type: 'nak' },
      { type: 'eot' },
    ]);
  });

  test('gives the same for any chunking', () => {
    fc.assert(
      fc.property(fc.array(anyFrame, { maxLength: 5 }), fc.array(fc.nat(), { maxLength: 10 }), (frames, cuts) => {
        const decoder = new FrameDecoder();
        const bytes = Uint8Array.from(frames.flatMap((frame) => [...encodeFrame(frame)]));
        const received = chunked(bytes, cuts).flatMap((chunk) => decoder.push(chunk));
        expect(received).toEqual(frames.map(asReceived));
        expect(decoder.holding).toBe(false);
      }),
    );
  });

  test('never throws at garbage, accounts for it, and holds none of it after a silence', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 65_536, size: 'max' }), (garbage) => {
        const decoder = new FrameDecoder();
        const lengths = [...decoder.push(garbage), ...decoder.idle()].map((item) => {
          if (item.type === 'discarded') return item.bytes;
          return item.type === 'frame' ? item.text.length + 3 : 1;
        });
        expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(garbage.length);
        expect(decoder.holding).toBe(false);
      }),
      { numRuns: 10 },
    );
  });

  test('holds no more than one maximal frame, however much begins like one', () => {
    const decoder = new FrameDecoder();
    const received = decoder.push(new Uint8Array(65_536).fill(0x02));
    // All but the bytes of one frame less one have been given up.
    expect(received.length).toBe(65_536 - FRAME_LENGTH_MAX + 1);
    expect(received[0]).toEqual({ type: 'discarded', reason: 'too-long', bytes: 1 });
  });

  test('reads the frame after any garbage and a silence', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), anyFrame, (garbage, frame) => {
        const decoder = new FrameDecoder();
        decoder.push(garbage);
        decoder.idle();
        expect(decoder.push(encodeFrame(frame))).toEqual([asReceived(frame)]);
      }),
    );
  });

  test('finds the next frame when a byte of one is lost or changed', () => {
    const damage = fc.record({ place: fc.nat(), flip: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(anyFrame, anyFrame, damage, (first, second, { place, flip }) => {
        const bytes = [...encodeFrame(first)];
        const index = place % bytes.length;
        // Flip 0 stands for a lost byte.
        if (flip === 0) bytes.splice(index, 1);
        else bytes[index] = (bytes[index] ?? 0) ^ flip;
        const decoder = new FrameDecoder();
        const received = [
          ...decoder.push(Uint8Array.from(bytes)),
          ...decoder.idle(),
          ...decoder.push(encodeFrame(second)),
        ];
        expect(received.at(-1)).toEqual(asReceived(second));
        const taken = received.filter((item) => item.type === 'frame' && item.text === first.text);
        expect(taken).toHaveLength(first.text === second.text ? 1 : 0);
      }),
    );
  });

  test('finds a frame right behind one whose ETX was lost', () => {
    const good = encodeFrame({ envelope: 'STX', text: 'U61.C' });
    // Without ETX the check byte and the next STX become text; the next ETX then closes a frame that does not hold.
    const received = new FrameDecoder().push(Uint8Array.of(0x02, 0x37, 0x32, 0x41, ...good));
    expect(received).toEqual([
      { type: 'discarded', reason: 'bad-lrc', bytes: 1 },
      { type: 'discarded', reason: 'noise', bytes: 3 },
      { type: 'frame', envelope: 'STX', text: 'U61.C' },
    ]);
  });

  test.each([
    ['an ACK, which is its check byte', '02 37 32 41 03 06', 5],
    ['an EOT within its text', '02 37 04 41 03 7F', 5],
  ])('does not take a damaged frame for %s', (_, hex, noise) => {
    expect(new FrameDecoder().push(fromHex(hex))).toEqual([
      { type: 'discarded', reason: 'bad-lrc', bytes: 1 },
      { type: 'discarded', reason: 'noise', bytes: noise },
    ]);
  });

  test('believes a bare answer again right after a damaged frame', () => {
    const received = new FrameDecoder().push(Uint8Array.of(...fromHex('02 37 32 41 03 00'), ACK));
    expect(received.at(-1)).toEqual({ type: 'ack' });
  });

  test('refuses a frame whose bytes have the eighth bit, even if the check byte agrees', () => {
    const bytes = fromHex('02 B7 B2 03 06');
    expect(new FrameDecoder().push(bytes)[0]).toEqual({ type: 'discarded', reason: 'bad-lrc', bytes: 1 });
  });

  test('refuses a frame that opens with STX and closes with SO', () => {
    const bytes = fromHex('02 37 32 0E 0B');
    expect(new FrameDecoder().push(bytes)[0]).toEqual({ type: 'discarded', reason: 'bad-lrc', bytes: 1 });
  });

  test('gives up half a frame when the line falls silent', () => {
    const decoder = new FrameDecoder();
    expect(decoder.push(fromHex('02 37 32'))).toEqual([]);
    expect(decoder.holding).toBe(true);
    expect(decoder.idle()).toEqual([
      { type: 'discarded', reason: 'incomplete', bytes: 1 },
      { type: 'discarded', reason: 'noise', bytes: 2 },
    ]);
    expect(decoder.holding).toBe(false);
  });

  test('finds a whole frame behind a stray STX once the line falls silent', () => {
    const decoder = new FrameDecoder();
    const hidden = encodeFrame({ envelope: 'SI', text: '06' });
    // The stray STX takes the SO of the frame for its end, and the byte after it is the wrong check.
    const received = [...decoder.push(Uint8Array.of(0x02, ...hidden)), ...decoder.idle()];
    expect(received.at(-1)).toEqual({ type: 'frame', envelope: 'SI', text: '06' });
  });
});
