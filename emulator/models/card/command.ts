/** Commands as a chip card reads them (EMV Book 3, 6.3), and the status words with which it answers. */

export interface Command {
  /** CLA INS P1 P2 and, where there is data, Lc: what a script's MAC is made over. */
  readonly header: Uint8Array;
  readonly class: number;
  readonly instruction: number;
  readonly p1: number;
  readonly p2: number;
  readonly data: Uint8Array;
}

/** `undefined`: the lengths do not fit. */
export function readCommand(bytes: Uint8Array): Command | undefined {
  const [cla, instruction, p1, p2, third] = bytes;
  if (cla === undefined || instruction === undefined || p1 === undefined || p2 === undefined) return undefined;
  const parts = { class: cla, instruction, p1, p2 };
  // Five bytes: the last is Le, or of T=0 a P3 of zero for nothing at all.
  if (third === undefined || bytes.length === 5) {
    return { ...parts, header: bytes.slice(0, 4), data: new Uint8Array() };
  }
  const rest = bytes.length - 5 - third;
  if (rest !== 0 && rest !== 1) return undefined;
  return { ...parts, header: bytes.slice(0, 5), data: bytes.slice(5, 5 + third) };
}

/** Data and status word. */
export interface Answer {
  readonly data: Uint8Array;
  readonly status: number;
}

export const SW = {
  ok: 0x9000,
  /** The application is blocked, and selected all the same. */
  invalidated: 0x6283,
  authenticationFailed: 0x6300,
  /** And the tries that are left in the last digit. */
  triesLeft: 0x63c0,
  wrongLength: 0x6700,
  securityNotSatisfied: 0x6982,
  blocked: 0x6983,
  dataInvalidated: 0x6984,
  notInOrder: 0x6985,
  secureMessagingMissing: 0x6987,
  secureMessagingWrong: 0x6988,
  notSupported: 0x6a81,
  fileNotFound: 0x6a82,
  recordNotFound: 0x6a83,
  wrongParameters: 0x6a86,
  dataNotFound: 0x6a88,
  unknownInstruction: 0x6d00,
  unknownClass: 0x6e00,
} as const;

export const status = (word: number): Answer => ({ data: new Uint8Array(), status: word });
export const done = (data: Uint8Array = new Uint8Array()): Answer => ({ data, status: SW.ok });
