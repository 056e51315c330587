/** What the receipts are lent, from Node. */
import { createHash, createHmac, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { PUBLIC_KEY_BYTES, type ReceiptCrypto } from './codec/crypto.ts';
import type { Hmac } from './codec/short-form.ts';

export const nodeCrypto: ReceiptCrypto = {
  sha256: (data) => Uint8Array.from(createHash('sha256').update(data).digest()),
  verify: (publicKey, data, signature) => {
    if (publicKey.length !== PUBLIC_KEY_BYTES) return false;
    return verify(null, data, keyObject(publicKey), signature);
  },
};

export const nodeHmac: Hmac = (key, data) => Uint8Array.from(createHmac('sha256', key).update(data).digest());

const keyObject = (publicKey: Uint8Array): KeyObject =>
  createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey).toString('base64url') },
    format: 'jwk',
  });
