import type { Bilingual } from '../../domain/bilingual.ts';
import type { WireFacts } from '../ports.ts';

/** The rows of the transaction table: every transaction is one row, walked by the same four states. */
export type TransactionKind =
  | 'sale'
  | 'void'
  | 'refund'
  | 'pre-authorization'
  | 'pre-authorization-void'
  | 'completion'
  | 'completion-advice'
  | 'completion-void'
  | 'balance'
  | 'transfer'
  | 'single-message-transfer';

/**
 * What becomes of a request that may have been booked and was not answered. `reverse`: a 0400 takes it back (dialect
 * sheet 8.1). `repeat`: it is a notice that the host books once, so the same one is sent again until it is answered.
 * `forward`: likewise, but it is a fact already, so its slip is printed and it goes out later (dialect sheet 9.2).
 * `unknown`: nobody knows, and people are told so.
 */
export type InDoubt = 'reverse' | 'repeat' | 'forward' | 'unknown';

export interface TransactionType {
  readonly name: Bilingual;
  /** On the settlement slip, where a longer one would leave no room for the sums on a narrow roll (dialect sheet 11.6). */
  readonly settlementName?: Bilingual;
  readonly wire: WireFacts;
  /** Where the amount comes from: keyed, the original's, or nowhere. */
  readonly amount: 'keyed' | 'of-original' | 'none';
  /**
   * How the original is named: by its voucher number in this batch, or by what its slip says, since it may be from
   * another batch or terminal: the reference number (refund), the authorization code (pre-authorizations).
   */
  readonly original?: 'voucher' | 'reference' | 'authorization-code';
  /** With `voucher`: what kind of transaction may be followed up. */
  readonly follows?: TransactionKind;
  /** Whether the cardholder is asked for a PIN, and whether ENTER without one is taken. */
  readonly pin: 'optional' | 'none';
  /**
   * What an inserted card does: all of a payment with cryptograms and its own verification of the cardholder, or the
   * simplified flow in which it only says its number (dialect sheet 4.2).
   */
  readonly chip: 'payment' | 'reading' | 'none';
  /** The merchant's supervisor must agree (dialect sheet 4.4). */
  readonly supervisor?: true;
  /** Two cards: the first receives. Its account may have to be verified by a request of its own (dialect sheet 4.1). */
  readonly receiver?: 'verified' | 'named';
  readonly inDoubt: InDoubt;
  /** The side of the settlement on which it counts (dialect sheet 9.4). */
  readonly totals: 'debit' | 'credit' | 'none';
  /** On the detail list (dialect sheet 11.6). */
  readonly letter: string;
  /** Whether an approval ends with a slip. */
  readonly slip: boolean;
  /** Money flows back to the cardholder: the slip shows the amount with a minus sign (dialect sheet 11.2, row 13). */
  readonly givesBack: boolean;
}

const sale = {
  amount: 'keyed',
  pin: 'optional',
  chip: 'payment',
  inDoubt: 'reverse',
  totals: 'debit',
  letter: 'S',
  slip: true,
  givesBack: false,
} as const satisfies Partial<TransactionType>;

const byCode = { ...sale, original: 'authorization-code', chip: 'reading' } as const;

const wire = (
  requestMti: string,
  processingCode: string,
  conditionCode: string,
  messageTypeCode: string,
): WireFacts => ({
  requestMti,
  processingCode,
  conditionCode,
  messageTypeCode,
});

/** What is keyed, in this order, to name an original of each kind. */
export const ORIGINAL_ENTRIES = {
  voucher: ['voucher'],
  reference: ['reference', 'date'],
  'authorization-code': ['code', 'date'],
} as const satisfies Readonly<Record<NonNullable<TransactionType['original']>, readonly string[]>>;

/** `document`: the id document of a transfer's receiver, two digits of type and its number. */
export type EntryName = (typeof ORIGINAL_ENTRIES)[keyof typeof ORIGINAL_ENTRIES][number] | 'document';

/** Dialect sheet 4.1. */
export const TRANSACTION_TYPES: Readonly<Record<TransactionKind, TransactionType>> = {
  sale: { ...sale, name: { zh: '消费', en: 'SALE' }, wire: wire('0200', '000000', '00', '22') },
  void: {
    ...sale,
    name: { zh: '消费撤销', en: 'VOID' },
    wire: wire('0200', '200000', '00', '23'),
    amount: 'of-original',
    original: 'voucher',
    follows: 'sale',
    chip: 'reading',
    supervisor: true,
    totals: 'credit',
    givesBack: true,
  },
  refund: {
    ...sale,
    name: { zh: '退货', en: 'REFUND' },
    wire: wire('0220', '200000', '00', '25'),
    original: 'reference',
    pin: 'none',
    chip: 'reading',
    supervisor: true,
    inDoubt: 'repeat',
    totals: 'credit',
    letter: 'R',
    givesBack: true,
  },
  'pre-authorization': {
    ...sale,
    name: { zh: '预授权', en: 'AUTH' },
    wire: wire('0100', '030000', '06', '10'),
    totals: 'none',
  },
  'pre-authorization-void': {
    ...byCode,
    name: { zh: '预授权撤销', en: 'AUTH VOID' },
    wire: wire('0100', '200000', '06', '11'),
    totals: 'none',
    givesBack: true,
  },
  completion: {
    ...byCode,
    name: { zh: '预授权完成', en: 'AUTH COMPLETE' },
    wire: wire('0200', '000000', '06', '20'),
    letter: 'P',
  },
  'completion-advice': {
    ...byCode,
    name: { zh: '预授权完成(通知)', en: 'AUTH SETTLEMENT' },
    settlementName: { zh: '完成(通知)', en: 'AUTH SETTLEMENT' },
    wire: wire('0220', '000000', '06', '24'),
    pin: 'none',
    inDoubt: 'forward',
    letter: 'P',
  },
  'completion-void': {
    ...sale,
    name: { zh: '预授权完成撤销', en: 'COMPLETE VOID' },
    wire: wire('0200', '200000', '06', '21'),
    amount: 'of-original',
    original: 'voucher',
    follows: 'completion',
    chip: 'reading',
    totals: 'credit',
    givesBack: true,
  },
  balance: {
    ...sale,
    name: { zh: '余额查询', en: 'BALANCE' },
    wire: wire('0200', '310000', '00', '01'),
    amount: 'none',
    inDoubt: 'unknown',
    totals: 'none',
    slip: false,
  },
  // Both forms are the acquirer's to define: the sources know no whole message of either (dialect sheet 4.1).
  transfer: {
    ...sale,
    name: { zh: '转账', en: 'TRANSFER' },
    wire: wire('0200', '400000', '66', '49'),
    receiver: 'verified',
    chip: 'none',
    inDoubt: 'unknown',
    totals: 'none',
  },
  'single-message-transfer': {
    ...sale,
    name: { zh: '转账', en: 'TRANSFER' },
    wire: wire('0200', '400000', '00', '47'),
    receiver: 'named',
    chip: 'none',
    totals: 'none',
  },
};
