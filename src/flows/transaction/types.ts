import type { Bilingual } from '../../domain/bilingual.ts';
import type { WireFacts } from '../ports.ts';

/** The rows of the transaction table: every transaction is one row, walked by the same four states. */
export type TransactionKind = 'sale';

export interface TransactionType {
  readonly name: Bilingual;
  readonly wire: WireFacts;
  /** Whether the cardholder is asked for a PIN, and whether ENTER without one is taken. */
  readonly pin: 'required' | 'optional' | 'none';
  /** Whether an authorization in doubt is taken back by a 0400 (dialect sheet 8.1). */
  readonly reversible: boolean;
}

/** Dialect sheet 4.1. */
export const TRANSACTION_TYPES: Readonly<Record<TransactionKind, TransactionType>> = {
  sale: {
    name: { zh: '消费', en: 'SALE' },
    wire: { requestMti: '0200', processingCode: '000000', conditionCode: '00', messageTypeCode: '22' },
    pin: 'optional',
    reversible: true,
  },
};
