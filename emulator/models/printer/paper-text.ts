/** A piece of paper as text: columns kept, a Chinese character two columns wide, pictures and symbols named. */
import { inkRows } from './ink.ts';
import { FONT_CELL, WIDE_CELL, type BurntLine, type PaperItem, type PaperPiece } from './paper.ts';

/** A feed this high reads as one empty line. */
const BLANK_LINE_DOTS = 30;

const nameOf = (item: Exclude<PaperItem, { type: 'text' }>): string => {
  if (item.type === 'dots') return '[picture]';
  const name = item.kind === 'qr' ? 'QR code' : 'barcode';
  return `[${name}, ${item.payload.length} bytes${item.rows === undefined ? ', not drawn' : ''}]`;
};

const widthOf = (item: PaperItem): number => {
  if (item.type !== 'text') return item.widthDots;
  const cell = item.wide ? WIDE_CELL : FONT_CELL[item.style.font];
  return item.text.length * cell.width * item.style.timesWide;
};

/** A line of which some dot rows are missing is marked, on each of the pieces that it is spread over. */
const MARK = ' [damaged]';

/** Large text reads as plain text: only the empty space before an item is made of blanks. */
const lineText = (line: BurntLine): string => {
  const burntRows = inkRows(line);
  if (line.fromDot >= burntRows) return '';
  let text = '';
  let endDots = 0;
  for (const item of line.items) {
    text += ' '.repeat(Math.max(0, Math.round((item.xDots - endDots) / FONT_CELL.A.width)));
    text += item.type === 'text' ? item.text : nameOf(item);
    endDots = item.xDots + widthOf(item);
  }
  const isWhole = line.fromDot === 0 && line.toDot >= burntRows;
  return `${text.trimEnd()}${isWhole ? '' : MARK}`;
};

/** Lines joined by line feeds, without the blank margins at either end; the bands of one picture are one line. */
export const paperText = (piece: PaperPiece): string => {
  const lines: string[] = [];
  let feedDots = 0;
  for (const line of piece.lines) {
    const text = lineText(line);
    if (text === '') {
      feedDots += line.toDot - line.fromDot;
      continue;
    }
    lines.push(...Array.from({ length: Math.round(feedDots / BLANK_LINE_DOTS) }, () => ''));
    const samePicture = feedDots === 0 && text.trim() === '[picture]' && lines.at(-1) === text;
    feedDots = 0;
    if (!samePicture) lines.push(text);
  }
  while (lines[0] === '') lines.shift();
  return lines.join('\n');
};
