/** What the tests of the printing language share: a stream printed without physics. */
import { bytesOf } from './bench.testing.ts';
import type { Bitmap, CellKind, Glyphs } from '../../../src/glyphs/types.ts';
import { DotCanvas, dotIn } from './dots.ts';
import { FONT_CELL, WIDE_CELL, type PaperItem, type PaperLine } from './paper.ts';
import { paperText } from './paper-text.ts';
import { TERMINAL_58MM, type PrinterProfile } from './profile.ts';
import { printStream, sheetBitmap, type PrintedStream } from './sheets.ts';

const CELLS = { narrow: FONT_CELL.A, small: FONT_CELL.B, wide: WIDE_CELL } as const;

const gamma = (cell: CellKind): Uint8Array => {
  const canvas = new DotCanvas(CELLS[cell].width, CELLS[cell].height);
  canvas.fill(1, 2, 1, 6);
  canvas.fill(1, 2, 4, 1);
  return canvas.rows;
};

/** Every character is a Γ, so that it shows where it stands and how it is turned: column 1 and row 2, 6 high, 4 wide. */
const GAMMAS: Glyphs = { glyph: (_, cell) => gamma(cell) };

export const printed = (hex: string | Uint8Array, profile: Partial<PrinterProfile> = {}): PrintedStream =>
  printStream(typeof hex === 'string' ? bytesOf(hex) : hex, { ...TERMINAL_58MM, cutterGapDots: 0, ...profile });

export const linesOf = (stream: PrintedStream): readonly PaperLine[] => stream.sheets.flatMap((sheet) => sheet.lines);
export const itemsOf = (stream: PrintedStream): readonly PaperItem[] => linesOf(stream).flatMap((line) => line.items);
export const textOf = (stream: PrintedStream): string => stream.sheets.map(paperText).join('\n');
export const whatWasRefused = (stream: PrintedStream): readonly string[] => stream.discarded.map(({ what }) => what);

/** The first sheet. */
export const dotsOf = (stream: PrintedStream): Bitmap => {
  const [sheet] = stream.sheets;
  return sheet === undefined ? { widthDots: 0, heightDots: 0, rows: new Uint8Array() } : sheetBitmap(sheet, GAMMAS);
};

/** `#` burnt, `.` not, one text for each row. */
export const artOf = (picture: Bitmap): readonly string[] =>
  Array.from({ length: picture.heightDots }, (_, y) =>
    Array.from({ length: picture.widthDots }, (_, x) => (dotIn(picture, x, y) ? '#' : '.')).join(''),
  );

/** The commands of GS k, counted, two dots a module. */
export const barcodeBytes = (m: number, data: string, before = '1d683c 1d7702'): Uint8Array =>
  Uint8Array.from([...bytesOf(before), 0x1d, 0x6b, m, data.length, ...latin1(data)]);

const latin1 = (text: string): readonly number[] => Array.from(text).map((character) => character.charCodeAt(0) & 0xff);

/** GS ( k with its length. */
export const symbolBytes = (cn: number, fn: number, ...rest: readonly number[]): readonly number[] => {
  const length = rest.length + 2;
  return [0x1d, 0x28, 0x6b, length & 0xff, length >> 8, cn, fn, ...rest];
};
