import type { TransactionKind } from './transaction/types.ts';
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
  /** The longest PIN (field 26). */
  readonly pinLengthMax: number;
  /** Pause before an owed reversal is tried again of the terminal's own accord. */
  readonly reversalPauseMs: number;
  /** Heated dot rows, of which a metre has some 8000, after which the print head is to be cleaned. Absent: never said. */
  readonly cleanAfterLines?: number;
  /** Absent: nobody signs on, and the operator is always {@link operatorNumber}. */
  readonly people?: PeopleParameters;
  readonly transactions: TransactionParameters;
  /** Absent: slips are paper only. `offered`: the cardholder may take theirs instead of paper. */
  readonly receipts?: 'kept' | 'offered';
}

/** Who may use the terminal. */
export interface PeopleParameters {
  readonly supervisor: PersonParameters;
  readonly operators: readonly PersonParameters[];
  /** After so many wrong passwords one after the other, nobody is let in under that number. */
  readonly wrongPasswordsMax: number;
}

interface PersonParameters {
  /** Two digits. */
  readonly number: string;
  readonly passwordHash: string;
}

/** What the acquirer leaves to the terminal (dialect sheet 4.4, 9.5, 13). */
interface TransactionParameters {
  /** Whether the card of a follow-up to one of this batch is presented again, and its PIN asked for. */
  readonly followUps: Readonly<Partial<Record<TransactionKind, { readonly card: boolean; readonly pin: boolean }>>>;
  readonly partialApproval: boolean;
  /** The row that the menu offers as a transfer. */
  readonly transfer: 'transfer' | 'single-message-transfer';
  /** Whether a completion advice waits for the next occasion instead of going out at once. */
  readonly storesAdvices: boolean;
  readonly pinTriesMax: number;
  /** Absent: cards are swiped only. `fallback`: the stripe may be read of a card whose chip cannot (dialect sheet 3.1, 60.5). */
  readonly chips?: { readonly fallback: boolean };
  /** The detail list after a settlement. */
  readonly settlementDetails: boolean;
  /** Passes over what was not answered, besides the first. */
  readonly uploadResends: number;
}
