/** Looks at a test strip as an operator with a phone does: is the bar whole and black, is every tooth there, is the code read? */
import { readByJsqr } from './foreign-readers.testing.ts';
import { DotCanvas } from './dots.ts';
import type { Shades } from './paper-bitmap.ts';

type StripVerdict = 'good' | 'faint' | 'striped' | 'unreadable';

export interface StripJudgement {
  readonly verdict: StripVerdict;
  /** Columns that are white in the bar, or whose tooth is missing. */
  readonly missingColumns: readonly number[];
  /** How dark the bar is, 0 to 1, where it is not missing. */
  readonly darkness: number;
  /** What the code says, where it can be read. */
  readonly text?: string;
}

const BLACK = 255;
/** What an eye takes for white beside black. */
const PALE = 0.4;
/** Below, people call it faint. */
const FAINT = 0.8;
/** What a phone takes for black, whatever the light. */
const SCANNER_DARKNESS = 0.5;
/** A bar is so high at least, and dark over so much of its width. */
const BAR_ROWS_MIN = 12;
const BAR_SHARE_MIN = 0.5;
/** A dot of ink is no tooth. */
const TOOTH_ROWS_MIN = 4;

export function judgeStrip(strip: Shades): StripJudgement {
  const { heightDots, shades, widthDots } = strip;
  const darknessAt = (x: number, y: number): number => 1 - (shades[y * widthDots + x] ?? BLACK) / BLACK;
  const bar = barOf(strip, darknessAt);
  const columns = Array.from({ length: widthDots }, (_, x) => x);
  const inBar = columns.map((x) => mean(bar.map((y) => darknessAt(x, y))));
  const darkness = median(inBar.filter((each) => each > PALE));
  const comb = combBelow(bar.at(-1) ?? heightDots, strip, darknessAt);
  const missingColumns = columns.filter((x) => {
    const teeth = comb.filter((y) => darknessAt(x, y) > PALE * darkness).length;
    return (inBar[x] ?? 0) < PALE * darkness || teeth < TOOTH_ROWS_MIN;
  });
  const text = readByJsqr(scanned(strip, comb.at(-1) ?? 0, darknessAt));
  const verdict =
    text === undefined ? 'unreadable' : missingColumns.length > 0 ? 'striped' : darkness < FAINT ? 'faint' : 'good';
  return { verdict, missingColumns, darkness, ...(text !== undefined && { text }) };
}

type DarknessAt = (x: number, y: number) => number;

/** The rows of the first broad dark band; none where nothing is dark enough. */
function barOf({ heightDots, widthDots }: Shades, darknessAt: DarknessAt): readonly number[] {
  let rows: number[] = [];
  for (let y = 0; y < heightDots; y++) {
    let dark = 0;
    for (let x = 0; x < widthDots; x++) dark += darknessAt(x, y) > 0.1 ? 1 : 0;
    if (dark > BAR_SHARE_MIN * widthDots) rows.push(y);
    else if (rows.length >= BAR_ROWS_MIN) return rows;
    else rows = [];
  }
  return rows;
}

/** The rows below the bar in which some tooth of the comb stands: an eighth of the columns, at equal distances. */
function combBelow(from: number, { heightDots, widthDots }: Shades, darknessAt: DarknessAt): readonly number[] {
  const rows: number[] = [];
  for (let y = from + 1; y < heightDots; y++) {
    const dark = Array.from({ length: widthDots }, (_, x) => x).filter((x) => darknessAt(x, y) > 0.1);
    const [first = 0] = dark;
    const isTeeth = dark.length > widthDots / 16 && dark.every((x) => (x - first) % 8 === 0);
    if (isTeeth) rows.push(y);
    else if (rows.length > 0) break;
  }
  return rows;
}

/** What is below, as a phone sees it: one threshold for all. */
function scanned({ heightDots, widthDots }: Shades, top: number, darknessAt: DarknessAt): DotCanvas {
  const canvas = new DotCanvas(widthDots, heightDots - top);
  for (let y = top; y < heightDots; y++) {
    for (let x = 0; x < widthDots; x++) if (darknessAt(x, y) >= SCANNER_DARKNESS) canvas.fill(x, y - top, 1, 1);
  }
  return canvas;
}

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
