/** One line of paper as one-bit rows, dot for dot, before anything befalls it. */
import type { Bitmap, Glyphs } from '../../../src/glyphs/types.ts';
import { DotCanvas, scaled, strideOf, turned } from './dots.ts';
import { cellOf, characterBox, itemBox } from './item-box.ts';
import { FONT_CELL, type HumanReadable, type PaperItem, type PaperLine } from './paper.ts';

type TextItem = Extract<PaperItem, { type: 'text' }>;
type SymbolItem = Extract<PaperItem, { type: 'symbol' }>;

/** How bold spreads: Epson burns the character again one dot to the right. */
const BOLD_DOTS = 1;

/** A hollow box, as firmware shows for a character that it has no glyph of. */
const missingGlyph = (width: number, height: number): Bitmap => {
  const canvas = new DotCanvas(width, height);
  canvas.fill(1, 3, width - 2, 1);
  canvas.fill(1, height - 4, width - 2, 1);
  canvas.fill(1, 3, 1, height - 6);
  canvas.fill(width - 2, 3, 1, height - 6);
  return canvas;
};

/** A wide glyph at half its width: what the narrow fonts lack, the Chinese font often has. */
const squeezed = (rows: Uint8Array, width: number, height: number): Bitmap => {
  const canvas = new DotCanvas(width, height);
  for (let y = 0; y < 24; y++) {
    for (let x = 0; x < 24; x++) {
      if (((rows[y * 3 + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) === 0) continue;
      canvas.burn(Math.floor((x * width) / 24), Math.floor((y * height) / 24));
    }
  }
  return canvas;
};

const glyphOf = (character: string, item: TextItem, glyphs: Glyphs): Bitmap | undefined => {
  const { kind, width, height } = cellOf(item);
  if (item.own !== undefined) return { widthDots: width, heightDots: height, rows: item.own };
  if (character === ' ' || character === '\u3000' || character === '\u00a0') return undefined;
  const rows = glyphs.glyph(character.codePointAt(0) ?? 0, kind);
  if (rows !== undefined) return { widthDots: width, heightDots: height, rows };
  if (kind === 'wide') return missingGlyph(width, height);
  const full = character.normalize('NFKC');
  const wide = full.length === 1 ? glyphs.glyph(full.codePointAt(0) ?? 0, 'wide') : undefined;
  return wide === undefined ? missingGlyph(width, height) : squeezed(wide, width, height);
};

/** A character in its cell with its style. Neither a lying nor an inverse character is underlined. */
const styledCharacter = (glyph: Bitmap | undefined, item: TextItem): Bitmap => {
  const { timesWide, timesHigh, bold, underlineDots, inverse, beforeDots = 0, afterDots = 0, rotated } = item.style;
  const { width, height } = cellOf(item);
  const cell = new DotCanvas(width, height);
  if (glyph !== undefined) cell.draw(glyph, 0, 0);
  if (glyph !== undefined && bold) cell.draw(glyph, BOLD_DOTS, 0);
  const spaced = new DotCanvas(beforeDots + width + afterDots, height);
  spaced.draw(cell, beforeDots, 0);
  const large = new DotCanvas(spaced.widthDots * timesWide, height * timesHigh);
  large.draw(scaled(spaced, timesWide, timesHigh), 0, 0);
  if (rotated !== true && !inverse) large.fill(0, large.heightDots - underlineDots, large.widthDots, underlineDots);
  if (inverse) large.invert();
  return rotated === true ? turned(large, 90) : large;
};

const isPlain = ({ style }: TextItem): boolean =>
  style.timesWide === 1 &&
  style.timesHigh === 1 &&
  !style.bold &&
  !style.inverse &&
  style.underlineDots === 0 &&
  (style.beforeDots ?? 0) === 0 &&
  style.rotated !== true;

const drawText = (canvas: DotCanvas, item: TextItem, left: number, top: number, glyphs: Glyphs): void => {
  const { width } = characterBox(item);
  const plain = isPlain(item);
  let x = left;
  for (const character of item.text) {
    const glyph = glyphOf(character, item, glyphs);
    if (!plain) canvas.draw(styledCharacter(glyph, item), x, top);
    else if (glyph !== undefined) canvas.draw(glyph, x, top);
    x += width;
  }
};

export const hriHeightDots = (hri: HumanReadable | undefined): number =>
  hri === undefined ? 0 : FONT_CELL[hri.font].height;

const drawSymbol = (canvas: DotCanvas, item: SymbolItem, left: number, top: number, glyphs: Glyphs): void => {
  const { hri, widthDots, rows } = item;
  const textDots = hriHeightDots(hri);
  const barsTop = top + (hri?.above === true ? textDots : 0);
  const barsHeight = Math.floor(rows.length / Math.max(1, strideOf(widthDots)));
  canvas.draw({ widthDots, heightDots: barsHeight, rows }, left, barsTop);
  if (hri === undefined) return;
  const text: TextItem = {
    type: 'text',
    xDots: left + Math.floor((widthDots - hri.text.length * FONT_CELL[hri.font].width) / 2),
    text: hri.text,
    wide: false,
    style: { font: hri.font, timesWide: 1, timesHigh: 1, bold: false, underlineDots: 0, inverse: false },
  };
  if (hri.above) drawText(canvas, text, text.xDots, top, glyphs);
  if (hri.below) drawText(canvas, text, text.xDots, barsTop + barsHeight, glyphs);
};

const drawItem = (canvas: DotCanvas, item: PaperItem, left: number, top: number, glyphs: Glyphs): void => {
  const { turn = 0 } = item;
  if (turn !== 0) {
    const box = itemBox({ ...item, turn: 0 });
    const flat = new DotCanvas(box.width, box.height);
    drawItem(flat, { ...item, turn: 0 }, 0, 0, glyphs);
    canvas.draw(turned(flat, turn), left, top);
    return;
  }
  switch (item.type) {
    case 'text':
      drawText(canvas, item, left, top, glyphs);
      break;
    case 'symbol':
      drawSymbol(canvas, item, left, top, glyphs);
      break;
    case 'dots':
      canvas.draw(item, left, top);
      break;
  }
};

export const itemHeightDots = (item: PaperItem): number => itemBox(item).height;

/**
 * `line.heightDots` rows; what stands higher than the feed of its line is cut off, as the next line burns over it.
 * Items of different height stand on one base; the rest of the line's height is the spacing below.
 */
export const lineBitmap = (line: PaperLine, widthDots: number, glyphs: Glyphs): Bitmap => {
  const canvas = new DotCanvas(widthDots, line.heightDots);
  const bottom = Math.max(0, ...line.items.map((item) => (item.yDots === undefined ? itemHeightDots(item) : 0)));
  for (const item of line.items) {
    drawItem(canvas, item, item.xDots, item.yDots ?? bottom - itemHeightDots(item), glyphs);
  }
  return canvas;
};
