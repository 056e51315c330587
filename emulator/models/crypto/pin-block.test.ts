/**
 * PIN blocks of ISO 9564-1 formats 3 and 4; format 0 stands in crypto.test.ts.
 *
 * Mutations tried: control digit 0 in format 3, a fill of digits let through, the PAN without its check digit in format
 * 4, its length digit left out, the PAN field before the first encryption, the fill of a read block not looked at. Each
 * was noticed.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import pinBlocks from '../../../fixtures/crypto/pin-blocks.json' with { type: 'json' };
import { Bug } from '../../../src/domain/result.ts';
import { AesKey } from './aes-key.ts';
import { fromHex, toHex, xor } from './hex.ts';
import { buildPinBlock3, parsePinBlock, parsePinBlock3 } from './pin-block.ts';
import { decipherPinBlock4, encipherPinBlock4, panField4, pinField4 } from './pin-block-4.ts';

const digits = (minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...Array.from('0123456789')), minLength, maxLength });

describe('format 3', () => {
  test.each(pinBlocks.format3)('$name: built', ({ pin, pan, fill, block }) => {
    expect(toHex(buildPinBlock3(pin, pan, fill))).toBe(block);
  });

  test.each(pinBlocks.format3)('$name: read', ({ pin, pan, block }) => {
    expect(parsePinBlock3(fromHex(block), pan)).toEqual({ ok: true, value: pin });
  });

  test('begins as psec has it, whatever the fill', () => {
    expect(toHex(buildPinBlock3('1234', '5544332211009966', 'ABCDEFABCD')).slice(0, 6)).toBe('341277');
  });

  test('any PIN comes back, whatever the card and the fill', () => {
    const fill = fc.string({ unit: fc.constantFrom(...Array.from('ABCDEF')), minLength: 10, maxLength: 10 });
    fc.assert(
      fc.property(digits(4, 12), digits(8, 19), fill, (pin, pan, letters) => {
        expect(parsePinBlock3(buildPinBlock3(pin, pan, letters), pan)).toEqual({ ok: true, value: pin });
      }),
    );
  });

  test.each([
    ['format 0', '041234FFFFFFFFFF'],
    ['a fill with a digit', '341234FFFFFFFFF9'],
    ['letters in the PIN', '341A34FFFFFFFFFF'],
    ['three digits', '33123FFFFFFFFFFF'],
    ['sixteen bytes', '341234FFFFFFFFFF0000000000000000'],
  ])('%s is no block of it', (_, block) => {
    expect(parsePinBlock3(fromHex(block), '0')).toEqual({ ok: false, error: 'not-a-pin-block' });
  });

  test('is not read as format 0', () => {
    expect(parsePinBlock(fromHex('341234FFFFFFFFFF'), '0')).toEqual({ ok: false, error: 'not-a-pin-block' });
  });

  test.each(['ABCDEFABC', 'ABCDEFABCDE', '0BCDEFABCD', 'abcdefabcd', ''])('%j is no fill', (fill) => {
    expect(() => buildPinBlock3('1234', '5432101234567891', fill)).toThrow(Bug);
  });
});

describe('format 4', () => {
  const { pin, pan, random, pinField, panField, transactions } = pinBlocks.format4;
  const key = (hex: string): AesKey => new AesKey(fromHex(hex));

  test('the PIN field', () => {
    expect(toHex(pinField4(pin, fromHex(random)))).toBe(pinField);
  });

  test('the PAN field', () => {
    expect(toHex(panField4(pan))).toBe(panField);
  });

  test.each([
    ['of twelve digits', '123456789012', '01234567890120000000000000000000'],
    ['of nineteen', '1234567890123456789', '71234567890123456789000000000000'],
    ['of eight, with zeros before it', '12345678', '00000123456780000000000000000000'],
  ])('the PAN field of a card number %s', (_, number, field) => {
    expect(toHex(panField4(number))).toBe(field);
  });

  test.each(transactions)('enciphered under $key', ({ key: hex, block }) => {
    expect(toHex(encipherPinBlock4(key(hex), pin, pan, fromHex(random)))).toBe(block);
  });

  test.each(transactions)('deciphered under $key', ({ key: hex, block }) => {
    expect(decipherPinBlock4(key(hex), fromHex(block), pan)).toEqual({ ok: true, value: pin });
  });

  test('a block that another library made', () => {
    const vector = pinBlocks.format4Read;
    expect(decipherPinBlock4(key(vector.key), fromHex(vector.block), vector.pan)).toEqual({
      ok: true,
      value: vector.pin,
    });
  });

  test('any PIN comes back, whatever the card, the key and the fill', () => {
    const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });
    fc.assert(
      fc.property(
        fc.oneof(bytes(16), bytes(24), bytes(32)),
        digits(4, 12),
        digits(8, 19),
        bytes(8),
        (k, p, n, fill) => {
          const aes = new AesKey(k);
          expect(decipherPinBlock4(aes, encipherPinBlock4(aes, p, n, fill), n)).toEqual({ ok: true, value: p });
        },
      ),
    );
  });

  test.each([
    ['another card', transactions[0]?.block ?? '', '4111111111111112'],
    ['eight bytes', '0011223344556677', pan],
    ['nonsense', '00112233445566778899AABBCCDDEEFF', pan],
  ])('%s is no block', (_, block, number) => {
    expect(decipherPinBlock4(key(transactions[0]?.key ?? ''), fromHex(block), number)).toEqual({
      ok: false,
      error: 'not-a-pin-block',
    });
  });

  test.each([
    ['another control digit', '341234AAAAAAAAAA'],
    ['another filler', '441234AAAAAAAAAB'],
    ['letters in the PIN', '441A34AAAAAAAAAA'],
    ['three digits', '43123AAAAAAAAAAA'],
  ])('%s is no PIN field', (_, field) => {
    const aes = key(transactions[0]?.key ?? '');
    const block = aes.encrypt(xor(aes.encrypt(fromHex(field + random)), panField4(pan)));
    expect(decipherPinBlock4(aes, block, pan)).toEqual({ ok: false, error: 'not-a-pin-block' });
  });

  test.each([
    ['a PIN of three digits', '123', pan, random],
    ['a card number that is none', pin, '41111111D1111111', random],
    ['a long card number', pin, '41111111111111111111', random],
    ['seven random bytes', pin, pan, random.slice(2)],
  ])('%s is a bug of the caller', (_, p, n, fill) => {
    expect(() => encipherPinBlock4(key('0'.repeat(32)), p, n, fromHex(fill))).toThrow(Bug);
  });

  test.each([8, 15, 17])('%i bytes are no AES key', (length) => {
    expect(() => new AesKey(new Uint8Array(length))).toThrow(Bug);
  });
});
