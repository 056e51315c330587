/** What is shipped of CA keys is what their owners published: each check value is computed anew. */
import { describe, expect, test } from 'vitest';
import { toHex } from '../bytes.ts';
import { nodeCrypto } from '../crypto/node-crypto.ts';
import { caKeyChecksum } from '../oda/ca-keys.ts';
import { publicCaKeys } from './public-keys.ts';

const keys = publicCaKeys().map((key) => ({ name: `${key.rid} ${key.index}`, key }));

describe('the public CA keys', () => {
  test.each(keys)('$name has the check value that is published with it', ({ key }) => {
    expect(toHex(caKeyChecksum(key, nodeCrypto))).toBe(toHex(key.checksum));
  });

  test.each(keys)('$name has a modulus and an exponent of EMV’s sizes', ({ key }) => {
    // Book 2, annex B2.1: up to 248 bytes; 3 or 65537.
    expect([128, 144, 176, 192, 224, 248]).toContain(key.modulus.length);
    expect((key.modulus.at(-1) ?? 0) & 1).toBe(1);
    expect(['03', '010001']).toContain(toHex(key.exponent));
    expect(key.expiry).toMatch(/^\d{4}1231$/);
  });

  test('are of three schemes, none of them twice', () => {
    const count = (rid: string): number => keys.filter(({ key }) => key.rid === rid).length;
    expect(['A000000333', 'A000000003', 'A000000004'].map(count)).toEqual([10, 8, 14]);
    expect(new Set(keys.map(({ name }) => name)).size).toBe(keys.length);
  });
});
