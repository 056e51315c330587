/** Holds what the chart did after a power cut against what the journal's rows alone say was needed. */
import type { JournalRow } from '../../src/flows/journal.ts';
import { needAfterPowerLoss, type Need } from '../../src/flows/kernel/in-doubt.ts';

/** The rows of each transaction, oldest first. */
export function transactionsOf(rows: readonly JournalRow[]): readonly (readonly [JournalRow, ...JournalRow[]])[] {
  const flows = Map.groupBy(
    rows.filter(({ flow }) => flow === 'transaction'),
    ({ flowId }) => flowId,
  );
  return [...flows.values()].flatMap(([first, ...rest]) => (first === undefined ? [] : [[first, ...rest] as const]));
}

/** What the transaction that stands last in the journal needs before anything else may happen. */
export function needOf(rows: readonly JournalRow[]): Need {
  const last = transactionsOf(rows).at(-1) ?? [];
  return last.at(-1)?.ended === true ? 'nothing' : needAfterPowerLoss(last);
}

/** Did the chart do what the rows alone said was needed? `rows` are those of the life after the cut. */
export function secondOpinion(need: Need, rows: readonly JournalRow[]): readonly string[] {
  const restored = rows.findIndex(({ event, flow }) => flow === 'transaction' && event.type === 'PowerRestored');
  if (restored < 0) return [];
  const next = rows.slice(restored + 1).find(({ flow }) => flow === 'transaction');
  const did =
    rows[restored]?.ended === true ? (['nothing'] as const) : next === undefined ? undefined : DOES[next.event.type];
  return did === undefined || did.includes(need) ? [] : [`in-doubt says ${need}, the chart did ${did.join(' or ')}`];
}

/** What the first event after `PowerRestored` tells of what the chart chose to do. */
const DOES: Readonly<Record<string, readonly Need[]>> = {
  RequestReady: ['reverse', 'repeat'],
  HostUnreachable: ['reverse', 'repeat'],
  SlipPrinted: ['print'],
  PrinterStopped: ['print'],
};
