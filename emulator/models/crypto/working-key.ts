/** Working keys as they travel: under the master key, block by block (dialect sheet 5.4). */
import type { BlockKey } from './block-key.ts';
import { DesKey } from './des-key.ts';

/** @param clear whole blocks of the master's cipher: 8, 16 or 24 bytes with DES, 16 with SM4. */
export const wrapKey = (master: BlockKey, clear: Uint8Array): Uint8Array => master.encrypt(clear);

/** @param wrapped whole blocks of the master's cipher. Any parity is accepted. */
export const unwrapKey = (master: BlockKey, wrapped: Uint8Array): Uint8Array => master.decrypt(wrapped);

/**
 * The DES key that clear bytes from a key block stand for: sixteen bytes whose second half is zeros are a single-length
 * key in a double-length field (dialect sheet 5.4, 13 number 10). SM4 keys are used whole. @throws Bug unless there are
 * 8, 16 or 24 bytes.
 */
export function workingKey(clear: Uint8Array): DesKey {
  const single = clear.length === 16 && clear.subarray(8).every((byte) => byte === 0);
  return new DesKey(single ? clear.subarray(0, 8) : clear);
}
