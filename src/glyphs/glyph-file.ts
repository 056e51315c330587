/** The baked glyph file: one sheet per cell size, code points in ascending order, then the dots. */
import { Bug } from '../domain/result.ts';

export interface GlyphSheet {
  /** Cell size in dots. */
  readonly width: number;
  readonly height: number;
  /** Code point to packed rows, leftmost dot in the highest bit. */
  readonly glyphs: ReadonlyMap<number, Uint8Array>;
}

/** "Slipway paper, format 1": the file is not a font and carries no font's name. */
const MAGIC = new TextEncoder().encode('SWPAPER1');
/** Width, height, and the count of glyphs as 16 bits, high byte first. */
const SHEET_HEADER_BYTES = 4;

const glyphBytes = (width: number, height: number) => Math.ceil(width / 8) * height;

/** The bytes of the file before compression. */
export const packGlyphs = (sheets: readonly GlyphSheet[]): Uint8Array => {
  const bytes: number[] = [...MAGIC];
  for (const { width, height, glyphs } of sheets) {
    const codePoints = [...glyphs.keys()].sort((a, b) => a - b);
    bytes.push(width, height, codePoints.length >> 8, codePoints.length & 0xff);
    for (const codePoint of codePoints) bytes.push(codePoint >> 8, codePoint & 0xff);
    for (const codePoint of codePoints) {
      const rows = glyphs.get(codePoint);
      if (rows?.length !== glyphBytes(width, height)) throw new Bug(`glyph ${codePoint} does not fill its cell`);
      for (const byte of rows) bytes.push(byte);
    }
  }
  return Uint8Array.from(bytes);
};

/** Reads what `packGlyphs` wrote; anything else is a damaged installation and throws. */
export const unpackGlyphs = (bytes: Uint8Array): readonly GlyphSheet[] => {
  if (!MAGIC.every((byte, at) => bytes[at] === byte)) {
    throw new Bug('the glyph file does not begin with SWPAPER1: restore it from the repository, or bake it again');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sheets: GlyphSheet[] = [];
  let at = MAGIC.length;
  while (at < bytes.length) {
    const width = view.getUint8(at);
    const height = view.getUint8(at + 1);
    const count = view.getUint16(at + 2);
    const codePointsAt = at + SHEET_HEADER_BYTES;
    const dotsAt = codePointsAt + 2 * count;
    const size = glyphBytes(width, height);
    const glyphs = new Map<number, Uint8Array>();
    for (let index = 0; index < count; index++) {
      const from = dotsAt + index * size;
      glyphs.set(view.getUint16(codePointsAt + 2 * index), bytes.subarray(from, from + size));
    }
    sheets.push({ width, height, glyphs });
    at = dotsAt + count * size;
  }
  return sheets;
};
