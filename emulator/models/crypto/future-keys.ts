/** What the two DUKPTs share: a counter that skips, and the registers of the keys to come (ANSI X9.24-1 annex A, X9.24-3). */
import { Bug, fail, ok, type Result } from '../../../src/domain/result.ts';

/** One device's way from key to key. */
export interface DukptScheme {
  /** Width of the transaction counter, 21 or 32. */
  readonly counterBits: number;
  /** A counter with more one bits is skipped, which bounds the derivations of the receiver. */
  readonly onesMax: number;
  /** The key of `counter` from that of the same counter without its lowest one bit. It cannot be undone. */
  derive(key: Uint8Array, counter: number): Uint8Array;
}

/** The receiver's way, which needs no state: one derivation for each one bit, from the highest down. */
export function keyAt(
  scheme: DukptScheme,
  initialKey: Uint8Array,
  counter: number,
): Result<Uint8Array, 'no-such-transaction'> {
  const ones = countOnes(counter);
  return ones === 0 || ones > scheme.onesMax ? fail('no-such-transaction') : ok(walk(scheme, initialKey, counter));
}

/** The counter of the transaction after this one; `undefined` when there is none and the device has to stop. */
export function nextCounter(
  { counterBits, onesMax }: Pick<DukptScheme, 'counterBits' | 'onesMax'>,
  counter: number,
): number | undefined {
  const next = countOnes(counter) < onesMax ? counter + 1 : counter + lowestOne(counter);
  return next < 2 ** counterBits ? next : undefined;
}

/** The sender's way: it forgets the initial key at once, and every key when it is used. */
export class FutureKeys {
  readonly #scheme: DukptScheme;
  /** By the value of the counter bit that leads to it. */
  readonly #registers = new Map<number, Uint8Array>();
  #counter: number | undefined;

  /** @param counter of the first transaction to come. @throws Bug when no transaction has it. */
  constructor(scheme: DukptScheme, initialKey: Uint8Array, counter = 1) {
    if (!keyAt(scheme, initialKey, counter).ok) throw new Bug(`No DUKPT transaction has the counter ${counter}.`);
    this.#scheme = scheme;
    this.#counter = counter;
    const lowest = lowestOne(counter);
    this.#registers.set(lowest, walk(scheme, initialKey, counter));
    for (let bit = 2 * lowest; bit < 2 ** scheme.counterBits; bit *= 2) {
      const isZero = Math.floor(counter / bit) % 2 === 0;
      if (isZero) this.#registers.set(bit, walk(scheme, initialKey, counter - (counter % bit) + bit));
    }
  }

  get isSpent(): boolean {
    return this.#counter === undefined;
  }

  /** The key of the next transaction, once; `undefined` when the device has used them all. */
  take(): { readonly counter: number; readonly key: Uint8Array } | undefined {
    const counter = this.#counter;
    if (counter === undefined) return undefined;
    const lowest = lowestOne(counter);
    const key = this.#registers.get(lowest);
    if (key === undefined) throw new Bug(`The DUKPT register for the counter ${counter} is empty.`);
    this.#registers.delete(lowest);
    if (countOnes(counter) < this.#scheme.onesMax) {
      for (let bit = lowest / 2; bit >= 1; bit /= 2) {
        this.#registers.set(bit, this.#scheme.derive(key, counter + bit));
      }
    }
    this.#counter = nextCounter(this.#scheme, counter);
    return { counter, key };
  }
}

function walk(scheme: DukptScheme, initialKey: Uint8Array, counter: number): Uint8Array {
  let [key, reached] = [initialKey, 0];
  for (let bit = 2 ** (scheme.counterBits - 1); bit >= 1; bit /= 2) {
    if (Math.floor(counter / bit) % 2 === 0) continue;
    reached += bit;
    key = scheme.derive(key, reached);
  }
  return key;
}

function countOnes(counter: number): number {
  let ones = 0;
  for (let rest = counter; rest > 0; rest = Math.floor(rest / 2)) ones += rest % 2;
  return ones;
}

const lowestOne = (counter: number): number => (counter & -counter) >>> 0;
