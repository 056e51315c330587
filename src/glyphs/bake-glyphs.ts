/**
 * Bakes fonts into `glyphs.bin.br`. Run by hand, once per change of the look:
 *
 *     node src/glyphs/bake-glyphs.ts --opentype DIR --wide FONT.ttf --narrow FONT.ttf
 *
 * DIR is an installed `opentype.js` (1.3.4 was used), kept out of the project because nothing needs it at run time. The
 * committed file was baked from Noto Sans SC Medium (wide) and Noto Sans Mono SemiBold (narrow): see NOTICE.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { brotliCompressSync, constants } from 'node:zlib';

import { gbkCharacters, NARROW_CHARACTERS } from './characters.ts';
import { packGlyphs, type GlyphSheet } from './glyph-file.ts';
import { rasterise, type OutlineStep } from './rasterise.ts';

/** The little that is used of opentype.js. */
interface OutlineFont {
  readonly unitsPerEm: number;
  charToGlyph(character: string): {
    readonly index: number;
    readonly advanceWidth: number;
    getPath(x: number, y: number, sizeDots: number): { readonly commands: readonly OutlineStep[] };
  };
}

interface Cell {
  readonly width: number;
  readonly height: number;
  /** Size of the em square, and where the baseline lies below the top of the cell. */
  readonly emDots: number;
  readonly baselineDots: number;
  readonly inkShare: number;
}

const WIDE: Cell = { width: 24, height: 24, emDots: 24, baselineDots: 21, inkShare: 0.42 };
export const NARROW: Cell = { width: 12, height: 24, emDots: 21, baselineDots: 19, inkShare: 0.45 };
const SMALL: Cell = { width: 9, height: 17, emDots: 15.4, baselineDots: 13, inkShare: 0.4 };

/** The glyphs of `characters`, centred in their cells; a character that the font lacks is left out. */
export const bakeSheet = (font: OutlineFont, cell: Cell, characters: Iterable<string>): GlyphSheet => {
  const glyphs = new Map<number, Uint8Array>();
  for (const character of characters) {
    const glyph = font.charToGlyph(character);
    if (glyph.index === 0) continue;
    const advanceDots = (glyph.advanceWidth / font.unitsPerEm) * cell.emDots;
    const outline = glyph.getPath((cell.width - advanceDots) / 2, cell.baselineDots, cell.emDots).commands;
    glyphs.set(character.codePointAt(0) ?? 0, rasterise(outline, cell.width, cell.height, cell.inkShare));
  }
  return { width: cell.width, height: cell.height, glyphs };
};

interface FontParser {
  parse(bytes: ArrayBuffer): OutlineFont;
}
const isFontParser = (value: unknown): value is FontParser =>
  typeof value === 'object' && value !== null && 'parse' in value;

const bake = (options: { readonly opentype: string; readonly wide: string; readonly narrow: string }) => {
  const opentype: unknown = createRequire(import.meta.url)(resolve(options.opentype));
  if (!isFontParser(opentype)) throw new Error(`${options.opentype} has no parse function: is it opentype.js?`);
  const fontFrom = (path: string) => opentype.parse(new Uint8Array(readFileSync(path)).buffer);
  const narrowFont = fontFrom(options.narrow);
  const bytes = packGlyphs([
    bakeSheet(narrowFont, NARROW, NARROW_CHARACTERS),
    bakeSheet(narrowFont, SMALL, NARROW_CHARACTERS),
    bakeSheet(fontFrom(options.wide), WIDE, gbkCharacters()),
  ]);
  const packed = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 },
  });
  writeFileSync(join(import.meta.dirname, 'glyphs.bin.br'), packed);
  process.stdout.write(`${bytes.length} bytes, ${packed.length} packed\n`);
};

const main = () => {
  const { values } = parseArgs({
    options: { opentype: { type: 'string' }, wide: { type: 'string' }, narrow: { type: 'string' } },
  });
  if (values.opentype === undefined || values.wide === undefined || values.narrow === undefined) {
    process.stderr.write('bake-glyphs: say --opentype DIR --wide FONT.ttf --narrow FONT.ttf\n');
    process.exitCode = 2;
    return;
  }
  bake({ opentype: values.opentype, wide: values.wide, narrow: values.narrow });
};

if (import.meta.main) main();
