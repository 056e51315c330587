/** A paper as dots: what the printer of a profile burns, with the glyphs that this project has baked. */
import type { Paper } from '../domain/paper.ts';
import { Canvas, isBlack } from '../glyphs/canvas.ts';
import { bakedGlyphs, CELLS } from '../glyphs/glyphs.ts';
import { pngOf } from '../glyphs/png.ts';
import type { Bitmap, CellKind } from '../glyphs/types.ts';
import { codeBitmap } from './code.ts';
import { columnsOf } from './gbk.ts';
import { layout, SPACE_DOTS, type LaidOut, type LaidOutLine, type Size } from './layout.ts';
import { paperDocument } from './paper-document.ts';
import { PLAIN, type PaperSettings } from './paper-settings.ts';
import { patternBitmap } from './patterns.ts';
import type { PrinterProfile } from './profiles.ts';

/** What a picture needs to know of a printer. */
export type Sheet = Pick<PrinterProfile, 'columns' | 'widthDots' | 'lineDots' | 'cutFeedLines'>;

/** One-bit PNG, as wide as the head of the printer reaches. A logo that only the printer has is left out. */
export const paperPng = (paper: Paper, sheet: Sheet, settings: PaperSettings = PLAIN): Uint8Array =>
  pngOf(paperPicture(paper, sheet, settings));

export function paperPicture(paper: Paper, sheet: Sheet, settings: PaperSettings = PLAIN): Bitmap {
  const laidOut = layout(paperDocument(paper, settings), sheet.columns, settings.language);
  const heights = laidOut.map((element) => heightOf(element, sheet));
  const canvas = new Canvas(
    sheet.widthDots,
    heights.reduce((sum, height) => sum + height, 0),
  );
  const stamps: Stamps = new Map();
  let top = 0;
  for (const [index, element] of laidOut.entries()) {
    if (element.type === 'line') drawLine(canvas, element, top, stamps);
    const dots = dotsOf(element, sheet.widthDots);
    if (dots !== undefined) drawDots(canvas, dots, leftOf(dots, sheet.widthDots), top);
    top += heights[index] ?? 0;
  }
  return canvas;
}

/** A picture in the paper: a code, a pattern, or a logo that is sent along. */
export function dotsOf(element: LaidOut, widthDots: number): Bitmap | undefined {
  if (element.type === 'pattern') return patternBitmap(element.name, widthDots);
  if (element.type === 'code') return codeBitmap(element);
  return element.type === 'logo' && element.logo.type === 'dots' ? element.logo.bitmap : undefined;
}

/** Where a picture begins, which stands in the middle. */
export const leftOf = (dots: Bitmap, widthDots: number): number =>
  Math.max(0, Math.floor((widthDots - dots.widthDots) / 2));

/** How many dots a dot of a glyph becomes, across and down. */
export const TIMES: Record<Size, readonly [wide: number, high: number]> = {
  small: [1, 1],
  normal: [1, 1],
  tall: [1, 2],
  large: [2, 2],
};

export function heightOf(element: LaidOut, { cutFeedLines, lineDots, widthDots }: Sheet): number {
  switch (element.type) {
    case 'line':
      return Math.max(lineDots, lettersHeight(element));
    case 'logo':
    case 'code':
    case 'pattern':
      return dotsOf(element, widthDots)?.heightDots ?? 0;
    case 'feed':
      return element.lines * lineDots;
    case 'space':
      return SPACE_DOTS;
    case 'cut':
      return cutFeedLines * lineDots;
  }
}

/** From the top of a line; the rest of it is the space below. */
export const lettersHeight = ({ size }: LaidOutLine): number =>
  (size === 'small' ? CELLS.small : CELLS.narrow).height * TIMES[size][1];

const cellOf = (character: string, size: Size): CellKind =>
  columnsOf(character) === 2 ? 'wide' : size === 'small' ? 'small' : 'narrow';

/** In dots. */
export const lineWidth = ({ size, text }: LaidOutLine): number =>
  Array.from(text, (character) => CELLS[cellOf(character, size)].width * TIMES[size][0]).reduce(
    (sum, width) => sum + width,
    0,
  );

/** The rows of each character of a paper, in the size and weight that it has there. */
type Stamps = Map<string, readonly Uint8Array[]>;

function drawLine(canvas: Canvas, line: LaidOutLine, top: number, stamps: Stamps): void {
  const { bold, size } = line;
  const [timesWide, timesHigh] = TIMES[size];
  let left = line.align === 'center' ? Math.max(0, Math.floor((canvas.widthDots - lineWidth(line)) / 2)) : 0;
  for (const character of line.text) {
    const cell = cellOf(character, size);
    const key = `${character} ${size} ${bold}`;
    const rows = stamps.get(key) ?? stampOf(character, cell, bold, timesWide);
    stamps.set(key, rows);
    for (const [y, row] of rows.entries()) {
      for (let time = 0; time < timesHigh; time++) canvas.stampRow(row, left, top + y * timesHigh + time);
    }
    left += CELLS[cell].width * timesWide;
  }
}

/** Every character of GBK has dots; a printer that lacks one shows a box. */
function stampOf(character: string, cell: CellKind, bold: boolean, timesWide: number): readonly Uint8Array[] {
  const { height, width } = CELLS[cell];
  const isSpace = character === ' ' || character === '\u3000';
  const rows = isSpace ? undefined : bakedGlyphs.glyph(character.codePointAt(0) ?? 0, cell);
  const glyph = { widthDots: width, heightDots: height, rows: rows ?? new Uint8Array() };
  return Array.from({ length: height }, (_, y) => {
    const row = new Canvas(width * timesWide, 1);
    for (let x = 0; x < width; x++) {
      // Bold is the character burnt again one dot to the right, as far as its cell goes.
      if (!isBlack(glyph, x, y) && !(bold && isBlack(glyph, x - 1, y))) continue;
      for (let time = 0; time < timesWide; time++) row.burn(x * timesWide + time, 0);
    }
    return row.rows;
  });
}

function drawDots(canvas: Canvas, { heightDots, rows, widthDots }: Bitmap, left: number, top: number): void {
  const stride = Math.ceil(widthDots / 8);
  for (let y = 0; y < heightDots; y++) canvas.stampRow(rows.subarray(y * stride, (y + 1) * stride), left, top + y);
}
