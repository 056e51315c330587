import { responseMeaning } from '../../domain/response-code.ts';
import type { JournalRow } from '../journal.ts';
import { TRANSACTION_TYPES, type TransactionType } from '../transaction/types.ts';

/** What an unfinished flow needs before anything else may happen. `settle`: a settlement goes on, wherever it stands. */
export type Need = 'nothing' | 'reverse' | 'repeat' | 'print' | 'settle';

/** Dialect sheet 8.2: answers to a 0400 after which the host holds nothing of the original. */
const REVERSAL_DONE: readonly string[] = ['00', '12', '25'];

/** What is known after each row, in the order in which it is decided. */
interface Standing {
  readonly type: TransactionType | undefined;
  /** Of the receiving account of a transfer: no money is asked for yet. */
  readonly verifying: boolean;
  /** Stored at once, or stored because nothing came back. */
  readonly stored: boolean;
  readonly mayHaveLeft: boolean;
  /** The request is in doubt: what is sent from now on takes it back, or is the same notice again. */
  readonly insisting: boolean;
  readonly copiesOwed: number;
  readonly over: boolean;
  /** It is a settlement. */
  readonly settling: boolean;
  /** A card has asked for the host, and has not said its last word. */
  readonly cardWaits: boolean;
  /** What the host has answered, which the card has not heard or not agreed to yet. */
  readonly untold: string | undefined;
}

const AT_FIRST: Standing = {
  type: undefined,
  verifying: false,
  stored: false,
  mayHaveLeft: false,
  insisting: false,
  copiesOwed: 0,
  over: false,
  settling: false,
  cardWaits: false,
  untold: undefined,
};

/**
 * A second opinion on recovery, from the journal rows of one transaction or service and without the chart.
 *
 * The power-cut simulation asserts that it agrees with the chart at every instant: two code paths, spent on the one
 * question that must never be wrong.
 */
export function needAfterPowerLoss(rows: readonly JournalRow[]): Need {
  const { copiesOwed, mayHaveLeft, over, settling, type } = rows.reduce(learn, AT_FIRST);
  if (settling) return copiesOwed > 0 ? 'print' : 'settle';
  if (over) return 'nothing';
  if (copiesOwed > 0) return 'print';
  if (!mayHaveLeft) return 'nothing';
  const needs = { reverse: 'reverse', repeat: 'repeat', forward: 'print', unknown: 'nothing' } as const;
  return needs[type?.inDoubt ?? 'unknown'];
}

function learn(known: Standing, { event }: JournalRow): Standing {
  const { copiesOwed, insisting, mayHaveLeft, settling, type, verifying } = known;
  const isForwarded = type?.inDoubt === 'forward';
  const printing = { ...known, copiesOwed: 2, insisting: false };
  switch (event.type) {
    case 'ServiceStarted':
      // Any other is begun again when it is wanted again.
      return { ...known, settling: event.kind === 'settlement', over: event.kind !== 'settlement' };
    case 'TransactionStarted':
      return { ...known, type: TRANSACTION_TYPES[event.kind], stored: event.rules.storesNotice };
    case 'ReceiverRead':
      return { ...known, verifying: type?.receiver === 'verified' };
    case 'CardRead':
      return { ...known, verifying: false };
    case 'TraceAllotted':
      return isForwarded && known.stored ? printing : known;
    case 'RequestReady':
      return verifying ? known : { ...known, mayHaveLeft: true };
    case 'HostUnreachable':
      return isForwarded && copiesOwed === 0 ? printing : known;
    case 'HostSilent':
    case 'ReplyMacWrong':
      if (verifying) return { ...known, over: true };
      return isForwarded ? printing : { ...known, insisting: true };
    case 'PowerRestored':
      if (isForwarded && mayHaveLeft && copiesOwed === 0) return printing;
      return { ...known, insisting: insisting || (mayHaveLeft && copiesOwed === 0) };
    case 'PartAccepted':
      return printing;
    case 'PartRefused':
    case 'DeadlinePassed':
      return { ...known, insisting: mayHaveLeft };
    case 'ChipAskedHost':
      return { ...known, cardWaits: true };
    case 'HostReplied': {
      if (settling) return known;
      const { responseCode } = event.reply;
      if (!known.cardWaits || insisting) return answered(known, responseCode);
      // What the host holds must be taken back if the card is not heard of any more.
      const isHeld = responseMeaning(responseCode).category !== 'declined';
      return { ...known, untold: responseCode, mayHaveLeft: isHeld };
    }
    case 'ChipEnded': {
      const heard = { ...known, cardWaits: false, untold: undefined };
      if (known.untold === undefined) return { ...heard, over: event.end.fallbackAllowed ? known.over : true };
      if (event.end.type === 'approved') return answered(heard, known.untold);
      return mayHaveLeft ? { ...heard, insisting: true } : { ...heard, over: true };
    }
    case 'ReceiptTaken':
    case 'PrintDeferred':
      return settling ? known : { ...known, copiesOwed: 0, over: true };
    case 'PrinterStopped':
      return settling ? { ...known, copiesOwed: 1 } : known;
    case 'SlipPrinted':
      // How many papers there are is the settlement's business; no message comes after the first.
      if (settling) return { ...known, copiesOwed: 1 };
      return { ...known, copiesOwed: copiesOwed - 1, over: copiesOwed === 1 };
    default:
      return known;
  }
}

function answered(known: Standing, responseCode: string): Standing {
  const { insisting, mayHaveLeft, type, verifying } = known;
  const { action, category } = responseMeaning(responseCode);
  const isRepeated = type?.inDoubt === 'repeat';
  if (insisting && !isRepeated) return { ...known, over: REVERSAL_DONE.includes(responseCode) };
  if (verifying) return { ...known, over: category !== 'approved' };
  const isDuplicate = isRepeated && responseCode === '94' && mayHaveLeft;
  if (category === 'approved' || isDuplicate) {
    return type?.slip === false ? { ...known, over: true } : { ...known, copiesOwed: 2 };
  }
  if (category === 'partial' && type?.inDoubt === 'reverse') return { ...known, insisting: true };
  // The host has not looked whether it has the first one.
  if (insisting && action === 'sign-in-again') return known;
  // A refusal is the end of it, unless the PIN is entered again for a request of its own.
  return { ...known, mayHaveLeft: false };
}
