/** The certification authorities' public keys that a terminal holds (EMV Book 2, section 11). */
import { fail, ok, type Result } from '../../domain/result.ts';
import { concat, equal, fromHex } from '../bytes.ts';
import type { CaKey, Crypto } from '../terminal.ts';

export type CaKeyProblem = 'ca-key-unknown' | 'ca-key-expired' | 'ca-key-checksum-wrong' | 'algorithm-not-supported';

/** @param today YYYYMMDD. */
export function findCaKey(
  keys: readonly CaKey[],
  rid: string,
  index: string,
  today: string,
  crypto: Crypto,
): Result<CaKey, CaKeyProblem> {
  const key = keys.find((each) => each.rid === rid && each.index === index);
  if (key === undefined) return fail('ca-key-unknown');
  // SM2 and SM3 (dialect sheet 11.7) are refused by name until somebody can test them.
  if (key.algorithm !== 'rsa' || key.hash !== 'sha-1') return fail('algorithm-not-supported');
  // YYYYMMDD sorts as it counts.
  if (key.expiry < today) return fail('ca-key-expired');
  return equal(caKeyChecksum(key, crypto), key.checksum) ? ok(key) : fail('ca-key-checksum-wrong');
}

/** 11.2.2: RID, index, modulus and exponent. */
export const caKeyChecksum = ({ rid, index, modulus, exponent }: CaKey, crypto: Crypto): Uint8Array =>
  crypto.sha1(concat(fromHex(rid), fromHex(index), modulus, exponent));
