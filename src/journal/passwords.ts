/** Keeps passwords as scrypt hashes (RFC 7914): slow on purpose, and off the thread that everything else runs on. */
import { scrypt, timingSafeEqual } from 'node:crypto';
import { parsePasswordHash, passwordHashText, type ScryptCost } from '../domain/password.ts';
import { Bug } from '../domain/result.ts';
import type { Secret } from '../domain/secret.ts';
import type { Entropy } from './vault.ts';

/** 32 MiB of working memory and about 0.1 s; OWASP's advice for servers (2026) is one to three times that. */
const PRODUCT_COST: ScryptCost = { cost: 2 ** 15, blockSize: 8, parallelization: 1 };

const SALT_BYTES = 16;
const KEY_BYTES = 32;

/** As many as Node has threads for; each has the working memory of its hash. People sign on one at a time. */
const OPEN_MAX = 4;

export class Passwords {
  readonly #entropy: Entropy;
  readonly #cost: ScryptCost;
  #open = 0;

  /** @param cost of the hashes that are made here; those that are verified bring their own. */
  constructor(entropy: Entropy, cost = PRODUCT_COST) {
    this.#entropy = entropy;
    this.#cost = cost;
  }

  /**
   * A fresh salt each time: the same password never gives the same text twice.
   *
   * @throws Bug while {@link OPEN_MAX} answers are still to come.
   */
  hash(password: Secret<string>, answer: (hash: string) => void): void {
    const salt = this.#entropy(SALT_BYTES);
    this.#derive(password, salt, this.#cost, (key) => {
      answer(passwordHashText({ ...this.#cost, salt: hex(salt), key: hex(key) }));
    });
  }

  /**
   * False also for what is no hash, which takes as long: so an operator number that nobody has cannot be told from a
   * wrong password by a watch. Give '' for it.
   *
   * @throws Bug while {@link OPEN_MAX} answers are still to come.
   */
  verify(password: Secret<string>, hash: string, answer: (matches: boolean) => void): void {
    const known = parsePasswordHash(hash);
    const salt = known === undefined ? this.#entropy(SALT_BYTES) : Buffer.from(known.salt, 'hex');
    this.#derive(password, salt, known ?? this.#cost, (key) => {
      answer(known !== undefined && timingSafeEqual(key, Buffer.from(known.key, 'hex')));
    });
  }

  #derive(password: Secret<string>, salt: Uint8Array, cost: ScryptCost, answer: (key: Buffer) => void): void {
    if (this.#open >= OPEN_MAX) throw new Bug(`More than ${OPEN_MAX} passwords at once.`);
    this.#open += 1;
    const { cost: N, blockSize: r, parallelization: p } = cost;
    // OpenSSL's own count; Node's default is too little for the cost above.
    const maxmem = 128 * r * (N + p + 2);
    scrypt(password.reveal(), salt, KEY_BYTES, { N, r, p, maxmem }, (error, key) => {
      this.#open -= 1;
      if (error !== null) throw new Bug('A password could not be hashed.', { cause: error });
      answer(key);
    });
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
