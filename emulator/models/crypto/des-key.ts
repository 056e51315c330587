/** Single and triple DES. */
import { Bug } from '../../../src/domain/result.ts';
import { type BlockKey, EcbCipher } from './block-key.ts';

export const BLOCK_LENGTH = 8;

/** Bytes of key: single, double (K1 K2 K1) or triple length. */
export type DesKeyLength = 8 | 16 | 24;

/** A clear DES key. Parity bits are ignored. */
export class DesKey implements BlockKey {
  readonly algorithm = 'des';
  readonly blockLength = BLOCK_LENGTH;
  readonly length: DesKeyLength;
  readonly #bytes: Uint8Array;
  readonly #cipher: EcbCipher;

  /** @throws Bug unless there are 8, 16 or 24 bytes. */
  constructor(bytes: Uint8Array) {
    if (bytes.length !== 8 && bytes.length !== 16 && bytes.length !== 24) {
      throw new Bug(`A DES key has 8, 16 or 24 bytes, not ${bytes.length}.`);
    }
    this.length = bytes.length;
    this.#bytes = bytes.slice();
    // OpenSSL 3 offers single DES in its legacy provider only; K|K|K in triple DES is the same function.
    const tripled = Uint8Array.from({ length: 24 }, (_, index) => bytes[index % bytes.length] ?? 0);
    this.#cipher = new EcbCipher('des-ede3-ecb', tripled, BLOCK_LENGTH);
  }

  encrypt(data: Uint8Array): Uint8Array {
    return this.#cipher.encrypt(data);
  }

  decrypt(data: Uint8Array): Uint8Array {
    return this.#cipher.decrypt(data);
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
}
