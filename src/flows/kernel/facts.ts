import { responseMeaning } from '../../domain/response-code.ts';
import type { JournalRow } from '../journal.ts';
import { enterInBatch, type BatchEntry } from './batch-log.ts';

/** Header digit 6 = 3: the host asks the terminal to sign in again (dialect sheet 1.2). */
const SIGN_IN_REQUIRED = 3;

/** What the terminal knows about itself: a fold over the journal, nothing else. */
export interface TerminalFacts {
  /** 0 before the first request. */
  readonly lastStan: number;
  /** 0 until a sign-in has brought one. */
  readonly batch: number;
  /** The working keys in the PIN pad are the host's current ones, as far as the terminal knows. */
  readonly signedIn: boolean;
  /** Approved transactions, oldest first, of the batch in force and of those before that were not closed. */
  readonly batchLog: readonly BatchEntry[];
  /** Flows that have begun and not ended, oldest first: at most one transaction, perhaps with a sign-in after it. */
  readonly unfinished: readonly (readonly JournalRow[])[];
}

export const NO_FACTS: TerminalFacts = { lastStan: 0, batch: 0, signedIn: false, batchLog: [], unfinished: [] };

export function learn(facts: TerminalFacts, row: JournalRow): TerminalFacts {
  return {
    ...facts,
    ...counters(facts, row),
    ...(row.ended && { batchLog: enterInBatch(facts.batchLog, [...rowsBefore(facts, row), row]) }),
    unfinished: unfinished(facts.unfinished, row),
  };
}

const rowsBefore = ({ unfinished }: TerminalFacts, row: JournalRow): readonly JournalRow[] =>
  unfinished.find((rows) => rows[0]?.flowId === row.flowId) ?? [];

function counters(facts: TerminalFacts, { event, flow }: JournalRow): Partial<TerminalFacts> {
  switch (event.type) {
    case 'TraceAllotted':
      return { lastStan: event.stan };
    case 'SignInStarted':
      // From here on the host may have replaced the keys, whatever we hear of it.
      return { signedIn: false };
    case 'KeysLoaded':
      return { signedIn: true };
    case 'HostReplied': {
      if (flow === 'sign-in') {
        return event.reply.responseCode === '00' && event.reply.batch !== undefined ? { batch: event.reply.batch } : {};
      }
      const outOfStep =
        responseMeaning(event.reply.responseCode).signInAgain || event.reply.processingRequirement === SIGN_IN_REQUIRED;
      return outOfStep ? { signedIn: false } : {};
    }
    default:
      return facts;
  }
}

function unfinished(flows: TerminalFacts['unfinished'], row: JournalRow): TerminalFacts['unfinished'] {
  const others = flows.filter((rows) => rows[0]?.flowId !== row.flowId);
  if (row.ended) return others;
  const rows = flows.find((candidate) => candidate[0]?.flowId === row.flowId) ?? [];
  return row.seq === row.flowId ? [...others, [row]] : flows.map((each) => (each === rows ? [...rows, row] : each));
}
