/** How much of a line is burnt, as far as that can be said without drawing it. */
import { itemHeightDots } from './line-bitmap.ts';
import { FONT_CELL, WIDE_CELL, type PaperItem, type PaperLine, type PaperPiece } from './paper.ts';

/** The black share of a character's cell, on average over the words of a slip in the baked glyphs. */
const WIDE_SHARE = 0.36;
const NARROW_SHARE = 0.25;
/** Of a symbol that is only framed. */
const FRAME_SHARE = 0.1;
const BOLD_TIMES = 1.4;

/** From the top of the line to its lowest black row; what the motor feeds below is empty. */
export const inkRows = ({ heightDots, items }: PaperLine): number => {
  let rows = 0;
  for (const item of items) rows = Math.max(rows, (item.yDots ?? 0) + itemHeightDots(item));
  return Math.min(rows, heightDots);
};

const BITS = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length);

const dotsOf = (item: PaperItem): number => {
  if (item.type !== 'text') {
    if (item.rows === undefined) return item.widthDots * item.heightDots * FRAME_SHARE;
    return item.rows.reduce((dots, byte) => dots + (BITS[byte] ?? 0), 0);
  }
  const { bold, font, inverse, timesHigh, timesWide } = item.style;
  const cell = item.wide ? WIDE_CELL : FONT_CELL[font];
  const share = (item.wide ? WIDE_SHARE : NARROW_SHARE) * (bold ? BOLD_TIMES : 1);
  return item.text.length * cell.width * cell.height * timesHigh * timesWide * (inverse ? 1 - share : share);
};

/** How many dots a line heats; of text an estimate, because the printer's model has no glyphs. */
export const energisedDots = ({ items }: PaperLine): number => items.reduce((dots, item) => dots + dotsOf(item), 0);

/** Nothing has been burnt on it. */
export const isBlank = (piece: PaperPiece): boolean => piece.lines.every((line) => line.fromDot >= inkRows(line));
