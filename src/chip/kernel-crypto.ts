/** The kernel's two primitives. Both work on public values, so nothing here needs constant time. */
import { createHash } from 'node:crypto';
import type { Crypto } from '../emv/terminal.ts';

const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x0${Array.from(bytes, hexOf).join('')}`);
const hexOf = (byte: number): string => byte.toString(16).padStart(2, '0');

function bytesOf(value: bigint, length: number): Uint8Array {
  const hex = value.toString(16).padStart(length * 2, '0');
  return Uint8Array.from({ length }, (_, index) => Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16));
}

export const kernelCrypto: Crypto = {
  /** In plain arithmetic, which has no opinion on the keys that cards bring; a library throws at some. */
  rsaRecover: (modulus, exponent, data) => {
    const n = numberOf(modulus);
    if (n === 0n) return new Uint8Array(modulus.length);
    let result = 1n;
    let base = numberOf(data) % n;
    for (let rest = numberOf(exponent); rest > 0n; rest >>= 1n) {
      if ((rest & 1n) === 1n) result = (result * base) % n;
      base = (base * base) % n;
    }
    return bytesOf(result, modulus.length);
  },
  sha1: (data) => Uint8Array.from(createHash('sha1').update(data).digest()),
};
