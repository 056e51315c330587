/**
 * What the page is lent: Ed25519 and SHA-256 in JavaScript, brought along. Browsers have their own only lately, only
 * under https, and only as promises; so one way for all phones, old ones inside of other apps as well.
 */
import { Ed25519Key } from '@ldclabs/cose-ts/ed25519';
import { sha256 } from '@ldclabs/cose-ts/hash';
import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES, type ReceiptCrypto } from '../codec/crypto.ts';

export const pageCrypto: ReceiptCrypto = {
  sha256: (data) => sha256(data),
  verify: (publicKey, data, signature) => {
    if (publicKey.length !== PUBLIC_KEY_BYTES || signature.length !== SIGNATURE_BYTES) return false;
    try {
      return Ed25519Key.fromPublic(publicKey).verify(data, signature);
    } catch {
      // 32 bytes that are no point on the curve.
      return false;
    }
  },
};
