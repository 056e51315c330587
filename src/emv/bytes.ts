/** Byte strings as the kernel handles them. */

export { fromHex, toHex } from '../domain/hex.ts';

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export const equal = (left: Uint8Array, right: Uint8Array): boolean =>
  left.length === right.length && left.every((byte, index) => byte === right[index]);

export const startsWith = (bytes: Uint8Array, head: Uint8Array): boolean => equal(bytes.subarray(0, head.length), head);

/** A number as big-endian bytes. */
export const numberBytes = (value: number, length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => Math.floor(value / 256 ** (length - 1 - index)) % 256);

/** Big-endian bytes as a number; up to six bytes are exact. */
export const bytesNumber = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => sum * 256 + byte, 0);

/** Printable ASCII; anything else becomes a dot, so that card data cannot steer a terminal or a log. */
export const toAscii = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');

export const fromAscii = (text: string): Uint8Array =>
  Uint8Array.from(text, (character) => character.charCodeAt(0) & 0x7f);
