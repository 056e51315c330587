/**
 * Mutations that these tests caught: salt not used, or always the same; answer from inside the call; a malformed hash
 * that matches, or is answered at once; the cost of the hash not taken from it; no bound; a bound that is never given
 * back.
 */
import { describe, expect, test } from 'vitest';
import { passwordHashText } from '../domain/password.ts';
import { Secret } from '../domain/secret.ts';
import { Passwords } from './passwords.ts';

const CHEAP = { cost: 2, blockSize: 1, parallelization: 1 };

let entropyCount = 0;
const passwords = (cost = CHEAP): Passwords =>
  new Passwords((bytes) => new Uint8Array(bytes).fill((entropyCount += 1)), cost);

const secret = (text: string): Secret<string> => Secret.of(text, 'PASSWORD');
const hashed = (text: string, by = passwords()): Promise<string> =>
  new Promise((answer) => by.hash(secret(text), answer));
const matches = (text: string, hash: string, by = passwords()): Promise<boolean> =>
  new Promise((answer) => by.verify(secret(text), hash, answer));

describe('a password', () => {
  test('matches its hash, and no other password does', async () => {
    const hash = await hashed('12345678');
    expect(await matches('12345678', hash)).toBe(true);
    for (const other of ['12345679', '1234567', '123456788', '']) expect(await matches(other, hash)).toBe(false);
  });

  test('never gives the same hash twice', async () => {
    const one = passwords();
    expect(await hashed('0000', one)).not.toBe(await hashed('0000', one));
  });

  test('is not in its hash, which says what it cost', async () => {
    const hash = await hashed('90715634', passwords({ cost: 16, blockSize: 2, parallelization: 3 }));
    expect(hash).toMatch(/^scrypt\$16\$2\$3\$[0-9a-f]{32}\$[0-9a-f]{64}$/);
    expect(hash).not.toContain('90715634');
  });

  test('matches a hash of another cost', async () => {
    const hash = await hashed('0000', passwords({ cost: 16, blockSize: 2, parallelization: 3 }));
    expect(await matches('0000', hash)).toBe(true);
  });

  test('matches a hash of the most that a terminal can bear', async () => {
    // What cannot be computed would end the process instead.
    const key = '0'.repeat(64);
    const most = passwordHashText({ cost: 131_072, blockSize: 8, parallelization: 1, salt: key.slice(32), key });
    expect(await matches('0000', most)).toBe(false);
  });

  test('is hashed with scrypt as others do it', async () => {
    // hashlib.scrypt of Python 3.
    const salt = '000102030405060708090a0b0c0d0e0f';
    const key = '6a27d8183ee4ced975caafd1e99ceb08ff4778b5c07e4fbbd16fae8dd088633a';
    expect(await matches('12345678', `scrypt$1024$8$1$${salt}$${key}`)).toBe(true);
  });

  test.each([
    ['changed in its key', (hash: string) => hash.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'))],
    ['changed in its salt', (hash: string) => hash.replace(/(?<=\$)[0-9a-f]{32}(?=\$)/, '0'.repeat(32))],
    ['of another cost than it says', (hash: string) => hash.replace('$2$', '$4$')],
    ['cut short', (hash: string) => hash.slice(0, -2)],
    ['that is the password', () => '12345678'],
    ['that is empty', () => ''],
    ['that would take a gigabyte', (hash: string) => hash.replace('$2$1$', '$1048576$8$')],
  ])('does not match a hash %s', async (_, change) => {
    const hash = await hashed('12345678');
    expect(change(hash)).not.toBe(hash);
    expect(await matches('12345678', change(hash))).toBe(false);
  });

  test.each(['a hash', ''])('is never answered from inside the call (%j)', async (hash) => {
    const order: string[] = [];
    const answered = new Promise<void>((done) => {
      const one = passwords();
      one.hash(secret('0000'), () => order.push('hashed'));
      one.verify(secret('0000'), hash, () => {
        order.push('verified');
        done();
      });
      order.push('called');
    });
    await answered;
    expect(order[0]).toBe('called');
    expect(order).toContain('verified');
  });

  test('waits for others, up to four of them; then somebody has made a mistake', async () => {
    const one = passwords();
    const four = Array.from({ length: 4 }, () => hashed('0000', one));
    expect(() => one.verify(secret('0000'), '', () => undefined)).toThrow('More than 4 passwords at once.');
    await Promise.all(four);
    expect(await matches('0000', '', one)).toBe(false);
  });
});
