/**
 * Mutations that these tests noticed: no rescan after a bad check; no check; a NAK or an extension taken from within a
 * refused frame; every look-alike within a refused frame reported; the length bound left out.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import fixture from '../../../fixtures/chip-reader/frames.json' with { type: 'json' };
import { chunked, fromHex, toHex } from '../testing/bytes.ts';
import { encodeFrame, FRAME_LENGTH_MAX, FrameDecoder, MESSAGE_DATA_MAX, NAK_FRAME, type Received } from './frame.ts';

const decode = (bytes: Uint8Array): readonly Received[] => new FrameDecoder().push(bytes);

const message = fc
  .record({ head: fc.uint8Array({ minLength: 6, maxLength: 6 }), data: fc.uint8Array({ maxLength: MESSAGE_DATA_MAX }) })
  .map(({ head, data }) => {
    const [code = 0, ...rest] = head;
    return Uint8Array.of(code, data.length & 0xff, data.length >> 8, 0, 0, 0, ...rest.slice(1), ...data);
  });

const bytesOf = (item: Received): number => (item.type === 'discarded' ? item.bytes : 0);

describe('frames', () => {
  const frames = fixture.session.flatMap(({ name, command, reply }) => [
    [`${name}: command`, command.bytes],
    [`${name}: reply`, reply.bytes],
  ]);

  test.each(frames)('%s reads and is written the same', (_, hex = '') => {
    const [item] = decode(fromHex(hex));
    if (item?.type !== 'message') throw new Error('no message came out');
    expect(toHex(encodeFrame(item.message))).toBe(hex);
  });

  test.each([0, 9, 272])('a message of %i bytes is a bug', (length) => {
    expect(() => encodeFrame(new Uint8Array(length))).toThrow('cannot be sent');
  });
});

describe('between frames', () => {
  test.each([
    ['a refusal', '03 15 16', { type: 'nak' }],
    ['a card that came', '50 03', { type: 'slot-changed', wentOut: false }],
    ['a card that went', '50 02', { type: 'slot-changed', wentOut: true }],
    ['a request for time', '80', { type: 'extension' }],
    ['another request for time', 'FF', { type: 'extension' }],
    ['noise', '41', { type: 'discarded', reason: 'noise', bytes: 1 }],
    ['a slot change of neither kind', '50 04', { type: 'discarded', reason: 'noise', bytes: 2 }],
    ['a refusal with a wrong check', '03 15 17', { type: 'discarded', reason: 'noise', bytes: 3 }],
  ])('%s is seen', (_, hex, item) => {
    expect(decode(fromHex(hex))).toEqual([item]);
  });
});

describe('the decoder', () => {
  test('gives the same for any chunking', () => {
    fc.assert(
      fc.property(
        fc.array(message, { minLength: 1, maxLength: 3 }),
        fc.array(fc.nat(), { maxLength: 8 }),
        (messages, cuts) => {
          const decoder = new FrameDecoder();
          const bytes = Uint8Array.from(messages.flatMap((each) => [...encodeFrame(each), ...NAK_FRAME]));
          const received = chunked(bytes, cuts).flatMap((chunk) => decoder.push(chunk));
          expect(received).toEqual(messages.flatMap((each) => [{ type: 'message', message: each }, { type: 'nak' }]));
          expect(decoder.holding).toBe(false);
        },
      ),
    );
  });

  test('finds a good frame after any garbage and a silence', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), message, (garbage, each) => {
        const decoder = new FrameDecoder();
        decoder.push(garbage);
        decoder.idle();
        expect(decoder.holding).toBe(false);
        expect(decoder.push(encodeFrame(each))).toEqual([{ type: 'message', message: each }]);
      }),
    );
  });

  test('never takes a frame with one flipped bit for a message', () => {
    fc.assert(
      fc.property(message, fc.nat(), fc.nat(7), (each, place, bit) => {
        const bytes = encodeFrame(each);
        bytes[place % bytes.length] = (bytes[place % bytes.length] ?? 0) ^ (1 << bit);
        const decoder = new FrameDecoder();
        const received = [...decoder.push(bytes), ...decoder.idle()];
        expect(received.filter((item) => item.type === 'message' && item.message.length === each.length)).toEqual([]);
      }),
    );
  });

  test('finds the frame behind one whose length was hit', () => {
    const [first, second] = [
      Uint8Array.of(0x81, 0, 0, 0, 0, 0, 1, 1, 0, 0),
      Uint8Array.of(0x81, 0, 0, 0, 0, 0, 2, 1, 0, 0),
    ];
    const hit = encodeFrame(first);
    hit[3] = 9;
    const received = decode(Uint8Array.of(...hit, ...encodeFrame(second)));
    expect(received.at(-1)).toEqual({ type: 'message', message: second });
    expect(received[0]).toEqual({ type: 'discarded', reason: 'bad-lrc', bytes: 1 });
  });

  test('gives up at once a frame that says that it is too long', () => {
    expect(decode(fromHex('03 06 80 06 01 00 00'))[0]).toEqual({ type: 'discarded', reason: 'too-long', bytes: 1 });
    expect(decode(fromHex('03 06 80 05 01 00 00'))).toEqual([]);
  });

  test.each(['03 15 16', '50 02', '80 80'])('takes %s within a refused frame for noise', (hex) => {
    const data = fromHex(hex);
    const spoilt = encodeFrame(Uint8Array.of(0x80, data.length, 0, 0, 0, 0, 1, 0, 0, 0, ...data));
    spoilt[spoilt.length - 1] = (spoilt.at(-1) ?? 0) ^ 1;
    expect(decode(spoilt).map(({ type }) => type)).toEqual(['discarded', 'discarded']);
  });

  test('reports a frame that broke off once, however many look like one within it', () => {
    const decoder = new FrameDecoder();
    decoder.push(fromHex('03 06 80 14 00 00 00 00 01 00 00 00 03 06 03 06 03 06'));
    const reasons = decoder.idle().flatMap((item) => (item.type === 'discarded' ? [item.reason] : []));
    expect(reasons).toEqual(['incomplete', 'noise']);
  });

  test('accounts for every byte of garbage, and holds none of it after a silence', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5_000, size: 'max' }), (bytes) => {
        // Without SYNC, slot changes and requests for time nothing of it means anything.
        const garbage = bytes
          .map((byte) => (byte === 0x03 || byte === 0x50 ? 1 : byte & 0x7f))
          .map((byte) => (byte === 3 || byte === 0x50 ? 1 : byte));
        const decoder = new FrameDecoder();
        const discarded = [...decoder.push(garbage), ...decoder.idle()].map(bytesOf);
        expect(discarded.reduce((sum, each) => sum + each, 0)).toBe(garbage.length);
        expect(decoder.holding).toBe(false);
      }),
      { numRuns: 30 },
    );
  });

  test('never holds back more than one longest frame', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 600, maxLength: 1_200, size: 'max' }), (bytes) => {
        const decoder = new FrameDecoder();
        const given = (items: readonly Received[]): number =>
          items.reduce((sum, item) => {
            if (item.type === 'message') return sum + item.message.length + 3;
            return (
              sum + (item.type === 'discarded' ? item.bytes : { nak: 3, extension: 1, 'slot-changed': 2 }[item.type])
            );
          }, 0);
        const out = given(decoder.push(bytes));
        expect(bytes.length - out).toBeLessThanOrEqual(FRAME_LENGTH_MAX);
        expect(given(decoder.idle())).toBe(bytes.length - out);
      }),
      { numRuns: 50 },
    );
  });
});
