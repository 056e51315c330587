/** What differs from one printer model to the next: every number of the printer sheet stands here, none in the code. */

export interface HeadProfile {
  /** What one heated dot adds to the head's temperature. */
  readonly kelvinPerDot: number;
  /** After so long 63 % of the warmth is gone. */
  readonly coolingTimeMs: number;
  /** The printer pauses at the first and goes on by itself at the second, which is lower (printer sheet 7). */
  readonly pauseAtCelsius: number;
  readonly resumeAtCelsius: number;
  /** Faster than this, dots come out fainter. */
  readonly rowsPerSecondAtFullHeat: number;
  /** Energised dot rows after which the dirtiest column lets no heat through; Infinity: it never gets dirty. */
  readonly rowsToBlind: number;
}

/** What becomes of the rest of a line of which some dot rows are burnt, once the printer can print again. */
type BrokenLine = 'goes-on' | 'is-lost';

export interface PrinterProfile {
  /** Printable dots across: 384 on 58 mm paper, 576 on 80 mm (printer sheet 12). */
  readonly widthDots: number;
  readonly lineSpacingDots: number;
  /** From the print head to the knife, or to the tear bar. What a cut finds in between stays on the next piece. */
  readonly cutterGapDots: number;
  /** Without one, cuts only feed, and a person tears the paper off. */
  readonly cutter: boolean;
  /** 0 prints at once, in no time. 60 mm/s are 480 at 203 dpi. */
  readonly dotRowsPerSecond: number;
  /** A new roll; Infinity never ends by itself. */
  readonly rollDots: number;
  readonly nearEndSensor: boolean;
  /** What is left of the roll when that sensor notices. Finite. */
  readonly nearEndDots: number;
  /** From the end sensor to the head: what can still be burnt after it has noticed. */
  readonly endSensorDots: number;
  /** When the paper leaves the head within a line; and when the cover is opened over it. */
  readonly lineAtPaperEnd: BrokenLine;
  readonly lineUnderOpenedCover: BrokenLine;
  readonly receiveBufferBytes: number;
  /** XOFF goes out when so little is free, XON when so much is again (printer sheet 9). */
  readonly xoffFreeBytes: number;
  readonly xonFreeBytes: number;
  /** The BUSY switch: whether going offline sends XOFF too. */
  readonly busyWhenOffline: boolean;
  /** T88III: a cover opened while printing counts as an auto-recoverable error (printer sheet 2, bit 6 of n = 3). */
  readonly coverWhilePrintingIsError: boolean;
  /** T88III, T90: the paper sensor reads "end" while the cover is open. */
  readonly paperReadsEndWhileCoverOpen: boolean;
  /** GS ( H. Clones and old models consume it and stay silent (printer sheet 6). */
  readonly processIds: boolean;
  /** DLE DC4 8. Clones consume it and clear nothing (printer sheet 7). */
  readonly clearsBuffers: boolean;
  /** How often the maintenance counters go to non-volatile memory; 0 at once (printer sheet 5: newer ones 2 to 4 min). */
  readonly countersStoredEveryMs: number;
  readonly head: HeadProfile;
  /** Simplified-Chinese firmware powers up in Kanji mode (printer sheet 11). */
  readonly kanjiAtPowerUp: boolean;
  /** GS I 1 to 3: one byte each, bit 4 clear. */
  readonly modelId: number;
  readonly typeId: number;
  readonly firmwareId: number;
  /** GS I 65 to 69: the text between 5F and NUL. */
  readonly information: ReadonlyMap<number, string>;
}

const INFORMATION: ReadonlyMap<number, string> = new Map([
  [65, '1.00'],
  [66, 'SLIPWAY'],
  [67, 'EMULATED'],
  [68, '00000001'],
  [69, 'CHINA GB2312'],
]);

const NEVER = Number.POSITIVE_INFINITY;

/** A head that stays cool, clean and black. */
const IDEAL_HEAD: HeadProfile = {
  kelvinPerDot: 0,
  coolingTimeMs: 60_000,
  pauseAtCelsius: 80,
  resumeAtCelsius: 60,
  rowsPerSecondAtFullHeat: NEVER,
  rowsToBlind: NEVER,
};

/**
 * A 58 mm printer as payment terminals have it, with everything that the protocol offers and none of the frailties: it
 * prints in no time, its roll has no end, its head stays cool and clean. Its end sensor stands at the head, so that a
 * deed can end the paper after any dot row.
 */
export const TERMINAL_58MM: PrinterProfile = {
  widthDots: 384,
  lineSpacingDots: 30,
  cutterGapDots: 88,
  cutter: true,
  dotRowsPerSecond: 0,
  rollDots: NEVER,
  nearEndSensor: true,
  nearEndDots: 16_000,
  endSensorDots: 0,
  lineAtPaperEnd: 'goes-on',
  lineUnderOpenedCover: 'is-lost',
  receiveBufferBytes: 4096,
  xoffFreeBytes: 256,
  xonFreeBytes: 1024,
  busyWhenOffline: true,
  coverWhilePrintingIsError: false,
  paperReadsEndWhileCoverOpen: false,
  processIds: true,
  clearsBuffers: true,
  countersStoredEveryMs: 0,
  head: IDEAL_HEAD,
  kanjiAtPowerUp: true,
  modelId: 0x20,
  typeId: 0x03,
  firmwareId: 0x01,
  information: INFORMATION,
};

/** The same with 80 mm paper. */
export const COUNTER_80MM: PrinterProfile = { ...TERMINAL_58MM, widthDots: 576 };

/**
 * Heat and wear are estimates: a slip of text with some 10 % of black never overheats, a solid bar does after about
 * 18 s; the dirtiest streaks fade after some hundred slips of 700 energised rows, and are gone after a thousand.
 */
const REAL_HEAD: HeadProfile = {
  ...IDEAL_HEAD,
  kelvinPerDot: 1.9e-5,
  rowsPerSecondAtFullHeat: 600,
  rowsToBlind: 700_000,
};

/**
 * A built-in printer: 58 mm paper, 48 mm printed at 203 dpi (printer sheet 12); rolls of 18 m, as fit into a handheld;
 * 60 mm/s is common for such mechanisms. No knife: a tear bar, 11 mm after the head.
 */
const BUILT_IN_58: PrinterProfile = {
  ...TERMINAL_58MM,
  cutter: false,
  typeId: 0x01,
  dotRowsPerSecond: 480,
  rollDots: 144_000,
  nearEndSensor: false,
  endSensorDots: 40,
  head: REAL_HEAD,
};

/**
 * After the counter printers of the T88 and T70 family: 72 mm at 203 dpi, 576 dots (printer sheet 12); cover and paper
 * sensor behave as the T88III's notes say (printer sheet 2); counters are stored every 3 minutes as in the newest
 * (printer sheet 5). 150 mm/s; rolls of 80 mm diameter hold about 80 m. The thermal mass grows with the speed.
 */
const COUNTER_576: PrinterProfile = {
  ...TERMINAL_58MM,
  widthDots: 576,
  dotRowsPerSecond: 1200,
  rollDots: 640_000,
  nearEndDots: 24_000,
  endSensorDots: 64,
  lineAtPaperEnd: 'is-lost',
  coverWhilePrintingIsError: true,
  paperReadsEndWhileCoverOpen: true,
  countersStoredEveryMs: 180_000,
  head: { ...REAL_HEAD, kelvinPerDot: 5e-6, rowsPerSecondAtFullHeat: 1200 },
};

/** The same at 180 dpi: 512 dots, 42 columns of font A (printer sheet 12), 7.09 rows to the millimetre. */
const COUNTER_512: PrinterProfile = {
  ...COUNTER_576,
  widthDots: 512,
  dotRowsPerSecond: 1060,
  rollDots: 567_000,
  nearEndDots: 21_000,
  head: { ...COUNTER_576.head, rowsPerSecondAtFullHeat: 1060 },
};

/**
 * A cheap clone: neither GS ( H nor DLE DC4 8, BUSY only when its buffer is full, no near-end sensor, no knife; it forgets
 * a line that the paper's end has broken. Faster than its head can heat.
 */
const CLONE_58: PrinterProfile = {
  ...BUILT_IN_58,
  dotRowsPerSecond: 720,
  endSensorDots: 16,
  lineAtPaperEnd: 'is-lost',
  busyWhenOffline: false,
  processIds: false,
  clearsBuffers: false,
};

/**
 * The same with the small receive buffer: 45 bytes, XOFF at 16 and XON at 26 left (printer sheet 9). Who sends more than
 * 14 bytes without looking for XOFF loses some of them.
 */
const CLONE_58_SMALL: PrinterProfile = { ...CLONE_58, receiveBufferBytes: 45, xoffFreeBytes: 16, xonFreeBytes: 26 };

/** Printers by name, as a configuration chooses them. */
export const EMULATED_PRINTERS = {
  'terminal-58': TERMINAL_58MM,
  'counter-80': COUNTER_80MM,
  'built-in-58': BUILT_IN_58,
  'epson-80-576': COUNTER_576,
  'epson-80-512': COUNTER_512,
  'clone-58': CLONE_58,
  'clone-58-small': CLONE_58_SMALL,
} as const satisfies Record<string, PrinterProfile>;

export type EmulatedPrinterName = keyof typeof EMULATED_PRINTERS;
