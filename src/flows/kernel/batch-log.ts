import type { AmountMinor } from '../../domain/money.ts';
import type { JournalRow } from '../journal.ts';
import type { OriginalFacts } from '../transaction/events.ts';
import type { TransactionKind } from '../transaction/types.ts';

/** An approved transaction of the batch: what voids, reprints and the settlement need of it. */
export interface BatchEntry extends OriginalFacts {
  readonly kind: TransactionKind;
  readonly amount: AmountMinor;
  readonly maskedPan: string;
  readonly sealedPan: string;
  /** A later transaction has taken it back. */
  readonly undone: boolean;
}

/**
 * Learns from the rows of one transaction that has ended. An approved transaction that moved money ends with its last
 * slip printed, and no other does.
 */
export function enterInBatch(batch: readonly BatchEntry[], rows: readonly JournalRow[]): readonly BatchEntry[] {
  if (rows.at(-1)?.event.type !== 'SlipPrinted') return batch;
  const entry = entryOf(rows);
  if (entry === undefined) return batch;
  const { original } = factsOf(rows);
  const others = batch.map((each) =>
    original !== undefined && each.batch === original.batch && each.stan === original.stan
      ? { ...each, undone: true }
      : each,
  );
  return [...others, entry];
}

/** The one that a voucher number names, if it may be followed up by a transaction of that kind. */
export function findInBatch(
  batch: readonly BatchEntry[],
  wanted: { readonly batch: number; readonly voucher: number; readonly kind: TransactionKind | undefined },
): BatchEntry | undefined {
  return batch.find(
    (entry) =>
      entry.batch === wanted.batch && entry.stan === wanted.voucher && entry.kind === wanted.kind && !entry.undone,
  );
}

function factsOf(rows: readonly JournalRow[]) {
  const find = <Type extends JournalRow['event']['type']>(type: Type) =>
    rows.findLast(({ event }) => event.type === type)?.event as
      | Extract<JournalRow['event'], { readonly type: Type }>
      | undefined;
  const started = find('TransactionStarted');
  const original = find('OriginalFound')?.original;
  return {
    kind: started?.kind,
    trace: find('TraceAllotted'),
    card: find('CardRead')?.card,
    reply: find('HostReplied')?.reply,
    original,
    amount: find('AmountEntered')?.amount ?? original?.amount,
  };
}

function entryOf(rows: readonly JournalRow[]): BatchEntry | undefined {
  const { amount, card, kind, reply, trace } = factsOf(rows);
  if (amount === undefined || card === undefined || kind === undefined || reply === undefined || trace === undefined) {
    return undefined;
  }
  return {
    kind,
    batch: trace.batch,
    stan: trace.stan,
    amount,
    maskedPan: card.maskedPan,
    sealedPan: card.sealedPan,
    ...(reply.hostDate !== undefined && { date: reply.hostDate }),
    ...(reply.referenceNumber !== undefined && { referenceNumber: reply.referenceNumber }),
    ...(reply.authorizationCode !== undefined && { authorizationCode: reply.authorizationCode }),
    undone: false,
  };
}
