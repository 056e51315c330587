/**
 * What this adapter offers to the flows and what it needs of the PIN pad, in its own words. The types equal the
 * flows' ports structurally; the composition root is where the compiler holds them against each other.
 */
import type { AmountMinor } from '../domain/money.ts';
import type { Result } from '../domain/result.ts';
import type { Secret } from '../domain/secret.ts';
import type { Track2 } from '../domain/track2.ts';

interface WireFacts {
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

export type SignInRequest = { readonly kind: 'sign-in'; readonly operatorNumber: string } & Identity;

/** Names an earlier transaction in field 61. Batch and trace are 0 when the original is not this terminal's. */
export interface OriginalReference {
  readonly batch: number;
  readonly stan: number;
  /** MMDD. */
  readonly date?: string;
}

export type AuthorizationRequest = {
  readonly kind: 'authorization';
  readonly wire: WireFacts;
  /** Absent for a balance inquiry. */
  readonly amount?: AmountMinor;
  readonly currencyCode: string;
  readonly entryMode: 'swiped';
  readonly track2: Track2;
  readonly pinBlock?: Secret<string>;
  readonly original?: OriginalReference;
  readonly referenceNumber?: string;
  readonly authorizationCode?: string;
} & Identity;

export type ReversalRequest = {
  readonly kind: 'reversal';
  readonly wire: WireFacts;
  readonly amount: AmountMinor;
  readonly currencyCode: string;
  readonly entryMode: 'swiped';
  readonly pinEntered: boolean;
  readonly expiry: string;
  readonly pan?: Secret<string>;
  readonly authorizationCode?: string;
  readonly original?: OriginalReference;
  /** Field 13 of the answer that is taken back, MMDD; absent when there was none. */
  readonly answeredDate?: string;
  readonly reason: '98' | 'A0' | '06';
} & Identity;

export type HostRequest = SignInRequest | AuthorizationRequest | ReversalRequest;

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

export interface HostReply {
  readonly responseCode: string;
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
