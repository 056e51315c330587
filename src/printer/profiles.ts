/** Printers as data: clones differ in every number, so no number stands in code. */

export interface PrinterProfile {
  /** Of font A: 32 on 58 mm (384 dots), 48 on 80 mm (576 dots) (printer sheet 12). */
  readonly columns: number;
  /** What the head reaches, for pictures: 12 to a column, and what is left over at the right. */
  readonly widthDots: number;
  /** What a line of normal height takes, letters and space. */
  readonly lineDots: number;
  /**
   * What makes a slip "printed": the process id of GS ( H, after the last dot is burnt; or the weaker answer to GS r 1,
   * after the last command was taken from the buffer (printer sheet 6).
   */
  readonly completion: 'process-id' | 'status-fence';
  /** Whether DLE DC4 8 empties the buffers; without it the tail of a torn slip comes out when the printer recovers. */
  readonly clearsBuffers: boolean;
  /** GS a n; 0 is off. Off with `status-fence`: a mutilated status would pass for the fence's answer. */
  readonly automaticStatusMask: number;
  /** What makes paper one step darker until the next `ESC @`: some 15 % (printer sheet 10). */
  readonly raisedDensity: readonly number[];
  /** From the print head to the cutter. */
  readonly cutFeedLines: number;
  /** At least 12, so that every command fits but those with pictures in them. */
  readonly chunkBytes: number;
  /**
   * Chunks that may be under way at once: two keep the line busy. `chunkBytes * chunksAhead` and a round of DLE EOT (12
   * bytes) still arrive after an XOFF and must fit into what the printer keeps free then (printer sheet 9).
   */
  readonly chunksAhead: number;
  /**
   * Whether the printer is asked behind each chunk, and the next one waits for the answer: an XOFF for the chunk has then
   * been heard, however slow the adapter in between is, and no trouble lasts for more than a chunk. For a buffer too
   * small for what leaves until an XOFF is heard; then what it keeps free must hold a chunk and one DLE EOT (3 bytes).
   */
  readonly asksAfterChunk: boolean;
  /** For one DLE EOT; and the silence after the answers to questions that stand one behind the other in the buffer. */
  readonly answerTimeoutMs: number;
  /** How often a round of DLE EOT is begun before the printer counts as not answering. */
  readonly askAttemptsMax: number;
  /** Between two rounds while a stopped printer is watched. */
  readonly pollIntervalMs: number;
  /** Between DLE ENQ 2 and the next round: the knife tries to move at each. */
  readonly recoverIntervalMs: number;
  /** Between two rounds while a slip prints, in case that the automatic status is lost. */
  readonly lookIntervalMs: number;
  /** How long an XOFF may last before the printer is asked why. */
  readonly xoffPatienceMs: number;
  /** Longest wait for any progress of a slip: for a chunk to leave, and for the fence after the last. */
  readonly completionTimeoutMs: number;
  /** For the answer to one DLE DC4 8. */
  readonly clearTimeoutMs: number;
  readonly clearAttemptsMax: number;
  /** Silence within an answer of several bytes after which what came of it is given up. */
  readonly interByteTimeoutMs: number;
}

const EPSON_58: PrinterProfile = {
  columns: 32,
  widthDots: 384,
  lineDots: 30,
  completion: 'process-id',
  clearsBuffers: true,
  automaticStatusMask: 0x0f,
  raisedDensity: [0x1d, 0x28, 0x4b, 0x02, 0x00, 0x31, 0x03],
  cutFeedLines: 4,
  chunkBytes: 72,
  chunksAhead: 2,
  asksAfterChunk: false,
  answerTimeoutMs: 500,
  askAttemptsMax: 3,
  pollIntervalMs: 500,
  recoverIntervalMs: 2000,
  lookIntervalMs: 1000,
  xoffPatienceMs: 300,
  completionTimeoutMs: 10_000,
  clearTimeoutMs: 1000,
  clearAttemptsMax: 3,
  interByteTimeoutMs: 120,
};

export const PRINTER_PROFILES = {
  'epson-58': EPSON_58,
  'epson-80': { ...EPSON_58, columns: 48, widthDots: 576 },
  /** 80 mm at 180 dots to the inch: wide paper with fewer columns (printer sheet 12). */
  'epson-80-180dpi': { ...EPSON_58, columns: 42, widthDots: 512 },
  /** A clone that knows neither GS ( H nor DLE DC4 8, with a receive buffer of 45 bytes, 16 of them kept free. */
  'generic-58': {
    ...EPSON_58,
    completion: 'status-fence',
    clearsBuffers: false,
    automaticStatusMask: 0,
    raisedDensity: [0x1d, 0x7c, 0x05],
    chunkBytes: 12,
    chunksAhead: 1,
    asksAfterChunk: true,
    // It says nothing by itself: a stop that is shorter than this goes unnoticed.
    lookIntervalMs: 200,
    xoffPatienceMs: 200,
  },
} as const satisfies Record<string, PrinterProfile>;

export type PrinterProfileName = keyof typeof PRINTER_PROFILES;
