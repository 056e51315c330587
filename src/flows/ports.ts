/**
 * What the decisions need of the world. Adapters satisfy these types structurally; the compiler checks the fit in
 * `terminal.ts`.
 *
 * Every port is split-phase (Tock TRD 3): a call hands a command out, and the answer comes later through the given
 * function, exactly once unless its docstring says otherwise, and never from inside the call.
 */
import type { AmountMinor } from '../domain/money.ts';
import type { Result } from '../domain/result.ts';
import type { Input, Screen } from '../domain/screen.ts';
import type { Secret } from '../domain/secret.ts';
import type { Paper } from '../domain/paper.ts';
import type { PrintProof } from '../domain/slip.ts';
import type { Track2 } from '../domain/track2.ts';

/* ---- swipe reader ------------------------------------------------------------------------------------------- */

export type SwipeEvent =
  | { readonly type: 'card'; readonly track2: Track2 }
  /** Something was swiped and could not be read: ask for it again. */
  | { readonly type: 'unreadable' }
  | { readonly type: 'lost'; readonly reason: string };

export interface SwipeReaderPort {
  /** Sets the one listener. A swipe is an event of its own, not an answer: it comes whenever somebody swipes. */
  onSwipe(listener: (event: SwipeEvent) => void): void;
}

/* ---- PIN pad ------------------------------------------------------------------------------------------------ */

export type PinPadFailure = {
  readonly reason: 'no-answer' | 'refused' | 'line-closed';
  /** For logs: which message, which status. Never card data. */
  readonly detail: string;
};

/** P: PIN, M: MAC, D: track data (reference sheet of the PIN pad, section 11, UK). */
export type KeyUsage = 'P' | 'M' | 'D';

/** A working key as it came from the host: still encrypted under the terminal master key. */
export interface WorkingKey {
  readonly usage: KeyUsage;
  /** D single DES, T triple DES, S SM4. */
  readonly algorithm: 'D' | 'T' | 'S';
  /** Upper-case hex: 16 digits for a single-length key, 32 for a double. */
  readonly encrypted: Secret<string>;
  /** Eight upper-case hex digits, which the PIN pad compares with its own. */
  readonly checkValue: string;
}

export type KeyAnswer =
  | { readonly type: 'loaded' }
  | { readonly type: 'check-value-mismatch' }
  | { readonly type: 'failed'; readonly failure: PinPadFailure };

interface PinRequest {
  readonly pan: Secret<string>;
  /** Shown on the PIN pad, e.g. `12.34`. */
  readonly amountText: string;
  readonly lengthMin: number;
  readonly lengthMax: number;
  readonly bypassAllowed: boolean;
  readonly timeoutSeconds: number;
}

export type PinAnswer =
  /** The block is encrypted under the PIN key: 16 upper-case hex digits, 32 under an SM4 key. */
  | { readonly type: 'entered'; readonly pinBlock: Secret<string> }
  | { readonly type: 'bypassed' }
  | { readonly type: 'cancelled' }
  | { readonly type: 'timed-out' }
  | { readonly type: 'failed'; readonly failure: PinPadFailure };

/** Of a PIN that the card itself checks (EMV Book 3, 6.5.12). */
interface OfflinePinRequest extends Omit<PinRequest, 'pan'> {
  /** Upper-case hex: the card's public key and its challenge (EMV Book 2, 7). */
  readonly modulus: string;
  readonly exponent: string;
  readonly challenge: string;
}

export type OfflinePinAnswer =
  /** Enciphered for the card: the data of VERIFY. The PIN itself never leaves the PIN pad. */
  { readonly type: 'entered'; readonly data: Secret<Uint8Array> } | Exclude<PinAnswer, { readonly type: 'entered' }>;

export interface PinPadPort {
  loadKey(key: WorkingKey, answer: (answer: KeyAnswer) => void): void;
  enterPin(request: PinRequest, answer: (answer: PinAnswer) => void): void;
  /** The PIN that the card checks, enciphered for it by the PIN pad. Fails as `enterPin` does, and where the pad cannot. */
  enterOfflinePin(request: OfflinePinRequest, answer: (answer: OfflinePinAnswer) => void): void;
  /** Ends a PIN entry under way, of either kind, whose answer is then `cancelled`. Harmless otherwise. */
  cancelPin(): void;
  /** UnionPay MAC over `data` under the loaded MAC key: 16 upper-case hex digits, of which field 64 takes the first 8. */
  mac(data: Uint8Array, answer: (answer: Result<string, PinPadFailure>) => void): void;
  /** Encrypts one 8-byte block, 16 hex digits, under the loaded track key. */
  encryptTrackBlock(block: Secret<string>, answer: (answer: Result<string, PinPadFailure>) => void): void;
}

/* ---- host --------------------------------------------------------------------------------------------------- */

/** The wire facts of a transaction type (dialect sheet 4.1). */
export interface WireFacts {
  readonly requestMti: string;
  readonly processingCode: string;
  readonly conditionCode: string;
  /** 60.1. */
  readonly messageTypeCode: string;
}

export interface Identity {
  readonly stan: number;
  readonly batch: number;
}

/** The card of a request: just swiped or inserted, or named by what the terminal has kept of it (dialect sheet 4.2, mark C2). */
export type RequestCard =
  | {
      readonly entryMode: 'swiped';
      readonly track2: Track2;
      /** Its chip could not be read (60.5: 2). */
      readonly fallback?: boolean;
    }
  | { readonly entryMode: 'keyed'; readonly pan: Secret<string>; readonly expiry?: string }
  | {
      readonly entryMode: 'inserted';
      readonly pan: Secret<string>;
      readonly expiry: string;
      /** Field 23. */
      readonly sequenceNumber: string;
      /** Tag 57, for field 35. */
      readonly track2?: Track2;
      /** Absent in the simplified flow of voids and completions (dialect sheet 4.2). */
      readonly field55?: Uint8Array;
    };

/** Dialect sheet 9.4: what a batch comes to, on one side. Counts up to 999. */
export interface SideTotals {
  readonly debitCount: number;
  readonly debitAmount: AmountMinor;
  readonly creditCount: number;
  readonly creditAmount: AmountMinor;
}

/** By where the card comes from: domestic means 63.1 = CUP. */
export interface BatchTotals {
  readonly domestic: SideTotals;
  readonly foreign: SideTotals;
}

/** One of up to eight in field 48 of a batch upload (dialect sheet 9.5, step 4). */
interface BatchDetail {
  readonly foreign: boolean;
  readonly stan: number;
  readonly pan: Secret<string>;
  readonly amount: AmountMinor;
}

export const BATCH_DETAILS_MAX = 8;

/** Dialect sheet 7.3, 7.4. `sm2-keys` are the CA keys of terminals that know SM2 (60.3 = 373). */
export type DownloadSet = 'parameters' | 'ca-keys' | 'sm2-keys' | 'applications' | 'blacklist';

/** One message of a download. */
export type DownloadStep =
  /** Asks what there is, or for what comes after the `received` entries that are here already. */
  | { readonly step: 'list'; readonly received: number }
  /** Asks for one entry by the TLV, in hex, by which the list names it. */
  | { readonly step: 'entry'; readonly name: string }
  | { readonly step: 'end' };

/** Names an earlier transaction in field 61. Batch and trace are 0 when the original is not this terminal's. */
export interface OriginalReference {
  readonly batch: number;
  readonly stan: number;
  /** MMDD. */
  readonly date?: string;
}

/** `training`: header digit 5 says so (dialect sheet 1.2), and the host books nothing. */
export type HostRequest = Identity & { readonly training?: boolean } & (
    | { readonly kind: 'sign-in'; readonly operatorNumber: string }
    | { readonly kind: 'sign-off' }
    | { readonly kind: 'echo' }
    | { readonly kind: 'download'; readonly set: DownloadSet; readonly what: DownloadStep }
    | {
        readonly kind: 'settlement';
        readonly operatorNumber: string;
        readonly currencyCode: string;
        readonly totals: BatchTotals;
      }
    | { readonly kind: 'batch-details'; readonly details: readonly BatchDetail[] }
    /** Dialect sheet 9.5, steps 1 and 5: the body of a notice, under the trace of its own. */
    | {
        readonly kind: 'batch-notice';
        readonly wire: WireFacts;
        readonly amount: AmountMinor;
        readonly currencyCode: string;
        readonly card: Extract<RequestCard, { readonly entryMode: 'keyed' }>;
        readonly original?: OriginalReference;
        readonly referenceNumber?: string;
        readonly authorizationCode?: string;
      }
    /**
     * 0620: what the card made of the issuer's scripts, under a trace of its own; `original` is the transaction that
     * brought them, and fields 32, 37 and 38 are its answer's (dialect sheet 9.1).
     */
    | {
        readonly kind: 'script-notification';
        readonly wire: WireFacts;
        readonly amount?: AmountMinor;
        readonly currencyCode: string;
        readonly pan: Secret<string>;
        readonly sequenceNumber: string;
        readonly field55: Uint8Array;
        readonly original: OriginalReference;
        readonly acquirerCode?: string;
        readonly referenceNumber?: string;
        readonly authorizationCode?: string;
      }
    /** Dialect sheet 9.5, steps 6 to 8: how a chip transaction ended, under its own trace; 60.3 is 203 to 206. */
    | {
        readonly kind: 'batch-chip';
        readonly balanced: boolean;
        readonly foreign: boolean;
        /** `issuer-not-authenticated`: the card has approved although the issuer's cryptogram was wrong. */
        readonly outcome: 'approved' | 'issuer-not-authenticated';
        readonly amount: AmountMinor;
        readonly currencyCode: string;
        readonly pan: Secret<string>;
        readonly sequenceNumber: string;
        /** The financial list, with the last cryptogram. */
        readonly field55: Uint8Array;
      }
    /** Dialect sheet 9.5, step 10: `count` of what was uploaded. */
    | { readonly kind: 'batch-end'; readonly balanced: boolean; readonly count: number }
    /** Of the receiving card of a transfer (dialect sheet 4.1); no PIN. */
    | {
        readonly kind: 'account-verification';
        readonly card: RequestCard;
        /** Two digits of type, 01 to 07 or 99, then the number: up to 22 characters. */
        readonly document: string;
      }
    | {
        readonly kind: 'authorization';
        readonly wire: WireFacts;
        /** Absent for a balance inquiry. */
        readonly amount?: AmountMinor;
        readonly currencyCode: string;
        readonly card: RequestCard;
        readonly pinBlock?: Secret<string>;
        /** Of a transfer: the receiving card's number. */
        readonly receiver?: Secret<string>;
        /** What this transaction follows up (dialect sheet 3.4). */
        readonly original?: OriginalReference;
        readonly referenceNumber?: string;
        readonly authorizationCode?: string;
      }
    | {
        /** Dialect sheet 8.3: the trace and batch are those of the request that is taken back. */
        readonly kind: 'reversal';
        readonly wire: WireFacts;
        readonly amount: AmountMinor;
        readonly currencyCode: string;
        readonly entryMode: RequestCard['entryMode'];
        /** Of the request: field 60 is identical. */
        readonly fallback?: boolean;
        /** Of a card that was inserted: field 23, and field 55 where the request had one (dialect sheet 7.2, 8.3). */
        readonly sequenceNumber?: string;
        readonly field55?: Uint8Array;
        readonly pinEntered: boolean;
        readonly expiry?: string;
        /** Sent only when the card was not swiped. */
        readonly pan?: Secret<string>;
        readonly authorizationCode?: string;
        readonly original?: OriginalReference;
        /** Field 13 of the answer that is taken back, MMDD; absent when there was none. */
        readonly answeredDate?: string;
        readonly reason: ReversalReason;
      }
  );

/** Field 39 of a 0400: no valid answer, answer with a wrong MAC, any other cause. */
export type ReversalReason = '98' | 'A0' | '06';

export interface Balance {
  readonly currencyCode: string;
  /** True when the account is overdrawn: D in field 54. */
  readonly negative: boolean;
  readonly amount: AmountMinor;
}

/** What the host says of one side of a settlement (dialect sheet 9.4): 1, 2, 3. */
type SideVerdict = 'balanced' | 'not-balanced' | 'error';

export interface SettlementAnswer {
  readonly domestic: SideVerdict;
  readonly foreign: SideVerdict;
  /** The host's own where a side is not balanced. */
  readonly totals: BatchTotals;
}

/** Whether a list ends here (dialect sheet 7.3). */
export type ListStatus = 'nothing' | 'complete' | 'more';

/** Field 62 of an answer to a download; all of it public but the card numbers. */
export type DownloadAnswer =
  | { readonly type: 'parameters'; readonly values: readonly (readonly [tag: string, value: string])[] }
  /** Entries as TLV in hex, by which they are asked for. */
  | { readonly type: 'list'; readonly status: ListStatus; readonly entries: readonly string[] }
  /** The whole entry as TLV in hex; absent: the host has none of that name. */
  | { readonly type: 'entry'; readonly tlv?: string }
  | { readonly type: 'cards'; readonly status: ListStatus; readonly pans: readonly Secret<string>[] }
  | { readonly type: 'end' };

export interface HostReply {
  /** Field 39. */
  readonly responseCode: string;
  /** Field 4 of a partial approval (F39 10): what was approved. */
  readonly amount?: AmountMinor;
  readonly settlement?: SettlementAnswer;
  readonly download?: DownloadAnswer;
  /** Of an account verification: the most that can be transferred to it. */
  readonly transferMax?: AmountMinor;
  readonly authorizationCode?: string;
  readonly referenceNumber?: string;
  /** Field 12, hhmmss, and field 13, MMDD. */
  readonly hostTime?: string;
  readonly hostDate?: string;
  readonly expiry?: string;
  /** Field 44: issuer and acquirer, trimmed. */
  readonly issuer?: string;
  readonly acquirer?: string;
  /** 63.1; absent means CUP. */
  readonly cardOrganisation?: string;
  /** Field 32. */
  readonly acquirerCode?: string;
  /** What the issuer tells the card: 91, 71, 72 (dialect sheet 7.2). */
  readonly field55?: Uint8Array;
  readonly remarks: readonly string[];
  /** Field 54 of a balance inquiry: what is available, with its sign. */
  readonly balance?: Balance;
  /** 60.2 of a sign-in answer. */
  readonly batch?: number;
  /** Field 62 of a sign-in answer. Not for the journal. */
  readonly workingKeys: readonly WorkingKey[];
  /** Header digit 6: what the host wants done next (dialect sheet 1.2); 0 is nothing. */
  readonly processingRequirement: number;
}

type PrepareAnswer =
  /** Built, protected and connected; not a byte of it has left. */
  | { readonly type: 'ready' }
  | { readonly type: 'unreachable'; readonly reason: string }
  | { readonly type: 'pin-pad-failed'; readonly failure: PinPadFailure };

export type SendAnswer =
  /** Every byte has left this process. More answers follow; this one comes at most once and first. */
  | { readonly type: 'sent' }
  | { readonly type: 'replied'; readonly reply: HostReply }
  /** No valid answer within the time (dialect sheet 4.3 says what is valid). */
  | { readonly type: 'silent'; readonly reason: string }
  /** F39 = 00 with field 64 wrong or missing. */
  | { readonly type: 'mac-wrong' };

export interface HostPort {
  /** Packs and protects one request and opens the link. Drops whatever was prepared before. */
  prepare(request: HostRequest, answer: (answer: PrepareAnswer) => void): void;
  /** Sends what was prepared. Answers: `sent` at most once, then exactly one of the others; then the link is closed. */
  send(answer: (answer: SendAnswer) => void): void;
  /** Forgets what was prepared and hangs up. No answer of it comes any more. */
  drop(): void;
}

/* ---- printer ------------------------------------------------------------------------------------------------ */

export type PrinterTrouble = 'paper-out' | 'cover-open' | 'cutter' | 'printer-error' | 'overheated' | 'not-answering';

export type PrintAnswer =
  /** The printer said so; not merely that bytes were written. `headLines`: the dot rows that were heated for it. */
  | { readonly type: 'printed'; readonly proof: PrintProof; readonly headLines: number }
  /**
   * This print is over and will not complete. `torn`: part of it may be on paper. The adapter watches the printer and
   * answers `ready` when it can print again; a changed trouble comes as another `stopped`.
   */
  | { readonly type: 'stopped'; readonly trouble: PrinterTrouble; readonly torn: boolean }
  | { readonly type: 'ready' };

/** `raised`: one step darker, which hides dirt for a while and wears the head (printer sheet 10). */
export type PrintDensity = 'normal' | 'raised';

export interface PrinterCondition {
  /** Little is left of the roll; printers without a sensor for that never say so. */
  readonly paperLow: boolean;
}

export interface PrinterPort {
  /** Answers `printed`, or `stopped` (perhaps several) and then `ready`, upon which the flow prints again. */
  print(paper: Paper, answer: (answer: PrintAnswer) => void, density?: PrintDensity): void;
  /** Sets the one listener for what stops nothing; told at each change, and false until then. */
  onCondition(listener: (condition: PrinterCondition) => void): void;
}

/* ---- storage of card numbers -------------------------------------------------------------------------------- */

export interface VaultPort {
  /** Encrypts a PAN under the storage key of this terminal, for the journal. */
  seal(pan: Secret<string>): string;
  /** Whether `sealed` holds this PAN; false also for what was not sealed here. */
  holds(sealed: string, pan: Secret<string>): boolean;
  /** The PAN again, for a message that must name it; undefined for what was not sealed here. */
  open(sealed: string): Secret<string> | undefined;
}

/* ---- passwords ---------------------------------------------------------------------------------------------- */

/** Slow on purpose, so that a stolen journal does not give the passwords away. */
export interface PasswordPort {
  /** Salt, cost and hash in one text, for the journal. */
  hash(password: Secret<string>, answer: (hash: string) => void): void;
  verify(password: Secret<string>, hash: string, answer: (matches: boolean) => void): void;
}

/* ---- people ------------------------------------------------------------------------------------------------- */

export interface DisplayPort {
  show(screen: Screen): void;
  /** Sets the one listener for what people key in. */
  onInput(listener: (input: Input) => void): void;
}
