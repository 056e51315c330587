/** Folding by columns, a Chinese character being two. Nothing but the white space at a fold is ever left out. */
import { columnsOf } from './gbk.ts';

/** What no line of Chinese begins with, and what none ends with. */
const CLOSING = '，。、；：！？）》」』】〉”’,.;:!?)';
const OPENING = '（《「『【〈“‘(';

/**
 * @param text printable text
 * @param columns at least 2
 * @returns at least one line, none wider than `columns`
 */
export function fold(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let rest = text.trim();
  while (columnsOf(rest) > columns) {
    const end = foldingPlace(rest, columns);
    lines.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  if (rest !== '' || lines.length === 0) lines.push(rest);
  return lines;
}

/** The last place within `columns` where a line may end; failing that, in the middle of a word. */
function foldingPlace(text: string, columns: number): number {
  let fits = 0;
  for (let used = 0; fits < text.length; fits++) {
    used += columnsOf(text.charAt(fits));
    if (used > columns) break;
  }
  for (let place = fits; place > 0; place--) if (mayEndAt(text, place)) return place;
  return fits;
}

function mayEndAt(text: string, place: number): boolean {
  const before = text.charAt(place - 1);
  const after = text.charAt(place);
  if (CLOSING.includes(after) || OPENING.includes(before)) return false;
  return before === ' ' || after === ' ' || columnsOf(before) === 2 || columnsOf(after) === 2;
}
