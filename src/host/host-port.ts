/**
 * What this adapter offers to the flows and what it needs of the PIN pad, in its own words. The types equal the
 * flows' ports structurally; the composition root is where the compiler holds them against each other.
 */
import type { AmountMinor } from '../domain/money.ts';
import type { Result } from '../domain/result.ts';
import type { Secret } from '../domain/secret.ts';
import type { Track2 } from '../domain/track2.ts';

export interface WireFacts {
  readonly requestMti: string;
  readonly processingCode: string;
  readonly conditionCode: string;
  /** 60.1, which also names the row of field composition. */
  readonly messageTypeCode: string;
}

interface Identity {
  readonly stan: number;
  readonly batch: number;
}

/** The card of a request: just swiped or inserted, or named by what the terminal has kept of it (dialect sheet 4.2, mark C2). */
type RequestCard =
  | {
      readonly entryMode: 'swiped';
      readonly track2: Track2;
      /** Its chip could not be read (60.5: 2). */
      readonly fallback?: boolean;
    }
  /** `expiry` is YYMM. */
  | { readonly entryMode: 'keyed'; readonly pan: Secret<string>; readonly expiry?: string }
  | {
      readonly entryMode: 'inserted';
      readonly pan: Secret<string>;
      /** YYMM. */
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
export interface BatchDetail {
  readonly foreign: boolean;
  readonly stan: number;
  readonly pan: Secret<string>;
  readonly amount: AmountMinor;
}

/** Dialect sheet 7.3, 7.4. `sm2-keys` are the CA keys of terminals that know SM2 (60.3 = 373). */
type DownloadSet = 'parameters' | 'ca-keys' | 'sm2-keys' | 'applications' | 'blacklist';

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
        readonly original?: OriginalReference;
        readonly referenceNumber?: string;
        readonly authorizationCode?: string;
      }
    | {
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
        /** YYMM. */
        readonly expiry?: string;
        /** Sent only when the card was not swiped. */
        readonly pan?: Secret<string>;
        readonly authorizationCode?: string;
        readonly original?: OriginalReference;
        /** Field 13 of the answer that is taken back, MMDD; absent when there was none. */
        readonly answeredDate?: string;
        readonly reason: '98' | 'A0' | '06';
      }
  );

export type SignInRequest = Extract<HostRequest, { readonly kind: 'sign-in' }>;
export type AuthorizationRequest = Extract<HostRequest, { readonly kind: 'authorization' }>;
export type ReversalRequest = Extract<HostRequest, { readonly kind: 'reversal' }>;

/** A working key as the host sent it: encrypted under the terminal master key (dialect sheet 5.4). */
export interface WorkingKey {
  readonly usage: 'P' | 'M' | 'D';
  readonly algorithm: 'D' | 'T' | 'S';
  readonly encrypted: Secret<string>;
  readonly checkValue: string;
}

/** One group of field 54. */
interface Balance {
  readonly currencyCode: string;
  /** D in field 54: the account is overdrawn. */
  readonly negative: boolean;
  readonly amount: AmountMinor;
}

/** What the host says of one side of a settlement (dialect sheet 9.4): 1, 2, 3. */
export type SideVerdict = 'balanced' | 'not-balanced' | 'error';

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
  /** Digits or text, trimmed; of tag 26, a bitmap, eight hex digits. */
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
  /** hhmmss. */
  readonly hostTime?: string;
  /** MMDD. */
  readonly hostDate?: string;
  /** YYMM. */
  readonly expiry?: string;
  readonly issuer?: string;
  readonly acquirer?: string;
  readonly cardOrganisation?: string;
  /** Field 32. */
  readonly acquirerCode?: string;
  /** What the issuer tells the card: 91, 71, 72 (dialect sheet 7.2). As it came: whoever hands it on reads it. */
  readonly field55?: Uint8Array;
  readonly remarks: readonly string[];
  /** Of a balance inquiry. */
  readonly balance?: Balance;
  readonly batch?: number;
  readonly workingKeys: readonly WorkingKey[];
  readonly processingRequirement: number;
}

export type PinPadFailure = {
  readonly reason: 'no-answer' | 'refused' | 'line-closed';
  readonly detail: string;
};

export type PrepareAnswer =
  | { readonly type: 'ready' }
  | { readonly type: 'unreachable'; readonly reason: string }
  | { readonly type: 'pin-pad-failed'; readonly failure: PinPadFailure };

export type SendAnswer =
  | { readonly type: 'sent' }
  | { readonly type: 'replied'; readonly reply: HostReply }
  | { readonly type: 'silent'; readonly reason: string }
  | { readonly type: 'mac-wrong' };

export interface HostPort {
  prepare(request: HostRequest, answer: (answer: PrepareAnswer) => void): void;
  send(answer: (answer: SendAnswer) => void): void;
  drop(): void;
}

/** What only the PIN pad can do or tell, because only it holds the keys. */
export interface HostSecurity {
  /** The UnionPay MAC of `data`: 16 upper-case hex digits. */
  mac(data: Uint8Array, answer: (answer: Result<string, PinPadFailure>) => void): void;
  /** Encrypts one block under the track key: 16 hex digits, 32 with SM4. */
  encryptTrackBlock(block: Secret<string>, answer: (answer: Result<string, PinPadFailure>) => void): void;
  /** What the loaded PIN key is: D single DES, T triple DES, S SM4. */
  pinKeyAlgorithm(answer: (answer: Result<WorkingKey['algorithm'], PinPadFailure>) => void): void;
}

/** As much of pino as is used here. One event name per line; never card data or keys. */
export interface HostLog {
  info(fields: HostLogFields): void;
  warn(fields: HostLogFields): void;
}

export type HostLogFields = { readonly event: string } & Readonly<Record<string, string | number>>;
