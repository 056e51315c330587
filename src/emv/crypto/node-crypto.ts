/** The kernel's arithmetic: the public operation of RSA, and SHA-1 (EMV Book 2, annexes A2.1, B2.1 and B3.1). */
import { createHash } from 'node:crypto';
import { fromHex, toHex } from '../bytes.ts';
import type { Crypto } from '../terminal.ts';

/**
 * In plain arithmetic: nothing of a public operation is secret, exponents have three bytes at most, and it takes
 * whatever certificate a card comes with. OpenSSL throws at even moduli and at those that begin with zero bytes.
 * A modulus of zero, which a card may well send, recovers nothing but zeros.
 */
function rsaRecover(modulus: Uint8Array, exponent: Uint8Array, data: Uint8Array): Uint8Array {
  const n = numberOf(modulus);
  if (n === 0n) return new Uint8Array(modulus.length);
  let result = 1n % n;
  let square = numberOf(data) % n;
  for (let rest = numberOf(exponent); rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % n;
    if (rest > 1n) square = (square * square) % n;
  }
  return fromHex(result.toString(16).padStart(modulus.length * 2, '0'));
}

const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x0${toHex(bytes)}`);

const sha1 = (data: Uint8Array): Uint8Array => Uint8Array.from(createHash('sha1').update(data).digest());

export const nodeCrypto: Crypto = { rsaRecover, sha1 };
