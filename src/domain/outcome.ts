import type { Bilingual } from './bilingual.ts';
import type { AmountMinor } from './money.ts';

/**
 * How a transaction stands at its end.
 *
 * `cancelled`: a person ended it before anything was sent. `failed`: a fault did. `reversed`: it was in doubt and the
 * host has confirmed that it holds nothing. `reversal-pending`: in doubt, and the host could not be told yet.
 * `unanswered`: sent, never answered, and of a kind that cannot be taken back.
 */
export type Outcome = 'approved' | 'declined' | 'cancelled' | 'failed' | 'reversed' | 'reversal-pending' | 'unanswered';

/** The four steps, and the reversal beside them. */
export type StepName = 'initiate' | 'transmit' | 'authorize' | 'print' | 'reversal';

export interface StepDuration {
  readonly step: StepName;
  readonly durationMs: number;
}

/** What scripts and people are told at the end. Holds nothing secret. */
export interface TransactionResult {
  readonly kind: string;
  readonly outcome: Outcome;
  /** Why it ended so, where the response code does not say it. A stable code. */
  readonly reason?: string;
  readonly responseCode?: string;
  readonly responseText?: Bilingual;
  readonly stan?: number;
  readonly batch?: number;
  readonly referenceNumber?: string;
  readonly authorizationCode?: string;
  readonly maskedPan?: string;
  readonly amountMinor?: AmountMinor;
  /** Of a balance inquiry. */
  readonly balance?: { readonly negative: boolean; readonly amount: AmountMinor };
  readonly currencyCode: string;
  readonly steps: readonly StepDuration[];
}
