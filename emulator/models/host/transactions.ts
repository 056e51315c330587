/** The financial transactions that this host does, as a table (dialect sheet 4.1, 4.2, 9.4). */
import { Bug } from '../../../src/domain/result.ts';

export type TransactionName =
  | 'balance-inquiry'
  | 'sale'
  | 'void'
  | 'refund'
  | 'pre-authorization'
  | 'pre-authorization-void'
  | 'completion'
  | 'completion-advice'
  | 'completion-void'
  | 'account-verification'
  | 'transfer'
  | 'two-card-transfer';

export type Effect =
  /** Tells the balance (F54). Not booked. */
  | 'inquire'
  /** Tells whether a card can receive a transfer. Not booked. */
  | 'verify'
  /** From the balance to the merchant. */
  | 'debit'
  /** From the balance into a hold. */
  | 'hold'
  /** What its original did, backwards. */
  | 'undo'
  /** From the merchant to the balance. */
  | 'credit'
  /** From the hold to the merchant, and what is left of the hold to the balance. */
  | 'capture'
  /** From one balance to another. */
  | 'transfer';

/** How a request names its original (dialect sheet 3.4, 4.4). */
export type OriginalBy =
  /** F61: batch and trace number in this terminal, this batch; F37 must fit. */
  | 'trace'
  /** F37, and the date in F61; batch and trace number of F61 may be zeros. */
  | 'reference'
  /** F38, the date in F61, and the card; perhaps from another terminal. */
  | 'authorization';

export interface TransactionRow {
  readonly name: TransactionName;
  readonly mti: '0100' | '0200' | '0220';
  /** F3. */
  readonly processingCode: string;
  /** F25. */
  readonly condition: string;
  /** 60.1; `*` for any. */
  readonly type: string;
  readonly effect: Effect;
  /** The side of the settlement that it counts on. */
  readonly totals: 'debit' | 'credit' | 'none';
  /** Whether a 0400 may follow (dialect sheet 4.1, 8.1). */
  readonly reversible: boolean;
  /** Besides F3, F11, F22, F25, F41, F42, F49 and F60. */
  readonly mandatory: readonly number[];
  /** Where F55 is among them, a chip has the simplified flow (dialect sheet 4.2). */
  readonly forbidden: readonly number[];
  readonly original?: { readonly by: OriginalBy; readonly of: readonly TransactionName[] };
  /** Fewer than this is a format error. */
  readonly f60DigitsMin: number;
}

type Facts = `${TransactionRow['mti']} ${string} ${string} ${string}`;

interface RowRest extends Partial<Pick<TransactionRow, 'original' | 'f60DigitsMin'>> {
  readonly is: readonly [Effect, TransactionRow['totals'], 'reversible' | 'final'];
  readonly mandatory: readonly number[];
  readonly forbidden: readonly number[];
}

/** F60 up to 60.3 (dialect sheet 3.1). */
const F60_DIGITS = 11;
/** F60 is cut after 60.2 (dialect sheet 4.1, on the two-card transfer). */
const F60_DIGITS_CUT = 8;

function row(name: TransactionName, facts: Facts, { is, ...rest }: RowRest): TransactionRow {
  const [mti, processingCode = '', condition = '', type = ''] = facts.split(' ');
  if (mti !== '0100' && mti !== '0200' && mti !== '0220') throw new Bug(`${facts} is no row of the table.`);
  const [effect, totals, reversible] = is;
  return {
    name,
    mti,
    processingCode,
    condition,
    type,
    effect,
    totals,
    reversible: reversible === 'reversible',
    f60DigitsMin: F60_DIGITS,
    ...rest,
  };
}

export const transactions: readonly TransactionRow[] = [
  row('balance-inquiry', '0200 310000 00 01', {
    is: ['inquire', 'none', 'final'],
    mandatory: [],
    forbidden: [4, 37, 38, 61],
  }),
  row('sale', '0200 000000 00 22', {
    is: ['debit', 'debit', 'reversible'],
    mandatory: [4],
    forbidden: [37, 38, 61],
  }),
  row('void', '0200 200000 00 23', {
    is: ['undo', 'credit', 'reversible'],
    mandatory: [4, 37, 61],
    forbidden: [55],
    original: { by: 'trace', of: ['sale'] },
  }),
  row('refund', '0220 200000 00 25', {
    is: ['credit', 'credit', 'final'],
    mandatory: [4, 37, 61, 63],
    forbidden: [26, 52, 55],
    original: { by: 'reference', of: ['sale', 'completion', 'completion-advice'] },
  }),
  row('pre-authorization', '0100 030000 06 10', {
    is: ['hold', 'none', 'reversible'],
    mandatory: [4],
    forbidden: [37, 38, 61],
  }),
  row('pre-authorization-void', '0100 200000 06 11', {
    is: ['undo', 'none', 'reversible'],
    mandatory: [4, 38, 61],
    forbidden: [37, 55],
    original: { by: 'authorization', of: ['pre-authorization'] },
  }),
  row('completion', '0200 000000 06 20', {
    is: ['capture', 'debit', 'reversible'],
    mandatory: [4, 38, 61],
    forbidden: [37, 55],
    original: { by: 'authorization', of: ['pre-authorization'] },
  }),
  row('completion-advice', '0220 000000 06 24', {
    is: ['capture', 'debit', 'final'],
    mandatory: [4, 38, 61],
    forbidden: [37, 55],
    original: { by: 'authorization', of: ['pre-authorization'] },
  }),
  row('completion-void', '0200 200000 06 21', {
    is: ['undo', 'credit', 'reversible'],
    mandatory: [4, 37, 38, 61],
    forbidden: [55],
    original: { by: 'reference', of: ['completion'] },
  }),
  // 60.1 of the verification is not known (dialect sheet 4.1), so any will do.
  row('account-verification', '0100 330000 00 *', {
    is: ['verify', 'none', 'final'],
    mandatory: [62],
    forbidden: [26, 52, 55, 61],
    f60DigitsMin: F60_DIGITS_CUT,
  }),
  // Whether the one-message form can be reversed is not known; without it a lost answer could never be settled.
  row('transfer', '0200 400000 00 47', {
    is: ['transfer', 'none', 'reversible'],
    mandatory: [4, 62],
    forbidden: [37, 38, 61],
  }),
  row('two-card-transfer', '0200 400000 66 49', {
    is: ['transfer', 'none', 'final'],
    mandatory: [4, 62],
    forbidden: [37, 38, 61],
    f60DigitsMin: F60_DIGITS_CUT,
  }),
];

const byName: ReadonlyMap<TransactionName, TransactionRow> = new Map(transactions.map((row) => [row.name, row]));

function named(name: TransactionName): TransactionRow {
  const row = byName.get(name);
  if (row === undefined) throw new Bug(`The table has no row ${name}.`);
  return row;
}

export const effectOf = (name: TransactionName): Effect => named(name).effect;

/** It tells the host of a fact, and is sent until it is answered (dialect sheet 9.2). */
export const isNotice = (name: TransactionName): boolean => named(name).mti === '0220';

export const totalsOf = (name: TransactionName): TransactionRow['totals'] => named(name).totals;
