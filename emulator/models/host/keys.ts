/** The terminals that the host knows: their master keys, their batch numbers, and the working keys they were given last. */
import { Bug } from '../../../src/domain/result.ts';
import { DesKey } from '../crypto/des-key.ts';
import { fromHex, toHex } from '../crypto/hex.ts';
import { wrapKey } from '../crypto/working-key.ts';

/** A terminal as the acquirer registered it. */
export interface RegisteredTerminal {
  /** F41, 8 characters. */
  readonly terminal: string;
  /** F42, 15 characters. */
  readonly merchant: string;
  /** The terminal master key: 32 hex digits. */
  readonly masterKey: string;
  /** 1 to 999999: what the next sign-in hands out. */
  readonly batch: number;
  /** What the host wants of it: {@link Terminal.require}, in this order. */
  readonly requires?: readonly number[];
}

/** 60.3 of a sign-in: single-length keys, double-length ones, and with a track key (dialect sheet 3.3). */
export type SignInCode = '001' | '003' | '004';

/** The clear working keys of one sign-in (dialect sheet 5.1). */
export interface WorkingKeys {
  readonly pin: DesKey;
  readonly mac: DesKey;
  /** Only after a sign-in that asked for it (60.3 = 004). */
  readonly track?: DesKey;
}

/** Uniformly random bytes, `bytes` of them. */
export type Entropy = (bytes: number) => Uint8Array;

const BATCH_MAX = 999_999;
const DOUBLE_LENGTH = 16;
const SINGLE_LENGTH = 8;

/** What the host may want in the header's sixth digit, and the 60.3 that shows it done (dialect sheet 1.2, 3.3). */
const doneBy: ReadonlyMap<number, string> = new Map([
  [1, '360'],
  [2, '362'],
  [3, 'sign-in'],
  [4, '371'],
  [5, '381'],
  [7, '391'],
]);

/** One terminal's dealings with the host. */
export class Terminal {
  /** F41, without spaces on the right. */
  readonly id: string;
  readonly merchant: string;
  readonly #master: DesKey;
  #batch: number;
  #batchIsClosed = false;
  #keys: WorkingKeys | undefined;
  #requires: readonly number[] = [];

  constructor({ terminal, merchant, masterKey, batch, requires = [] }: RegisteredTerminal) {
    if (terminal.length > 8 || merchant.length > 15)
      throw new Bug(`Terminal "${terminal}": F41 takes 8 characters, F42 15.`);
    if (!/^[0-9A-Fa-f]{32}$/.test(masterKey)) throw new Bug(`Terminal "${terminal}": a master key has 32 hex digits.`);
    if (!Number.isInteger(batch) || batch < 1 || batch > BATCH_MAX) {
      throw new Bug(`Terminal "${terminal}": a batch number is 1 to ${BATCH_MAX}.`);
    }
    this.id = terminal.trimEnd();
    this.merchant = merchant.padEnd(15);
    this.#master = new DesKey(fromHex(masterKey));
    this.#batch = batch;
    for (const digit of requires) this.require(digit);
  }

  get batch(): number {
    return this.#batch;
  }

  /** Settled or signed off: the next sign-in opens the next batch, and until then nothing more belongs into this one. */
  get batchIsClosed(): boolean {
    return this.#batchIsClosed;
  }

  /** Absent until the first sign-in and after a sign-off. */
  get keys(): WorkingKeys | undefined {
    return this.#keys;
  }

  /** The header's sixth digit in every answer: what is wanted first, or 0. */
  get requirement(): number {
    return this.#requires[0] ?? 0;
  }

  /**
   * The host wants something, and says so until the terminal has done it; what it wants besides comes after.
   *
   * @param digit 1 to 9. What shows 6, 8 and 9 done is not among this host's messages: they last until 0, which forgets all.
   */
  require(digit: number): void {
    if (!Number.isInteger(digit) || digit < 0 || digit > 9) throw new Bug('A processing requirement is one digit.');
    if (digit === 0) this.#requires = [];
    else if (!this.#requires.includes(digit)) this.#requires = [...this.#requires, digit];
  }

  /** @param what 60.3 of what the terminal has done, or `sign-in`. */
  hasDone(what: string): void {
    this.#requires = this.#requires.filter((digit) => doneBy.get(digit) !== what);
  }

  /**
   * Makes new working keys; the previous ones are void from now on. Opens the next batch if this one is closed.
   *
   * @returns field 62 (dialect sheet 5.4), hex: 24 bytes for 60.3 = 001, 40 for 003, 60 with the track key (004).
   */
  signIn(entropy: Entropy, code: SignInCode): string {
    const single = code === '001';
    const pin = entropy(single ? SINGLE_LENGTH : DOUBLE_LENGTH);
    const mac = entropy(SINGLE_LENGTH);
    const track = code === '004' ? entropy(DOUBLE_LENGTH) : undefined;
    this.#keys = {
      pin: new DesKey(pin),
      mac: new DesKey(mac),
      ...(track === undefined ? {} : { track: new DesKey(track) }),
    };
    if (this.#batchIsClosed) this.#batch = this.#batch >= BATCH_MAX ? 1 : this.#batch + 1;
    this.#batchIsClosed = false;
    this.hasDone('sign-in');
    // In a double-length place zeros fill the single-length MAC key, unencrypted.
    const macFiller = single ? '' : '00'.repeat(DOUBLE_LENGTH - SINGLE_LENGTH);
    return this.#wrapped(pin) + this.#wrapped(mac, macFiller) + (track === undefined ? '' : this.#wrapped(track));
  }

  /** Ends the batch: keys void, the next sign-in gets the next batch number (dialect sheet 5.5). */
  signOff(): void {
    if (this.#keys === undefined) return;
    this.#keys = undefined;
    this.#batchIsClosed = true;
  }

  closeBatch(): void {
    this.#batchIsClosed = true;
  }

  #wrapped(clear: Uint8Array, filler = ''): string {
    return toHex(wrapKey(this.#master, clear)) + filler + toHex(new DesKey(clear).checkValue());
  }
}

export class Terminals {
  readonly #byId = new Map<string, Terminal>();

  /** @throws Bug for a terminal registered twice or wrongly. */
  constructor(registered: readonly RegisteredTerminal[]) {
    for (const row of registered) {
      const id = row.terminal.padEnd(8);
      if (this.#byId.has(id)) throw new Bug(`Terminal "${row.terminal}" is registered twice.`);
      this.#byId.set(id, new Terminal(row));
    }
  }

  /** @param f41 as in the message; trailing spaces do not matter. */
  find(f41: string): Terminal | undefined {
    return this.#byId.get(f41.padEnd(8));
  }

  all(): readonly Terminal[] {
    return [...this.#byId.values()];
  }
}
