/**
 * The command table: which bytes begin a command and how long its parameters are. The decoder walks it, the interpreter
 * has one handler for each name. Lengths from the ESC/POS reference; the list is what node-thermal-printer emits
 * (printer sheet 13) and what the sheet names.
 */

/**
 * How many parameter bytes the command has in all, as far as those seen so far tell. The command is complete when that
 * many have come.
 */
type ParameterLength = (seen: readonly number[], count: number) => number;

interface CommandRow {
  readonly lead: number;
  readonly code: number;
  readonly length: ParameterLength;
}

const ESC = 0x1b;
const FS = 0x1c;
const GS = 0x1d;
const DLE = 0x10;

const NUL_TERMINATED_MAX = 255;
const BARCODE_COUNTED_FROM = 65;
const CUT_WITH_FEED_FROM = 65;
const BIT_IMAGE_24_DOTS_FROM = 32;

const at = (seen: readonly number[], index: number): number => seen[index] ?? 0;
const fixed =
  (count: number): ParameterLength =>
  () =>
    count;
/** Parameters up to and including a NUL. */
const nulTerminated: ParameterLength = (seen, count) =>
  count > 0 && (seen[count - 1] === 0 || count >= NUL_TERMINATED_MAX) ? count : count + 1;
/** A function letter, the length as two bytes, low first, and so many bytes. */
const letterAndLength: ParameterLength = (seen, count) => (count < 3 ? 3 : 3 + at(seen, 1) + 256 * at(seen, 2));
/** GS V m, with n from m = 65 on. */
const cut: ParameterLength = (seen, count) => (count === 0 ? 1 : at(seen, 0) >= CUT_WITH_FEED_FROM ? 2 : 1);
/** ESC * m nL nH: one or three bytes for each column. */
const bitImage: ParameterLength = (seen, count) =>
  count < 3 ? 3 : 3 + (at(seen, 1) + 256 * at(seen, 2)) * (at(seen, 0) >= BIT_IMAGE_24_DOTS_FROM ? 3 : 1);
/** GS k m: NUL-terminated below 65, counted from there on. */
const barcode: ParameterLength = (seen, count) => {
  if (count === 0) return 1;
  if (at(seen, 0) < BARCODE_COUNTED_FROM) return count === 1 ? 2 : nulTerminated(seen, count);
  return count === 1 ? 2 : 2 + at(seen, 1);
};
/** DLE DC4 fn: printer sheet 7 for fn 8, pulse and buzzer for the others. */
const realTimeRequest: ParameterLength = (seen, count) => {
  if (count === 0) return 1;
  const lengths: Readonly<Record<number, number>> = { 1: 3, 2: 3, 7: 2, 8: 8 };
  return lengths[at(seen, 0)] ?? 1;
};

const COMMANDS = {
  'ESC SP': { lead: ESC, code: 0x20, length: fixed(1) },
  'ESC !': { lead: ESC, code: 0x21, length: fixed(1) },
  'ESC $': { lead: ESC, code: 0x24, length: fixed(2) },
  'ESC %': { lead: ESC, code: 0x25, length: fixed(1) },
  'ESC *': { lead: ESC, code: 0x2a, length: bitImage },
  'ESC -': { lead: ESC, code: 0x2d, length: fixed(1) },
  'ESC 2': { lead: ESC, code: 0x32, length: fixed(0) },
  'ESC 3': { lead: ESC, code: 0x33, length: fixed(1) },
  'ESC =': { lead: ESC, code: 0x3d, length: fixed(1) },
  'ESC ?': { lead: ESC, code: 0x3f, length: fixed(1) },
  'ESC @': { lead: ESC, code: 0x40, length: fixed(0) },
  'ESC B': { lead: ESC, code: 0x42, length: fixed(2) },
  'ESC D': { lead: ESC, code: 0x44, length: nulTerminated },
  'ESC E': { lead: ESC, code: 0x45, length: fixed(1) },
  'ESC G': { lead: ESC, code: 0x47, length: fixed(1) },
  'ESC J': { lead: ESC, code: 0x4a, length: fixed(1) },
  'ESC M': { lead: ESC, code: 0x4d, length: fixed(1) },
  'ESC R': { lead: ESC, code: 0x52, length: fixed(1) },
  'ESC S': { lead: ESC, code: 0x53, length: fixed(0) },
  'ESC V': { lead: ESC, code: 0x56, length: fixed(1) },
  'ESC \\': { lead: ESC, code: 0x5c, length: fixed(2) },
  'ESC a': { lead: ESC, code: 0x61, length: fixed(1) },
  'ESC c': { lead: ESC, code: 0x63, length: fixed(2) },
  'ESC d': { lead: ESC, code: 0x64, length: fixed(1) },
  'ESC i': { lead: ESC, code: 0x69, length: fixed(0) },
  'ESC m': { lead: ESC, code: 0x6d, length: fixed(0) },
  'ESC p': { lead: ESC, code: 0x70, length: fixed(3) },
  'ESC t': { lead: ESC, code: 0x74, length: fixed(1) },
  'ESC {': { lead: ESC, code: 0x7b, length: fixed(1) },
  'FS !': { lead: FS, code: 0x21, length: fixed(1) },
  'FS &': { lead: FS, code: 0x26, length: fixed(0) },
  'FS (': { lead: FS, code: 0x28, length: letterAndLength },
  'FS -': { lead: FS, code: 0x2d, length: fixed(1) },
  'FS .': { lead: FS, code: 0x2e, length: fixed(0) },
  'FS C': { lead: FS, code: 0x43, length: fixed(1) },
  'FS S': { lead: FS, code: 0x53, length: fixed(2) },
  'FS W': { lead: FS, code: 0x57, length: fixed(1) },
  'GS !': { lead: GS, code: 0x21, length: fixed(1) },
  'GS (': { lead: GS, code: 0x28, length: letterAndLength },
  'GS B': { lead: GS, code: 0x42, length: fixed(1) },
  'GS H': { lead: GS, code: 0x48, length: fixed(1) },
  'GS I': { lead: GS, code: 0x49, length: fixed(1) },
  'GS L': { lead: GS, code: 0x4c, length: fixed(2) },
  'GS P': { lead: GS, code: 0x50, length: fixed(2) },
  'GS V': { lead: GS, code: 0x56, length: cut },
  'GS W': { lead: GS, code: 0x57, length: fixed(2) },
  'GS a': { lead: GS, code: 0x61, length: fixed(1) },
  'GS f': { lead: GS, code: 0x66, length: fixed(1) },
  /** GS g 0 and GS g 2 alike: the digit, m, nL, nH. */
  'GS g': { lead: GS, code: 0x67, length: fixed(4) },
  'GS h': { lead: GS, code: 0x68, length: fixed(1) },
  'GS k': { lead: GS, code: 0x6b, length: barcode },
  'GS r': { lead: GS, code: 0x72, length: fixed(1) },
  /** The header of GS v 0 (0, m, xL, xH, yL, yH); its rows follow as bands. */
  'GS v': { lead: GS, code: 0x76, length: fixed(6) },
  'GS w': { lead: GS, code: 0x77, length: fixed(1) },
  'GS |': { lead: GS, code: 0x7c, length: fixed(1) },
  /** Real-time commands act at reception (real-time.ts); here they are only stepped over. */
  'DLE EOT': { lead: DLE, code: 0x04, length: (seen) => (at(seen, 0) === 7 || at(seen, 0) === 8 ? 2 : 1) },
  'DLE ENQ': { lead: DLE, code: 0x05, length: fixed(1) },
  'DLE DC4': { lead: DLE, code: 0x14, length: realTimeRequest },
} as const satisfies Readonly<Record<string, CommandRow>>;

export type CommandName = keyof typeof COMMANDS;

const isCommandName = (name: string): name is CommandName => Object.hasOwn(COMMANDS, name);

const BY_BYTES: ReadonlyMap<number, CommandName> = new Map(
  Object.keys(COMMANDS)
    .filter(isCommandName)
    .map((name) => [COMMANDS[name].lead * 256 + COMMANDS[name].code, name]),
);

export const commandOf = (lead: number, code: number): CommandName | undefined => BY_BYTES.get(lead * 256 + code);

export const parameterLength = (name: CommandName, seen: readonly number[], count: number): number =>
  COMMANDS[name].length(seen, count);

export const isLead = (byte: number): boolean => byte === ESC || byte === FS || byte === GS || byte === DLE;
