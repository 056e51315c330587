/** The printer's answers about itself, byte for byte: DLE EOT, ASB, GS r (printer sheet 2, 3, 5). */

export interface PrinterCondition {
  readonly offline: boolean;
  readonly coverOpen: boolean;
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
  1: (now) => [[0x08, now.offline]],
  2: (now) => [
    [0x04, now.coverOpen],
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

/** Printer sheet 3: four bytes, the first 0xx1xx00, the others 0xx0xxxx. */
export const automaticStatus = (now: PrinterCondition): Uint8Array =>
  Uint8Array.of(
    sum(0x10, [
      [0x08, now.offline],
      [0x20, now.coverOpen],
    ]),
    sum(0x00, [
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

const ASB_OFFLINE = 0x02;
const ASB_ERROR = 0x04;
const ASB_PAPER = 0x08;

/** Whether an item that `mask` (GS a n) enables differs between two conditions. */
export const automaticStatusDue = (mask: number, before: PrinterCondition, now: PrinterCondition): boolean => {
  const [old, current] = [automaticStatus(before), automaticStatus(now)];
  return [ASB_OFFLINE, ASB_ERROR, ASB_PAPER].some(
    (item, index) => (mask & item) !== 0 && old[index] !== current[index],
  );
};

/**
 * GS ( H function 49: 37 23, the causes when asked for, NUL. Which bit is which cause differs from model to model
 * (printer sheet 6): here 01 cover, 02 paper, 04 error, upon 40.
 */
export const offlineResponse = (withCause: boolean, now: PrinterCondition): Uint8Array => {
  const cause = sum(0x40, [
    [0x01, now.coverOpen],
    [0x02, now.stoppedByPaper],
    [0x04, hasError(now)],
  ]);
  return Uint8Array.from([0x37, 0x23, ...(withCause ? [cause] : []), 0x00]);
};
