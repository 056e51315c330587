/** Papers that were put off: whose they are, and whether something of them may be on paper already. */
import type { SlipCopy } from '../../domain/slip.ts';
import type { JournalRow } from '../journal.ts';

export interface OwedPaper {
  /** The transaction's rows in the journal: what it says follows from them. */
  readonly flowId: number;
  /** 凭证号, by which people find it in the list. */
  readonly voucher: number;
  readonly copy: SlipCopy;
  /** An earlier print of it was torn, or nobody knows: the next one says 重打印. */
  readonly marked: boolean;
}

const COPIES: readonly SlipCopy[] = ['merchant', 'cardholder'];

/** Of a transaction whose printing was put off. */
export function papersOwedBy(rows: readonly JournalRow[]): readonly OwedPaper[] {
  const last = rows.at(-1);
  const trace = rows.findLast(({ event }) => event.type === 'TraceAllotted')?.event;
  if (last?.event.type !== 'PrintDeferred' || trace?.type !== 'TraceAllotted') return [];
  const printing = rows.slice(rows.findLastIndex((row) => !isOfPrinter(row)) + 1);
  const { isTorn, printed } = progressOf(printing);
  return COPIES.slice(printed).map((copy, index) => ({
    flowId: last.flowId,
    voucher: trace.stan,
    copy,
    marked: index === 0 && isTorn,
  }));
}

/** After a service that has printed of them, in their order, as far as it came. */
export function papersLeft(owed: readonly OwedPaper[], rows: readonly JournalRow[]): readonly OwedPaper[] {
  const { isTorn, printed } = progressOf(rows);
  return owed.slice(printed).map((paper, index) => (index === 0 && isTorn ? { ...paper, marked: true } : paper));
}

const PRINTER_EVENTS: ReadonlySet<JournalRow['event']['type']> = new Set([
  'SlipPrinted',
  'PrinterStopped',
  'PrinterReady',
  'PrintDeferred',
  'PowerRestored',
  'ReceiptIssued',
  'ReceiptFailed',
  'ReceiptDeclined',
  'DeadlinePassed',
]);
const isOfPrinter = ({ event }: JournalRow): boolean => PRINTER_EVENTS.has(event.type);

/** How many were printed, and whether something of the next may be on paper. */
function progressOf(rows: readonly JournalRow[]): { readonly printed: number; readonly isTorn: boolean } {
  let [printed, isTorn, isUnderWay] = [0, false, true];
  for (const { event } of rows) {
    switch (event.type) {
      case 'SlipPrinted':
        [printed, isTorn, isUnderWay] = [printed + 1, false, true];
        break;
      case 'PrinterStopped':
        isTorn ||= isUnderWay && event.torn;
        isUnderWay = false;
        break;
      case 'PrinterReady':
        isUnderWay = true;
        break;
      case 'PowerRestored':
        isTorn ||= isUnderWay;
        isUnderWay = true;
        break;
      default:
    }
  }
  return { printed, isTorn };
}
