import type { Currency } from '../domain/money.ts';

/** What the merchant, the acquirer and the country decide; fixed while the terminal runs. */
export interface TerminalParameters {
  readonly merchantName: string;
  /** Field 42, 15 characters. */
  readonly merchantNumber: string;
  /** Field 41, 8 characters. */
  readonly terminalNumber: string;
  readonly operatorNumber: string;
  readonly currency: Currency;
  readonly applicationVersion: string;
  /** How long a screen waits for a person. */
  readonly operatorTimeoutMs: number;
  /** How long the PIN pad waits for the cardholder. */
  readonly pinTimeoutSeconds: number;
  /** Pause before an owed reversal is tried again of the terminal's own accord. */
  readonly reversalPauseMs: number;
}
