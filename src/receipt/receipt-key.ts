/** The key that this terminal signs its receipts with: a seed in a file of its own, made at the first start. */
import { createPrivateKey, createPublicKey, hkdfSync, sign } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { fail, ok, type Result } from '../domain/result.ts';
import { Secret } from '../domain/secret.ts';
import { kidOf, type ReceiptSigner } from './codec/crypto.ts';
import { nodeCrypto } from './node-crypto.ts';

export type Entropy = (bytes: number) => Uint8Array;

export interface ReceiptKey extends ReceiptSigner {
  /** Ed25519, 32 bytes: what the page and the tool are given. */
  readonly publicKey: Uint8Array;
  /** Of the short form's MAC. Whoever has it can make short forms, but no records. */
  readonly shortKey: Secret<Uint8Array>;
}

const SEED_BYTES = 32;
/** So that nobody takes the seed for the public key, which is as long. */
const FORMAT = /^receipt-seed-v1:([\da-f]{64})\s*$/i;
/** RFC 8410 7: what stands before the seed in a PKCS #8 private key of Ed25519. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const SHORT_KEY_INFO = 'receipt short form v1';

export function receiptKeyOf(seed: Secret<Uint8Array>): ReceiptKey {
  const der = Buffer.concat([PKCS8_HEAD, seed.reveal()]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  const publicKey = Uint8Array.from(Buffer.from(x, 'base64url'));
  const shortKey = new Uint8Array(hkdfSync('sha256', seed.reveal(), new Uint8Array(), SHORT_KEY_INFO, 32));
  return {
    publicKey,
    kid: kidOf(publicKey, nodeCrypto.sha256),
    sign: (data) => Uint8Array.from(sign(null, data, privateKey)),
    shortKey: Secret.of(shortKey, 'RECEIPT SHORT KEY'),
  };
}

/**
 * Reads the key, or makes one, readable by its owner only.
 *
 * @param mayMake false where there are receipts already: another key would begin another terminal's chain.
 */
export function openReceiptKey(file: string, entropy: Entropy, mayMake: boolean): Result<ReceiptKey, string> {
  try {
    if (existsSync(file)) return ok(receiptKeyOf(readSeed(file)));
    if (!mayMake) return fail(`The receipt key ${file} is missing, but there are receipts: restore the file.`);
    return ok(receiptKeyOf(makeSeed(file, entropy)));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return fail(`The receipt key ${file} cannot be used (${why}): restore the file or its rights.`);
  }
}

/** Whether a file's text is a seed and not a public key. */
export function seedOf(text: string): Secret<Uint8Array> | undefined {
  const hex = FORMAT.exec(text)?.[1];
  return hex === undefined ? undefined : Secret.of(Uint8Array.from(Buffer.from(hex, 'hex')), 'RECEIPT SEED');
}

function readSeed(file: string): Secret<Uint8Array> {
  const seed = seedOf(readFileSync(file, 'ascii'));
  if (seed === undefined) throw new Error('it must hold receipt-seed-v1: and 64 hex digits');
  return seed;
}

/** A power cut leaves the whole seed under its name, or none: receipts signed with a lost key could prove nothing. */
function makeSeed(file: string, entropy: Entropy): Secret<Uint8Array> {
  const seed = Uint8Array.from(entropy(SEED_BYTES));
  const unfinished = `${file}.new`;
  // What an earlier power cut left.
  rmSync(unfinished, { force: true });
  const descriptor = openSync(unfinished, 'wx', 0o600);
  try {
    writeSync(descriptor, `receipt-seed-v1:${Buffer.from(seed).toString('hex')}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(unfinished, file);
  const directory = openSync(dirname(file), 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
  return Secret.of(seed, 'RECEIPT SEED');
}
