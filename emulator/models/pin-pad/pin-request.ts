/** A PIN entry as a request begins it, and what its end answers (PIN pad sheet 4 and 11). */
import { type Outcome, reply } from './message.ts';
import type { EntryEnd, PinRules } from './pin-entry.ts';

export interface PinRequest extends PinRules {
  /** 71 for the classic requests, U61 for the one with a stored key, U69 for a PIN that goes to the card. */
  readonly answerId: '71' | 'U61' | 'U69';
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

/** An entry without a PIN. `too-many`: more PINs than the pad lets through in this time. */
type Without = Exclude<EntryEnd['type'], 'entered'> | 'too-many';

const END: Outcome = { type: 'end', afterMs: 0 };

const ANSWERS: Readonly<Record<PinRequest['answerId'], Readonly<Record<Without, Outcome>>>> = {
  // The sources leave open whether a block follows; sixteen zeros are the longer of the two (PIN pad sheet 4.4).
  '71': { bypassed: reply(`71.00001${'0'.repeat(16)}`), cancelled: END, 'timed-out': END, 'too-many': END },
  U61: {
    bypassed: reply('U61.B0001'),
    cancelled: reply('U61.C'),
    'timed-out': reply('U61.T'),
    'too-many': reply('U61.L'),
  },
  U69: {
    bypassed: reply('U69.B'),
    cancelled: reply('U69.C'),
    'timed-out': reply('U69.T'),
    'too-many': reply('U69.L'),
  },
};

/** What the terminal is told at the end of an entry. */
export const answerPin = ({ answerId, entered }: PinRequest, end: EntryEnd): Outcome =>
  end.type === 'entered' ? entered(end.pin) : ANSWERS[answerId][end.type];

export const refuseForRate = ({ answerId }: PinRequest): Outcome => ANSWERS[answerId]['too-many'];
