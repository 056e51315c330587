/** What a settlement prints (dialect sheet 11.6): a function of its journal rows. */
import { Bug } from '../../domain/result.ts';
import type {
  DetailList,
  FailureList,
  ListedTransaction,
  SettlementReport,
  SettlementSide,
} from '../../domain/paper.ts';
import type { BatchEntry } from '../facts/batch-log.ts';
import type { TerminalParameters } from '../parameters.ts';
import type { SettlementAnswer, SideTotals } from '../ports.ts';
import { slipDateTime } from '../transaction/slip-of.ts';
import { TRANSACTION_TYPES, type TransactionKind } from '../transaction/types.ts';
import type { ServiceContext } from './context.ts';
import { sumOf } from './settlement.ts';

export type ReportName = 'settlement' | 'details' | 'failures';

export function reportOf(
  context: ServiceContext,
  print: { readonly paper: ReportName; readonly reprint: boolean },
  parameters: TerminalParameters,
): SettlementReport | DetailList | FailureList {
  const { batch, items, operatorNumber, refused, reply, settlement, unuploaded } = context;
  if (settlement === undefined) throw new Bug('A report was asked for before the host had answered.');
  const head = {
    reprint: print.reprint,
    merchantName: parameters.merchantName,
    merchantNumber: context.merchantNumber,
    terminalNumber: context.terminalNumber,
    operatorNumber,
    batch,
    dateTime: slipDateTime(reply?.hostDate, reply?.hostTime, context.localTime),
    currency: parameters.currency,
    applicationVersion: parameters.applicationVersion,
  };
  switch (print.paper) {
    case 'settlement':
      return {
        type: 'settlement',
        ...head,
        domestic: sideOf(items, settlement, 'domestic'),
        foreign: sideOf(items, settlement, 'foreign'),
      };
    case 'details':
      return { type: 'details', ...head, items: items.filter(isListed).map(listed) };
    case 'failures': {
      const named = (stan: number): readonly ListedTransaction[] =>
        items.filter((each) => each.stan === stan).map(listed);
      return {
        type: 'failures',
        ...head,
        unanswered: unuploaded.flatMap(named),
        refused: refused.flatMap(({ responseCode, stan }) => named(stan).map((each) => ({ ...each, responseCode }))),
      };
    }
  }
}

const counts = ({ kind }: BatchEntry): boolean => TRANSACTION_TYPES[kind].totals !== 'none';

function sideOf(
  items: readonly BatchEntry[],
  settlement: SettlementAnswer,
  side: 'domestic' | 'foreign',
): SettlementSide {
  const own = items.filter((each) => counts(each) && each.foreign === (side === 'foreign'));
  const kinds = Object.keys(TRANSACTION_TYPES) as TransactionKind[];
  const rows = kinds.flatMap((kind) => {
    const of = own.filter((each) => each.kind === kind);
    const { name, settlementName = name } = TRANSACTION_TYPES[kind];
    return of.length === 0 ? [] : [{ label: settlementName, ...sumOf(of) }];
  });
  const verdict = settlement[side];
  return { verdict, rows, ...(verdict !== 'balanced' && { host: hostRows(settlement.totals[side]) }) };
}

const hostRows = ({ creditAmount, creditCount, debitAmount, debitCount }: SideTotals) => [
  { label: { zh: '主机借记', en: 'HOST DEBIT' }, count: debitCount, amount: debitAmount },
  { label: { zh: '主机贷记', en: 'HOST CREDIT' }, count: creditCount, amount: creditAmount },
];

/** Dialect sheet 11.6: voided pairs are left out. */
const isListed = (entry: BatchEntry): boolean =>
  counts(entry) && TRANSACTION_TYPES[entry.kind].follows === undefined && !entry.undone;

const listed = ({ amount, authorizationCode, kind, maskedPan, stan }: BatchEntry): ListedTransaction => ({
  voucher: stan,
  letter: TRANSACTION_TYPES[kind].letter,
  maskedPan,
  amount,
  ...(authorizationCode !== undefined && { authorizationCode }),
});
