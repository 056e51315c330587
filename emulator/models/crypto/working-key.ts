/** Working keys as they travel: under the master key, each eight-byte half by itself (dialect sheet 5.4). */
import { DesKey } from './des-key.ts';

/** @param clear 8, 16 or 24 bytes. */
export const wrapKey = (master: DesKey, clear: Uint8Array): Uint8Array => master.encrypt(clear);

/** @param wrapped 8, 16 or 24 bytes. Any parity is accepted. */
export const unwrapKey = (master: DesKey, wrapped: Uint8Array): Uint8Array => master.decrypt(wrapped);

/**
 * The key that clear bytes from a key block stand for: sixteen bytes whose second half is zeros are a single-length key
 * in a double-length field (dialect sheet 5.4, 13 number 10). @throws Bug unless there are 8, 16 or 24 bytes.
 */
export function workingKey(clear: Uint8Array): DesKey {
  const single = clear.length === 16 && clear.subarray(8).every((byte) => byte === 0);
  return new DesKey(single ? clear.subarray(0, 8) : clear);
}
