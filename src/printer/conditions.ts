/** What a printer that works tells of what is to come: the roll is nearly at its end (printer sheet 2 and 3). */
import type { SpoolState } from './spool-state.ts';
import type { StatusAnswer } from './status.ts';
import { realTimeFlags, type StatusFlag } from './status-tables.ts';

export interface PrinterCondition {
  /** The near-end sensor sees little paper left; printers without one never say so. */
  readonly paperLow: boolean;
}

/** Undefined where an answer says nothing about the roll. */
export function conditionIn({ phase }: SpoolState, answer: StatusAnswer): PrinterCondition | undefined {
  if (answer.type === 'automatic') return conditionOf(answer.flags);
  const ask = 'ask' in phase ? phase.ask : undefined;
  if (answer.type !== 'real-time' || ask?.request !== 4 || ask.outdated) return undefined;
  return conditionOf([...ask.flags, ...realTimeFlags(4, answer.byte)]);
}

/** Paper bits may be wrong while the cover is open (printer sheet 2). */
const conditionOf = (flags: readonly StatusFlag[]): PrinterCondition | undefined =>
  flags.includes('cover-open') ? undefined : { paperLow: flags.includes('paper-near-end') };
