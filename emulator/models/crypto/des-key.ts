/** Single and triple DES in ECB mode: one object per key, over which everything else here is built. */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { Bug } from '../../../src/domain/result.ts';

export const BLOCK_LENGTH = 8;

/** Bytes of key: single, double (K1 K2 K1) or triple length. */
export type DesKeyLength = 8 | 16 | 24;

type Transform = (data: Uint8Array) => Uint8Array;

/**
 * A clear DES key. Parity bits are ignored.
 *
 * ECB keeps nothing between blocks, so one native cipher, never finished, serves a key for ever: about a microsecond a
 * block, where making a cipher costs seventeen (measured on Node 24). It is made at first use.
 */
export class DesKey {
  readonly length: DesKeyLength;
  readonly #bytes: Uint8Array;
  #encrypt: Transform | undefined;
  #decrypt: Transform | undefined;

  /** @throws Bug unless there are 8, 16 or 24 bytes. */
  constructor(bytes: Uint8Array) {
    if (bytes.length !== 8 && bytes.length !== 16 && bytes.length !== 24) {
      throw new Bug(`A DES key has 8, 16 or 24 bytes, not ${bytes.length}.`);
    }
    this.length = bytes.length;
    this.#bytes = bytes.slice();
  }

  /** @throws Bug unless `data` is whole blocks of 8 bytes. */
  encrypt(data: Uint8Array): Uint8Array {
    this.#encrypt ??= unpadded(createCipheriv('des-ede3-ecb', this.#tripled(), null));
    return this.#encrypt(wholeBlocks(data));
  }

  /** @throws Bug unless `data` is whole blocks of 8 bytes. */
  decrypt(data: Uint8Array): Uint8Array {
    this.#decrypt ??= unpadded(createDecipheriv('des-ede3-ecb', this.#tripled(), null));
    return this.#decrypt(wholeBlocks(data));
  }

  /** The first four bytes of encrypting zeros (dialect sheet 5.4). */
  checkValue(): Uint8Array {
    return this.encrypt(new Uint8Array(BLOCK_LENGTH)).slice(0, 4);
  }

  /** Two single-length keys, which X9.19 uses apart. @throws Bug unless the key is of double length. */
  halves(): readonly [DesKey, DesKey] {
    if (this.length !== 16)
      throw new Bug(`Only a double-length key has two halves; this one has ${this.length} bytes.`);
    return [new DesKey(this.#bytes.slice(0, 8)), new DesKey(this.#bytes.slice(8))];
  }

  // OpenSSL 3 offers single DES in its legacy provider only; K|K|K in triple DES is the same function.
  #tripled(): Uint8Array {
    const tripled = new Uint8Array(24);
    for (let index = 0; index < 24; index++) tripled[index] = this.#bytes[index % this.length] ?? 0;
    return tripled;
  }
}

interface NativeCipher {
  setAutoPadding(on: boolean): unknown;
  update(data: Uint8Array): Uint8Array;
}

function unpadded(cipher: NativeCipher): Transform {
  cipher.setAutoPadding(false);
  // A copy, because node answers with its own subclass, whose `slice` shares memory.
  return (data) => new Uint8Array(cipher.update(data));
}

function wholeBlocks(data: Uint8Array): Uint8Array {
  if (data.length % BLOCK_LENGTH === 0) return data;
  throw new Bug(`DES takes whole blocks of ${BLOCK_LENGTH} bytes, not ${data.length} bytes.`);
}
