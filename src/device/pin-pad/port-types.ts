/** What the PIN pad answers to the rest of the terminal; equal, by structure, to the port that the flows declare. */
import type { Result } from '../../domain/result.ts';
import type { Secret } from '../../domain/secret.ts';

export interface PinPadFailure {
  readonly reason: 'no-answer' | 'refused' | 'line-closed';
  /** For logs: which message, which status. Never card data. */
  readonly detail: string;
}

/** Of the working keys: DES, single or triple, or SM4 (dialect sheet 5.4: 60.3 = 001 to 004, or 005 and 006). */
export type Cipher = 'des' | 'sm4';

/** P: PIN, M: MAC, D: track data (PIN pad sheet 11, UK). */
export type KeyUsage = 'P' | 'M' | 'D';

export interface WorkingKey {
  readonly usage: KeyUsage;
  /** D single DES, T triple DES, S SM4. */
  readonly algorithm: 'D' | 'T' | 'S';
  /** Under the terminal master key, upper-case hex: 16 digits for a single-length key, 32 for a double. */
  readonly encrypted: Secret<string>;
  /** Eight upper-case hex digits. */
  readonly checkValue: string;
}

type KeyAnswer =
  | { readonly type: 'loaded' }
  | { readonly type: 'check-value-mismatch' }
  | { readonly type: 'failed'; readonly failure: PinPadFailure };

export interface PinRequest {
  readonly pan: Secret<string>;
  /** Shown on the PIN pad, e.g. `12.34`. */
  readonly amountText: string;
  /** 4 to 12. */
  readonly lengthMin: number;
  readonly lengthMax: number;
  readonly bypassAllowed: boolean;
  /** 1 to 999. */
  readonly timeoutSeconds: number;
}

export type PinAnswer =
  /** Encrypted under the PIN key: 16 upper-case hex digits, 32 with SM4. */
  | { readonly type: 'entered'; readonly pinBlock: Secret<string> }
  | { readonly type: 'bypassed' }
  | { readonly type: 'cancelled' }
  | { readonly type: 'timed-out' }
  | { readonly type: 'failed'; readonly failure: PinPadFailure };

/** Of a PIN that the card itself checks (EMV Book 3, 6.5.12). */
export interface OfflinePinRequest extends Omit<PinRequest, 'pan'> {
  /** Upper-case hex: 64 to 248 bytes, 1 to 3 bytes, and 8 bytes: the card's public key and its challenge (EMV Book 2, 7). */
  readonly modulus: string;
  readonly exponent: string;
  readonly challenge: string;
}

export type OfflinePinAnswer =
  /** As long as the modulus. */
  { readonly type: 'entered'; readonly data: Secret<Uint8Array> } | Exclude<PinAnswer, { readonly type: 'entered' }>;

export interface PinPad {
  loadKey(key: WorkingKey, answer: (answer: KeyAnswer) => void): void;
  enterPin(request: PinRequest, answer: (answer: PinAnswer) => void): void;
  /**
   * Asks for the PIN that goes to the card, and enciphers it for the card: nothing else of it leaves the PIN pad. A key or
   * a challenge that cannot be one is `refused`; so is an old PIN pad's silence, as `no-answer`.
   */
  enterOfflinePin(request: OfflinePinRequest, answer: (answer: OfflinePinAnswer) => void): void;
  /** Ends a PIN entry under way, of either kind, whose answer is then `cancelled`. Harmless otherwise. */
  cancelPin(): void;
  /**
   * UnionPay MAC over `data`, which is filled with zeros to whole blocks: 16 upper-case hex digits. With SM4 they are
   * the first half of its block; field 64 takes half of them in either case.
   */
  mac(data: Uint8Array, answer: (answer: Result<string, PinPadFailure>) => void): void;
  /** Encrypts one block under the track key: 16 hex digits, 32 with SM4. */
  encryptTrackBlock(block: Secret<string>, answer: (answer: Result<string, PinPadFailure>) => void): void;
  /** What the loaded PIN key is, of which a terminal that was off knows nothing. */
  pinKeyAlgorithm(answer: (answer: Result<WorkingKey['algorithm'], PinPadFailure>) => void): void;
}
