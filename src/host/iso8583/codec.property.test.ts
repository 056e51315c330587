import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ascii87 } from './ascii87.ts';
import { decode, type Dialect, encode } from './codec.ts';
import type { Coding, FieldRow } from './dialect.ts';
import { gbkFromBytes, gbkToBytes } from './gbk.ts';
import { goldenFrames, bytesOf } from './golden.testing.ts';
import type { Message } from './message.ts';
import { unionpay } from './unionpay.ts';

const characterRange = (first: number, last: number): fc.Arbitrary<string> =>
  fc.integer({ min: first, max: last }).map((code) => String.fromCharCode(code));

const upperHex = fc.constantFrom(...'0123456789ABCDEF'.split(''));

/** One unit of a value. */
const units: Readonly<Record<Coding, fc.Arbitrary<string>>> = {
  bcd: fc.constantFrom(...'0123456789'.split('')),
  'bcd-right': fc.constantFrom(...'0123456789'.split('')),
  'bcd-track': upperHex,
  digits: fc.constantFrom(...'0123456789'.split('')),
  ascii: characterRange(0x20, 0x7e),
  bytes: characterRange(0, 0xff),
  // Two bytes a character: half as many fit.
  gbk: fc.constantFrom(...'银联备注成功'.split('')),
  hex: fc.tuple(upperHex, upperHex).map(([high, low]) => high + low),
  'ascii-hex': upperHex,
};

function valueOf({ coding, size }: FieldRow): fc.Arbitrary<string> {
  const [minLength, longest] = size.kind === 'fixed' ? [size.length, size.length] : [0, size.lengthMax];
  return fc.string({ unit: units[coding], minLength, maxLength: coding === 'gbk' ? longest >> 1 : longest });
}

const digits = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: units.digits, minLength: length, maxLength: length });

function messageOf({ table }: Dialect): fc.Arbitrary<Message> {
  const values = Object.fromEntries(
    Object.entries(table.rows).flatMap(([field, row]) => (row === undefined ? [] : [[field, valueOf(row)]])),
  );
  return fc.record({
    tpdu: digits(table.tpduDigits),
    header: digits(table.headerDigits),
    mti: digits(4),
    fields: fc.record(values, { requiredKeys: [] }),
  });
}

/** An object without fast-check's null prototype, which `toEqual` tells apart. */
const plain = (message: Message): Message => ({ ...message, fields: { ...message.fields } });

describe.each([
  ['unionpay', unionpay],
  ['ascii87', ascii87],
] as const)('%s', (_, dialect) => {
  test('decoding an encoded message gives it back', () => {
    fc.assert(
      fc.property(messageOf(dialect), (message) => {
        const encoded = encode(dialect, message);
        expect(encoded.ok && decode(dialect, encoded.value)).toEqual({ ok: true, value: plain(message) });
      }),
    );
  });

  test('no message is shorter by a byte, or longer, and still decodes', () => {
    fc.assert(
      fc.property(messageOf(dialect), fc.nat(), (message, cut) => {
        const encoded = encode(dialect, message);
        if (!encoded.ok) throw new Error(encoded.error.problem);
        const { value: bytes } = encoded;
        const short = bytes.subarray(0, cut % bytes.length);
        const refused = decode(dialect, short);
        expect(refused.ok ? undefined : refused.error.offset).toBeLessThanOrEqual(short.length);
        expect(decode(dialect, Uint8Array.of(...bytes, 0))).toMatchObject({
          ok: false,
          error: { field: 'length', offset: bytes.length },
        });
      }),
    );
  });

  test('garbage up to 64 KiB never throws, and a fault lies within it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 * 1024, size: 'max' }), (bytes) => {
        const decoded = decode(dialect, bytes);
        expect(decoded.ok ? 0 : decoded.error.offset).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: 60 },
    );
  });

  test('values of any kind never throw', () => {
    const anything = fc.record({
      tpdu: fc.string(),
      header: fc.string(),
      mti: fc.string(),
      fields: fc.dictionary(fc.integer({ min: 0, max: 128 }).map(String), fc.string({ unit: 'binary' })),
    });
    fc.assert(
      fc.property(anything, (message) => {
        expect(encode(dialect, message)).toHaveProperty('ok');
      }),
    );
  });
});

test('whatever flipped byte still decodes, encodes to what decodes to the same', () => {
  const frames = goldenFrames.map(({ frame }) => bytesOf(frame).subarray(2));
  let decodable = 0;
  fc.assert(
    fc.property(fc.constantFrom(...frames), fc.nat(), fc.integer({ min: 1, max: 255 }), (frame, at, flip) => {
      const bytes = frame.slice();
      bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ flip;
      const first = decode(unionpay, bytes);
      if (!first.ok) return;
      decodable++;
      const again = encode(unionpay, first.value);
      expect(again.ok && decode(unionpay, again.value)).toEqual(first);
    }),
    { numRuns: 500 },
  );
  expect(decodable).toBeGreaterThan(50);
});

describe('field 63', () => {
  test('any bytes survive a round trip', () => {
    const raw = fc.string({ unit: characterRange(0, 0xff) });
    fc.assert(
      fc.property(raw, (bytes) => {
        expect(gbkToBytes(gbkFromBytes(bytes))).toBe(bytes);
      }),
    );
  });

  test('every pair of bytes survives a round trip', () => {
    const lost: string[] = [];
    for (let pair = 0x8000; pair <= 0xffff; pair++) {
      const bytes = String.fromCharCode(pair >> 8, pair & 0xff);
      if (gbkToBytes(gbkFromBytes(bytes)) !== bytes) lost.push(pair.toString(16));
    }
    expect(lost).toEqual([]);
  });

  test.each([
    ['GBK', '\xB3\xC9\xB9\xA6', '成功'],
    ['ASCII', 'CUP  ', 'CUP  '],
    ['a lead byte at the end', 'A\xB3', 'A\uDCB3'],
    ['a lead byte before a space', '\xB3 \xB3\xC9', '\uDCB3 成'],
    ['a byte that leads nothing', '\xFF\xB3\xC9', '\uDCFF成'],
  ])('%s is read', (_, bytes, text) => {
    expect(gbkFromBytes(bytes)).toBe(text);
  });

  test.each([
    ['no GBK character', '😀'],
    ['a surrogate that is no escaped byte', '\uD800'],
    ['an escaped byte below 80', '\uDC41'],
  ])('%s has no bytes', (_, text) => {
    expect(gbkToBytes(text)).toBeUndefined();
  });
});
