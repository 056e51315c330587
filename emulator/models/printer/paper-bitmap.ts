/** A piece of paper as one-bit rows: what the head burnt of each line. */
import type { Bitmap, Glyphs } from '../../../src/glyphs/types.ts';
import { itemHeightDots, lineBitmap } from './line-bitmap.ts';
import type { PaperLine, PaperPiece } from './paper.ts';

/** How many of a line's rows the head burnt. */
const burntDots = ({ damaged, heightDots, items }: PaperLine): number =>
  damaged ? Math.floor(Math.max(0, ...items.map(itemHeightDots)) / 2) : heightDots;

export const paperBitmap = (piece: PaperPiece, glyphs: Glyphs): Bitmap => {
  const stride = Math.ceil(piece.widthDots / 8);
  const heightDots = piece.lines.reduce((sum, line) => sum + line.heightDots, 0);
  const rows = new Uint8Array(stride * heightDots);
  let top = 0;
  for (const line of piece.lines) {
    const burnt = lineBitmap(line, piece.widthDots, glyphs).rows;
    rows.set(burnt.subarray(0, stride * burntDots(line)), top * stride);
    top += line.heightDots;
  }
  for (const column of piece.deadColumns) {
    if (column < 0 || column >= piece.widthDots) continue;
    for (let y = 0; y < heightDots; y++) {
      const at = y * stride + (column >> 3);
      rows[at] = (rows[at] ?? 0) & ~(0x80 >> (column & 7));
    }
  }
  return { widthDots: piece.widthDots, heightDots, rows };
};
