/** One exchange with a terminal: what was asked, what the host decided, what it answers. */
import type { Fields, MalformedMessage, Message } from '../../../src/host/iso8583/message.ts';
import { Bug } from '../../../src/domain/result.ts';
import type { CardReading } from './card-data.ts';
import type { Terminal } from './keys.ts';
import type { EntryKey } from './ledger-entry.ts';
import type { RequestRow } from './requests.ts';
import type { Head } from './unreadable.ts';

/** A well-formed request, understood as far as it can be before it is decided. */
export interface Request {
  readonly bytes: Uint8Array;
  readonly message: Message;
  readonly row: RequestRow;
  readonly terminal?: Terminal;
  /** Financial requests only. */
  readonly card?: CardReading;
  /** The terminal is in training. */
  readonly isExercise: boolean;
}

export type Reading =
  | { readonly type: 'request'; readonly request: Request }
  /** `head`: as much as is needed to say so (F39 30); without it there is nobody to answer. */
  | { readonly type: 'malformed'; readonly error: MalformedMessage; readonly head?: Head };

export interface Answer {
  /** Without length bytes. */
  readonly bytes: Uint8Array;
  /** F39. */
  readonly responseCode: string;
  /** In words for reports, where F39 alone does not say it; never card data. */
  readonly reason?: string;
}

/** What a script makes the host do against its own judgement. */
export interface Mischief {
  /** Answer with this F39 instead of deciding. */
  readonly refuseWith?: string;
  /** Decide, and say an approval with this F39. */
  readonly approveWith?: string;
  readonly spoil?: 'mac' | 'stan' | 'terminal';
}

export interface Verdict {
  readonly responseCode: string;
  readonly reason?: string;
  readonly fields?: Fields;
}

/** What an answer to this request would be numbered: F37, which this host never gives twice, and F38. */
export interface AnswerNumbers {
  readonly referenceNumber: string;
  readonly authorizationCode: string;
}

export const refused = (responseCode: string, reason: string): Verdict => ({ responseCode, reason });

/** F39 of category A (dialect sheet 11.1) without 10, which only short funds bring about. */
export const approvals: ReadonlySet<string> = new Set(['00', '11', 'A2', 'A4', 'A5', 'A6']);

export const sixDigits = (value: number): string => value.toString().padStart(6, '0');

/** F4. */
export const amountOf = ({ fields }: Message): bigint => BigInt(fields[4] ?? '0');

/** 60.2: the batch of the request, and in a reversal that of the original (dialect sheet 8.3). */
export const batchOf = ({ fields }: Message): number => Number(fields[60]?.slice(2, 8));

export const keyOfMessage = (message: Message): EntryKey => ({
  terminal: (message.fields[41] ?? '').trimEnd(),
  batch: batchOf(message),
  stan: Number(message.fields[11]),
});

export function terminalOf({ terminal }: Request): Terminal {
  if (terminal === undefined) throw new Bug('Only a registered terminal gets this far.');
  return terminal;
}
