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
}

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

/** One terminal's dealings with the host. */
export class Terminal {
  readonly merchant: string;
  readonly #master: DesKey;
  #batch: number;
  #keys: WorkingKeys | undefined;

  constructor({ terminal, merchant, masterKey, batch }: RegisteredTerminal) {
    if (terminal.length > 8 || merchant.length > 15)
      throw new Bug(`Terminal "${terminal}": F41 takes 8 characters, F42 15.`);
    if (!/^[0-9A-Fa-f]{32}$/.test(masterKey)) throw new Bug(`Terminal "${terminal}": a master key has 32 hex digits.`);
    if (!Number.isInteger(batch) || batch < 1 || batch > BATCH_MAX) {
      throw new Bug(`Terminal "${terminal}": a batch number is 1 to ${BATCH_MAX}.`);
    }
    this.merchant = merchant.padEnd(15);
    this.#master = new DesKey(fromHex(masterKey));
    this.#batch = batch;
  }

  get batch(): number {
    return this.#batch;
  }

  /** Absent until the first sign-in and after a sign-off. */
  get keys(): WorkingKeys | undefined {
    return this.#keys;
  }

  /**
   * Makes new working keys; the previous ones are void from now on.
   *
   * @returns field 62 (dialect sheet 5.4), hex: 40 bytes for 60.3 = 003, 60 with the track key (004).
   */
  signIn(entropy: Entropy, withTrackKey: boolean): string {
    const pin = entropy(DOUBLE_LENGTH);
    const mac = entropy(SINGLE_LENGTH);
    const track = withTrackKey ? entropy(DOUBLE_LENGTH) : undefined;
    this.#keys = {
      pin: new DesKey(pin),
      mac: new DesKey(mac),
      ...(track === undefined ? {} : { track: new DesKey(track) }),
    };
    // The MAC key is single-length in a double-length place: zeros fill it, unencrypted.
    const macFiller = '00'.repeat(DOUBLE_LENGTH - SINGLE_LENGTH);
    return this.#wrapped(pin) + this.#wrapped(mac, macFiller) + (track === undefined ? '' : this.#wrapped(track));
  }

  /** Ends the batch: keys void, the next sign-in gets the next batch number (dialect sheet 5.5). */
  signOff(): void {
    if (this.#keys === undefined) return;
    this.#keys = undefined;
    this.#batch = this.#batch >= BATCH_MAX ? 1 : this.#batch + 1;
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
}
