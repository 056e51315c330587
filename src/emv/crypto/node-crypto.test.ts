/**
 * The arithmetic against OpenSSL and against what is published.
 *
 * Mutations that these tests noticed: the last square left out; the result not filled up to the modulus; SHA-256.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import published from '../../../fixtures/emv/published.json' with { type: 'json' };
import { concat, fromAscii, fromHex, toHex } from '../bytes.ts';
import { KEYS, testCrypto } from '../testing/crypto.ts';
import { nodeCrypto } from './node-crypto.ts';

const recover = (modulus: string, exponent: string, data: string): string =>
  toHex(nodeCrypto.rsaRecover(fromHex(modulus), fromHex(exponent), fromHex(data)));

describe('the public operation of RSA', () => {
  test('opens the certificate of a published test card', () => {
    const plain = recover(published.modulus, published.exponent, published.issuerCertificate);
    expect([plain.slice(0, 4), plain.slice(-2)]).toEqual(['6A02', 'BC']);
  });

  test.each(Object.entries(KEYS))('is that of OpenSSL with the key %s', (_, { modulus, exponent }) => {
    // Numbers below the modulus, which is all that OpenSSL takes; with zeros in front too.
    const bytes = fc.uint8Array({ minLength: modulus.length - 1, maxLength: modulus.length - 1 });
    fc.assert(
      fc.property(bytes, (tail) => {
        const data = concat(Uint8Array.of(0), tail);
        expect(toHex(nodeCrypto.rsaRecover(modulus, exponent, data))).toBe(
          toHex(testCrypto.rsaRecover(modulus, exponent, data)),
        );
      }),
      { numRuns: 20 },
    );
  });

  test.each([
    // 5^3 = 125 = 3 * 33 + 26
    ['a modulus of one byte', '21', '03', '05', '1A'],
    // 2^17 = 131072 = 1 * 65537 + 65535
    ['an odd number of bytes', '010001', '11', '000002', '00FFFF'],
    ['zeros in front of the modulus', '000021', '03', '05', '00001A'],
    ['a modulus of zero', '000000', '03', '05', '000000'],
    ['an even modulus', '20', '03', '05', '1D'],
    ['a number that is larger than the modulus', '21', '03', '26', '1A'],
    ['an exponent of nought', '21', '00', '05', '01'],
    ['no exponent', '21', '', '05', '01'],
    ['no data', '21', '03', '', '00'],
    ['an exponent of three bytes', '21', '010001', '05', '0E'],
  ])('takes %s', (_, modulus, exponent, data, result) => {
    expect(recover(modulus, exponent, data)).toBe(result);
  });
});

// FIPS 180-4, examples.
test.each([
  ['abc', 'A9993E364706816ABA3E25717850C26C9CD0D89D'],
  ['abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq', '84983E441C3BD26EBAAE4AA1F95129E5E54670F1'],
  ['', 'DA39A3EE5E6B4B0D3255BFEF95601890AFD80709'],
])('SHA-1 of "%s"', (text, digest) => {
  expect(toHex(nodeCrypto.sha1(fromAscii(text)))).toBe(digest);
});
