/** What the print spool knows, what it hears, and what it wants done. */
import type { Ask } from './ask.ts';
import type { PrinterProfile } from './profiles.ts';
import type { StatusAnswer } from './status.ts';
import type { PrinterTrouble } from './status-tables.ts';

export type PrintAnswer =
  | { readonly type: 'printed'; readonly proof: PrinterProfile['completion'] }
  | { readonly type: 'stopped'; readonly trouble: PrinterTrouble; readonly torn: boolean }
  | { readonly type: 'ready' };

export interface Job {
  readonly id: string;
  /**
   * Two at least. The first, the leader, holds no line feed, so that nothing of it is on paper before the second is
   * sent. The last ends with the fence.
   */
  readonly chunks: readonly Uint8Array[];
}

/**
 * `answer`: for DLE EOT and DLE DC4 8. `look`: the next round of DLE EOT is due (after a slip: before the next slip).
 * `completion`: progress of the slip. `quiet`: nothing more answers the barrier.
 */
export type SpoolTimer = 'answer' | 'look' | 'completion' | 'quiet';

export type SpoolInput =
  | { readonly type: 'print'; readonly job: Job }
  | { readonly type: 'heard'; readonly answer: StatusAnswer }
  /** A chunk has left. */
  | { readonly type: 'chunk-left' }
  | { readonly type: 'elapsed'; readonly timer: SpoolTimer }
  | { readonly type: 'closed' };

export type SpoolEffect =
  | { readonly type: 'write'; readonly bytes: Uint8Array }
  /** To be followed by `chunk-left`. */
  | { readonly type: 'write-chunk'; readonly bytes: Uint8Array }
  /** Arming a timer that runs restarts it. */
  | { readonly type: 'arm'; readonly timer: SpoolTimer; readonly ms: number }
  | { readonly type: 'disarm'; readonly timer: SpoolTimer }
  | { readonly type: 'tell'; readonly answer: PrintAnswer };

export interface Checking {
  readonly name: 'checking';
  readonly job: Job;
  readonly ask: Ask;
  /** The leader has been sent behind the first question. */
  readonly isLed: boolean;
}

/**
 * A barrier stands in the buffer behind whatever an earlier slip left there. What is asked in the buffer is answered in
 * its order, so when the barrier has answered and nothing follows, no old answer is left that could pass for the slip's.
 */
export interface Fencing {
  readonly name: 'fencing';
  readonly job: Job;
  readonly ask?: Ask;
  /** Nothing has followed the last answer; a round of DLE EOT shows whether that is because the printer has stopped. */
  readonly isQuiet: boolean;
}

export interface Printing {
  readonly name: 'printing';
  readonly job: Job;
  /** Index of the next chunk to send. */
  readonly next: number;
  readonly ask?: Ask;
  /** The printer reported trouble that DLE EOT has not explained yet: nothing more is sent. */
  readonly isSuspect: boolean;
  /** The fence has answered; an answer to DLE EOT may still be owed. */
  readonly isPrinted: boolean;
}

export interface Watching {
  readonly name: 'watching';
  readonly trouble: PrinterTrouble;
  readonly torn: boolean;
  readonly ask?: Ask;
}

export type ClearingFor =
  | { readonly type: 'start'; readonly job: Job }
  /** `isPrinted`: the fence's answer overtook the clearing, so the slip is whole. */
  | {
      readonly type: 'stop';
      readonly trouble: PrinterTrouble;
      readonly torn: boolean;
      readonly id?: string;
      readonly isPrinted: boolean;
    }
  | { readonly type: 'ready'; readonly torn: boolean };

export type Phase =
  | { readonly name: 'idle' }
  | Checking
  | Fencing
  | Printing
  | { readonly name: 'clearing'; readonly purpose: ClearingFor; readonly attempt: number }
  | Watching
  | { readonly name: 'closed' };

/**
 * How well the printer is known to be without a question. `vouched-for`: its last automatic status was a good one and
 * nothing has come since that could hide a worse, so it would have told any trouble; not that it was switched off and
 * on, which ends the automatic status (printer sheet 3). `proven`: besides, it printed a slip so lately that no look at
 * it would be due if that slip still went on.
 */
export type Trust = 'none' | 'vouched-for' | 'proven';

/**
 * A stop inside a slip. `isOver`: the printer has gone on by itself since, or is another than before for all that is known
 * (it was switched off and on): what it says of the slip from then on is no proof that the slip is in one piece.
 */
export interface Stop {
  readonly trouble: PrinterTrouble;
  readonly isOver: boolean;
}

export interface SpoolState {
  readonly profile: PrinterProfile;
  readonly phase: Phase;
  /** XOFF came and no XON since. */
  readonly isHeld: boolean;
  /** Chunks given to the line that have not left. */
  readonly chunksUnderWay: number;
  /**
   * The printer may hold data of a slip that is over, or owe an answer to its fence: of ours, or of a process before
   * this one.
   */
  readonly isDirty: boolean;
  readonly trust: Trust;
  /** Of the slip under way. */
  readonly stop: Stop | undefined;
}

export type SpoolStep = readonly [state: SpoolState, effects: readonly SpoolEffect[]];

export const spoolStart = (profile: PrinterProfile): SpoolState => ({
  profile,
  phase: { name: 'idle' },
  isHeld: false,
  chunksUnderWay: 0,
  isDirty: true,
  trust: 'none',
  stop: undefined,
});

/** Whether a slip may be printed now: not while another one is under way. */
export const isFree = (state: SpoolState): boolean =>
  state.phase.name === 'idle' || state.phase.name === 'watching' || state.phase.name === 'closed';

/** Whether the fence of the slip under way has answered. */
export const isPrinted = (phase: Phase): boolean =>
  phase.name === 'printing'
    ? phase.isPrinted
    : phase.name === 'clearing' && phase.purpose.type === 'stop' && phase.purpose.isPrinted;

/** Whether part of the slip under way may be on paper; undefined when none is under way. */
export function isTorn(phase: Phase): boolean | undefined {
  switch (phase.name) {
    case 'checking':
    case 'fencing':
      return false;
    case 'printing':
      return phase.next > 0;
    case 'watching':
      return phase.torn;
    case 'clearing':
      return phase.purpose.type !== 'start' && phase.purpose.torn;
    case 'idle':
    case 'closed':
      break;
  }
  return undefined;
}
