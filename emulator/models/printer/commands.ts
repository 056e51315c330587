/**
 * The command table: which bytes begin a command and how long its parameters are. The decoder walks it, the interpreter
 * has one handler for each name. Lengths from the ESC/POS reference; the list is what the foreign builders emit
 * (printer sheet 13) and what the sheet names.
 */

/** The parameter at `index` among those seen so far, 0 where none has come. */
export type Seen = (index: number) => number;

/**
 * How many parameter bytes the command has in all, as far as those seen so far tell. The command is complete when that
 * many have come.
 */
type ParameterLength = (seen: Seen, count: number) => number;

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
const CUT_WITH_FEED_FROM = 65;
/** Widest user-defined character; a wider one ends its definition. */
const OWN_CHARACTER_COLUMNS_MAX = 12;

const fixed =
  (count: number): ParameterLength =>
  () =>
    count;
/** Parameters up to and including a NUL. */
const nulTerminated: ParameterLength = (seen, count) =>
  count > 0 && (seen(count - 1) === 0 || count >= NUL_TERMINATED_MAX) ? count : count + 1;
const word = (seen: Seen, index: number): number => seen(index) + 256 * seen(index + 1);
/** A function letter, the length as two bytes, low first, and so many bytes. */
const letterAndLength: ParameterLength = (seen, count) => (count < 3 ? 3 : 3 + word(seen, 1));
/** GS 8 L: the same with four bytes of length. */
const letterAndLongLength: ParameterLength = (seen, count) =>
  count < 5 ? 5 : 5 + word(seen, 1) + 65536 * word(seen, 3);
/** GS V m, with n from m = 65 on. */
const cut: ParameterLength = (seen, count) => (count === 0 ? 1 : seen(0) >= CUT_WITH_FEED_FROM ? 2 : 1);
/** ESC * m nL nH: one or three bytes for each column. After an m that is none, what follows is text. */
const BIT_IMAGE_COLUMN_BYTES: Readonly<Record<number, number>> = { 0: 1, 1: 1, 32: 3, 33: 3 };
const bitImage: ParameterLength = (seen, count) => {
  const columnBytes = BIT_IMAGE_COLUMN_BYTES[seen(0)];
  if (count === 0 || columnBytes === undefined) return 1;
  return count < 3 ? 3 : 3 + word(seen, 1) * columnBytes;
};
/** GS k m: NUL-terminated up to 6, counted from 65 to 79. After an m that is none, what follows is text. */
const barcode: ParameterLength = (seen, count) => {
  const m = seen(0);
  if (count === 0 || (m > 6 && m < 65) || m > 79) return 1;
  if (m <= 6) return count === 1 ? 2 : nulTerminated(seen, count);
  return count === 1 ? 2 : 2 + seen(1);
};
/** GS * x y: x times y bytes of 8 columns. */
const downloadBitImage: ParameterLength = (seen, count) => (count < 2 ? 2 : 2 + seen(0) * seen(1) * 8);
/** FS q n and n times xL xH yL yH and their columns. */
const nvBitImages: ParameterLength = (seen, count) => {
  if (count === 0) return 1;
  let at = 1;
  for (let image = 0; image < seen(0); image++) {
    if (count < at + 4) return at + 4;
    at += 4 + word(seen, at) * word(seen, at + 2) * 8;
  }
  return at;
};
/** ESC & y c1 c2 and, for each character from c1 to c2, its columns x and x times y bytes. */
const ownCharacters: ParameterLength = (seen, count) => {
  if (count < 3) return 3;
  let at = 3;
  for (let code = seen(1); code <= seen(2); code++) {
    if (count <= at) return at + 1;
    if (seen(at) > OWN_CHARACTER_COLUMNS_MAX) return at + 1;
    at += 1 + seen(0) * seen(at);
  }
  return at;
};
/** DLE DC4 fn: printer sheet 7 for fn 8, pulse and buzzer for the others. */
const realTimeRequest: ParameterLength = (seen, count) => {
  if (count === 0) return 1;
  const lengths: Readonly<Record<number, number>> = { 1: 3, 2: 3, 7: 2, 8: 8 };
  return lengths[seen(0)] ?? 1;
};

const COMMANDS = {
  'ESC FF': { lead: ESC, code: 0x0c, length: fixed(0) },
  'ESC SP': { lead: ESC, code: 0x20, length: fixed(1) },
  'ESC !': { lead: ESC, code: 0x21, length: fixed(1) },
  'ESC $': { lead: ESC, code: 0x24, length: fixed(2) },
  'ESC %': { lead: ESC, code: 0x25, length: fixed(1) },
  'ESC &': { lead: ESC, code: 0x26, length: ownCharacters },
  'ESC (': { lead: ESC, code: 0x28, length: letterAndLength },
  'ESC *': { lead: ESC, code: 0x2a, length: bitImage },
  'ESC -': { lead: ESC, code: 0x2d, length: fixed(1) },
  'ESC 2': { lead: ESC, code: 0x32, length: fixed(0) },
  'ESC 3': { lead: ESC, code: 0x33, length: fixed(1) },
  /** Italics, on clones. */
  'ESC 4': { lead: ESC, code: 0x34, length: fixed(1) },
  'ESC =': { lead: ESC, code: 0x3d, length: fixed(1) },
  'ESC ?': { lead: ESC, code: 0x3f, length: fixed(1) },
  'ESC @': { lead: ESC, code: 0x40, length: fixed(0) },
  'ESC B': { lead: ESC, code: 0x42, length: fixed(2) },
  'ESC D': { lead: ESC, code: 0x44, length: nulTerminated },
  'ESC E': { lead: ESC, code: 0x45, length: fixed(1) },
  'ESC G': { lead: ESC, code: 0x47, length: fixed(1) },
  'ESC J': { lead: ESC, code: 0x4a, length: fixed(1) },
  'ESC K': { lead: ESC, code: 0x4b, length: fixed(1) },
  'ESC L': { lead: ESC, code: 0x4c, length: fixed(0) },
  'ESC M': { lead: ESC, code: 0x4d, length: fixed(1) },
  'ESC R': { lead: ESC, code: 0x52, length: fixed(1) },
  'ESC S': { lead: ESC, code: 0x53, length: fixed(0) },
  'ESC T': { lead: ESC, code: 0x54, length: fixed(1) },
  'ESC U': { lead: ESC, code: 0x55, length: fixed(1) },
  'ESC V': { lead: ESC, code: 0x56, length: fixed(1) },
  'ESC W': { lead: ESC, code: 0x57, length: fixed(8) },
  'ESC \\': { lead: ESC, code: 0x5c, length: fixed(2) },
  'ESC a': { lead: ESC, code: 0x61, length: fixed(1) },
  'ESC c': { lead: ESC, code: 0x63, length: fixed(2) },
  'ESC d': { lead: ESC, code: 0x64, length: fixed(1) },
  'ESC e': { lead: ESC, code: 0x65, length: fixed(1) },
  'ESC i': { lead: ESC, code: 0x69, length: fixed(0) },
  'ESC m': { lead: ESC, code: 0x6d, length: fixed(0) },
  'ESC p': { lead: ESC, code: 0x70, length: fixed(3) },
  'ESC r': { lead: ESC, code: 0x72, length: fixed(1) },
  'ESC t': { lead: ESC, code: 0x74, length: fixed(1) },
  'ESC {': { lead: ESC, code: 0x7b, length: fixed(1) },
  'FS !': { lead: FS, code: 0x21, length: fixed(1) },
  'FS &': { lead: FS, code: 0x26, length: fixed(0) },
  'FS (': { lead: FS, code: 0x28, length: letterAndLength },
  'FS -': { lead: FS, code: 0x2d, length: fixed(1) },
  'FS .': { lead: FS, code: 0x2e, length: fixed(0) },
  /** FS 2 c1 c2 and 24 by 24 dots in columns. */
  'FS 2': { lead: FS, code: 0x32, length: fixed(74) },
  'FS ?': { lead: FS, code: 0x3f, length: fixed(2) },
  'FS C': { lead: FS, code: 0x43, length: fixed(1) },
  'FS S': { lead: FS, code: 0x53, length: fixed(2) },
  'FS W': { lead: FS, code: 0x57, length: fixed(1) },
  'FS p': { lead: FS, code: 0x70, length: fixed(2) },
  'FS q': { lead: FS, code: 0x71, length: nvBitImages },
  'GS !': { lead: GS, code: 0x21, length: fixed(1) },
  'GS $': { lead: GS, code: 0x24, length: fixed(2) },
  'GS (': { lead: GS, code: 0x28, length: letterAndLength },
  'GS *': { lead: GS, code: 0x2a, length: downloadBitImage },
  'GS /': { lead: GS, code: 0x2f, length: fixed(1) },
  'GS 8': { lead: GS, code: 0x38, length: letterAndLongLength },
  'GS :': { lead: GS, code: 0x3a, length: fixed(0) },
  'GS B': { lead: GS, code: 0x42, length: fixed(1) },
  'GS H': { lead: GS, code: 0x48, length: fixed(1) },
  'GS I': { lead: GS, code: 0x49, length: fixed(1) },
  'GS L': { lead: GS, code: 0x4c, length: fixed(2) },
  'GS P': { lead: GS, code: 0x50, length: fixed(2) },
  'GS T': { lead: GS, code: 0x54, length: fixed(1) },
  'GS V': { lead: GS, code: 0x56, length: cut },
  'GS W': { lead: GS, code: 0x57, length: fixed(2) },
  'GS \\': { lead: GS, code: 0x5c, length: fixed(2) },
  'GS ^': { lead: GS, code: 0x5e, length: fixed(3) },
  'GS a': { lead: GS, code: 0x61, length: fixed(1) },
  'GS b': { lead: GS, code: 0x62, length: fixed(1) },
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
  'DLE EOT': { lead: DLE, code: 0x04, length: (seen) => (seen(0) === 7 || seen(0) === 8 ? 2 : 1) },
  'DLE ENQ': { lead: DLE, code: 0x05, length: fixed(1) },
  'DLE DC4': { lead: DLE, code: 0x14, length: realTimeRequest },
} as const satisfies Readonly<Record<string, CommandRow>>;

export type CommandName = keyof typeof COMMANDS;
/** Those that the interpreter meets. */
export type BufferedCommandName = Exclude<CommandName, `DLE ${string}`>;

const isCommandName = (name: string): name is CommandName => Object.hasOwn(COMMANDS, name);
export const isBuffered = (name: CommandName): name is BufferedCommandName => COMMANDS[name].lead !== DLE;

const BY_BYTES: ReadonlyMap<number, CommandName> = new Map(
  Object.keys(COMMANDS)
    .filter(isCommandName)
    .map((name) => [COMMANDS[name].lead * 256 + COMMANDS[name].code, name]),
);

export const commandOf = (lead: number, code: number): CommandName | undefined => BY_BYTES.get(lead * 256 + code);

export const parameterLength = (name: CommandName, seen: Seen, count: number): number =>
  COMMANDS[name].length(seen, count);

export const isLead = (byte: number): boolean => byte === ESC || byte === FS || byte === GS || byte === DLE;

/** Longest parameters that are kept: all that a length of two bytes can ask for. What goes beyond is counted and dropped. */
const PARAMETERS_MAX = 65_540;
/** GS 8 L can announce four gigabytes, FS q a head full of pictures. */
export const PICTURE_PARAMETERS_MAX = 262_144;

export const keptMax = (name: CommandName): number =>
  name === 'GS 8' || name === 'FS q' || name === 'GS *' ? PICTURE_PARAMETERS_MAX : PARAMETERS_MAX;
