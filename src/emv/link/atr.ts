/** The answer to reset: read (ISO/IEC 7816-3, 8.2) and judged (EMV Book 1, 8.3). */
import { fail, ok, type Result } from '../../domain/result.ts';
import { toHex } from '../bytes.ts';

export interface Atr {
  readonly convention: 'direct' | 'inverse';
  /** TA1, TB1, …: by name. */
  readonly interfaceBytes: Readonly<Record<string, number>>;
  /** As offered, the first first; T=0 alone when there is no TD1. */
  readonly protocols: readonly number[];
  readonly historical: Uint8Array;
  readonly hasCheckByte: boolean;
}

export type AtrProblem =
  | 'too-long'
  | 'bad-initial-character'
  | 'cut-off'
  /** TCK is missing where another protocol than T=0 is offered. */
  | 'check-byte-missing'
  | 'check-byte-wrong'
  | 'trailing-bytes';

/** TS and 32 more (7816-3, 8.2.1). */
const ATR_BYTES_MAX = 33;
const CONVENTIONS: Readonly<Record<number, Atr['convention']>> = { 0x3b: 'direct', 0x3f: 'inverse' };

/** @param bytes after the reader has turned the inverse convention round, so that TS is 3B or 3F. */
export function parseAtr(bytes: Uint8Array): Result<Atr, AtrProblem> {
  if (bytes.length > ATR_BYTES_MAX) return fail('too-long');
  const [ts = 0, t0] = bytes;
  const convention = CONVENTIONS[ts];
  if (convention === undefined) return fail('bad-initial-character');
  if (t0 === undefined) return fail('cut-off');
  const interfaceBytes: Record<string, number> = {};
  const protocols: number[] = [];
  let at = 2;
  let present = t0 >> 4;
  for (let group = 1; present !== 0; group++) {
    const announced = present;
    present = 0;
    for (const [index, letter] of ['A', 'B', 'C', 'D'].entries()) {
      if ((announced & (1 << index)) === 0) continue;
      const byte = bytes[at++];
      if (byte === undefined) return fail('cut-off');
      interfaceBytes[`T${letter}${group}`] = byte;
      if (letter === 'D') {
        present = byte >> 4;
        protocols.push(byte & 15);
      }
    }
  }
  const historical = bytes.subarray(at, at + (t0 & 15));
  if (historical.length < (t0 & 15)) return fail('cut-off');
  if (protocols.length === 0) protocols.push(0);
  const tail = bytes.length - at - historical.length;
  // 8.2.5: without a check byte only where T=0 is the one protocol.
  const needsCheck = protocols.some((each) => each !== 0);
  if (needsCheck && tail === 0) return fail('check-byte-missing');
  if (tail > (needsCheck ? 1 : 0)) return fail('trailing-bytes');
  if (needsCheck && bytes.subarray(1).reduce((sum, byte) => sum ^ byte, 0) !== 0) return fail('check-byte-wrong');
  return ok({ convention, interfaceBytes, protocols, historical, hasCheckByte: needsCheck });
}

/** Which reset it answers: a card that errs at the cold one gets a second chance, a warm one (EMV Book 1, 6.1.3.1). */
export type Reset = 'cold' | 'warm';

/** What the link layer needs to know. */
export interface LinkParameters {
  readonly protocol: 0 | 1;
  /** TA1 in force from the end of the answer on: FI and DI (11 is the default: 372 and 1). */
  readonly speed: number;
  /** TC1: extra guard time in etu; 255 is the least that the protocol allows. */
  readonly extraGuardTime: number;
  /** T=0: work waiting time integer. */
  readonly waitingInteger: number;
  /** T=1: the most bytes that the card takes in a block. */
  readonly cardBlockBytesMax: number;
  /** T=1: block and character waiting time integers. */
  readonly blockWaitingInteger: number;
  readonly characterWaitingInteger: number;
}

/** The byte for which EMV refuses the answer. */
export interface AtrRefusal {
  readonly byte: string;
  /** Two hex digits; absent: it is the absence that is refused. */
  readonly value?: string;
}

type Rule = (atr: Atr, reset: Reset) => string | undefined;

const within = (value: number | undefined, from: number, to: number): boolean =>
  value !== undefined && value >= from && value <= to;

/** Each names the byte that breaks it; EMV Book 1, 8.3.3.1 to 8.3.3.11, in their order. */
const RULES: readonly Rule[] = [
  // 8.3.3.1: another speed than 11, 12 or 13 cannot be used; it only counts with TA2 there.
  ({ interfaceBytes: { TA1, TA2 } }) => (TA2 !== undefined && !within(TA1 ?? 0x11, 0x11, 0x13) ? 'TA1' : undefined),
  // 8.3.3.2: no programming voltage; after a warm reset anything is taken.
  ({ interfaceBytes: { TB1 } }, reset) => (reset === 'cold' && TB1 !== 0 ? 'TB1' : undefined),
  // 8.3.3.4: T=0 or T=1 first.
  ({ protocols: [first = 0] }) => (first > 1 ? 'TD1' : undefined),
  // 8.3.3.5: specific mode only with the parameters of the interface bytes and the protocol that is offered first.
  ({ interfaceBytes: { TA2 }, protocols: [first] }) =>
    TA2 !== undefined && ((TA2 & 0x10) !== 0 || (TA2 & 15) !== first) ? 'TA2' : undefined,
  // 8.3.3.6
  ({ interfaceBytes: { TB2 } }) => (TB2 === undefined ? undefined : 'TB2'),
  // 8.3.3.7: after a warm reset any but 00.
  ({ interfaceBytes: { TC2 } }, reset) =>
    TC2 !== undefined && (reset === 'cold' ? TC2 !== 0x0a : TC2 === 0) ? 'TC2' : undefined,
  // 8.3.3.8: what follows T=1 is about T=1; what follows T=0 is T=1 or E.
  ({ interfaceBytes: { TD2 }, protocols: [first, second] }) =>
    TD2 !== undefined && second !== 1 && !(first === 0 && second === 14) ? 'TD2' : undefined,
  // 8.3.3.9
  (atr) => (isT1(atr) && !within(atr.interfaceBytes['TA3'] ?? 32, 0x10, 0xfe) ? 'TA3' : undefined),
  // 8.3.3.10: BWI to 4, CWI to 5, and a character waiting time longer than the guard time.
  (atr) => (isT1(atr) && !waitingIntegersFit(atr) ? 'TB3' : undefined),
  // 8.3.3.11: the check is an LRC.
  (atr) => (isT1(atr) && (atr.interfaceBytes['TC3'] ?? 0) !== 0 ? 'TC3' : undefined),
];

const isT1 = ({ protocols: [first] }: Atr): boolean => first === 1;

function waitingIntegersFit({ interfaceBytes: { TB3, TC1 = 0 } }: Atr): boolean {
  if (TB3 === undefined) return false;
  const guard = TC1 === 0xff ? -1 : TC1;
  return TB3 >> 4 <= 4 && (TB3 & 15) <= 5 && 2 ** (TB3 & 15) > guard + 1;
}

/** What a terminal makes of the answer; a refused cold one is followed by a warm reset, a refused warm one by the end. */
export function judgeAtr(atr: Atr, reset: Reset): Result<LinkParameters, AtrRefusal> {
  for (const rule of RULES) {
    const byte = rule(atr, reset);
    if (byte === undefined) continue;
    const value = atr.interfaceBytes[byte];
    return fail(value === undefined ? { byte } : { byte, value: toHex(Uint8Array.of(value)) });
  }
  const { TA1 = 0x11, TA2, TA3 = 32, TB3 = 0x4d, TC1 = 0, TC2 = 10 } = atr.interfaceBytes;
  return ok({
    protocol: isT1(atr) ? 1 : 0,
    speed: TA2 === undefined ? 0x11 : TA1,
    extraGuardTime: TC1,
    waitingInteger: TC2,
    cardBlockBytesMax: TA3,
    blockWaitingInteger: TB3 >> 4,
    characterWaitingInteger: TB3 & 15,
  });
}
