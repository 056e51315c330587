/** A round of DLE EOT: why does it not print? One request at a time, each answered or given up before the next. */
import type { RealTimeRequest } from './commands.ts';
import { realTimeFlags, troubleOf, type PrinterTrouble, type StatusFlag } from './status-tables.ts';

export interface Ask {
  /** The request that is under way. */
  readonly request: RealTimeRequest;
  readonly flags: readonly StatusFlag[];
  /** This round's number, from 1. */
  readonly attempt: number;
  /** What is known is out of date: begin again after the answer under way. */
  readonly outdated: boolean;
}

export type AskOutcome =
  | { readonly type: 'asking'; readonly ask: Ask }
  | {
      readonly type: 'settled';
      readonly trouble: PrinterTrouble | undefined;
      /** An error that DLE ENQ ends once its cause is gone (printer sheet 7). */
      readonly isRecoverable: boolean;
    };

const RECOVERABLE: readonly StatusFlag[] = ['cutter-error', 'recoverable-error'];

export const FIRST_ASK: Ask = { request: 1, flags: [], attempt: 1, outdated: false };

export function askAnswered(ask: Ask, byte: number): AskOutcome {
  if (ask.outdated) return { type: 'asking', ask: { ...FIRST_ASK, attempt: ask.attempt } };
  const flags = [...ask.flags, ...realTimeFlags(ask.request, byte)];
  const request = requestAfter(ask.request, flags);
  return request === undefined
    ? { type: 'settled', trouble: troubleOf(flags), isRecoverable: RECOVERABLE.some((flag) => flags.includes(flag)) }
    : { type: 'asking', ask: { ...ask, request, flags } };
}

/** A lost answer spoils the round: an answer does not say which request it is for (printer sheet 2). */
export function askTimedOut(ask: Ask, attemptsMax: number): AskOutcome {
  return ask.attempt < attemptsMax
    ? { type: 'asking', ask: { ...FIRST_ASK, attempt: ask.attempt + 1 } }
    : { type: 'settled', trouble: 'not-answering', isRecoverable: false };
}

/** The cause of an error is asked only when there is one (printer sheet 2, n = 2 bit 6). */
function requestAfter(request: RealTimeRequest, flags: readonly StatusFlag[]): RealTimeRequest | undefined {
  if (request === 1) return 2;
  if (request === 2) return flags.includes('error') ? 3 : 4;
  return request === 3 ? 4 : undefined;
}
