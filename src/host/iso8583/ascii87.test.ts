import { createRequire } from 'node:module';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ascii87 } from './ascii87.ts';
import { decode, encode } from './codec.ts';
import type { FieldRow } from './dialect.ts';
import { bytesOf } from './golden.testing.ts';
import type { Message } from './message.ts';

const message = (mti: string, fields: Message['fields']): Message => ({ tpdu: '', header: '', mti, fields });

const text = (given: string): Uint8Array => Uint8Array.from(Buffer.from(given, 'latin1'));

/** The bytes as text; what is refused, as the reason. */
function encoded(given: Message): string {
  const result = encode(ascii87, given);
  return result.ok ? Buffer.from(result.value).toString('latin1') : `refused: ${result.error.field}`;
}

describe('examples of the notation', () => {
  test.each([
    ['one bitmap', message('0800', { 11: '000001', 41: '11115007' }), '0800002000000080000000000111115007'],
    [
      'a second bitmap',
      message('0800', { 7: '0102030405', 70: '301' }),
      '0800820000000000000004000000000000000102030405301',
    ],
    [
      'length prefixes',
      message('0100', { 2: '6222021234567890123', 48: 'AB' }),
      '01004000000000010000196222021234567890123002AB',
    ],
    [
      'a binary field as hex digits',
      message('0100', { 52: 'C6AE31D179922380' }),
      '01000000000000001000C6AE31D179922380',
    ],
  ])('%s', (_, given, bytes) => {
    expect(encoded(given)).toBe(bytes);
    expect(decode(ascii87, text(bytes))).toEqual({ ok: true, value: given });
  });

  test('a second bitmap without fields is accepted, and lower-case hex', () => {
    expect(decode(ascii87, text(`0800a000000000000000${'0'.repeat(16)}000000`))).toEqual({
      ok: true,
      value: message('0800', { 3: '000000' }),
    });
  });

  test.each([
    ['an MTI with a letter', '0X00', 'mti', 1, 'the byte is not a decimal digit'],
    ['a bitmap with a letter beyond F', '0800002000000080000G', 'bitmap', 19, 'the byte is not a hexadecimal digit'],
    ['no second bitmap', '08008000000000000000', 'bitmap', 20, 'needs 16 bytes, 0 are left'],
    ['a third bitmap', `0800${'8000000000000000'.repeat(2)}`, '65', 36, 'the dialect has no such field'],
    ['a prefix with a letter', '010040000000000000001X', '2', 21, 'the length is not in decimal digits'],
    ['a prefix with a colon', '01004000000000000000:0', '2', 20, 'the length is not in decimal digits'],
    ['a number with a letter', '01002000000000000000000A00', '3', 23, 'the byte is not a decimal digit'],
    [
      'a PIN block that is not hex',
      '01000000000000001000C6AE31D17992238G',
      '52',
      35,
      'the byte is not a hexadecimal digit',
    ],
  ])('%s is malformed', (_, bytes, field, offset, problem) => {
    expect(decode(ascii87, text(bytes))).toEqual({ ok: false, error: { field, offset, problem } });
  });

  test.each([
    ['Latin-1 at the end', `${'a'.repeat(99)}é`, 100],
    ['Latin-1 at the start', `é${'a'.repeat(99)}`, 1],
    ['Chinese', `${'a'.repeat(50)}户${'a'.repeat(49)}`, 51],
    ['a control character', `${'a'.repeat(50)}\n${'a'.repeat(49)}`, 51],
    ['a short control character', '\n', 1],
  ])('%s in long text is refused', (_, value, character) => {
    expect(encode(ascii87, message('0100', { 48: value }))).toEqual({
      ok: false,
      error: { field: '48', offset: 20, problem: `character ${character} is not printable ASCII` },
    });
  });

  test('binary field values must be hex', () => {
    expect(encode(ascii87, message('0100', { 52: 'C6AE31D17992238G' }))).toEqual({
      ok: false,
      error: { field: '52', offset: 20, problem: 'character 16 is not a hexadecimal digit' },
    });
  });
});

const require = createRequire(import.meta.url);

type Json = Readonly<Partial<Record<string, string>>>;

/* ---- npm iso_8583: both ways -------------------------------------------------------------------------------- */

type Iso_8583 = new (
  message: Json,
  formats: unknown,
) => { getRawMessage(): Buffer | { error: string }; getIsoJSON(bytes: Buffer, config: unknown): Json };

const Iso_8583: Iso_8583 = require('iso_8583');

/** Its own formats but for the bitmap in hex and the fields that it has otherwise (53, 58) or in binary (52, 64). */
const format = (ContentType: string, LenType: string, MaxLen: number): unknown => ({
  ContentType,
  Label: '-',
  LenType,
  MaxLen,
});
const formats = {
  1: format('an', 'fixed', 32),
  52: format('an', 'fixed', 16),
  53: format('n', 'fixed', 16),
  58: format('ans', 'lllvar', 999),
  64: format('an', 'fixed', 16),
  128: format('an', 'fixed', 16),
};

/**
 * Fields of the 1987 table whose format is not the package's by more than a restriction: amounts with a sign (it
 * wants a letter C or D), 96 (binary), 118 to 127 (digits, extensions of one switch).
 */
const OTHERWISE = new Set([28, 29, 30, 31, 96, 97, 118, 119, 120, 121, 122, 123, 127]);

/** A value that every type of the package takes: digits. */
const digits = ({ size }: FieldRow): fc.Arbitrary<string> => {
  const [minLength, maxLength] =
    size.kind === 'fixed' ? [size.length, size.length] : [1, Math.min(size.lengthMax, 120)];
  return fc.string({ unit: fc.constantFrom(...'0123456789'.split('')), minLength, maxLength });
};

const messages = (fieldNumbers: (field: number) => boolean): fc.Arbitrary<Message> =>
  fc
    .record(
      Object.fromEntries(
        Object.entries(ascii87.table.rows).flatMap(([field, row]) =>
          row !== undefined && fieldNumbers(Number(field)) ? [[field, digits(row)]] : [],
        ),
      ),
      { requiredKeys: [] },
    )
    .map((fields) => message('0200', { ...fields }));

describe('npm iso_8583', () => {
  test('reads what we write, when there is a second bitmap: without one it cannot read hex bitmaps', () => {
    fc.assert(
      fc.property(
        messages((field) => !OTHERWISE.has(field)),
        (given) => {
          const sent = message('0200', { ...given.fields, 70: '301' });
          const bytes = Buffer.from(encoded(sent), 'latin1');
          const config = { bitmapEncoding: 'utf8', lenHeader: false };
          expect(new Iso_8583({}, formats).getIsoJSON(bytes, config)).toEqual({ 0: '0200', ...sent.fields });
        },
      ),
    );
  });

  test('writes what we read', () => {
    fc.assert(
      fc.property(
        messages((field) => !OTHERWISE.has(field)),
        (given) => {
          const bytes = new Iso_8583({ 0: '0200', ...given.fields }, formats).getRawMessage();
          if (!Buffer.isBuffer(bytes)) throw new Error(bytes.error);
          expect(decode(ascii87, bytes)).toEqual({ ok: true, value: given });
        },
      ),
    );
  });
});

/* ---- npm iso8583: unpack only ------------------------------------------------------------------------------- */

type Iso8583 = {
  readonly ISO8583: new (packager: unknown) => { unpack(text: string): Json; pack(data: Json): string };
};

const { ISO8583 }: Iso8583 = require('iso8583');

/** Our table in its terms; it knows fixed, LL and LLL and looks at no content. */
const packager: Record<string, unknown> = { 0: { type: 'n', length: 4 }, 1: { type: 'b', length: 16 } };
for (const [field, row] of Object.entries(ascii87.table.rows)) {
  if (row === undefined) continue;
  packager[field] =
    row.size.kind === 'fixed'
      ? { type: 'an', length: row.size.length }
      : { type: row.size.prefixDigits === 2 ? 'lln' : 'lllan', length: row.size.lengthMax };
}

// It reads a bitmap with parseInt, which keeps 53 bits: those from the first bit set on.
const readable = (field: number): boolean => field <= 53 || (field > 65 && field <= 64 + 53);

describe('npm iso8583', () => {
  test('reads what we write in fields 2 to 53 and 66 to 117', () => {
    fc.assert(
      fc.property(messages(readable), (given) => {
        const { 0: mti, 1: _, ...fields } = new ISO8583(packager).unpack(encoded(given));
        expect({ mti, fields }).toEqual({ mti: '0200', fields: given.fields });
      }),
    );
  });

  test('loses field 64 beside field 3, which is why it is asked no more', () => {
    const bytes = encoded(message('0200', { 3: '000000', 64: 'A527510500000000' }));
    expect(new ISO8583(packager).unpack(bytes)).not.toHaveProperty('64');
    expect(decode(ascii87, text(bytes))).toHaveProperty('value.fields.64');
  });

  test.each([
    ['drops the leading zero digits of a bitmap', { 11: '000001' }, '020020000000000000000001'],
    [
      'loses the low bits of a bitmap',
      { 3: '000000', 64: 'A527510500000000' },
      '02002000000000000000000000A527510500000000',
    ],
  ])('cannot pack: it %s', (_, fields, packed) => {
    expect(new ISO8583(packager).pack({ 0: '0200', 1: '', ...fields })).toBe(packed);
    expect(encoded(message('0200', fields))).not.toBe(packed);
  });
});

test('bytes of the other dialect are refused', () => {
  expect(decode(ascii87, bytesOf('60000300006031003113120800'))).toMatchObject({ ok: false, error: { field: 'mti' } });
});
