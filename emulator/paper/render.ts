/** Pieces of paper as a PNG picture. */
import { paperBitmap } from '../models/printer/paper-bitmap.ts';
import type { PaperPiece } from '../models/printer/paper.ts';
import { bakedGlyphs } from '../../src/glyphs/glyphs.ts';
import { pngOf } from '../../src/glyphs/png.ts';
import type { Bitmap, Glyphs } from '../../src/glyphs/types.ts';

/** What shows that one piece ends and the next begins. */
const CUT_GAP_DOTS = 24;
const CUT_DASH_DOTS = 8;
/** 58 mm paper is 5 mm wider than what the head reaches, on either side. */
const MARGIN_DOTS = 24;

export interface RenderOptions {
  /** White around each side of what the head reaches. */
  readonly marginDots?: number;
  readonly glyphs?: Glyphs;
}

/** All pieces one below the other, with a dashed line in a gap between them. */
export const paperPng = (pieces: readonly PaperPiece[], options: RenderOptions = {}): Uint8Array => {
  const marginDots = options.marginDots ?? MARGIN_DOTS;
  const bitmaps = pieces.map((piece) => paperBitmap(piece, options.glyphs ?? bakedGlyphs));
  return pngOf(stack(bitmaps, marginDots));
};

const stack = (bitmaps: readonly Bitmap[], marginDots: number): Bitmap => {
  const widthDots = Math.max(1, ...bitmaps.map((bitmap) => bitmap.widthDots)) + 2 * marginDots;
  const gapsDots = Math.max(0, bitmaps.length - 1) * CUT_GAP_DOTS;
  const inkDots = bitmaps.reduce((sum, bitmap) => sum + bitmap.heightDots, 0);
  const heightDots = Math.max(1, inkDots + gapsDots + 2 * marginDots);
  const stride = Math.ceil(widthDots / 8);
  const rows = new Uint8Array(stride * heightDots);
  const burn = (x: number, y: number) => {
    const at = y * stride + (x >> 3);
    rows[at] = (rows[at] ?? 0) | (0x80 >> (x & 7));
  };
  let top = marginDots;
  for (const [index, bitmap] of bitmaps.entries()) {
    if (index > 0) {
      for (let x = 0; x < widthDots; x++) {
        if (Math.floor(x / CUT_DASH_DOTS) % 2 === 0) burn(x, top + CUT_GAP_DOTS / 2);
      }
      top += CUT_GAP_DOTS;
    }
    const from = Math.ceil(bitmap.widthDots / 8);
    for (let y = 0; y < bitmap.heightDots; y++) {
      for (let x = 0; x < bitmap.widthDots; x++) {
        if (((bitmap.rows[y * from + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) !== 0) burn(marginDots + x, top + y);
      }
    }
    top += bitmap.heightDots;
  }
  return { widthDots, heightDots, rows };
};
