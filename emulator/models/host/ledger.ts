/** The host's ledger: where all money is, and one entry for every financial request that was ever decided. */
import { Bug } from '../../../src/domain/result.ts';
import type {
  Booking,
  BookingOutcome,
  Change,
  Entry,
  EntryKey,
  Posting,
  Presentation,
  ReversalClaim,
  ReversalOutcome,
} from './ledger-entry.ts';
import { hasEffect, keyOf } from './ledger-entry.ts';
import { ledgerJson, type LedgerJson } from './ledger-json.ts';
import { maskedPan } from './masked-pan.ts';
import { effectOf, isNotice, type Effect, type TransactionName } from './transactions.ts';

export type { LedgerJson } from './ledger-json.ts';

/** A ledger that forgets is no ledger: beyond this it refuses instead (`full`). */
const LEDGER_ENTRIES_MAX = 1_000_000;

/** What a customer has less for. */
const TAKING: ReadonlySet<Effect> = new Set(['debit', 'hold', 'capture', 'transfer']);

interface Account {
  readonly pan: string;
  readonly openingMinor: bigint;
  balanceMinor: bigint;
  heldMinor: bigint;
}

/** Money moves only through here, at most once per {@link EntryKey}; what was refused stays so unless it {@link Ledger.isOpen}. */
export class Ledger {
  readonly #accounts = new Map<string, Account>();
  readonly #merchants = new Map<string, bigint>();
  readonly #entries = new Map<string, Entry>();
  /** Names of entries: what a later transaction finds its original by. */
  readonly #byReference = new Map<string, string>();
  readonly #byAuthorization = new Map<string, string[]>();
  readonly #byBatch = new Map<string, string[]>();
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
      this.#accounts.set(pan, { pan, openingMinor, balanceMinor: openingMinor, heldMinor: 0n });
    }
  }

  entry(key: EntryKey): Entry | undefined {
    return this.#entries.get(nameOf(key));
  }

  /** By F37 of an approval. */
  withReference(referenceNumber: string): Entry | undefined {
    const name = this.#byReference.get(referenceNumber);
    return name === undefined ? undefined : this.#entries.get(name);
  }

  /** The card's pre-authorizations with this F38, latest first. */
  preAuthorizations(authorizationCode: string, pan: string): readonly Entry[] {
    const names = this.#byAuthorization.get(`${authorizationCode}/${pan}`) ?? [];
    return names.toReversed().map((name) => this.#named(name));
  }

  /** Everything that was decided for one terminal's batch. */
  entriesOf(terminal: string, batch: number): readonly Entry[] {
    return (this.#byBatch.get(`${terminal}/${batch}`) ?? []).map((name) => this.#named(name));
  }

  /**
   * Whether a request is still to be decided: it is new, or a notice that was refused. A terminal that never heard the
   * refusal sends the notice again, and would take F39 94 for "it was taken" (dialect sheet 9.2).
   */
  isOpen(key: EntryKey, transaction: TransactionName): boolean {
    const earlier = this.entry(key);
    if (earlier === undefined) return true;
    return isNotice(transaction) && earlier.state === 'declined' && earlier.transaction === transaction;
  }

  /** Why nobody could book this; `undefined` when it can be booked, but for its key. Does nothing. */
  obstacle({ amountMinor, postings }: Booking): 'full' | 'no-such-account' | 'insufficient-funds' | undefined {
    if (amountMinor <= 0n) throw new Bug('A booking is for a positive amount.');
    if (postings.reduce((sum, { minor }) => sum + minor, 0n) !== 0n) throw new Bug('Postings must add up to zero.');
    return this.#isFull() ? 'full' : this.#unpostable(postings);
  }

  /** Moves the money and changes the entries that it follows up, or says why not and does nothing. */
  book(key: EntryKey, booking: Booking): BookingOutcome {
    const { changes, postings, ...facts } = booking;
    if (!this.isOpen(key, booking.transaction)) return 'already-decided';
    const obstacle = this.obstacle(booking);
    if (obstacle !== undefined) return obstacle;
    this.#post(postings, 1n);
    const changed = changes.map((after) => ({ before: changeOf(this.#existing(after.of)), after }));
    for (const change of changes) this.#change(change);
    this.#enter({ ...facts, ...keyOf(key), refundedMinor: 0n, postings, changed });
    this.#index(key, booking);
    return 'booked';
  }

  /** Remembers a refusal, so that the same request again is a duplicate. What is not open is left as it is. */
  decline(
    key: EntryKey,
    refusal: {
      readonly transaction: TransactionName;
      readonly responseCode: string;
      readonly amountMinor: bigint;
      readonly pan?: string;
      readonly merchant?: string;
    } & Presentation,
  ): void {
    if (!this.isOpen(key, refusal.transaction) || this.#isFull()) return;
    this.#enterNothing(key, { ...refusal, state: 'declined' });
  }

  /** Takes a request back. Repeating it gives the same outcome and moves nothing. */
  reverse(key: EntryKey, claim: ReversalClaim): ReversalOutcome {
    const original = this.entry(key);
    if (original === undefined) {
      if (this.#isFull()) return 'full';
      this.#enterNothing(key, { state: 'forestalled', amountMinor: claim.amountMinor });
      return 'unknown';
    }
    if (original.state === 'forestalled') return 'unknown';
    const difference = differenceOf(original, claim);
    if (difference !== undefined) return difference;
    if (original.state === 'declined' || original.state === 'voided') return 'nothing-held';
    if (original.state === 'reversed') return 'reversed';
    if (!this.#nothingStandsOn(original)) return 'followed-up';
    this.#post(original.postings, -1n);
    for (const { before } of original.changed) this.#change(before);
    this.#put({ ...original, state: 'reversed' });
    return 'reversed';
  }

  /** What the host has taken from the customer for one request and not given back: captured, held, or zero. */
  heldMinor(terminal: string, batch: number, stan: number): bigint {
    const entry = this.entry({ terminal, batch, stan });
    if (entry === undefined || (entry.state !== 'held' && entry.state !== 'booked')) return 0n;
    const { transaction } = entry;
    const takes = transaction !== undefined && TAKING.has(effectOf(transaction));
    return takes ? entry.amountMinor - entry.refundedMinor : 0n;
  }

  /** What can be spent; `undefined` for a card without an account. Below zero only where a reversal took back a credit. */
  balanceMinor(pan: string): bigint | undefined {
    return this.#accounts.get(pan)?.balanceMinor;
  }

  /** What can be spent and what is held; `undefined` for a card without an account. */
  ownedMinor(pan: string): bigint | undefined {
    const account = this.#accounts.get(pan);
    return account === undefined ? undefined : account.balanceMinor + account.heldMinor;
  }

  /** What the merchant has coming: sales and completions less voids and refunds. */
  creditMinor(merchant: string): bigint {
    return this.#merchants.get(merchant) ?? 0n;
  }

  /** Adds everything up again from the entries. Each string is a broken invariant; none is what must come out. */
  discrepancies(): readonly string[] {
    const { sums, overdrafts } = this.#addedUp();
    const found: string[] = [];
    const compare = (what: string, has: bigint, due: bigint): void => {
      if (has !== due) found.push(`${what} is ${has}, the entries make it ${due}`);
    };
    let totalMinor = 0n;
    let openedMinor = 0n;
    for (const { pan, openingMinor, balanceMinor, heldMinor } of this.#accounts.values()) {
      const card = maskedPan(pan);
      compare(`${card}: the balance`, balanceMinor, openingMinor + (sums.get(`balance/${pan}`) ?? 0n));
      compare(`${card}: the hold`, heldMinor, sums.get(`hold/${pan}`) ?? 0n);
      if (balanceMinor + (overdrafts.get(pan) ?? 0n) < 0n) found.push(`${card}: balance ${balanceMinor} is negative`);
      if (heldMinor < 0n) found.push(`${card}: hold ${heldMinor} is negative`);
      totalMinor += balanceMinor + heldMinor;
      openedMinor += openingMinor;
    }
    for (const [merchant, creditMinor] of this.#merchants) {
      compare(`Merchant ${merchant}: the credit`, creditMinor, sums.get(`merchant/${merchant}`) ?? 0n);
      totalMinor += creditMinor;
    }
    compare('All money', totalMinor, openedMinor);
    return found;
  }

  ledgerJson(): LedgerJson {
    return ledgerJson(this.#accounts.values(), this.#merchants, this.#entries.values());
  }

  /** Per book and owner; and per PAN what reversals took back, so much may an account be below zero. */
  #addedUp(): { readonly sums: ReadonlyMap<string, bigint>; readonly overdrafts: ReadonlyMap<string, bigint> } {
    const sums = new Map<string, bigint>();
    const overdrafts = new Map<string, bigint>();
    const add = (to: Map<string, bigint>, name: string, minor: bigint): void =>
      void to.set(name, (to.get(name) ?? 0n) + minor);
    for (const entry of this.#entries.values()) {
      for (const { book, owner, minor } of entry.postings) {
        if (hasEffect(entry)) add(sums, `${book}/${owner}`, minor);
        else if (book === 'balance' && minor > 0n) add(overdrafts, owner, minor);
      }
    }
    return { sums, overdrafts };
  }

  /** Whether what this entry changed is still as it left it, and nothing later changed the entry itself. */
  #nothingStandsOn({ state, refundedMinor, changed }: Entry): boolean {
    if ((state !== 'held' && state !== 'booked') || refundedMinor > 0n) return false;
    return changed.every(({ after }) => {
      const { state, refundedMinor } = this.#existing(after.of);
      return state === after.state && refundedMinor === after.refundedMinor;
    });
  }

  #unpostable(postings: readonly Posting[]): 'no-such-account' | 'insufficient-funds' | undefined {
    for (const { book, owner, minor } of postings) {
      if (book === 'merchant') continue;
      const account = this.#accounts.get(owner);
      if (account === undefined) return 'no-such-account';
      if (book === 'balance' && minor < 0n && account.balanceMinor + minor < 0n) return 'insufficient-funds';
    }
    return undefined;
  }

  #post(postings: readonly Posting[], sign: 1n | -1n): void {
    for (const { book, owner, minor } of postings) {
      if (book === 'merchant') {
        this.#merchants.set(owner, (this.#merchants.get(owner) ?? 0n) + sign * minor);
        continue;
      }
      const account = this.#accounts.get(owner);
      if (account === undefined) throw new Bug('A booked entry has no account.');
      if (book === 'balance') account.balanceMinor += sign * minor;
      else account.heldMinor += sign * minor;
    }
  }

  #change({ of, state, refundedMinor }: Change): void {
    this.#put({ ...this.#existing(of), state, refundedMinor });
  }

  #isFull(): boolean {
    return this.#entries.size >= this.#entriesMax;
  }

  /** Of a request that moves no money. */
  #enterNothing(key: EntryKey, rest: Pick<Entry, 'state' | 'amountMinor'> & Partial<Entry>): void {
    this.#enter({
      requestedMinor: rest.amountMinor,
      refundedMinor: 0n,
      postings: [],
      changed: [],
      ...rest,
      ...keyOf(key),
    });
  }

  /** A refusal that was decided anew stands where it stood. */
  #enter(entry: Entry): void {
    if (this.entry(entry) === undefined) pushTo(this.#byBatch, `${entry.terminal}/${entry.batch}`, nameOf(entry));
    this.#put(entry);
  }

  #put(entry: Entry): void {
    this.#entries.set(nameOf(entry), entry);
  }

  #index(key: EntryKey, { authorizationCode, pan, referenceNumber, transaction }: Booking): void {
    const name = nameOf(key);
    this.#byReference.set(referenceNumber, name);
    if (effectOf(transaction) === 'hold') pushTo(this.#byAuthorization, `${authorizationCode}/${pan}`, name);
  }

  #existing(key: EntryKey): Entry {
    return this.#named(nameOf(key));
  }

  #named(name: string): Entry {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw new Bug('The ledger names an entry that it does not have.');
    return entry;
  }
}

function differenceOf(original: Entry, claim: ReversalClaim): 'not-the-original' | 'amount-differs' | undefined {
  if (original.transaction !== claim.transaction) return 'not-the-original';
  if (claim.pan !== undefined && claim.pan !== original.pan) return 'not-the-original';
  if (!isPresentedAlike(original, claim)) return 'not-the-original';
  const own = [original.batch, original.stan].map((number) => number.toString().padStart(6, '0')).join('');
  const { originalField } = claim;
  if (originalField !== undefined && !originalField.startsWith(own) && originalField !== original.originalField) {
    return 'not-the-original';
  }
  // A terminal that never heard of the partial approval names what it asked for.
  const amounts = [original.requestedMinor, original.amountMinor];
  return amounts.includes(claim.amountMinor) ? undefined : 'amount-differs';
}

/** As far as both say it. */
const isPresentedAlike = (one: Presentation, other: Presentation): boolean =>
  (['entryMode', 'customField', 'chipCounter'] as const).every(
    (part) => one[part] === undefined || other[part] === undefined || one[part] === other[part],
  );

const changeOf = (entry: Entry): Change => ({
  of: keyOf(entry),
  state: entry.state,
  refundedMinor: entry.refundedMinor,
});

function pushTo(lists: Map<string, string[]>, name: string, item: string): void {
  const list = lists.get(name);
  if (list === undefined) lists.set(name, [item]);
  else list.push(item);
}

const nameOf = ({ terminal, batch, stan }: EntryKey): string => `${terminal}/${batch}/${stan}`;
