/** The host's ledger: what every account holds, and one entry for every financial request that was ever decided. */
import { Bug } from '../../../src/domain/result.ts';
import { maskedPan } from './masked-pan.ts';

/** A ledger that forgets is no ledger: beyond this it refuses instead (`full`). */
const LEDGER_ENTRIES_MAX = 1_000_000;

/** What names a financial request, and stands in its reversal again (dialect sheet 8.3: F41, 60.2, F11). */
export interface EntryKey {
  readonly terminal: string;
  readonly batch: number;
  readonly stan: number;
}

type EntryState =
  /** Approved: the amount is taken from the balance and held. */
  | 'held'
  /** Refused: no money moved. */
  | 'declined'
  /** Was held and is given back. */
  | 'reversed'
  /** The reversal came first; the request that it names is refused whenever it comes. */
  | 'forestalled';

export interface Entry extends EntryKey {
  readonly state: EntryState;
  readonly amountMinor: bigint;
  /** Absent when forestalled, and when the card of a declined request could not be read. */
  readonly pan?: string;
  /** F3 of the request. */
  readonly processingCode?: string;
  /** F39 of the request's answer; absent when forestalled. */
  readonly responseCode?: string;
}

/** What a reversal says about the original, to be compared with what the ledger has. */
export interface ReversalClaim {
  readonly amountMinor: bigint;
  readonly processingCode: string;
  /** F2, which a swiped card's reversal does not carry. */
  readonly pan?: string;
}

export type HoldOutcome = 'held' | 'insufficient-funds' | 'no-such-account' | 'already-decided' | 'full';

export type ReversalOutcome =
  /** The money is back on the account, now or since an earlier reversal of the same request. */
  | 'reversed'
  /** The original was declined: nothing to give back. */
  | 'nothing-held'
  /** No original came before this reversal. It is remembered, so that none can come after. */
  | 'unknown'
  | 'amount-differs'
  /** Another card or another transaction type than the original's. */
  | 'not-the-original'
  | 'full';

interface Account {
  readonly pan: string;
  readonly openingMinor: bigint;
  balanceMinor: bigint;
}

/** For people and reports: amounts as decimal strings, card numbers masked. */
export interface LedgerJson {
  readonly accounts: readonly {
    readonly maskedPan: string;
    readonly openingMinor: string;
    readonly balanceMinor: string;
    readonly heldMinor: string;
  }[];
  readonly entries: readonly {
    readonly terminal: string;
    readonly batch: number;
    readonly stan: number;
    readonly state: EntryState;
    readonly amountMinor: string;
    readonly maskedPan?: string;
    readonly processingCode?: string;
    readonly responseCode?: string;
  }[];
}

/** Money moves only through here. Every decision is made at most once per {@link EntryKey}. */
export class Ledger {
  readonly #accounts = new Map<string, Account>();
  readonly #entries = new Map<string, Entry>();
  readonly #entriesMax: number;

  /** @throws Bug for two accounts with the same PAN, or a negative opening balance. */
  constructor(
    accounts: readonly { readonly pan: string; readonly balanceMinor: string | bigint }[],
    entriesMax = LEDGER_ENTRIES_MAX,
  ) {
    this.#entriesMax = entriesMax;
    for (const { pan, balanceMinor } of accounts) {
      if (this.#accounts.has(pan)) throw new Bug(`Two accounts for card ${maskedPan(pan)}.`);
      const openingMinor = BigInt(balanceMinor);
      if (openingMinor < 0n) throw new Bug(`Card ${maskedPan(pan)} opens with a negative balance.`);
      this.#accounts.set(pan, { pan, openingMinor, balanceMinor: openingMinor });
    }
  }

  entry(key: EntryKey): Entry | undefined {
    return this.#entries.get(nameOf(key));
  }

  /** Approves: moves the amount from the account's balance into a hold, or says why not. */
  hold(
    key: EntryKey,
    request: { readonly pan: string; readonly amountMinor: bigint; readonly processingCode: string },
  ): HoldOutcome {
    if (request.amountMinor <= 0n) throw new Bug('A hold is for a positive amount.');
    if (this.#entries.has(nameOf(key))) return 'already-decided';
    if (this.#isFull()) return 'full';
    const account = this.#accounts.get(request.pan);
    if (account === undefined) return 'no-such-account';
    if (account.balanceMinor < request.amountMinor) return 'insufficient-funds';
    account.balanceMinor -= request.amountMinor;
    this.#put(key, { state: 'held', responseCode: '00', ...request });
    return 'held';
  }

  /** Remembers a refusal, so that the same request again is a duplicate. Later ones of the same key change nothing. */
  decline(
    key: EntryKey,
    request: {
      readonly responseCode: string;
      readonly amountMinor: bigint;
      readonly processingCode: string;
      readonly pan?: string;
    },
  ): void {
    if (this.#entries.has(nameOf(key)) || this.#isFull()) return;
    this.#put(key, { state: 'declined', ...request });
  }

  /** Takes a request back. Repeating it gives the same outcome and moves nothing. */
  reverse(key: EntryKey, claim: ReversalClaim): ReversalOutcome {
    const original = this.#entries.get(nameOf(key));
    if (original === undefined) {
      if (this.#isFull()) return 'full';
      this.#put(key, { state: 'forestalled', amountMinor: claim.amountMinor });
      return 'unknown';
    }
    if (original.state === 'forestalled') return 'unknown';
    if (original.processingCode !== claim.processingCode) return 'not-the-original';
    if (claim.pan !== undefined && claim.pan !== original.pan) return 'not-the-original';
    if (original.amountMinor !== claim.amountMinor) return 'amount-differs';
    if (original.state === 'declined') return 'nothing-held';
    if (original.state === 'reversed') return 'reversed';
    this.#account(original).balanceMinor += original.amountMinor;
    this.#put(key, { ...original, state: 'reversed' });
    return 'reversed';
  }

  /** What the host has taken from the customer for one request: its amount, or zero. */
  heldMinor(terminal: string, batch: number, stan: number): bigint {
    const entry = this.entry({ terminal, batch, stan });
    return entry?.state === 'held' ? entry.amountMinor : 0n;
  }

  /** The present balance; `undefined` for a card without an account. */
  balanceMinor(pan: string): bigint | undefined {
    return this.#accounts.get(pan)?.balanceMinor;
  }

  /** Adds everything up again from the entries. Each string is a broken invariant; none is what must come out. */
  discrepancies(): readonly string[] {
    const held = this.#heldByPan();
    const found: string[] = [];
    for (const { pan, openingMinor, balanceMinor } of this.#accounts.values()) {
      const heldMinor = held.get(pan) ?? 0n;
      if (balanceMinor + heldMinor !== openingMinor) {
        found.push(`${maskedPan(pan)}: balance ${balanceMinor} and held ${heldMinor}, opened with ${openingMinor}`);
      }
      if (balanceMinor < 0n) found.push(`${maskedPan(pan)}: balance ${balanceMinor} is negative`);
    }
    return found;
  }

  ledgerJson(): LedgerJson {
    const held = this.#heldByPan();
    return {
      accounts: [...this.#accounts.values()].map(({ pan, openingMinor, balanceMinor }) => ({
        maskedPan: maskedPan(pan),
        openingMinor: openingMinor.toString(),
        balanceMinor: balanceMinor.toString(),
        heldMinor: (held.get(pan) ?? 0n).toString(),
      })),
      entries: [...this.#entries.values()].map(({ pan, amountMinor, ...entry }) => ({
        ...entry,
        amountMinor: amountMinor.toString(),
        ...(pan === undefined ? {} : { maskedPan: maskedPan(pan) }),
      })),
    };
  }

  #heldByPan(): ReadonlyMap<string, bigint> {
    const held = new Map<string, bigint>();
    for (const { state, pan, amountMinor } of this.#entries.values()) {
      if (state === 'held' && pan !== undefined) held.set(pan, (held.get(pan) ?? 0n) + amountMinor);
    }
    return held;
  }

  #isFull(): boolean {
    return this.#entries.size >= this.#entriesMax;
  }

  #put({ terminal, batch, stan }: EntryKey, rest: Omit<Entry, keyof EntryKey>): void {
    this.#entries.set(nameOf({ terminal, batch, stan }), { ...rest, terminal, batch, stan });
  }

  #account({ pan }: Entry): Account {
    const account = pan === undefined ? undefined : this.#accounts.get(pan);
    if (account === undefined) throw new Bug('A held entry has no account.');
    return account;
  }
}

const nameOf = ({ terminal, batch, stan }: EntryKey): string => `${terminal}/${batch}/${stan}`;
