/** Mutations that these tests caught: no anchor at either end; cost, memory or parallelization without a bound. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePasswordHash, passwordHashText } from './password.ts';

const SALT = '0123456789abcdef0123456789abcdef';
const KEY = `${SALT}${SALT}`;

describe('the text of a password hash', () => {
  test('says cost, salt and key', () => {
    const hash = { cost: 32_768, blockSize: 8, parallelization: 1, salt: SALT, key: KEY };
    const text = `scrypt$32768$8$1$${SALT}$${KEY}`;
    expect(passwordHashText(hash)).toBe(text);
    expect(parsePasswordHash(text)).toEqual(hash);
  });

  test.each([
    ['the least', 2, 1, 1],
    ['128 MiB', 131_072, 8, 1],
    ['128 MiB in wider blocks', 65_536, 16, 8],
  ])('may cost %s', (_, cost, blockSize, parallelization) => {
    expect(parsePasswordHash(`scrypt$${cost}$${blockSize}$${parallelization}$${SALT}$${KEY}`)).toMatchObject({
      cost,
      blockSize,
      parallelization,
    });
  });

  test.each([
    ['nothing', ''],
    ['a clear password', '12345678'],
    ['another function', `bcrypt$32768$8$1$${SALT}$${KEY}`],
    ['a missing part', `scrypt$32768$8$1$${SALT}`],
    ['a part too many', `scrypt$32768$8$1$${SALT}$${KEY}$`],
    ['something before it', `xscrypt$32768$8$1$${SALT}$${KEY}`],
    ['a line end after it', `scrypt$32768$8$1$${SALT}$${KEY}\n`],
    ['a short salt', `scrypt$32768$8$1$${SALT.slice(2)}$${KEY}`],
    ['a short key', `scrypt$32768$8$1$${SALT}$${KEY.slice(2)}`],
    ['capitals', `scrypt$32768$8$1$${SALT.toUpperCase()}$${KEY}`],
    ['a cost that is no power of two', `scrypt$32767$8$1$${SALT}$${KEY}`],
    ['a cost of 1', `scrypt$1$8$1$${SALT}$${KEY}`],
    ['a leading zero', `scrypt$032768$8$1$${SALT}$${KEY}`],
    ['a cost in another notation', `scrypt$0x8000$8$1$${SALT}$${KEY}`],
    ['blocks of nothing', `scrypt$32768$0$1$${SALT}$${KEY}`],
    ['256 MiB', `scrypt$262144$8$1$${SALT}$${KEY}`],
    ['256 MiB in wider blocks', `scrypt$131072$16$1$${SALT}$${KEY}`],
    ['nine passes', `scrypt$32768$8$9$${SALT}$${KEY}`],
  ])('is not %s', (_, text) => {
    expect(parsePasswordHash(text)).toBeUndefined();
  });

  test('whatever is read as one gives the same text again', () => {
    const part = fc.oneof(
      fc.integer({ min: 0, max: 70_000 }).map(String),
      fc.constantFrom('2', '16', '32768', SALT, KEY),
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 3, maxLength: 3 }), (numbers) => {
        const text = ['scrypt', ...numbers, SALT, KEY].join('$');
        const hash = parsePasswordHash(text);
        expect(hash === undefined ? text : passwordHashText(hash)).toBe(text);
      }),
    );
  });
});
