import type { AmountMinor } from '../../domain/money.ts';
import type { PrintProof } from '../../domain/slip.ts';
import type { Balance, DownloadAnswer, ListStatus, PrinterTrouble, SettlementAnswer } from '../ports.ts';
import type { EntryName, TransactionKind } from './types.ts';
import type { ExchangeEvent } from '../kernel/exchange.ts';
import type { ApplicationFacts, ChipCardFacts, ChipEndFacts, ChipRequestFacts, PinForm } from './chip-facts.ts';

/** What the terminal may keep of a card: nothing of the track, and the PAN only masked and sealed. */
export interface CardFacts {
  readonly maskedPan: string;
  /** The PAN under the storage key of this terminal, for what must name the card later (see `journal/vault.ts`). */
  readonly sealedPan: string;
  /** YYMM. */
  readonly expiry: string;
  /** `keyed`: nobody had to present it, the terminal knows it from the original. */
  readonly entryMode: 'swiped' | 'keyed' | 'inserted';
  /** Swiped because its chip could not be read. */
  readonly fallback?: boolean;
  /** Of a card that was inserted. */
  readonly chip?: ChipCardFacts;
}

/** The transaction that this one follows up, as far as the terminal knows it. */
export interface OriginalFacts {
  /** 0 when the original is not in this terminal's batch. */
  readonly batch: number;
  readonly stan: number;
  /** MMDD. */
  readonly date?: string;
  readonly amount?: AmountMinor;
  readonly referenceNumber?: string;
  readonly authorizationCode?: string;
  readonly maskedPan?: string;
  readonly sealedPan?: string;
  readonly expiry?: string;
  /** 63.1 of its answer: the answer to a notice that is sent again does not say it. */
  readonly cardOrganisation?: string;
}

/** What the parameters say when a transaction begins; they may be others after a restart. */
export interface TransactionRules {
  /** The number of the supervisor who must agree. */
  readonly supervisor?: string;
  /** Whether the card of an original that the terminal knows is presented again. */
  readonly asksCard: boolean;
  readonly asksPin: boolean;
  /** How often the PIN may be entered when the host finds it wrong (F39 55). */
  readonly pinTriesMax: number;
  /** 60.6: whether a part of the amount may be approved. */
  readonly takesPart: boolean;
  /** Whether a notice that can wait goes out later, without being tried at once. */
  readonly storesNotice: boolean;
  /** Whether there is a reader for chips. */
  readonly takesChips?: boolean;
  /** Whether the stripe may be read of a card whose chip cannot. */
  readonly takesFallback?: boolean;
  /** Whether slips are kept electronically, and whether the cardholder may take theirs like that. */
  readonly receipts?: 'kept' | 'offered';
}

/** A host's answer as the journal keeps it: everything but keys. */
export interface ReplyFacts {
  readonly responseCode: string;
  readonly authorizationCode?: string;
  readonly referenceNumber?: string;
  readonly hostTime?: string;
  readonly hostDate?: string;
  readonly issuer?: string;
  readonly acquirer?: string;
  readonly cardOrganisation?: string;
  readonly acquirerCode?: string;
  /** What the issuer tells the card, as hex. */
  readonly field55?: string;
  readonly remarks: readonly string[];
  readonly balance?: Balance;
  readonly batch?: number;
  /** Approved in part: so much. */
  readonly amount?: AmountMinor;
  /** The most that the receiving card of a transfer takes. */
  readonly transferMax?: AmountMinor;
  readonly settlement?: SettlementAnswer;
  readonly download?: DownloadFacts;
  /** Header digit 6 (dialect sheet 1.2). */
  readonly processingRequirement: number;
}

/** As {@link DownloadAnswer}, but card numbers are sealed. */
export type DownloadFacts =
  | Exclude<DownloadAnswer, { readonly type: 'cards' }>
  | { readonly type: 'cards'; readonly status: ListStatus; readonly sealedPans: readonly string[] };

/** Of the cardholder's copy as a signed record: it says no more than the paper would. */
export interface ReceiptFacts {
  readonly url: string;
  readonly shortUrl: string;
  /** As the paper can carry it. */
  readonly qr?: { readonly text: string; readonly moduleDots: number; readonly errorCorrection: 'medium' | 'low' };
}

/** What the world can tell a transaction. Past tense: each is a fact by the time it is journalled. */
export type TransactionEvent =
  | ExchangeEvent
  | {
      readonly type: 'TransactionStarted';
      readonly kind: TransactionKind;
      /** `YYYY-MM-DD HH:MM:SS`, the terminal's own clock. */
      readonly localTime: string;
      readonly operatorNumber: string;
      /** Fields 41 and 42 under which it was made: its reversal must go out under the same. */
      readonly terminalNumber: string;
      readonly merchantNumber: string;
      readonly rules: TransactionRules;
      /** An exercise: the host books nothing, and it counts for nothing. */
      readonly training?: boolean;
      /** The original's voucher number, where the terminal knows what is to be taken back. */
      readonly voucher?: string;
    }
  /** What was keyed is held in memory only. */
  | { readonly type: 'PasswordKeyed' }
  | { readonly type: 'PasswordRight'; readonly number: string }
  | { readonly type: 'PasswordWrong'; readonly number: string }
  /** Too often wrong, by this one or before it: nobody is asked any more. */
  | { readonly type: 'PasswordLocked'; readonly number: string; readonly byThisOne: boolean }
  /** One of the things that name the original was keyed. */
  | { readonly type: 'EntryKeyed'; readonly entry: EntryName; readonly text: string }
  | { readonly type: 'OriginalFound'; readonly original: OriginalFacts }
  /** The terminal knows none that is named like this and may be followed up. */
  | { readonly type: 'OriginalMissing' }
  | { readonly type: 'AmountEntered'; readonly amount: AmountMinor }
  | { readonly type: 'CardRead'; readonly card: CardFacts }
  | { readonly type: 'CardUnreadable' }
  /** The card that a transfer goes to. */
  | { readonly type: 'ReceiverRead'; readonly card: CardFacts }
  /** It stands on the host's blacklist. */
  | { readonly type: 'CardBlocked' }
  /** Another card than the original's. */
  | { readonly type: 'CardDiffers' }
  | { readonly type: 'CardReaderLost' }
  /** A card with a chip was swiped where its chip can be read. */
  | { readonly type: 'CardHasChip' }
  | { readonly type: 'ChipInserted' }
  /** The card has several applications: the cardholder chooses. The best first. */
  | {
      readonly type: 'ApplicationsOffered';
      readonly choices: readonly ApplicationFacts[];
      /** The one chosen before could not be had. */
      readonly isSecondTry: boolean;
    }
  | { readonly type: 'ApplicationChosen'; readonly index: number }
  /** The card wants the cardholder to agree to its one application. */
  | { readonly type: 'ApplicationOffered'; readonly choice: ApplicationFacts }
  /** The card wants the cardholder verified by a PIN. `triesLeft` where the card itself checks it. */
  | {
      readonly type: 'PinAsked';
      readonly form: PinForm;
      readonly triesLeft?: number;
      readonly isSecondTry: boolean;
    }
  | ({ readonly type: 'ChipAskedHost' } & ChipRequestFacts)
  | { readonly type: 'ChipEnded'; readonly end: ChipEndFacts }
  | { readonly type: 'DetailsConfirmed' }
  /** The amount or the card is wrong: start again at the amount. */
  | { readonly type: 'DetailsRejected' }
  | { readonly type: 'PinEntered' }
  | { readonly type: 'PinBypassed' }
  | { readonly type: 'PinCancelled' }
  | { readonly type: 'PinTimedOut' }
  | { readonly type: 'CancelPressed' }
  | { readonly type: 'DeadlinePassed' }
  | { readonly type: 'ReplyMacWrong' }
  /** The cashier takes the part that was approved, or lets the whole be taken back. */
  | { readonly type: 'PartAccepted' }
  | { readonly type: 'PartRefused' }
  /** The slip is kept electronically too, and can be taken like that. */
  | { readonly type: 'ReceiptIssued'; readonly receipt: ReceiptFacts }
  | { readonly type: 'ReceiptFailed'; readonly reason: string }
  /** The cardholder has taken the e-receipt instead of paper, or wants paper. */
  | { readonly type: 'ReceiptTaken' }
  | { readonly type: 'ReceiptDeclined' }
  /** `proof` is absent in what older programs wrote. */
  | { readonly type: 'SlipPrinted'; readonly proof?: PrintProof; readonly headLines?: number }
  | { readonly type: 'PrinterStopped'; readonly trouble: PrinterTrouble; readonly torn: boolean }
  | { readonly type: 'PrinterReady' }
  /** The operator goes on without the slip, which stays owed. */
  | { readonly type: 'PrintDeferred' }
  /** An occasion to send an owed reversal: before the next transaction, after a pause, on demand. */
  | { readonly type: 'ReversalDue' }
  /** An occasion to repeat a notice whose answer was lost. */
  | { readonly type: 'RepeatDue' }
  /** The supervisor ends a reversal that the host keeps refusing; the acquirer has to be told by other means. */
  | { readonly type: 'ReversalGivenUp' }
  /** The terminal has power again and found this transaction unfinished. */
  | { readonly type: 'PowerRestored' };
