/** What a test strip shows of the head, as wide as the head reaches. */
import { Canvas } from '../glyphs/canvas.ts';
import type { Bitmap } from '../glyphs/types.ts';

export type PatternName = 'bar' | 'comb' | 'wedge';

/** Heights are multiples of 24: clones with small buffers print bands of that height. */
const BAR_ROWS = 24;
/** Each tooth is one dot wide, and its neighbours stand on other steps, so that every element is seen alone. */
const COMB_STEPS = 8;
const STEP_ROWS = 6;
/** A longer tooth at each fourth column of font A, where its number stands. */
export const NUMBERED_EVERY_DOTS = 48;
const NUMBERED_ROWS = 24;
const WEDGE_ROWS = 24;
const WEDGE_SHADES = 4;

const PATTERNS: Readonly<Record<PatternName, (widthDots: number) => Canvas>> = {
  bar: (widthDots) => drawn(widthDots, BAR_ROWS, () => true),
  comb: (widthDots) =>
    drawn(widthDots, COMB_STEPS * STEP_ROWS + NUMBERED_ROWS, (x, y) =>
      y < COMB_STEPS * STEP_ROWS ? x % COMB_STEPS === Math.floor(y / STEP_ROWS) : x % NUMBERED_EVERY_DOTS === 0,
    ),
  /** From grey to black: of every four dots in a row one, two, three, four. */
  wedge: (widthDots) =>
    drawn(
      widthDots,
      WEDGE_ROWS,
      (x, y) => (x + 2 * (y % 2)) % WEDGE_SHADES <= Math.floor((x * WEDGE_SHADES) / widthDots),
    ),
};

export const patternBitmap = (name: PatternName, widthDots: number): Bitmap => PATTERNS[name](widthDots);

function drawn(widthDots: number, heightDots: number, isDark: (x: number, y: number) => boolean): Canvas {
  const canvas = new Canvas(widthDots, heightDots);
  for (let y = 0; y < heightDots; y++) {
    for (let x = 0; x < widthDots; x++) if (isDark(x, y)) canvas.burn(x, y);
  }
  return canvas;
}
