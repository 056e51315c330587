/** Derived unique keys per transaction with AES (ANSI X9.24-3:2017). */
import { Bug, type Result } from '../../../src/domain/result.ts';
import { AesKey } from './aes-key.ts';
import { type DukptScheme, FutureKeys, keyAt } from './future-keys.ts';

/** Key serial number: the initial key id of eight bytes, and four of transaction counter. */
const KSN_LENGTH = 12;
const INITIAL_KEY_ID_LENGTH = 8;

/** Key usage indicators (6.3). */
const USAGES = {
  'key-encryption': 0x0002,
  pin: 0x1000,
  'mac-generation': 0x2000,
  'mac-verification': 0x2001,
  'mac-both': 0x2002,
  'data-encryption': 0x3000,
  'data-decryption': 0x3001,
  'data-both': 0x3002,
  'key-derivation': 0x8000,
  'initial-key': 0x8001,
} as const;

export type AesDukptUsage = Exclude<keyof typeof USAGES, 'key-derivation' | 'initial-key'>;

/** Algorithm indicators (6.3), and bits of key. */
const KEY_TYPES = {
  'tdes-double': { indicator: 0, bits: 128 },
  'tdes-triple': { indicator: 1, bits: 192 },
  'aes-128': { indicator: 2, bits: 128 },
  'aes-192': { indicator: 3, bits: 192 },
  'aes-256': { indicator: 4, bits: 256 },
} as const;

export type AesDukptKeyType = keyof typeof KEY_TYPES;

/** What the key-loading room puts into the device (6.3, 6.4). @throws Bug for other lengths. */
export function aesInitialKey(baseKey: Uint8Array, initialKeyId: Uint8Array): Uint8Array {
  if (initialKeyId.length !== INITIAL_KEY_ID_LENGTH) {
    throw new Bug(`An initial key id has ${INITIAL_KEY_ID_LENGTH} bytes, not ${initialKeyId.length}.`);
  }
  return derive(baseKey, 'initial-key', typeOf(baseKey), initialKeyId);
}

/** The receiver's side: the derivation key of the transaction that a serial number names. @throws Bug for other lengths. */
export function aesTransactionKey(initialKey: Uint8Array, ksn: Uint8Array): Result<Uint8Array, 'no-such-transaction'> {
  checkKsn(ksn);
  const counter = new DataView(ksn.buffer, ksn.byteOffset).getUint32(INITIAL_KEY_ID_LENGTH);
  return keyAt(schemeOf(initialKey, ksn), initialKey, counter);
}

/**
 * The key for one use of a transaction, on either side (6.3, 6.4).
 *
 * @param ksn that of the transaction.
 * @throws Bug for an AES key longer than the one that it would come from.
 */
export function aesWorkingKey(
  transactionKey: Uint8Array,
  ksn: Uint8Array,
  usage: AesDukptUsage,
  type: AesDukptKeyType,
): Uint8Array {
  checkKsn(ksn);
  if (type.startsWith('aes') && KEY_TYPES[type].bits > transactionKey.length * 8) {
    throw new Bug(`A ${type} key cannot come from one of ${transactionKey.length} bytes.`);
  }
  return derive(transactionKey, usage, type, ksn.slice(4));
}

/** The sender's side: a device and the keys that it has not used yet. */
export class AesDukpt {
  readonly #initialKeyId: Uint8Array;
  readonly #keys: FutureKeys;

  /**
   * @param ksn its counter is that of the next transaction; 0 is a device that had none.
   * @throws Bug unless the lengths are those of AES and 12 bytes, and the counter can occur.
   */
  constructor(initialKey: Uint8Array, ksn: Uint8Array) {
    checkKsn(ksn);
    this.#initialKeyId = ksn.slice(0, INITIAL_KEY_ID_LENGTH);
    const counter = new DataView(ksn.buffer, ksn.byteOffset).getUint32(INITIAL_KEY_ID_LENGTH);
    this.#keys = new FutureKeys(schemeOf(initialKey, ksn), initialKey, Math.max(counter, 1));
  }

  /** The next transaction: its derivation key, and the serial number by which the receiver finds it. */
  take(): { readonly ksn: Uint8Array; readonly key: Uint8Array } | undefined {
    const taken = this.#keys.take();
    return taken && { ksn: Uint8Array.of(...this.#initialKeyId, ...bytesOf(taken.counter, 4)), key: taken.key };
  }
}

function schemeOf(initialKey: Uint8Array, ksn: Uint8Array): DukptScheme {
  const type = typeOf(initialKey);
  const device = ksn.slice(4, INITIAL_KEY_ID_LENGTH);
  return {
    // 6.1. The reference vectors also give keys for 131071, which has seventeen ones; no device gets there by this rule.
    counterBits: 32,
    onesMax: 16,
    derive: (key, counter) => derive(key, 'key-derivation', type, Uint8Array.of(...device, ...bytesOf(counter, 4))),
  };
}

/**
 * 6.4: as many blocks of derivation data as the key is long, told apart by their second byte, encrypted.
 *
 * @param context eight bytes: the initial key id, or its right half and the counter.
 */
function derive(key: Uint8Array, usage: keyof typeof USAGES, type: AesDukptKeyType, context: Uint8Array): Uint8Array {
  const { indicator, bits } = KEY_TYPES[type];
  const data = Array.from({ length: Math.ceil(bits / 128) }, (_, index) => [
    1,
    index + 1,
    ...bytesOf(USAGES[usage], 2),
    ...bytesOf(indicator, 2),
    ...bytesOf(bits, 2),
    ...context,
  ]);
  return new AesKey(key).encrypt(Uint8Array.from(data.flat())).slice(0, bits / 8);
}

function typeOf(key: Uint8Array): AesDukptKeyType {
  if (key.length === 16) return 'aes-128';
  if (key.length === 24) return 'aes-192';
  if (key.length === 32) return 'aes-256';
  throw new Bug(`An AES key has 16, 24 or 32 bytes, not ${key.length}.`);
}

const bytesOf = (value: number, length: number): readonly number[] =>
  Array.from({ length }, (_, index) => (value >>> (8 * (length - 1 - index))) & 0xff);

function checkKsn(ksn: Uint8Array): void {
  if (ksn.length !== KSN_LENGTH) throw new Bug(`A serial number has ${KSN_LENGTH} bytes, not ${ksn.length}.`);
}
