/** What the host's ledger writes down of one financial request. */
import type { TransactionName } from './transactions.ts';

/** What names a financial request, and stands in its reversal again (dialect sheet 8.3: F41, 60.2, F11). */
export interface EntryKey {
  readonly terminal: string;
  readonly batch: number;
  readonly stan: number;
}

export type EntryState =
  /** Approved and in force: a sale that the merchant has the money of, a pre-authorization that holds it. */
  | 'held'
  /** Approved and in force, any other transaction. */
  | 'booked'
  /** A pre-authorization that a completion has used up. */
  | 'completed'
  /** Taken back by a void. */
  | 'voided'
  /** A sale or completion of which refunds have left nothing. */
  | 'refunded'
  /** Refused: no money moved. */
  | 'declined'
  /** Was in force and is undone by its reversal. */
  | 'reversed'
  /** The reversal came first; the request that it names is refused whenever it comes. */
  | 'forestalled';

/**
 * Where money may be: on an account, held on it for a merchant, or with the merchant. `owner` is a PAN, or for `merchant`
 * F42. The postings of one entry add up to zero.
 */
export interface Posting {
  readonly book: 'balance' | 'hold' | 'merchant';
  readonly owner: string;
  readonly minor: bigint;
}

/** By the first two digits of F22 (dialect sheet 7.1). */
export type EntryMode = 'keyed' | 'swiped' | 'none' | 'inserted' | 'contactless';

/** How its card was read. */
export interface Presentation {
  readonly entryMode?: EntryMode;
  /** F60. */
  readonly customField?: string;
  /** 9F36, hex, of a chip whose cryptogram was right: there will be a certificate (dialect sheet 9.5). */
  readonly chipCounter?: string;
}

/** An entry that another one changes: a void its original, a completion void also the pre-authorization behind it. */
export interface Change {
  readonly of: EntryKey;
  readonly state: EntryState;
  readonly refundedMinor: bigint;
}

/** What an approval is made of. */
export interface Booking extends Presentation {
  readonly transaction: TransactionName;
  readonly state: 'held' | 'booked';
  /** As approved; a partial approval's is less than what was asked for. */
  readonly amountMinor: bigint;
  /** F4 of the request. */
  readonly requestedMinor: bigint;
  readonly pan: string;
  /** F42, without spaces on the right. */
  readonly merchant: string;
  /** F39. */
  readonly responseCode: string;
  /** F37. */
  readonly referenceNumber: string;
  /** F38. */
  readonly authorizationCode: string;
  /** MMDD. */
  readonly date: string;
  /** Settled with the totals of foreign cards (dialect sheet 9.4). */
  readonly foreign: boolean;
  readonly postings: readonly Posting[];
  readonly changes: readonly Change[];
  /** Of a transfer. */
  readonly receivingPan?: string;
  /** F61 of the request. */
  readonly originalField?: string;
}

export interface Entry extends EntryKey, Presentation {
  readonly state: EntryState;
  readonly amountMinor: bigint;
  readonly requestedMinor: bigint;
  readonly refundedMinor: bigint;
  readonly postings: readonly Posting[];
  /** How the entries that it changed were before, and how it left them. */
  readonly changed: readonly { readonly before: Change; readonly after: Change }[];
  /** Absent when forestalled. */
  readonly transaction?: TransactionName;
  /** Absent when forestalled, and when the card of a declined request could not be read. */
  readonly pan?: string;
  readonly merchant?: string;
  readonly responseCode?: string;
  readonly referenceNumber?: string;
  readonly authorizationCode?: string;
  readonly date?: string;
  readonly foreign?: boolean;
  readonly receivingPan?: string;
  readonly originalField?: string;
}

/** What a reversal says about the original, to be compared with what the ledger has. */
export interface ReversalClaim extends Presentation {
  readonly transaction: TransactionName;
  readonly amountMinor: bigint;
  /** F2, which a swiped card's reversal does not carry. */
  readonly pan?: string;
  /** F61: its own batch and trace number, or what the original said (dialect sheet 13, number 1). */
  readonly originalField?: string;
}

export type BookingOutcome = 'booked' | 'insufficient-funds' | 'no-such-account' | 'already-decided' | 'full';

export type ReversalOutcome =
  /** The money is where it was before, now or since an earlier reversal of the same request. */
  | 'reversed'
  /** The original was declined, or a void has taken it back: nothing to give back. */
  | 'nothing-held'
  /** No original came before this reversal. It is remembered, so that none can come after. */
  | 'unknown'
  | 'amount-differs'
  /** Another card, another way to read it, another transaction type, F60 or F61 than the original's. */
  | 'not-the-original'
  /** Later transactions stand upon it. */
  | 'followed-up'
  | 'full';

/** Whether anything is where it would not be without this entry. */
export const hasEffect = ({ state }: Entry): boolean =>
  state !== 'declined' && state !== 'reversed' && state !== 'forestalled';

export const keyOf = ({ terminal, batch, stan }: EntryKey): EntryKey => ({ terminal, batch, stan });

/** Of the amount, what voids and refunds have left. */
export const leftMinor = ({ amountMinor, refundedMinor }: Entry): bigint => amountMinor - refundedMinor;
