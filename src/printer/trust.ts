/** How far the printer is trusted to be well without being asked everything. */
import type { Checking, SpoolState, Trust } from './spool-state.ts';
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
