/** What people and faults do to the printer, and what a person standing before it notices. */
import type { PaperPiece } from './paper.ts';

type MechanismDeed =
  /** The roll ends with the line under the head. */
  | 'paper-out'
  /** The roll is just so thin that a near-end sensor notices. */
  | 'paper-low'
  /** A new roll; what hung out of the printer comes off with the old one. */
  | 'load-paper'
  /** A person tears off what has passed the tear bar. */
  | 'tear-off'
  | 'open-cover'
  | 'close-cover'
  | 'press-feed'
  | 'release-feed'
  /** The next cut fails. */
  | 'jam-cutter'
  /** Takes the obstacle away; the error stays until DLE ENQ or power off. */
  | 'clear-jam'
  /** An unrecoverable error: only power off and on ends it. */
  | 'break-down'
  | 'power-off'
  | 'power-on';

type PlainHeadDeed =
  /** Somebody keeps the head too hot, until `cool-down`. It also gets hot, and cools, by itself. */
  | 'overheat'
  | 'cool-down'
  /** With alcohol: dirt goes, dead elements stay. */
  | 'clean-head';

export type PlainDeed = MechanismDeed | PlainHeadDeed;

/** What only the head feels. */
export type HeadDeed =
  | { readonly type: PlainHeadDeed }
  /** Dirt lies on these columns, and only on these. */
  | { readonly type: 'dirty-head'; readonly deadColumns: readonly number[] }
  /** These elements are dead for good. */
  | { readonly type: 'burn-out'; readonly columns: readonly number[] }
  /** The dirt of so many energised dot rows, at once. */
  | { readonly type: 'wear-head'; readonly rows: number };

export type PrinterDeed =
  | HeadDeed
  | { readonly type: MechanismDeed }
  /** A roll of another length than the profile's. */
  | { readonly type: 'load-paper'; readonly lengthDots: number }
  /**
   * Strikes when so many more lines or dot rows have passed the head; 0 or less strikes now. Power can fail after so
   * many received bytes, too.
   */
  | { readonly type: 'paper-out-after' | 'open-cover-after' | 'power-off-after'; readonly lines: number }
  | { readonly type: 'paper-out-after' | 'open-cover-after' | 'power-off-after'; readonly rows: number }
  | { readonly type: 'power-off-after'; readonly bytes: number };

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
