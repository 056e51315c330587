/** Public keys out of certificates, and what a signature holds (EMV Book 2, 5.3, 5.4, 6.3 to 6.5, 7.1). */
import { fail, ok, type Result } from '../../domain/result.ts';
import { concat, equal, toHex } from '../bytes.ts';
import type { Crypto } from '../terminal.ts';

export interface PublicKey {
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
}

export type CertificateProblem =
  | 'length-wrong'
  /** Header, trailer or format byte. */
  | 'not-a-certificate'
  | 'hash-wrong'
  | 'certificate-of-another-card'
  | 'certificate-expired'
  | 'certificate-revoked'
  | 'algorithm-not-supported'
  | 'remainder-missing';

const HEADER = 0x6a;
const TRAILER = 0xbc;
const HASH_BYTES = 20;
const SHA_1 = 0x01;
const RSA = 0x01;

interface Signed {
  readonly format: number;
  /** Between header and hash: what is hashed first. */
  readonly body: Uint8Array;
}

/** A signature with message recovery (annex A2.1), checked: format, and the hash of its body and of `rest`. */
export function recoverSigned(
  crypto: Crypto,
  key: PublicKey,
  signature: Uint8Array,
  format: number,
  rest: readonly Uint8Array[],
): Result<Signed, CertificateProblem> {
  const { modulus, exponent } = key;
  if (signature.length !== modulus.length || modulus.length < HASH_BYTES + 3) return fail('length-wrong');
  // Fixed length, so that the bytes sort as the numbers do. No signature is that large, and arithmetic may refuse it.
  if (toHex(signature) >= toHex(modulus)) return fail('not-a-certificate');
  const plain = crypto.rsaRecover(modulus, exponent, signature);
  const body = plain.subarray(1, -HASH_BYTES - 1);
  if (plain[0] !== HEADER || plain.at(-1) !== TRAILER || body[0] !== format) return fail('not-a-certificate');
  const hash = plain.subarray(-HASH_BYTES - 1, -1);
  return equal(crypto.sha1(concat(body, ...rest)), hash) ? ok({ format, body }) : fail('hash-wrong');
}

export interface CertificateInput {
  readonly certificate: Uint8Array;
  readonly remainder?: Uint8Array;
  readonly exponent: Uint8Array;
}

/** What a certificate of either kind says besides its key. */
interface CertificateShape {
  readonly format: 0x02 | 0x04;
  /** Issuer identifier or PAN. */
  readonly subjectBytes: 4 | 10;
}

interface Certified {
  readonly key: PublicKey;
  readonly subject: Uint8Array;
  readonly serial: Uint8Array;
}

/** @property today YYYYMMDD. */
export interface Circumstances {
  readonly crypto: Crypto;
  readonly today: string;
}

/** 5.3, table 6: the issuer's key, by the authority's. */
export function recoverIssuerKey(
  circumstances: Circumstances,
  caKey: PublicKey,
  input: CertificateInput,
  card: { readonly pan: string; readonly isRevoked: (serial: string) => boolean },
): Result<PublicKey, CertificateProblem> {
  const certified = recoverKey(circumstances, caKey, input, { format: 0x02, subjectBytes: 4 }, []);
  if (!certified.ok) return certified;
  const { key, subject, serial } = certified.value;
  // Step 8: three to eight digits, filled with F.
  const identifier = toHex(subject).replace(/F+$/, '');
  if (!/^\d{3,8}$/.test(identifier) || !card.pan.startsWith(identifier)) return fail('certificate-of-another-card');
  return card.isRevoked(toHex(serial)) ? fail('certificate-revoked') : ok(key);
}

/** 6.4, table 14, and 7.1, table 23: the card's key, by the issuer's. @param staticData none for the PIN key. */
export function recoverCardKey(
  circumstances: Circumstances,
  issuerKey: PublicKey,
  input: CertificateInput,
  pan: string,
  staticData: Uint8Array,
): Result<PublicKey, CertificateProblem> {
  const certified = recoverKey(circumstances, issuerKey, input, { format: 0x04, subjectBytes: 10 }, [staticData]);
  if (!certified.ok) return certified;
  const subject = toHex(certified.value.subject).replace(/F+$/, '');
  return subject === pan ? ok(certified.value.key) : fail('certificate-of-another-card');
}

function recoverKey(
  { crypto, today }: Circumstances,
  signer: PublicKey,
  { certificate, remainder = new Uint8Array(), exponent }: CertificateInput,
  { format, subjectBytes }: CertificateShape,
  rest: readonly Uint8Array[],
): Result<Certified, CertificateProblem> {
  const signed = recoverSigned(crypto, signer, certificate, format, [remainder, exponent, ...rest]);
  if (!signed.ok) return signed;
  const { body } = signed.value;
  const expiryAt = 1 + subjectBytes;
  const keyAt = expiryAt + 9;
  if (body.length < keyAt) return fail('length-wrong');
  const [hashAlgorithm, keyAlgorithm, modulusBytes = 0, exponentBytes] = body.subarray(expiryAt + 5, keyAt);
  if (hashAlgorithm !== SHA_1 || keyAlgorithm !== RSA) return fail('algorithm-not-supported');
  if (isOver(body.subarray(expiryAt, expiryAt + 2), today)) return fail('certificate-expired');
  const room = body.length - keyAt;
  if (modulusBytes > room && remainder.length === 0) return fail('remainder-missing');
  // A key that fits is filled up with BB and has no remainder; of one that does not, exactly the rest stands there.
  if (remainder.length !== Math.max(0, modulusBytes - room) || exponentBytes !== exponent.length) {
    return fail('length-wrong');
  }
  const modulus = concat(body.subarray(keyAt, keyAt + Math.min(room, modulusBytes)), remainder);
  const subject = body.subarray(1, expiryAt);
  return ok({ key: { modulus, exponent }, subject, serial: body.subarray(expiryAt + 2, expiryAt + 5) });
}

/** MMYY: good to the end of that month (5.3, step 9). What is no month is over. */
function isOver(monthAndYear: Uint8Array, today: string): boolean {
  const [month = '', year = ''] = toHex(monthAndYear).match(/../g) ?? [];
  if (!/^(0[1-9]|1[0-2])$/.test(month) || !/^\d\d$/.test(year)) return true;
  return `${fullYear(year)}${month}` < today.slice(0, 6);
}

/** Two digits: to 49 of this century (Book 4, 6.7.3). */
export const fullYear = (year: string): string => `${Number(year) < 50 ? '20' : '19'}${year}`;
