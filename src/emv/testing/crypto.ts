/** The primitives for tests: public operations by OpenSSL, private ones by plain arithmetic. */
import { Buffer } from 'node:buffer';
import { constants, createHash, createPublicKey, publicEncrypt } from 'node:crypto';
import testKeys from '../../../fixtures/emv/test-keys.json' with { type: 'json' };
import { concat, fromHex, toHex } from '../bytes.ts';
import type { PublicKey } from '../oda/certificates.ts';
import type { Crypto } from '../terminal.ts';

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

const filler = (length: number): Uint8Array => new Uint8Array(Math.max(0, length)).fill(0xbb);

export const testCrypto: Crypto = {
  rsaRecover: (modulus, exponent, data) => {
    const key = createPublicKey({ key: { kty: 'RSA', n: base64(modulus), e: base64(exponent) }, format: 'jwk' });
    return Uint8Array.from(publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, data));
  },
  sha1: (data) => Uint8Array.from(createHash('sha1').update(data).digest()),
};

export interface PrivateKey extends PublicKey {
  readonly privateExponent: Uint8Array;
}

const keyOf = (key: { modulus: string; exponent: string; privateExponent: string }): PrivateKey => ({
  modulus: fromHex(key.modulus),
  exponent: fromHex(key.exponent),
  privateExponent: fromHex(key.privateExponent),
});

export const KEYS = {
  authority: keyOf(testKeys.authority),
  issuer: keyOf(testKeys.issuer),
  shortIssuer: keyOf(testKeys.shortIssuer),
  card: keyOf(testKeys.card),
  pin: keyOf(testKeys.pin),
};

const big = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(bytes)}`);

const signatures = new Map<string, Uint8Array>();

/** Remembers, because arithmetic in the open is slow and tests sign the same things again. */
function rsaSign(key: PrivateKey, data: Uint8Array): Uint8Array {
  const name = toHex(key.modulus) + toHex(data);
  const signature = signatures.get(name) ?? privateOperation(key, data);
  signatures.set(name, signature);
  return signature;
}

function privateOperation({ modulus, privateExponent }: PrivateKey, data: Uint8Array): Uint8Array {
  const n = big(modulus);
  let result = 1n;
  let base = big(data) % n;
  for (let exponent = big(privateExponent); exponent > 0n; exponent >>= 1n) {
    if ((exponent & 1n) === 1n) result = (result * base) % n;
    base = (base * base) % n;
  }
  return fromHex(result.toString(16).padStart(modulus.length * 2, '0'));
}

interface Frame {
  readonly header?: number;
  readonly trailer?: number;
}

/** Annex A2.1: header, body, hash of body and rest, trailer. @param body filled with BB to the key's size. */
export function sign(key: PrivateKey, body: Uint8Array, rest: Uint8Array, frame: Frame = {}): Uint8Array {
  const { header = 0x6a, trailer = 0xbc } = frame;
  const filled = concat(body, filler(key.modulus.length - 22 - body.length));
  const hash = testCrypto.sha1(concat(filled, rest));
  return rsaSign(key, concat(Uint8Array.of(header), filled, hash, Uint8Array.of(trailer)));
}

export interface CertificateOptions {
  readonly format: '02' | '04';
  /** Hex: issuer identifier of four bytes, PAN of ten. */
  readonly subject: string;
  readonly expiry?: string;
  readonly serial?: string;
  readonly algorithms?: string;
  /** Hex. */
  readonly staticData?: string;
  readonly frame?: Frame;
  /** What it says of its exponent. */
  readonly exponentBytes?: number;
}

/** A certificate of `key` by `signer`, and what of the modulus has no room in it. */
export function certify(signer: PrivateKey, key: PublicKey, options: CertificateOptions) {
  const {
    format,
    subject,
    expiry = '1230',
    serial = '000001',
    algorithms = '0101',
    staticData = '',
    frame = {},
    exponentBytes = key.exponent.length,
  } = options;
  const head = fromHex(`${format}${subject}${expiry}${serial}${algorithms}`);
  const lengths = Uint8Array.of(key.modulus.length, exponentBytes);
  const room = signer.modulus.length - 22 - head.length - 2;
  const body = concat(head, lengths, key.modulus.subarray(0, room), filler(room - key.modulus.length));
  const remainder = key.modulus.slice(room);
  const certificate = sign(signer, body, concat(remainder, key.exponent, fromHex(staticData)), frame);
  return { certificate, remainder, exponent: key.exponent };
}
