/** Derived unique keys per transaction with triple DES (ANSI X9.24-1:2009, annex A). */
import { Bug, type Result } from '../../../src/domain/result.ts';
import { DesKey } from './des-key.ts';
import { type DukptScheme, FutureKeys, keyAt } from './future-keys.ts';
import { fromHex, xor } from './hex.ts';

/** Key serial number: 59 bits that name the key set and the device, 21 bits of transaction counter. */
const KSN_LENGTH = 10;

export type TdesDukptUsage = 'pin' | 'mac-request' | 'mac-response' | 'data-request' | 'data-response';

/** What each half of the key is combined with (annex A). */
const VARIANTS: Readonly<Record<TdesDukptUsage, string>> = {
  pin: '00000000000000FF',
  'mac-request': '000000000000FF00',
  'mac-response': '00000000FF000000',
  'data-request': '0000000000FF0000',
  'data-response': '000000FF00000000',
};
const KEY_MASK = fromHex('C0C0C0C000000000C0C0C0C000000000');
const COUNTER_MAX = 0x1f_ffff;

/** What the key-loading room puts into the device (annex A.6). @throws Bug unless the lengths are 16 and 10 bytes. */
export function tdesInitialKey(baseKey: Uint8Array, ksn: Uint8Array): Uint8Array {
  checkLengths(baseKey, ksn);
  const device = withCounter(ksn, 0).slice(0, 8);
  return Uint8Array.of(...new DesKey(baseKey).encrypt(device), ...new DesKey(xor(baseKey, KEY_MASK)).encrypt(device));
}

/** The receiver's side: the key of the transaction that a serial number names. @throws Bug for other lengths. */
export function tdesTransactionKey(initialKey: Uint8Array, ksn: Uint8Array): Result<Uint8Array, 'no-such-transaction'> {
  checkLengths(initialKey, ksn);
  return keyAt(schemeOf(ksn), initialKey, counterOf(ksn));
}

/** The key for one use. Those for data are sent once through their own cipher (annex A). */
export function tdesUsageKey(transactionKey: Uint8Array, usage: TdesDukptUsage): DesKey {
  const variant = fromHex(VARIANTS[usage].repeat(2));
  const bytes = xor(transactionKey, variant);
  const key = new DesKey(bytes);
  return usage.startsWith('data') ? new DesKey(key.encrypt(bytes)) : key;
}

/** The sender's side: a device and the keys that it has not used yet. */
export class TdesDukpt {
  readonly #ksn: Uint8Array;
  readonly #keys: FutureKeys;

  /**
   * @param ksn its counter is that of the next transaction; 0 is a device that had none.
   * @throws Bug unless the lengths are 16 and 10 bytes, and the counter can occur.
   */
  constructor(initialKey: Uint8Array, ksn: Uint8Array) {
    checkLengths(initialKey, ksn);
    this.#ksn = ksn.slice();
    this.#keys = new FutureKeys(schemeOf(ksn), initialKey, Math.max(counterOf(ksn), 1));
  }

  /** After 1,048,575 transactions, a million in round numbers. */
  get isSpent(): boolean {
    return this.#keys.isSpent;
  }

  /** The next transaction: its key, and the serial number by which the receiver finds it. */
  take(): { readonly ksn: Uint8Array; readonly key: Uint8Array } | undefined {
    const taken = this.#keys.take();
    return taken && { ksn: withCounter(this.#ksn, taken.counter), key: taken.key };
  }
}

function schemeOf(ksn: Uint8Array): DukptScheme {
  return {
    counterBits: 21,
    onesMax: 10,
    derive: (key, counter) => nonReversibleKey(key, withCounter(ksn, counter).slice(2)),
  };
}

/** The non-reversible key generation process of annex A. */
function nonReversibleKey(key: Uint8Array, register: Uint8Array): Uint8Array {
  const half = (bytes: Uint8Array): Uint8Array => {
    const [left, right] = [new DesKey(bytes.slice(0, 8)), bytes.slice(8)];
    return xor(left.encrypt(xor(register, right)), right);
  };
  return Uint8Array.of(...half(xor(key, KEY_MASK)), ...half(key));
}

const counterOf = (ksn: Uint8Array): number =>
  (((ksn[7] ?? 0) << 16) | ((ksn[8] ?? 0) << 8) | (ksn[9] ?? 0)) & COUNTER_MAX;

function withCounter(ksn: Uint8Array, counter: number): Uint8Array {
  const result = ksn.slice();
  result[7] = ((ksn[7] ?? 0) & 0xe0) | (counter >>> 16);
  result[8] = (counter >>> 8) & 0xff;
  result[9] = counter & 0xff;
  return result;
}

function checkLengths(key: Uint8Array, ksn: Uint8Array): void {
  if (key.length === 16 && ksn.length === KSN_LENGTH) return;
  throw new Bug(
    `DUKPT takes a key of 16 bytes and a serial number of ${KSN_LENGTH}, not ${key.length} and ${ksn.length}.`,
  );
}
