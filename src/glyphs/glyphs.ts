/** The baked glyphs, read from their file at first use. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

import { Bug } from '../domain/result.ts';
import { unpackGlyphs, type GlyphSheet } from './glyph-file.ts';
import type { CellKind, Glyphs } from './types.ts';

/** In dots: fonts A and B, and a Chinese character, which takes two columns of font A (printer sheet 11, 12). */
export const CELLS = {
  narrow: { width: 12, height: 24 },
  small: { width: 9, height: 17 },
  wide: { width: 24, height: 24 },
} as const satisfies Record<CellKind, { readonly width: number; readonly height: number }>;

let sheets: Readonly<Record<CellKind, GlyphSheet>> | undefined;

const load = (): Readonly<Record<CellKind, GlyphSheet>> => {
  const all = unpackGlyphs(brotliDecompressSync(readFileSync(join(import.meta.dirname, 'glyphs.bin.br'))));
  const sheetFor = (cell: CellKind): GlyphSheet => {
    const { width, height } = CELLS[cell];
    const sheet = all.find((candidate) => candidate.width === width && candidate.height === height);
    if (sheet === undefined) throw new Bug(`the glyph file has no sheet of ${width} by ${height} dots: bake it again`);
    return sheet;
  };
  return { narrow: sheetFor('narrow'), small: sheetFor('small'), wide: sheetFor('wide') };
};

export const bakedGlyphs: Glyphs = {
  glyph(codePoint, cell) {
    sheets ??= load();
    return sheets[cell].glyphs.get(codePoint);
  },
};
