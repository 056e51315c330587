import type { Bilingual } from './bilingual.ts';
import type { AmountMinor } from './money.ts';
import type { ResponseAction } from './response-code.ts';
import type { PrintProof, SlipCopy } from './slip.ts';

/**
 * How a transaction stands at its end.
 *
 * `cancelled`: a person ended it before anything was sent. `failed`: a fault did. `reversed`: it was in doubt and the
 * host has confirmed that it holds nothing. `reversal-pending`: in doubt, and the host could not be told yet.
 * `repeat-pending`: a notice whose answer is still to be had. `unanswered`: sent, never answered, and of a kind that cannot be taken back.
 */
export type Outcome =
  | 'approved'
  | 'declined'
  | 'cancelled'
  | 'failed'
  | 'reversed'
  | 'reversal-pending'
  | 'repeat-pending'
  | 'unanswered';

/** The four steps, and the reversal beside them. */
export type StepName = 'initiate' | 'transmit' | 'authorize' | 'print' | 'reversal' | 'repetition';

export interface StepDuration {
  readonly step: StepName;
  readonly durationMs: number;
}

/** `proof` is absent where the journal does not say it. */
export type SlipFate =
  | { readonly copy: SlipCopy; readonly state: 'printed'; readonly proof?: PrintProof }
  | { readonly copy: SlipCopy; readonly state: 'owed' };

/** What scripts and people are told at the end. Holds nothing secret. */
export interface TransactionResult {
  readonly kind: string;
  readonly outcome: Outcome;
  /** Why it ended so, where the response code does not say it. A stable code. */
  readonly reason?: string;
  readonly responseCode?: string;
  readonly responseText?: Bilingual;
  /** What people do about it. */
  readonly action?: ResponseAction;
  readonly stan?: number;
  readonly batch?: number;
  readonly referenceNumber?: string;
  readonly authorizationCode?: string;
  readonly maskedPan?: string;
  readonly amountMinor?: AmountMinor;
  /** Of a balance inquiry. */
  readonly balance?: { readonly negative: boolean; readonly amount: AmountMinor };
  readonly currencyCode: string;
  /** A notice that is a fact already and goes to the host later. */
  readonly stored?: true;
  /** What a chip card has left behind, in hex. */
  readonly chip?: {
    readonly aid: string;
    readonly tvr: string;
    readonly tsi: string;
    readonly cvmResults: string;
    readonly arqc?: string;
  };
  /** The cardholder's copy as an e-receipt; `taken`: instead of paper. */
  readonly receipt?: { readonly url: string; readonly shortUrl: string; readonly taken: boolean };
  /** Each copy: whether it is printed, as the printer has said it, or still owed. */
  readonly slips?: readonly SlipFate[];
  /** The printing was put off: the slip is to be printed yet. */
  readonly slipOwed?: true;
  /** An exercise: no money moved. */
  readonly training?: true;
  readonly steps: readonly StepDuration[];
}
