/** A piece of paper as text: columns kept, a Chinese character two columns wide, pictures and symbols named. */
import { inkRows } from './ink.ts';
import { characterBox, itemBox } from './item-box.ts';
import { FONT_CELL, type BurntLine, type PaperItem, type PaperLine, type PaperPiece } from './paper.ts';

/** A feed this high reads as one empty line. */
const BLANK_LINE_DOTS = 30;

const nameOf = (item: Exclude<PaperItem, { type: 'text' }>): string => {
  if (item.type === 'dots') return '[picture]';
  if (item.hri !== undefined) return `[${item.kind} ${item.hri.text}]`;
  return `[${item.kind === 'qr' ? 'QR code' : item.kind}, ${item.payload.length} bytes]`;
};

interface Word {
  readonly xDots: number;
  readonly widthDots: number;
  readonly text: string;
}

const wordOf = (item: PaperItem): Word => ({
  xDots: item.xDots,
  widthDots: itemBox(item).width,
  text: item.type === 'text' ? item.text : nameOf(item),
});

/** Characters one by one, without the blanks, so that what was printed over a line stands between them. */
const charactersOf = (item: PaperItem): readonly Word[] => {
  if (item.type !== 'text') return [wordOf(item)];
  const { width } = characterBox(item);
  return Array.from(item.text, (text, at) => ({ xDots: item.xDots + at * width, widthDots: width, text })).filter(
    ({ text }) => text.trim() !== '',
  );
};

/** An upside-down line is read with the paper turned. */
const asRead = (item: PaperItem, widthDots: number): PaperItem =>
  item.turn === 180 ? { ...item, xDots: widthDots - item.xDots - itemBox(item).width } : item;

/** Large text reads as plain text: only the empty space before a word is made of blanks. */
const rowText = (items: readonly PaperItem[], widthDots: number): string => {
  const read = items.map((item) => asRead(item, widthDots));
  let words = read.map(wordOf);
  const goesBack = words.some((word, at) => {
    const before = words[at - 1];
    return before !== undefined && word.xDots < before.xDots + before.widthDots;
  });
  if (goesBack) words = read.flatMap(charactersOf).sort((one, other) => one.xDots - other.xDots);
  let text = '';
  let endDots = 0;
  for (const word of words) {
    text += ' '.repeat(Math.max(0, Math.round((word.xDots - endDots) / FONT_CELL.A.width))) + word.text;
    endDots = word.xDots + word.widthDots;
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

/** A line as it was meant, or as much of it as is on the paper. */
type MaybeBurnt = PaperLine & Partial<Pick<BurntLine, 'fromDot' | 'toDot'>>;

interface Strip extends Pick<PaperPiece, 'widthDots'> {
  readonly lines: readonly MaybeBurnt[];
}

/** A line of which some dot rows are missing is marked, on each of the pieces that it is spread over. */
const MARK = ' [damaged]';

const lineText = (line: MaybeBurnt, widthDots: number): string => {
  const burntRows = inkRows(line);
  const { fromDot = 0, toDot = line.heightDots } = line;
  if (fromDot >= burntRows) return '';
  const text = rowsOf(line)
    .map((row) => rowText(row, widthDots))
    .join('\n');
  return `${text}${fromDot === 0 && toDot >= burntRows ? '' : MARK}`;
};

/** Lines joined by line feeds, without the blank margins at either end; the bands of one picture are one line. */
export const paperText = (piece: Strip): string => {
  const lines: string[] = [];
  let feedDots = 0;
  for (const line of piece.lines) {
    const text = lineText(line, piece.widthDots);
    if (text === '') {
      feedDots += (line.toDot ?? line.heightDots) - (line.fromDot ?? 0);
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
