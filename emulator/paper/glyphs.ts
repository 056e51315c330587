/** The baked glyphs, read from their file at first use. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

import { Bug } from '../../src/domain/result.ts';
import type { CellKind, Glyphs } from '../models/printer/line-bitmap.ts';
import { FONT_CELL, WIDE_CELL } from '../models/printer/paper.ts';
import { unpackGlyphs, type GlyphSheet } from './glyph-file.ts';

const CELLS = { narrow: FONT_CELL.A, small: FONT_CELL.B, wide: WIDE_CELL } as const;

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
