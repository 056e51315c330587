import { createCipheriv } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { decode, encode, framed, macInput } from './codec.ts';
import { compileDialect } from './compile.ts';
import { fixed, lll, row } from './dialect.ts';
import { bytesOf, goldenFrames, hexOf } from './golden.testing.ts';
import type { Message } from './message.ts';
import { unionpay } from './unionpay.ts';

const TPDU = '6000030000';
const HEADER = '603100311312';

/** A message of these fields, for what concerns one field. */
const withFields = (fields: Message['fields']): Message => ({ tpdu: TPDU, header: HEADER, mti: '0200', fields });

/** Hex of the data of the fields of `message`, after the bitmap. */
function dataOf(fields: Message['fields']): string {
  const encoded = encode(unionpay, withFields(fields));
  return encoded.ok ? hexOf(encoded.value.subarray(21)) : `refused: ${encoded.error.problem}`;
}

/** A frame without length bytes: bitmap of `fields`, then `data`. */
function raw(fields: readonly number[], data: string): Uint8Array {
  let bits = 0n;
  for (const field of fields) bits |= 1n << BigInt(64 - field);
  return bytesOf(`${TPDU}${HEADER}0200${bits.toString(16).padStart(16, '0')}${data}`);
}

/** Dialect sheet 5.6; single DES is triple DES with three times the same key. */
function mac(mak: string, input: Uint8Array): string {
  const des = (block: Uint8Array): Buffer =>
    createCipheriv('des-ede3', Buffer.from(mak.repeat(3), 'hex'), null)
      .setAutoPadding(false)
      .update(block);
  const folded = new Uint8Array(8);
  for (const [index, byte] of input.entries()) folded[index % 8] = (folded[index % 8] ?? 0) ^ byte;
  const spelt = Buffer.from(hexOf(folded), 'ascii');
  const first = des(spelt.subarray(0, 8));
  const second = des(first.map((byte, index) => byte ^ (spelt[index + 8] ?? 0)));
  return hexOf(second).slice(0, 8);
}

describe('golden frames', () => {
  test.each(goldenFrames)('$name decodes to its fields ($source)', ({ frame, message }) => {
    expect(decode(unionpay, bytesOf(frame).subarray(2))).toEqual({ ok: true, value: message });
  });

  test.each(goldenFrames)('$name encodes to its bytes ($source)', ({ frame, message }) => {
    const encoded = encode(unionpay, message);
    expect(encoded.ok && hexOf(framed(encoded.value))).toBe(frame);
  });

  const macked = goldenFrames.filter(({ mak }) => mak !== undefined);

  test('there are three with a known MAC key', () => expect(macked).toHaveLength(3));

  test.each(macked)('the MAC input of $name gives its field 64', ({ frame, message, mak }) => {
    expect(mac(mak ?? '', macInput(bytesOf(frame).subarray(2)))).toBe(message.fields[64]);
  });
});

test('the MAC input starts with the MTI and ends before field 64', () => {
  const bytes = raw([3, 64], '9900003141353237353130'.padEnd(22, '5'));
  expect(hexOf(macInput(bytes))).toBe('02002000000000000001990000');
});

test.each([
  ['no field 64', raw([3], '000000')],
  ['nothing at all', new Uint8Array(0)],
  ['a bitmap only', raw([64], '')],
])('a MAC input of a message with %s is a bug', (_, bytes) => {
  expect(() => macInput(bytes)).toThrow('field 64');
});

describe('how values become bytes', () => {
  test.each([
    ['field 22 is left-justified', { 22: '021' }, '0210'],
    ['field 23 is right-justified', { 23: '001' }, '0001'],
    ['a prefix of BCD counts digits, and 0 is padded on the right', { 32: '123' }, '031230'],
    ['three prefix digits are right-justified in two bytes', { 60: '22001437000' }, '0011220014370000'],
    ['the separator = of a track is D', { 35: '62=30' }, '0562D300'],
    ['the separator > of a track is D', { 36: '62>3' }, '000462D3'],
    ['an encrypted track keeps A to F', { 35: '0ABCDEF' }, '070ABCDEF0'],
    ['a short terminal id is filled with spaces', { 41: '1234' }, '3132333420202020'],
    ['a prefix of text counts bytes', { 63: '成功' }, '0004B3C9B9A6'],
    ['lower-case hex is taken', { 52: 'c6ae31d179922380' }, 'C6AE31D179922380'],
    ['a field may be empty', { 44: '' }, '00'],
  ])('%s', (_, fields, data) => {
    expect(dataOf(fields)).toBe(data);
  });

  test.each([
    ['after field 22', [22], '021F', { 22: '021' }],
    ['before field 23', [23], '9001', { 23: '001' }],
    ['after a variable field', [32], '03123F', { 32: '123' }],
    ['after a track', [35], '03123A', { 35: '123' }],
  ])('any pad nibble is accepted %s', (_, numbers, data, fields) => {
    expect(decode(unionpay, raw(numbers, data))).toEqual({ ok: true, value: withFields(fields) });
  });

  test('a field of 44 bytes that are not ASCII is kept as it is', () => {
    expect(decode(unionpay, raw([44], '0300B3FF'))).toEqual({ ok: true, value: withFields({ 44: '\0³ÿ' }) });
  });

  test('messages do not share bytes with the ones before', () => {
    const first = encode(unionpay, withFields({ 3: '111111' }));
    encode(unionpay, withFields({ 3: '222222' }));
    expect(first.ok && hexOf(first.value.subarray(21))).toBe('111111');
  });

  test('a refused message leaves nothing behind in the next', () => {
    const before = encode(unionpay, withFields({ 25: '00' }));
    encode(unionpay, withFields({ 2: '6222021234567890123', 3: 'x' }));
    expect(encode(unionpay, withFields({ 25: '00' }))).toEqual(before);
  });
});

describe('malformed bytes', () => {
  const cases: readonly (readonly [string, Uint8Array, string, number, string])[] = [
    ['an empty message', new Uint8Array(0), 'tpdu', 0, 'needs 5 bytes, 0 are left'],
    ['a TPDU that is not decimal', bytesOf('60000A0000'), 'tpdu', 2, 'a nibble is not a decimal digit'],
    ['a header cut short', bytesOf(`${TPDU}6031`), 'header', 5, 'needs 6 bytes, 2 are left'],
    ['a header that is text', bytesOf(`${TPDU}4C5249001C00`), 'header', 5, 'a nibble is not a decimal digit'],
    ['an MTI that is not decimal', bytesOf(`${TPDU}${HEADER}02F0`), 'mti', 12, 'a nibble is not a decimal digit'],
    ['a bitmap cut short', bytesOf(`${TPDU}${HEADER}02003020`), 'bitmap', 13, 'needs 8 bytes, 2 are left'],
    ['bit 1', raw([1, 3], '000000'), 'bitmap', 13, 'bit 1 is set, and the dialect has no second bitmap'],
    ['a field without a row', raw([3, 7], '0000000000000000'), '7', 24, 'the dialect has no such field'],
    ['a nibble that is no digit', raw([3, 4], '00000000000000A001'), '4', 28, 'a nibble is not a decimal digit'],
    ['an odd last digit that is none', raw([22], '02A0'), '22', 22, 'a nibble is not a decimal digit'],
    ['an odd first digit that is none', raw([23], '0A01'), '23', 21, 'a nibble is not a decimal digit'],
    ['an odd field cut short', raw([22], '02'), '22', 21, 'needs 2 bytes, 1 are left'],
    ['a fixed field cut short', raw([3, 52], '000000C6AE31'), '52', 24, 'needs 8 bytes, 3 are left'],
    ['a prefix cut short', raw([60], '00'), '60', 21, 'needs 2 length bytes, 1 are left'],
    ['a prefix that is not decimal', raw([2], '1A62'), '2', 21, 'the length is not in decimal digits'],
    ['a prefix whose second byte is not decimal', raw([60], '001A'), '60', 22, 'the length is not in decimal digits'],
    ['a prefix above the maximum', raw([2], '20'), '2', 21, 'the length says 20 digits, 19 are the most'],
    ['a prefix of four digits', raw([62], '9999'), '62', 21, 'the length says 9999 bytes, 999 are the most'],
    ['a variable field cut short', raw([35], '371234'), '35', 22, 'needs 19 bytes, 2 are left'],
    ['text that is not ASCII', raw([39], '3080'), '39', 22, 'the byte is not printable ASCII'],
    ['text with a control character', raw([39], '0A30'), '39', 21, 'the byte is not printable ASCII'],
    ['bytes after the last field', raw([3], '0000000102'), 'length', 24, '2 bytes follow the last field'],
  ];

  test.each(cases)('%s', (_, bytes, field, offset, problem) => {
    expect(decode(unionpay, bytes)).toEqual({ ok: false, error: { field, offset, problem } });
  });
});

describe('values that do not fit', () => {
  const cases: readonly (readonly [string, Message, string, number, string])[] = [
    ['a short TPDU', { ...withFields({}), tpdu: '60' }, 'tpdu', 0, 'has 2 digits, exactly 10 are needed'],
    [
      'a header with a letter',
      { ...withFields({}), header: '60310031131X' },
      'header',
      5,
      'character 12 is not a decimal digit',
    ],
    ['a long MTI', { ...withFields({}), mti: '02000' }, 'mti', 11, 'has 5 digits, exactly 4 are needed'],
    ['a short amount', withFields({ 3: '000000', 4: '1' }), '4', 24, 'has 1 digits, exactly 12 are needed'],
    ['an amount with a point', withFields({ 4: '00000000.123' }), '4', 21, 'character 9 is not a decimal digit'],
    ['a point before an odd digit', withFields({ 22: '02.' }), '22', 21, 'character 3 is not a decimal digit'],
    ['a point as the lead digit', withFields({ 23: '.02' }), '23', 21, 'character 1 is not a decimal digit'],
    ['a long PAN', withFields({ 2: '62220212345678901234' }), '2', 21, 'has 20 digits, 19 are the most'],
    ['a track with a sentinel', withFields({ 35: ';6222' }), '35', 21, 'character 1 is not a digit, A to F, = or >'],
    ['a long terminal id', withFields({ 41: '123456789' }), '41', 21, 'has 9 characters, exactly 8 are needed'],
    ['a short MAC', withFields({ 64: 'A527510' }), '64', 21, 'has 7 characters, exactly 8 are needed'],
    ['a short response code', withFields({ 39: '0' }), '39', 21, 'has 1 characters, exactly 2 are needed'],
    ['Chinese in an ASCII field', withFields({ 42: '商户' }), '42', 21, 'character 1 is not printable ASCII'],
    ['Chinese in a byte field', withFields({ 44: 'ab户' }), '44', 21, 'character 3 is not U+0000 to U+00FF'],
    ['a character that GBK has not', withFields({ 63: '😀' }), '63', 21, 'a character has no GBK code'],
    ['text that is longer in GBK', withFields({ 63: '户'.repeat(82) }), '63', 21, 'has 164 bytes, 163 are the most'],
    ['half a byte', withFields({ 62: 'ABC' }), '62', 21, 'has an odd number of hexadecimal digits'],
    ['a fixed field with half a byte', withFields({ 52: 'ABC' }), '52', 21, 'has an odd number of hexadecimal digits'],
    ['hex that is none', withFields({ 52: 'C6AE31D1799223G0' }), '52', 21, 'character 15 is not a hexadecimal digit'],
    ['a bitmap as a field', withFields({ 1: '0000000000000000' }), '1', 21, 'the dialect has no such field'],
    ['a field without a row', withFields({ 3: '000000', 5: '000000000000' }), '5', 24, 'the dialect has no such field'],
    ['a field beyond the bitmap', withFields({ 70: '301' }), '70', 21, 'the dialect has no such field'],
  ];

  test.each(cases)('%s', (_, message, field, offset, problem) => {
    expect(encode(unionpay, message)).toEqual({ ok: false, error: { field, offset, problem } });
  });
});

test('the lengths are those of dialect sheet 2, but 19 for field 60 and 999 for field 62, as seen in practice', () => {
  const lengths = Object.entries(unionpay.table.rows).map(([field, row]) => {
    const { size } = row ?? { size: fixed(0) };
    return `${field}:${size.kind === 'fixed' ? size.length : `${'L'.repeat(size.prefixDigits)}${size.lengthMax}`}`;
  });
  expect(lengths.join(' ')).toBe(
    '2:LL19 3:6 4:12 11:6 12:6 13:4 14:4 15:4 22:3 23:3 25:2 26:2 32:LL11 35:LL37 36:LLL104 37:12 38:6 39:2 41:8 42:15 ' +
      '44:LL25 46:LLL999 47:LLL999 48:LLL322 49:3 52:8 53:16 54:LLL40 55:LLL255 57:LLL100 58:LLL100 59:LLL600 ' +
      '60:LLL19 61:LLL29 62:LLL999 63:LLL163 64:8',
  );
});

test('a dialect whose longest message no length bytes could hold is a bug', () => {
  const rows = Object.fromEntries(
    Array.from({ length: 70 }, (_, index) => [index + 2, row('', '', 'ascii', lll(999))]),
  );
  const table = { ...unionpay.table, notation: 'ascii', fieldMax: 128, rows } as const;
  expect(() => compileDialect(table)).toThrow('two length bytes');
});
