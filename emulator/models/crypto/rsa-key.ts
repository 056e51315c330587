/** RSA without padding, the recovery functions of chip card certificates (EMV Book 2, annexes A2.1 and B2.1), and SHA-1. */
import {
  constants,
  createHash,
  createPrivateKey,
  createPublicKey,
  privateDecrypt,
  publicEncrypt,
  type KeyObject,
} from 'node:crypto';
import { Bug } from '../../../src/domain/result.ts';

/** A private key as a JSON Web Key (RFC 7518, 6.3). */
export interface RsaJwk {
  readonly kty: string;
  readonly n: string;
  readonly e: string;
  readonly d: string;
  readonly p: string;
  readonly q: string;
  readonly dp: string;
  readonly dq: string;
  readonly qi: string;
}

const PLAIN = { padding: constants.RSA_NO_PADDING } as const;

export class RsaKey {
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
  readonly #private: KeyObject;
  readonly #public: KeyObject;

  constructor(jwk: RsaJwk) {
    this.#private = createPrivateKey({ key: { ...jwk }, format: 'jwk' });
    this.#public = createPublicKey(this.#private);
    this.modulus = bytesOf(jwk.n);
    this.exponent = bytesOf(jwk.e);
  }

  /** What only the holder of the private key can do: sign, or decipher. @throws Bug unless the block is as long as the modulus. */
  sign(block: Uint8Array): Uint8Array {
    return new Uint8Array(privateDecrypt({ key: this.#private, ...PLAIN }, this.#whole(block)));
  }

  /** What everybody can do. @throws Bug unless the block is as long as the modulus. */
  recover(block: Uint8Array): Uint8Array {
    return new Uint8Array(publicEncrypt({ key: this.#public, ...PLAIN }, this.#whole(block)));
  }

  #whole(block: Uint8Array): Uint8Array {
    if (block.length === this.modulus.length) return block;
    throw new Bug(`A key of ${this.modulus.length} bytes was given a block of ${block.length}.`);
  }
}

export const sha1 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash('sha1').update(bytes).digest());

const bytesOf = (base64url: string): Uint8Array =>
  Uint8Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
