/** Dots as data: bitmaps, and glyphs in the cells of a thermal printer. */

/** Packed rows, leftmost dot in the highest bit, a set bit is black. */
export interface Bitmap {
  readonly widthDots: number;
  readonly heightDots: number;
  readonly rows: Uint8Array;
}

/** Narrow is font A (12 by 24), small font B (9 by 17), wide a GBK character (24 by 24) (printer sheet 11, 12). */
export type CellKind = 'narrow' | 'small' | 'wide';

export interface Glyphs {
  /** Packed rows of the cell's size, or undefined when there is no such glyph: a hollow box stands for it. */
  glyph(codePoint: number, cell: CellKind): Uint8Array | undefined;
}
