/** What cards have made of their issuers' scripts, until the host has heard it (dialect sheet 9.1). */
import type { AmountMinor } from '../../domain/money.ts';
import type { JournalRow } from '../journal.ts';
import type { TransactionKind } from '../transaction/types.ts';
import { eventOf } from './batch-log.ts';

export interface ScriptNotice {
  readonly kind: TransactionKind;
  /** Of the transaction that brought the scripts. */
  readonly batch: number;
  readonly stan: number;
  /** MMDD. */
  readonly date?: string;
  readonly amount?: AmountMinor;
  readonly sealedPan: string;
  readonly sequenceNumber: string;
  /** Hex (dialect sheet 7.2, script notification). */
  readonly field55: string;
  readonly acquirerCode?: string;
  readonly referenceNumber?: string;
  readonly authorizationCode?: string;
}

/** Of a transaction that has ended, however it has. */
export function scriptNoticeOf(rows: readonly JournalRow[]): ScriptNotice | undefined {
  const started = eventOf(rows, 'TransactionStarted');
  const field55 = eventOf(rows, 'ChipEnded')?.end.fields55?.scriptNotification;
  const card = eventOf(rows, 'CardRead')?.card;
  const trace = eventOf(rows, 'TraceAllotted');
  const amount = eventOf(rows, 'AmountEntered')?.amount;
  // The first answer is the issuer's; what follows it answers a reversal.
  const answer = rows.find(({ event }) => event.type === 'HostReplied')?.event;
  if (started === undefined || started.training === true || field55 === undefined) return undefined;
  if (card?.chip === undefined || trace === undefined || answer?.type !== 'HostReplied') return undefined;
  const { acquirerCode, authorizationCode, hostDate, referenceNumber } = answer.reply;
  return {
    kind: started.kind,
    batch: trace.batch,
    stan: trace.stan,
    sealedPan: card.sealedPan,
    sequenceNumber: card.chip.sequenceNumber,
    field55,
    ...(amount !== undefined && { amount }),
    ...(hostDate !== undefined && { date: hostDate }),
    ...(acquirerCode !== undefined && { acquirerCode }),
    ...(referenceNumber !== undefined && { referenceNumber }),
    ...(authorizationCode !== undefined && { authorizationCode }),
  };
}
