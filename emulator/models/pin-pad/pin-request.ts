/** A PIN entry as a request begins it, and what its end answers (PIN pad sheet 4 and 11). */
import { type Outcome, reply } from './message.ts';
import type { EntryEnd, PinRules } from './pin-entry.ts';

export interface PinRequest extends PinRules {
  /** 71 for the classic requests, U61 for the one with a stored key. */
  readonly answerId: '71' | 'U61';
  /** What the terminal is told when the cardholder has keyed this PIN. Called once at most. */
  readonly entered: (pin: string) => Outcome;
  /** Over the whole entry, not per key. */
  readonly timeoutMs: number;
  /** Empty when the request had none. */
  readonly amountText: string;
  /** Prompts of Z62, shown in turn. */
  readonly lines: readonly string[];
}

/** Of the classic requests without one of their own (PIN pad sheet 4.2). */
export const CLASSIC_TIMEOUT_MS = 270_000;
const CLASSIC_TIMEOUT_UNIT_MS = 30_000;

/** `{<FS>[t]}` of the classic requests; `undefined` when it is none. */
export function classicTimeoutMs(units: string | undefined): number | undefined {
  if (units === undefined) return CLASSIC_TIMEOUT_MS;
  return /^[1-9]$/.test(units) ? Number(units) * CLASSIC_TIMEOUT_UNIT_MS : undefined;
}

/** What the terminal is told at the end of an entry. */
export function answerPin(request: PinRequest, end: EntryEnd): Outcome {
  switch (end.type) {
    case 'entered':
      return request.entered(end.pin);
    case 'bypassed':
      // The sources leave open whether a block follows; sixteen zeros are the longer of the two (PIN pad sheet 4.4).
      return reply(request.answerId === 'U61' ? 'U61.B0001' : `71.00001${'0'.repeat(16)}`);
    case 'cancelled':
      return request.answerId === 'U61' ? reply('U61.C') : { type: 'end', afterMs: 0 };
    case 'timed-out':
      return request.answerId === 'U61' ? reply('U61.T') : { type: 'end', afterMs: 0 };
  }
}

/** More PINs than the pad lets through in this time. */
export const refuseForRate = (request: PinRequest): Outcome =>
  request.answerId === 'U61' ? reply('U61.L') : { type: 'end', afterMs: 0 };
