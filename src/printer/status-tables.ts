/** What the status bits mean, and which trouble they make (printer sheet 2 and 3). */
import type { RealTimeRequest } from './commands.ts';

export type StatusFlag =
  | 'offline'
  | 'cover-open'
  | 'feed-pressed'
  | 'feeding'
  | 'waiting-for-recovery'
  | 'drawer-high'
  | 'stopped-by-paper-end'
  | 'error'
  | 'recoverable-error'
  | 'cutter-error'
  | 'unrecoverable-error'
  | 'auto-recoverable-error'
  | 'paper-near-end'
  | 'paper-end';

export type PrinterTrouble = 'paper-out' | 'cover-open' | 'cutter' | 'printer-error' | 'overheated' | 'not-answering';

/** Any bit of the mask raises the flag. */
type Bit = readonly [mask: number, flag: StatusFlag];

const REAL_TIME_BITS: Record<RealTimeRequest, readonly Bit[]> = {
  1: [
    [0x04, 'drawer-high'],
    [0x08, 'offline'],
    [0x20, 'waiting-for-recovery'],
    [0x40, 'feed-pressed'],
  ],
  2: [
    [0x04, 'cover-open'],
    [0x08, 'feeding'],
    [0x20, 'stopped-by-paper-end'],
    [0x40, 'error'],
  ],
  3: [
    [0x04, 'recoverable-error'],
    [0x08, 'cutter-error'],
    [0x20, 'unrecoverable-error'],
    [0x40, 'auto-recoverable-error'],
  ],
  4: [
    [0x0c, 'paper-near-end'],
    [0x60, 'paper-end'],
  ],
};

const AUTOMATIC_BITS: readonly (readonly Bit[])[] = [
  [
    [0x04, 'drawer-high'],
    [0x08, 'offline'],
    [0x20, 'cover-open'],
    [0x40, 'feeding'],
  ],
  [
    [0x01, 'waiting-for-recovery'],
    [0x02, 'feed-pressed'],
    [0x04, 'recoverable-error'],
    [0x08, 'cutter-error'],
    [0x20, 'unrecoverable-error'],
    [0x40, 'auto-recoverable-error'],
  ],
  [
    [0x03, 'paper-near-end'],
    [0x0c, 'paper-end'],
  ],
  [],
];

/**
 * First match wins. The cover goes before paper, whose bits may be wrong while it is open (printer sheet 2), and before
 * the auto-recoverable error, by which some models report a cover opened while printing.
 */
const TROUBLES: readonly (readonly [flag: StatusFlag, trouble: PrinterTrouble])[] = [
  ['cover-open', 'cover-open'],
  ['unrecoverable-error', 'printer-error'],
  ['cutter-error', 'cutter'],
  ['recoverable-error', 'printer-error'],
  ['paper-end', 'paper-out'],
  ['stopped-by-paper-end', 'paper-out'],
  ['auto-recoverable-error', 'overheated'],
  ['error', 'printer-error'],
  ['offline', 'printer-error'],
];

/** The answer to DLE EOT n. */
export const realTimeFlags = (n: RealTimeRequest, byte: number): readonly StatusFlag[] =>
  flagsOf(REAL_TIME_BITS[n], byte);

/** The four bytes of an automatic status. */
export const automaticFlags = (bytes: readonly number[]): readonly StatusFlag[] =>
  AUTOMATIC_BITS.flatMap((bits, index) => flagsOf(bits, bytes[index] ?? 0));

/** Why the printer cannot print; undefined when it can. Paper near its end is no trouble. */
export const troubleOf = (flags: readonly StatusFlag[]): PrinterTrouble | undefined =>
  TROUBLES.find(([flag]) => flags.includes(flag))?.[1];

const flagsOf = (bits: readonly Bit[], byte: number): readonly StatusFlag[] =>
  bits.filter(([mask]) => (byte & mask) !== 0).map(([, flag]) => flag);
