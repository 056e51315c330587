/** The terminals that the host knows: their master keys, their batch numbers, and the working keys they were given last. */
import { Bug } from '../../../src/domain/result.ts';
import { DesKey } from '../crypto/des-key.ts';
import { fromHex, toHex } from '../crypto/hex.ts';
import { Sm4Key } from '../crypto/sm4-key.ts';
import { wrapKey } from '../crypto/working-key.ts';

/** A terminal as the acquirer registered it. */
export interface RegisteredTerminal {
  /** F41, 8 characters. */
  readonly terminal: string;
  /** F42, 15 characters. */
  readonly merchant: string;
  /** The terminal master key: 32 hex digits. */
  readonly masterKey: string;
  /** The one for SM4 (60.3 = 005, 006), 32 hex digits; without it the host refuses these sign-ins. */
  readonly sm4MasterKey?: string;
  /** Bytes of the DES keys that it is given in double-length places; shorter ones have filler (dialect sheet 5.4). */
  readonly keyLengths?: KeyLengths;
  /** 1 to 999999: what the next sign-in hands out. */
  readonly batch: number;
  /** What the host wants of it: {@link Terminal.require}, in this order. */
  readonly requires?: readonly number[];
}

type KeyName = 'pin' | 'mac' | 'track';

/** A MAC key of 16 bytes is what some hosts issue (dialect sheet 13, number 10). */
export type KeyLengths = Readonly<Partial<Record<KeyName, 8 | 16>>>;

interface KeyForm {
  readonly algorithm: 'des' | 'sm4';
  /** Bytes of a key's place in field 62. */
  readonly place: 8 | 16;
  readonly names: readonly KeyName[];
}

/** By 60.3: single-length keys, double-length ones, with a track key; SM4, with a track key (dialect sheet 3.3, 5.4). */
const keyForms = {
  '001': { algorithm: 'des', place: 8, names: ['pin', 'mac'] },
  '003': { algorithm: 'des', place: 16, names: ['pin', 'mac'] },
  '004': { algorithm: 'des', place: 16, names: ['pin', 'mac', 'track'] },
  '005': { algorithm: 'sm4', place: 16, names: ['pin', 'mac'] },
  '006': { algorithm: 'sm4', place: 16, names: ['pin', 'mac', 'track'] },
} as const satisfies Readonly<Record<string, KeyForm>>;

export type SignInCode = keyof typeof keyForms;

export const isSignInCode = (text: string): text is SignInCode => Object.hasOwn(keyForms, text);

type HostKey = DesKey | Sm4Key;

/** The clear working keys of one sign-in (dialect sheet 5.1). */
export interface WorkingKeys {
  readonly pin: HostKey;
  readonly mac: HostKey;
  /** Only after a sign-in that asked for it (60.3 = 004, 006). */
  readonly track?: HostKey;
}

/** Uniformly random bytes, `bytes` of them. */
export type Entropy = (bytes: number) => Uint8Array;

const BATCH_MAX = 999_999;
/** In double-length places, unless the terminal is registered with others (dialect sheet 5.1). */
const keyLengthsDefault = { pin: 16, mac: 8, track: 16 } as const;

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
  readonly #masters: { readonly des: DesKey; readonly sm4?: Sm4Key };
  readonly #keyLengths: Required<KeyLengths>;
  #batch: number;
  #batchIsClosed = false;
  #keys: WorkingKeys | undefined;
  #requires: readonly number[] = [];

  constructor(registered: RegisteredTerminal) {
    const { terminal, merchant, masterKey, sm4MasterKey, keyLengths, batch, requires = [] } = registered;
    if (terminal.length > 8 || merchant.length > 15)
      throw new Bug(`Terminal "${terminal}": F41 takes 8 characters, F42 15.`);
    if (![masterKey, sm4MasterKey ?? masterKey].every((key) => /^[0-9A-Fa-f]{32}$/.test(key)))
      throw new Bug(`Terminal "${terminal}": a master key has 32 hex digits.`);
    if (!Number.isInteger(batch) || batch < 1 || batch > BATCH_MAX) {
      throw new Bug(`Terminal "${terminal}": a batch number is 1 to ${BATCH_MAX}.`);
    }
    this.id = terminal.trimEnd();
    this.merchant = merchant.padEnd(15);
    this.#masters = {
      des: new DesKey(fromHex(masterKey)),
      ...(sm4MasterKey !== undefined && { sm4: new Sm4Key(fromHex(sm4MasterKey)) }),
    };
    this.#keyLengths = { ...keyLengthsDefault, ...keyLengths };
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

  /** Whether it has the master key under which such keys come. */
  canSignIn(code: SignInCode): boolean {
    return this.#masters[keyForms[code].algorithm] !== undefined;
  }

  /**
   * Makes new working keys; the previous ones are void from now on. Opens the next batch if this one is closed.
   *
   * @returns field 62 (dialect sheet 5.4), hex: 24 bytes for 60.3 = 001, 40 for 003 and 005, 60 with the track key.
   * @throws Bug unless it {@link canSignIn}.
   */
  signIn(entropy: Entropy, code: SignInCode): string {
    const { algorithm, names, place } = keyForms[code];
    const master = this.#masters[algorithm];
    if (master === undefined) throw new Bug(`Terminal "${this.id}" has no ${algorithm} master key.`);
    const made = names.map((name) => {
      const length = algorithm === 'sm4' || place === 8 ? place : this.#keyLengths[name];
      const clear = entropy(length);
      const key = algorithm === 'sm4' ? new Sm4Key(clear) : new DesKey(clear);
      // Zeros fill the place of a shorter key, unencrypted.
      const wrapped = toHex(wrapKey(master, clear)).padEnd(2 * place, '0');
      return { name, key, entry: wrapped + toHex(key.checkValue()) };
    });
    this.#keys = keysIn(made);
    if (this.#batchIsClosed) this.#batch = this.#batch >= BATCH_MAX ? 1 : this.#batch + 1;
    this.#batchIsClosed = false;
    this.hasDone('sign-in');
    return made.map(({ entry }) => entry).join('');
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
}

function keysIn(made: readonly { readonly name: KeyName; readonly key: HostKey }[]): WorkingKeys {
  const keyOf = (name: KeyName): HostKey | undefined => made.find((each) => each.name === name)?.key;
  const [pin, mac, track] = [keyOf('pin'), keyOf('mac'), keyOf('track')];
  if (pin === undefined || mac === undefined) throw new Bug('Every sign-in brings a PIN key and a MAC key.');
  return { pin, mac, ...(track !== undefined && { track }) };
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
