/** A piece of paper as text: columns kept, a Chinese character two columns wide, pictures and symbols named. */
import { itemBox } from './item-box.ts';
import { FONT_CELL, type PaperItem, type PaperLine, type PaperPiece } from './paper.ts';

/** A feed this high reads as one empty line. */
const BLANK_LINE_DOTS = 30;

const nameOf = (item: Exclude<PaperItem, { type: 'text' }>): string => {
  if (item.type === 'dots') return '[picture]';
  if (item.hri !== undefined) return `[${item.kind} ${item.hri.text}]`;
  return `[${item.kind === 'qr' ? 'QR code' : item.kind}, ${item.payload.length} bytes]`;
};

/** Large text reads as plain text: only the empty space before an item is made of blanks. */
const rowText = (items: readonly PaperItem[]): string => {
  let text = '';
  let endDots = 0;
  for (const item of items) {
    text += ' '.repeat(Math.max(0, Math.round((item.xDots - endDots) / FONT_CELL.A.width)));
    text += item.type === 'text' ? item.text : nameOf(item);
    endDots = item.xDots + itemBox(item).width;
  }
  return text.trimEnd();
};

/** A line is one row; a page has a row for each height at which its items end, in the order of the page. */
const rowsOf = (line: PaperLine): readonly (readonly PaperItem[])[] => {
  const rows = new Map<number | undefined, PaperItem[]>();
  for (const item of line.items) {
    const key =
      item.yDots === undefined || (item.turn === 180 && item.yDots === 0)
        ? undefined
        : item.yDots + itemBox(item).height;
    rows.set(key, [...(rows.get(key) ?? []), item]);
  }
  return [...rows.values()];
};

const lineText = (line: PaperLine): string =>
  `${rowsOf(line).map(rowText).join('\n')}${line.damaged ? ' [damaged]' : ''}`;

/** Lines joined by line feeds, without the blank margins at either end; the bands of one picture are one line. */
export const paperText = (piece: Pick<PaperPiece, 'lines'>): string => {
  const lines: string[] = [];
  let feedDots = 0;
  for (const line of piece.lines) {
    const text = lineText(line);
    if (text === '') {
      feedDots += line.heightDots;
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
