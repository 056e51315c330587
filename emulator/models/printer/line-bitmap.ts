/** One line of paper as one-bit rows, dot for dot, before anything befalls it. */
import type { Bitmap, Glyphs } from '../../../src/glyphs/types.ts';
import { FONT_CELL, WIDE_CELL, type PaperItem, type PaperLine } from './paper.ts';

/** How bold spreads: Epson burns the character again one dot to the right. */
const BOLD_DOTS = 1;

class DotCanvas implements Bitmap {
  readonly widthDots: number;
  readonly heightDots: number;
  readonly rows: Uint8Array;
  readonly #stride: number;

  constructor(widthDots: number, heightDots: number) {
    this.widthDots = widthDots;
    this.heightDots = heightDots;
    this.#stride = Math.ceil(widthDots / 8);
    this.rows = new Uint8Array(this.#stride * heightDots);
  }

  burn(x: number, y: number): void {
    if (x < 0 || x >= this.widthDots || y < 0 || y >= this.heightDots) return;
    const at = y * this.#stride + (x >> 3);
    this.rows[at] = (this.rows[at] ?? 0) | (0x80 >> (x & 7));
  }

  fill(x: number, y: number, widthDots: number, heightDots: number): void {
    for (let row = y; row < y + heightDots; row++) {
      for (let column = x; column < x + widthDots; column++) this.burn(column, row);
    }
  }

  frame(x: number, y: number, widthDots: number, heightDots: number, lineDots: number): void {
    this.fill(x, y, widthDots, lineDots);
    this.fill(x, y + heightDots - lineDots, widthDots, lineDots);
    this.fill(x, y, lineDots, heightDots);
    this.fill(x + widthDots - lineDots, y, lineDots, heightDots);
  }
}

const dotIn = (rows: Uint8Array, widthDots: number, x: number, y: number): boolean =>
  x >= 0 && x < widthDots && ((rows[y * Math.ceil(widthDots / 8) + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) !== 0;

/** A hollow box, as firmware shows for a character that it has no glyph of. */
const missingDot = (width: number, height: number) => (x: number, y: number) => {
  const [right, bottom] = [width - 2, height - 4];
  const inside = x >= 1 && x <= right && y >= 3 && y <= bottom;
  return inside && (x === 1 || x === right || y === 3 || y === bottom);
};

type TextItem = Extract<PaperItem, { type: 'text' }>;

const cellOf = ({ wide, style }: TextItem) =>
  wide
    ? { kind: 'wide' as const, ...WIDE_CELL }
    : { kind: style.font === 'A' ? ('narrow' as const) : ('small' as const), ...FONT_CELL[style.font] };

const drawText = (canvas: DotCanvas, item: TextItem, bottom: number, glyphs: Glyphs): void => {
  const { timesWide, timesHigh, bold, underlineDots, inverse } = item.style;
  const { kind, width, height } = cellOf(item);
  const top = bottom - height * timesHigh;
  let left = item.xDots;
  for (const character of item.text) {
    const rows =
      character === ' ' || character === '\u3000'
        ? new Uint8Array()
        : glyphs.glyph(character.codePointAt(0) ?? 0, kind);
    const inkAt = rows === undefined ? missingDot(width, height) : (x: number, y: number) => dotIn(rows, width, x, y);
    for (let y = 0; y < height; y++) {
      const underlined = y >= height - underlineDots;
      for (let x = 0; x < width; x++) {
        const ink = underlined || inkAt(x, y) || (bold && inkAt(x - BOLD_DOTS, y));
        if (ink !== inverse) canvas.fill(left + x * timesWide, top + y * timesHigh, timesWide, timesHigh);
      }
    }
    left += width * timesWide;
  }
};

const FRAME_LINE_DOTS = 3;

/** A symbol that is not drawn: a frame with its name and the length of what it would say. */
const drawFrame = (canvas: DotCanvas, item: Extract<PaperItem, { type: 'symbol' }>, top: number, glyphs: Glyphs) => {
  canvas.frame(item.xDots, top, item.widthDots, item.heightDots, Math.min(FRAME_LINE_DOTS, item.heightDots));
  const text = `${item.kind.toUpperCase()} ${item.payload.length}`;
  const { width, height } = FONT_CELL.A;
  const label: TextItem = {
    type: 'text',
    xDots: item.xDots + Math.floor((item.widthDots - text.length * width) / 2),
    text,
    wide: false,
    style: { font: 'A', timesWide: 1, timesHigh: 1, bold: false, underlineDots: 0, inverse: false },
  };
  if (item.heightDots > height) drawText(canvas, label, top + Math.floor((item.heightDots + height) / 2), glyphs);
};

export const itemHeightDots = (item: PaperItem): number =>
  item.type === 'text' ? cellOf(item).height * item.style.timesHigh : item.heightDots;

/** Items of different height stand on one base; the rest of the line's height is the spacing below. */
const drawLine = (canvas: DotCanvas, line: PaperLine, top: number, glyphs: Glyphs): void => {
  const bottom = top + Math.max(0, ...line.items.map(itemHeightDots));
  for (const item of line.items) {
    if (item.type === 'text') {
      drawText(canvas, item, bottom, glyphs);
    } else if (item.type === 'symbol' && item.rows === undefined) {
      drawFrame(canvas, item, bottom - item.heightDots, glyphs);
    } else {
      const { rows = new Uint8Array(), widthDots, heightDots } = item;
      for (let y = 0; y < heightDots; y++) {
        for (let x = 0; x < widthDots; x++) {
          if (dotIn(rows, widthDots, x, y)) canvas.burn(item.xDots + x, bottom - heightDots + y);
        }
      }
    }
  }
};

/** `line.heightDots` rows; what stands higher than the feed of its line is cut off, as the next line burns over it. */
export const lineBitmap = (line: PaperLine, widthDots: number, glyphs: Glyphs): Bitmap => {
  const canvas = new DotCanvas(widthDots, line.heightDots);
  drawLine(canvas, line, 0, glyphs);
  return canvas;
};
