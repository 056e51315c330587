/** How much paper an item takes. */
import { FONT_CELL, WIDE_CELL, type PaperItem } from './paper.ts';

export interface Box {
  readonly width: number;
  readonly height: number;
}

type TextItem = Extract<PaperItem, { type: 'text' }>;

/** The cell of one character before it is enlarged, without the space around it. */
export const cellOf = ({ wide, style }: Pick<TextItem, 'wide' | 'style'>) =>
  wide
    ? { kind: 'wide' as const, ...WIDE_CELL }
    : { kind: style.font === 'A' ? ('narrow' as const) : ('small' as const), ...FONT_CELL[style.font] };

/** What one character of a run takes as it stands in the run. */
export const characterBox = (item: Pick<TextItem, 'wide' | 'style'>): Box => {
  const { timesWide, timesHigh, beforeDots = 0, afterDots = 0, rotated = false } = item.style;
  const cell = cellOf(item);
  const [across, along] = [(beforeDots + cell.width + afterDots) * timesWide, cell.height * timesHigh];
  return rotated ? { width: along, height: across } : { width: across, height: along };
};

const unturnedBox = (item: PaperItem): Box => {
  if (item.type !== 'text') return { width: item.widthDots, height: item.heightDots };
  const one = characterBox(item);
  let count = 0;
  for (const character of item.text) count += character.length > 0 ? 1 : 0;
  return { width: one.width * count, height: one.height };
};

/** As the item stands on the paper. */
export const itemBox = (item: PaperItem): Box => {
  const box = unturnedBox(item);
  return item.turn === 90 || item.turn === 270 ? { width: box.height, height: box.width } : box;
};
