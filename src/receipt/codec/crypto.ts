/** What the receipts are lent by whoever runs them: node:crypto in the terminal, bundled code on the page. */

export interface ReceiptCrypto {
  readonly sha256: (data: Uint8Array) => Uint8Array;
  /** Ed25519 (RFC 8032). False also for a key or a signature that is none. */
  readonly verify: (publicKey: Uint8Array, data: Uint8Array, signature: Uint8Array) => boolean;
}

export interface ReceiptSigner {
  /** 8 bytes. */
  readonly kid: Uint8Array;
  /** Ed25519, 64 bytes. */
  readonly sign: (data: Uint8Array) => Uint8Array;
}

export const HASH_BYTES = 32;
export const PUBLIC_KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;
export const KID_BYTES = 8;

/** The first bytes of the public key's SHA-256. It names a key, it proves nothing. */
export const kidOf = (publicKey: Uint8Array, sha256: ReceiptCrypto['sha256']): Uint8Array =>
  sha256(publicKey).slice(0, KID_BYTES);
