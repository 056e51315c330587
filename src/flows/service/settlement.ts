/** What a settlement sends after its totals (dialect sheet 9.5). */
import { AMOUNT_MINOR_MAX, toAmountMinor, type AmountMinor } from '../../domain/money.ts';
import { BATCH_DETAILS_MAX, type BatchTotals, type SettlementAnswer, type SideTotals } from '../ports.ts';
import type { BatchEntry } from '../facts/batch-log.ts';
import { TRANSACTION_TYPES, type TransactionType } from '../transaction/types.ts';
import type { ServiceContext } from './context.ts';
import type { ServiceRequest } from './events.ts';

/** Field 48 has three digits for a count. */
const COUNT_MAX = 999;

/** Dialect sheet 9.4: a voided sale still counts as a debit, and its void as a credit. */
export function totalsOf(items: readonly BatchEntry[]): BatchTotals {
  const side = (isForeign: boolean): SideTotals => {
    const of = (totals: TransactionType['totals']) =>
      sumOf(items.filter((each) => each.foreign === isForeign && TRANSACTION_TYPES[each.kind].totals === totals));
    const [debit, credit] = [of('debit'), of('credit')];
    return {
      debitCount: debit.count,
      debitAmount: debit.amount,
      creditCount: credit.count,
      creditAmount: credit.amount,
    };
  };
  return { domestic: side(false), foreign: side(true) };
}

/** A sum that no field could carry stands at the most that it can: it will not balance, and then it is looked into. */
export function sumOf(items: readonly BatchEntry[]): { readonly count: number; readonly amount: AmountMinor } {
  const minor = items.reduce((sum, { amount }) => sum + BigInt(amount), 0n);
  return {
    count: Math.min(items.length, COUNT_MAX),
    amount: minor > BigInt(AMOUNT_MINOR_MAX) ? AMOUNT_MINOR_MAX : toAmountMinor(minor),
  };
}

/** Steps 4 and 5: details and notices of the sides that do not balance; then, always, what chips have approved. */
export function uploadsOf({ items }: ServiceContext, answer: SettlementAnswer): readonly ServiceRequest[] {
  const isDue = ({ foreign }: BatchEntry): boolean => (foreign ? answer.foreign : answer.domestic) !== 'balanced';
  const due = items.filter((each) => TRANSACTION_TYPES[each.kind].totals !== 'none' && isDue(each));
  const isNotice = ({ kind }: BatchEntry): boolean => TRANSACTION_TYPES[kind].wire.requestMti === '0220';
  const details = due.filter((each) => !isNotice(each) && each.chip === undefined).map(({ stan }) => stan);
  const groups = Array.from({ length: Math.ceil(details.length / BATCH_DETAILS_MAX) }, (_, index) =>
    details.slice(index * BATCH_DETAILS_MAX, (index + 1) * BATCH_DETAILS_MAX),
  );
  return [
    ...groups.map((stans) => ({ type: 'details', stans }) as const),
    ...due.filter(isNotice).map(({ stan }) => ({ type: 'batch-notice', stan }) as const),
    ...items.filter(({ chip }) => chip !== undefined).map(({ stan }) => ({ type: 'batch-chip', stan }) as const),
  ];
}

export const isBalanced = ({ domestic, foreign }: SettlementAnswer): boolean =>
  domestic === 'balanced' && foreign === 'balanced';
