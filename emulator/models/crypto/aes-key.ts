/** AES (FIPS 197): 16-byte blocks, keys of 16, 24 or 32 bytes. */
import { Bug } from '../../../src/domain/result.ts';
import { type BlockKey, EcbCipher } from './block-key.ts';

const BLOCK_LENGTH = 16;

/** A clear AES key. */
export class AesKey implements BlockKey {
  readonly algorithm = 'aes';
  readonly blockLength = BLOCK_LENGTH;
  readonly #cipher: EcbCipher;

  /** @throws Bug unless there are 16, 24 or 32 bytes. */
  constructor(bytes: Uint8Array) {
    if (![16, 24, 32].includes(bytes.length)) {
      throw new Bug(`An AES key has 16, 24 or 32 bytes, not ${bytes.length}.`);
    }
    this.#cipher = new EcbCipher(`aes-${bytes.length * 8}-ecb`, bytes.slice(), BLOCK_LENGTH);
  }

  encrypt(data: Uint8Array): Uint8Array {
    return this.#cipher.encrypt(data);
  }

  decrypt(data: Uint8Array): Uint8Array {
    return this.#cipher.decrypt(data);
  }
}
