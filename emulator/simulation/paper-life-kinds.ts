/** What can happen while a sale slip prints, on which printers, and how densely each is tried. */
import { EMULATED_PRINTERS, TERMINAL_58MM, type PrinterProfile } from '../models/printer/profile.ts';
import type { Fault } from '../wire/faults.ts';
import type { PrinterProfileName } from './simulated-config.ts';

/** What prints: the terminal's profile, and the printer that it is meant for. */
export interface PaperBench {
  readonly profile: PrinterProfileName;
  readonly model: PrinterProfile;
  /** Of the moments that a kind tries, every nth. */
  readonly every: number;
}

/** Much faster than paper, so that its buffer empties while bytes still come. */
const ROWS_PER_SECOND = 3000;

const CLONE: PrinterProfile = {
  ...EMULATED_PRINTERS['clone-58-small'],
  // Lest a person's hand is needed at each slip.
  cutter: true,
  endSensorDots: 0,
  dotRowsPerSecond: ROWS_PER_SECOND,
};
const { dotRowsPerSecond, receiveBufferBytes, xoffFreeBytes, xonFreeBytes } = EMULATED_PRINTERS['clone-58'];

export const PAPER_BENCHES = {
  'epson-58': { profile: 'epson-58', model: { ...TERMINAL_58MM, dotRowsPerSecond: ROWS_PER_SECOND }, every: 1 },
  'generic-58': { profile: 'generic-58', model: CLONE, every: 1 },
  /** It holds a whole slip, and still prints it when the terminal is back. */
  'generic-58, large buffer': {
    profile: 'generic-58',
    model: { ...CLONE, dotRowsPerSecond, receiveBufferBytes, xoffFreeBytes, xonFreeBytes },
    every: 16,
  },
} as const satisfies Readonly<Record<string, PaperBench>>;

/** What counts the moments of a mishap. */
export type Unit = 'rows' | 'lines' | 'bytes' | 'answers' | 'instants';

export interface Kind {
  readonly unit: Unit;
  /** Every moment is tried, or every nth: then another kind tries every one of much the same. */
  readonly every: number;
  /** What is done to the printer before the slip, in the words of `deeds.ts`. */
  readonly deed?: (at: number) => string;
  readonly fault?: (at: number) => Fault;
  readonly cutsTerminal?: true;
  /** What is done about it, some time after the terminal has shown the trouble, or long after it has not. */
  readonly cure: readonly string[];
  /** The cure is done so soon after, whether the terminal has noticed anything or not. */
  readonly afterMs?: number;
  /** Only where the printer tells its stops by itself: no asking finds one this short. */
  readonly isTold?: true;
}

export const LIFE_KINDS = {
  'paper ends': { unit: 'rows', every: 1, deed: (at) => `paper out-after ${at} rows`, cure: ['paper load'] },
  'cover is opened after a line': {
    unit: 'lines',
    every: 1,
    deed: (at) => `cover open-after ${at} lines`,
    cure: ['cover close'],
  },
  'cover is opened': { unit: 'rows', every: 16, deed: (at) => `cover open-after ${at} rows`, cure: ['cover close'] },
  'printer loses power after a byte': {
    unit: 'bytes',
    every: 1,
    deed: (at) => `printer off-after ${at} bytes`,
    cure: ['printer on'],
  },
  'printer loses power': {
    unit: 'rows',
    every: 16,
    deed: (at) => `printer off-after ${at} rows`,
    cure: ['printer on'],
  },
  'cover is opened for a moment': {
    unit: 'rows',
    every: 16,
    deed: (at) => `cover open-after ${at} rows`,
    cure: ['cover close'],
    afterMs: 250,
  },
  'cover is opened for an instant': {
    unit: 'rows',
    every: 16,
    deed: (at) => `cover open-after ${at} rows`,
    cure: ['cover close'],
    afterMs: 1,
    isTold: true,
  },
  'printer loses power for a moment': {
    unit: 'bytes',
    every: 16,
    deed: (at) => `printer off-after ${at} bytes`,
    cure: ['printer on'],
    afterMs: 700,
  },
  'line is cut after a byte': {
    unit: 'bytes',
    every: 1,
    fault: (at) => ({ type: 'unplug', direction: 'incoming', at }),
    cure: [],
  },
  'line is cut after a byte of the printer': {
    unit: 'answers',
    every: 1,
    fault: (at) => ({ type: 'unplug', direction: 'outgoing', at }),
    cure: [],
  },
  'terminal loses power': { unit: 'instants', every: 1, cutsTerminal: true, cure: [] },
  'both lose power': { unit: 'instants', every: 1, cutsTerminal: true, cure: ['printer off', 'printer on'] },
} as const satisfies Readonly<Record<string, Kind>>;

export type LifeKind = keyof typeof LIFE_KINDS;

const KINDS: Readonly<Record<LifeKind, Kind>> = LIFE_KINDS;

/** What can be survived on a printer. */
export const kindsOn = ({ model }: PaperBench): readonly LifeKind[] =>
  (Object.keys(LIFE_KINDS) as LifeKind[]).filter((kind) => KINDS[kind].isTold !== true || model.processIds);
