/** How far the printer is trusted to be well without being asked everything. */
import type { Ask } from './ask.ts';
import type { Checking, Printing, SpoolState, Stop, Trust } from './spool-state.ts';
import type { StatusAnswer } from './status.ts';
import { realTimeFlags, troubleOf } from './status-tables.ts';

/** What is sent before an answer must be clearable, and must not mix with what is to be cleared. */
export const maySendUnasked = ({ phase, profile, isDirty, isHeld, trust }: SpoolState): boolean =>
  phase.name === 'idle' && profile.clearsBuffers && !isDirty && !isHeld && trust !== 'none';

export function trustAfter({ phase, trust }: SpoolState, answer: StatusAnswer): Trust {
  switch (answer.type) {
    case 'automatic':
      if (troubleOf(answer.flags) !== undefined) return 'none';
      return trust === 'none' ? 'vouched-for' : trust;
    case 'xon':
    case 'xoff':
      // A full buffer while a slip prints; else the printer has gone offline or was switched on (printer sheet 9).
      return phase.name === 'printing' ? trust : 'none';
    case 'went-offline':
    case 'discarded':
      return 'none';
    case 'real-time':
    case 'process-id':
    case 'buffered':
    case 'cleared':
    case 'block':
      break;
  }
  return trust;
}

/** Whether the first answer is enough: every trouble puts a printer offline, and this one would have told others. */
export const isOnline = (state: SpoolState, { ask, isLed }: Checking, byte: number): boolean =>
  isLed &&
  state.trust !== 'none' &&
  ask.request === 1 &&
  ask.attempt === 1 &&
  troubleOf(realTimeFlags(ask.request, byte)) === undefined;

/** Whether the first answer of a round behind a chunk is enough: every trouble puts a printer offline. */
export const isHealthy = ({ profile }: SpoolState, { isPrinted }: Printing, ask: Ask, byte: number): boolean =>
  profile.asksAfterChunk &&
  !isPrinted &&
  ask.request === 1 &&
  !ask.outdated &&
  troubleOf(realTimeFlags(ask.request, byte)) === undefined;

/** What is known of a stop inside the slip under way, even if it is over before anybody has asked what it was. */
export function stopAfter({ isHeld, phase, stop }: SpoolState, answer: StatusAnswer): Stop | undefined {
  if (phase.name !== 'printing' && phase.name !== 'clearing') return stop;
  if (answer.type === 'went-offline') return stop ?? { trouble: 'printer-error', isOver: false };
  if (answer.type === 'automatic') {
    const trouble = troubleOf(answer.flags);
    if (trouble !== undefined) return { trouble, isOver: stop?.isOver ?? false };
    return stop && { ...stop, isOver: true };
  }
  if (answer.type !== 'xon') return stop;
  // Said by a printer that is switched on, too; and all that it had is gone then (printer sheet 7 and 9).
  return stop === undefined ? (isHeld ? undefined : RESTARTED) : { ...stop, isOver: true };
}

/** A DLE EOT was not answered while the slip printed: what was sent with it may be gone as well. */
export const RESTARTED: Stop = { trouble: 'not-answering', isOver: true };
