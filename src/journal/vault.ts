/** Keeps PANs for the journal: AES-256-GCM under a storage key that never leaves this terminal. */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { fail, ok, type Result } from '../domain/result.ts';
import { Secret } from '../domain/secret.ts';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const FORMAT = 'v1:';

export type Entropy = (bytes: number) => Uint8Array;

export class Vault {
  readonly #key: Secret<Uint8Array>;
  readonly #entropy: Entropy;

  constructor(key: Secret<Uint8Array>, entropy: Entropy) {
    this.#key = key;
    this.#entropy = entropy;
  }

  /** A fresh nonce each time: the same PAN never gives the same text twice. */
  seal(pan: Secret<string>): string {
    const nonce = this.#entropy(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key.reveal(), nonce);
    const sealed = Buffer.concat([nonce, cipher.update(pan.reveal(), 'ascii'), cipher.final(), cipher.getAuthTag()]);
    return FORMAT + sealed.toString('base64');
  }

  /** Whether `sealed` holds this PAN; false also for what was not sealed here. */
  holds(sealed: string, pan: Secret<string>): boolean {
    return this.open(sealed)?.reveal() === pan.reveal();
  }

  /** The PAN again, for a message that must name it; undefined for what was not sealed here. */
  open(sealed: string): Secret<string> | undefined {
    if (!sealed.startsWith(FORMAT)) return undefined;
    const bytes = Buffer.from(sealed.slice(FORMAT.length), 'base64');
    if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#key.reveal(), bytes.subarray(0, NONCE_BYTES));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      const clear = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
      return Secret.of(clear.toString('ascii'), 'PAN');
    } catch {
      return undefined;
    }
  }
}

/** Reads the storage key, or makes one (readable by its owner only) when the terminal starts for the first time. */
export function openVault(file: string, entropy: Entropy): Result<Vault, string> {
  try {
    return ok(new Vault(readKey(file) ?? makeKey(file, entropy), entropy));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return fail(`The storage key ${file} cannot be used (${why}): restore the file or its rights.`);
  }
}

function readKey(file: string): Secret<Uint8Array> | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'ascii').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  if (!/^[0-9a-f]{64}$/i.test(text)) throw new Error('it must hold 64 hex digits');
  return Secret.of(Buffer.from(text, 'hex'), 'STORAGE KEY');
}

/**
 * A power cut leaves the whole key under its name, or none: a journal sealed under a key that is then lost, in part or
 * whole, could not be read again.
 */
function makeKey(file: string, entropy: Entropy): Secret<Uint8Array> {
  const key = Buffer.from(entropy(KEY_BYTES));
  const unfinished = `${file}.new`;
  // What an earlier power cut left.
  rmSync(unfinished, { force: true });
  const descriptor = openSync(unfinished, 'wx', 0o600);
  try {
    writeSync(descriptor, key.toString('hex'));
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
  return Secret.of(key, 'STORAGE KEY');
}
