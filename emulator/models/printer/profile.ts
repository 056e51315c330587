/** What differs from one printer model to the next: every number of the printer sheet stands here, none in the code. */

export interface PrinterProfile {
  /** Printable dots across: 384 on 58 mm paper, 576 on 80 mm (printer sheet 12). */
  readonly widthDots: number;
  readonly lineSpacingDots: number;
  /** From the print head to the knife. What a cut finds in between stays on the next piece. */
  readonly cutterGapDots: number;
  /** Lines per second; 0 prints at once, in no time. */
  readonly linesPerSecond: number;
  readonly receiveBufferBytes: number;
  /** XOFF goes out when so little is free, XON when so much is again (printer sheet 9). */
  readonly xoffFreeBytes: number;
  readonly xonFreeBytes: number;
  /** The BUSY switch: whether going offline sends XOFF too. */
  readonly busyWhenOffline: boolean;
  readonly nearEndSensor: boolean;
  /** T88III: a cover opened while printing counts as an auto-recoverable error (printer sheet 2, bit 6 of n = 3). */
  readonly coverWhilePrintingIsError: boolean;
  /** T88III, T90: the paper sensor reads "end" while the cover is open. */
  readonly paperReadsEndWhileCoverOpen: boolean;
  /** GS ( H. Clones and old models consume it and stay silent (printer sheet 6). */
  readonly processIds: boolean;
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

/** A 58 mm printer as payment terminals have it, with process ids and a near-end sensor. Prints in no time. */
export const TERMINAL_58MM: PrinterProfile = {
  widthDots: 384,
  lineSpacingDots: 30,
  cutterGapDots: 88,
  linesPerSecond: 0,
  receiveBufferBytes: 4096,
  xoffFreeBytes: 256,
  xonFreeBytes: 1024,
  busyWhenOffline: true,
  nearEndSensor: true,
  coverWhilePrintingIsError: false,
  paperReadsEndWhileCoverOpen: false,
  processIds: true,
  kanjiAtPowerUp: true,
  modelId: 0x20,
  typeId: 0x03,
  firmwareId: 0x01,
  information: INFORMATION,
};

/** An 80 mm counter printer. */
export const COUNTER_80MM: PrinterProfile = { ...TERMINAL_58MM, widthDots: 576 };
