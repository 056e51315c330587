/** What people and faults do to the printer, and what a person standing before it notices. */
import type { PaperPiece } from './paper.ts';

export type PlainDeed =
  | 'paper-out'
  | 'paper-low'
  /** A new roll; what hung out of the printer comes off with the old one. */
  | 'load-paper'
  | 'open-cover'
  | 'close-cover'
  /** The next cut fails. */
  | 'jam-cutter'
  /** Takes the obstacle away; the error stays until DLE ENQ or power off. */
  | 'clear-jam'
  | 'overheat'
  | 'cool-down'
  /** An unrecoverable error: only power off and on ends it. */
  | 'break-down'
  | 'power-off'
  | 'power-on';

export type PrinterDeed =
  | { readonly type: PlainDeed }
  /** Strikes when so many more lines are on the paper; 0 or less strikes now. */
  | { readonly type: 'paper-out-after' | 'open-cover-after'; readonly lines: number }
  | { readonly type: 'dirty-head'; readonly deadColumns: readonly number[] };

export type PrinterTrouble =
  | 'paper-end'
  | 'paper-near-end'
  | 'cover-open'
  | 'cutter-jam'
  | 'overheated'
  | 'broken'
  | 'buffer-overrun';

export type PrinterSight =
  /** A strip came off: cut, or torn out with the old roll. */
  | { readonly type: 'paper'; readonly piece: PaperPiece }
  | { readonly type: 'trouble'; readonly trouble: PrinterTrouble }
  /** Back online. */
  | { readonly type: 'ready' }
  | { readonly type: 'drawer'; readonly pin: 2 | 5; readonly onMs: number; readonly offMs: number }
  | { readonly type: 'beep'; readonly times: number }
  /** Bytes that are no command of this printer, or one that it cannot carry out; `offset` in all that it received. */
  | { readonly type: 'discarded'; readonly what: string; readonly bytes: number; readonly offset: number };
