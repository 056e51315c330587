import type { AmountMinor } from '../../domain/money.ts';
import type { Balance, PrinterTrouble } from '../ports.ts';
import type { EntryName, TransactionKind } from './types.ts';

/** What the terminal may keep of a card: nothing of the track, and the PAN only masked and sealed. */
export interface CardFacts {
  readonly maskedPan: string;
  /** The PAN under the storage key of this terminal, for what must name the card later (see `journal/vault.ts`). */
  readonly sealedPan: string;
  /** YYMM. */
  readonly expiry: string;
  readonly entryMode: 'swiped';
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
  readonly remarks: readonly string[];
  readonly balance?: Balance;
  readonly batch?: number;
  /** Header digit 6 (dialect sheet 1.2). */
  readonly processingRequirement: number;
}

/** What the world can tell a transaction. Past tense: each is a fact by the time it is journalled. */
export type TransactionEvent =
  | {
      readonly type: 'TransactionStarted';
      readonly kind: TransactionKind;
      /** `YYYY-MM-DD HH:MM:SS`, the terminal's own clock. */
      readonly localTime: string;
      readonly operatorNumber: string;
      /** Fields 41 and 42 under which it was made: its reversal must go out under the same. */
      readonly terminalNumber: string;
      readonly merchantNumber: string;
    }
  /** One of the things that name the original was keyed. */
  | { readonly type: 'EntryKeyed'; readonly entry: EntryName; readonly text: string }
  | { readonly type: 'OriginalFound'; readonly original: OriginalFacts }
  /** No transaction of this batch that may be followed up has that voucher number. */
  | { readonly type: 'OriginalMissing' }
  | { readonly type: 'AmountEntered'; readonly amount: AmountMinor }
  | { readonly type: 'CardRead'; readonly card: CardFacts }
  | { readonly type: 'CardUnreadable' }
  /** Another card than the original's. */
  | { readonly type: 'CardDiffers' }
  | { readonly type: 'CardReaderLost' }
  | { readonly type: 'DetailsConfirmed' }
  /** The amount or the card is wrong: start again at the amount. */
  | { readonly type: 'DetailsRejected' }
  | { readonly type: 'PinEntered' }
  | { readonly type: 'PinBypassed' }
  | { readonly type: 'PinCancelled' }
  | { readonly type: 'PinTimedOut' }
  /** `refused`: it answered, and would not. Otherwise it is not there. */
  | { readonly type: 'PinPadFailed'; readonly refused: boolean; readonly reason: string }
  | { readonly type: 'CancelPressed' }
  | { readonly type: 'DeadlinePassed' }
  | { readonly type: 'TraceAllotted'; readonly stan: number; readonly batch: number }
  | { readonly type: 'RequestReady' }
  | { readonly type: 'HostUnreachable'; readonly reason: string }
  | { readonly type: 'RequestSent' }
  | { readonly type: 'HostReplied'; readonly reply: ReplyFacts }
  | { readonly type: 'HostSilent'; readonly reason: string }
  | { readonly type: 'ReplyMacWrong' }
  | { readonly type: 'SlipPrinted' }
  | { readonly type: 'PrinterStopped'; readonly trouble: PrinterTrouble; readonly torn: boolean }
  | { readonly type: 'PrinterReady' }
  /** The operator goes on without the slip, which stays owed. */
  | { readonly type: 'PrintDeferred' }
  /** An occasion to print what is owed. */
  | { readonly type: 'PrintDue' }
  /** An occasion to send an owed reversal: before the next transaction, after a pause, on demand. */
  | { readonly type: 'ReversalDue' }
  /** The supervisor ends a reversal that the host keeps refusing; the acquirer has to be told by other means. */
  | { readonly type: 'ReversalGivenUp' }
  /** The terminal has power again and found this transaction unfinished. */
  | { readonly type: 'PowerRestored' };
