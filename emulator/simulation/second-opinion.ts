/** Holds what the charts did after a power cut against what the journal's rows alone say was needed. */
import type { JournalRow } from '../../src/flows/journal.ts';
import { needAfterPowerLoss, type Need } from '../../src/flows/kernel/in-doubt.ts';
import { flowsIn } from './replayed.ts';

/** By flow: what it needs before anything else may happen. */
export type Needs = ReadonlyMap<number, Need>;

/** What the transactions and services need that the rows leave unfinished. */
export const needsOf = (rows: readonly JournalRow[]): Needs =>
  new Map(
    [...flowsIn(rows, 'transaction'), ...flowsIn(rows, 'service')]
      .filter((each) => each.at(-1)?.ended === false)
      .map((each) => [each[0].flowId, needAfterPowerLoss(each)]),
  );

/** Did the charts do what the rows alone said was needed? `rows` are those of the life after the cut. */
export const secondOpinion = (needs: Needs, rows: readonly JournalRow[]): readonly string[] =>
  [...needs].flatMap(([flowId, need]) => {
    const [restored, next] = rows.filter((row) => row.flowId === flowId);
    if (restored === undefined) return [];
    if (restored.event.type !== 'PowerRestored') return [`after a power cut came ${restored.event.type}`];
    const did = restored.ended ? (['nothing'] as const) : next && DOES[next.event.type];
    return did === undefined || did.includes(need) ? [] : [`in-doubt says ${need}, the chart did ${did.join(' or ')}`];
  });

/** What the first event after `PowerRestored` tells of what the chart chose to do. */
const DOES: Readonly<Record<string, readonly Need[]>> = {
  RequestReady: ['reverse', 'repeat'],
  HostUnreachable: ['reverse', 'repeat'],
  TraceAllotted: ['settle'],
  TraceKept: ['settle'],
  SlipPrinted: ['print', 'settle'],
  PrinterStopped: ['print', 'settle'],
};
