/** A key of a block cipher in ECB mode, the one primitive over which everything else here is built. */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { Bug } from '../../../src/domain/result.ts';

export interface BlockKey {
  readonly algorithm: 'des' | 'sm4' | 'aes';
  /** Bytes of a block. */
  readonly blockLength: 8 | 16;
  /** @throws Bug unless `data` is whole blocks. */
  encrypt(data: Uint8Array): Uint8Array;
  /** @throws Bug unless `data` is whole blocks. */
  decrypt(data: Uint8Array): Uint8Array;
}

type Transform = (data: Uint8Array) => Uint8Array;

/**
 * ECB keeps nothing between blocks, so one native cipher, never finished, serves a key for ever: about a microsecond a
 * block, where making a cipher costs seventeen (measured on Node 24). It is made at first use.
 */
export class EcbCipher {
  readonly #name: string;
  readonly #key: Uint8Array;
  readonly #blockLength: number;
  #encrypt: Transform | undefined;
  #decrypt: Transform | undefined;

  /** @param name as OpenSSL has it, with a key of the length that it wants. */
  constructor(name: string, key: Uint8Array, blockLength: number) {
    this.#name = name;
    this.#key = key;
    this.#blockLength = blockLength;
  }

  encrypt(data: Uint8Array): Uint8Array {
    this.#encrypt ??= unpadded(createCipheriv(this.#name, this.#key, null));
    return this.#encrypt(this.#wholeBlocks(data));
  }

  decrypt(data: Uint8Array): Uint8Array {
    this.#decrypt ??= unpadded(createDecipheriv(this.#name, this.#key, null));
    return this.#decrypt(this.#wholeBlocks(data));
  }

  #wholeBlocks(data: Uint8Array): Uint8Array {
    if (data.length % this.#blockLength === 0) return data;
    throw new Bug(`This cipher takes whole blocks of ${this.#blockLength} bytes, not ${data.length} bytes.`);
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
