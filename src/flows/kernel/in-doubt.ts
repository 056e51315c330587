import { responseMeaning } from '../../domain/response-code.ts';
import type { JournalRow } from '../journal.ts';
import { TRANSACTION_TYPES, type TransactionType } from '../transaction/types.ts';

/** What an unfinished transaction needs before anything else may happen. */
export type Need = 'nothing' | 'reverse' | 'print';

/** Dialect sheet 8.2: answers to a 0400 after which the host holds nothing of the original. */
const REVERSAL_DONE: readonly string[] = ['00', '12', '25'];

/**
 * A second opinion on recovery, from the journal rows of one transaction and without the chart.
 *
 * The power-cut simulation asserts that it agrees with the chart at every instant: two code paths, spent on the one
 * question that must never be wrong.
 */
export function needAfterPowerLoss(rows: readonly JournalRow[]): Need {
  let mayHaveLeft = false;
  let copiesOwed = 0;
  let reversing = false;
  let type: TransactionType | undefined;
  for (const { event } of rows) {
    switch (event.type) {
      case 'TransactionStarted':
        type = TRANSACTION_TYPES[event.kind];
        break;
      case 'RequestReady':
        mayHaveLeft = true;
        break;
      case 'HostSilent':
      case 'ReplyMacWrong':
        reversing = true;
        break;
      case 'PowerRestored':
        reversing ||= mayHaveLeft && copiesOwed === 0;
        break;
      case 'HostReplied': {
        const { responseCode } = event.reply;
        const { category } = responseMeaning(responseCode);
        if (reversing && REVERSAL_DONE.includes(responseCode)) return 'nothing';
        if (reversing) break;
        if (category === 'declined') return 'nothing';
        if (category === 'approved' && type?.slip === false) return 'nothing';
        if (category === 'approved') copiesOwed = 2;
        else reversing = true;
        break;
      }
      case 'SlipPrinted':
        copiesOwed -= 1;
        if (copiesOwed === 0) return 'nothing';
        break;
      default:
    }
  }
  if (copiesOwed > 0) return 'print';
  return mayHaveLeft && type?.reversible === true ? 'reverse' : 'nothing';
}
