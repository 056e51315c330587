/** The printer's answers about itself, byte for byte: DLE EOT, ASB, GS r (printer sheet 2, 3, 5). */

export interface PrinterCondition {
  readonly offline: boolean;
  readonly coverOpen: boolean;
  /** The FEED button is pressed, and it feeds (it may be disabled, or stopped by a trouble). */
  readonly feedPressed: boolean;
  readonly feeding: boolean;
  /** What the paper sensors read; both wrong while the cover is open on some models. */
  readonly paperEnd: boolean;
  readonly paperNearEnd: boolean;
  readonly stoppedByPaper: boolean;
  readonly cutterError: boolean;
  readonly unrecoverable: boolean;
  /** Head too hot; on some models also the cover opened while printing. */
  readonly autoRecoverable: boolean;
}

type Bits = readonly (readonly [number, boolean])[];
const sum = (fixedBits: number, bits: Bits): number =>
  bits.reduce((value, [bit, on]) => (on ? value | bit : value), fixedBits);

/** Printer sheet 2: pattern 0xx1xx10. */
const REAL_TIME_PATTERN = 0x12;

const hasError = (now: PrinterCondition) => now.cutterError || now.unrecoverable || now.autoRecoverable;

const REAL_TIME_BITS: Readonly<Record<1 | 2 | 3 | 4, (now: PrinterCondition) => Bits>> = {
  1: (now) => [
    [0x08, now.offline],
    [0x40, now.feedPressed],
  ],
  2: (now) => [
    [0x04, now.coverOpen],
    [0x08, now.feeding],
    [0x20, now.stoppedByPaper],
    [0x40, hasError(now)],
  ],
  3: (now) => [
    [0x08, now.cutterError],
    [0x20, now.unrecoverable],
    [0x40, now.autoRecoverable],
  ],
  4: (now) => [
    [0x0c, now.paperNearEnd],
    [0x60, now.paperEnd],
  ],
};

export const realTimeStatus = (n: 1 | 2 | 3 | 4, now: PrinterCondition): number =>
  sum(REAL_TIME_PATTERN, REAL_TIME_BITS[n](now));

/** In byte 2 of ASB; told with the panel switch, not with the errors beside it. */
const FEED_PRESSED = 0x02;

/** Printer sheet 3: four bytes, the first 0xx1xx00, the others 0xx0xxxx. */
export const automaticStatus = (now: PrinterCondition): Uint8Array =>
  Uint8Array.of(
    sum(0x10, [
      [0x08, now.offline],
      [0x20, now.coverOpen],
      [0x40, now.feeding],
    ]),
    sum(0x00, [
      [FEED_PRESSED, now.feedPressed],
      [0x08, now.cutterError],
      [0x20, now.unrecoverable],
      [0x40, now.autoRecoverable],
    ]),
    paperSensorStatus(now),
    0x00,
  );

/** GS r 1 (printer sheet 5), and byte 3 of ASB. */
export const paperSensorStatus = (now: PrinterCondition): number =>
  sum(0x00, [
    [0x03, now.paperNearEnd],
    [0x0c, now.paperEnd],
  ]);

/** Bits of GS a n, and the bits of the four bytes that each of them is about. */
const ASB_ITEMS: readonly { readonly item: number; readonly byte: number; readonly bits: number }[] = [
  { item: 0x02, byte: 0, bits: 0xff },
  { item: 0x04, byte: 1, bits: 0xff & ~FEED_PRESSED },
  { item: 0x08, byte: 2, bits: 0xff },
  { item: 0x40, byte: 1, bits: FEED_PRESSED },
];

/** Whether an item that `mask` (GS a n) enables differs between two conditions. */
export const automaticStatusDue = (mask: number, before: PrinterCondition, now: PrinterCondition): boolean => {
  const [old, current] = [automaticStatus(before), automaticStatus(now)];
  return ASB_ITEMS.some(
    ({ bits, byte, item }) => (mask & item) !== 0 && (((old[byte] ?? 0) ^ (current[byte] ?? 0)) & bits) !== 0,
  );
};

/**
 * GS ( H function 49: 37 23, the causes when asked for, NUL. Which bit is which cause differs from model to model
 * (printer sheet 6): here 01 cover, 02 paper, 04 error, 08 feed button, upon 40.
 */
export const offlineResponse = (withCause: boolean, now: PrinterCondition): Uint8Array => {
  const cause = sum(0x40, [
    [0x01, now.coverOpen],
    [0x02, now.stoppedByPaper],
    [0x04, hasError(now)],
    [0x08, now.feeding],
  ]);
  return Uint8Array.from([0x37, 0x23, ...(withCause ? [cause] : []), 0x00]);
};
