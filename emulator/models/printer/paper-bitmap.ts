/** A piece of paper as dots: one-bit, as a scanner with a threshold sees it, or in the greys of life. */
import type { Bitmap, Glyphs } from '../../../src/glyphs/types.ts';
import { columnDarkness } from './darkness.ts';
import { lineBitmap } from './line-bitmap.ts';
import type { BurntLine, HeadState, PaperPiece } from './paper.ts';

/** From this darkness on (0 to 255) a scanner takes a dot for black. */
const SCANNER_THRESHOLD = 128;
const WHITE = 255;

/** A byte for each dot: 0 black to 255 white. */
export interface Shades {
  readonly widthDots: number;
  readonly heightDots: number;
  readonly shades: Uint8Array;
}

const rowsOn = ({ fromDot, toDot }: BurntLine): number => toDot - fromDot;

const heightOf = (piece: PaperPiece): number => piece.lines.reduce((sum, line) => sum + rowsOn(line), 0);

/** Lines that share a head state share what is made of it. */
const perHead = <Made>(make: (head: HeadState) => Made): ((head: HeadState) => Made) => {
  const made = new Map<HeadState, Made>();
  return (head) => {
    const known = made.get(head);
    if (known !== undefined) return known;
    const fresh = make(head);
    made.set(head, fresh);
    return fresh;
  };
};

/** The rows of a line that are on this piece, as the line was meant. */
const meantRows = (line: BurntLine, widthDots: number, glyphs: Glyphs): Uint8Array => {
  const stride = Math.ceil(widthDots / 8);
  return lineBitmap(line, widthDots, glyphs).rows.subarray(line.fromDot * stride, line.toDot * stride);
};

export const paperBitmap = (piece: PaperPiece, glyphs: Glyphs): Bitmap => {
  const { widthDots } = piece;
  const stride = Math.ceil(widthDots / 8);
  const heightDots = heightOf(piece);
  const rows = new Uint8Array(stride * heightDots);
  const maskOf = perHead((head) => {
    const mask = new Uint8Array(stride);
    for (const [column, darkness] of columnDarkness(head, widthDots).entries()) {
      if (darkness >= SCANNER_THRESHOLD) mask[column >> 3] = (mask[column >> 3] ?? 0) | (0x80 >> (column & 7));
    }
    return mask;
  });
  let top = 0;
  for (const line of piece.lines) {
    const meant = meantRows(line, widthDots, glyphs);
    const mask = maskOf(line.head);
    for (const [at, byte] of meant.entries()) rows[top * stride + at] = byte & (mask[at % stride] ?? 0);
    top += rowsOn(line);
  }
  return { widthDots, heightDots, rows };
};

export const paperShades = (piece: PaperPiece, glyphs: Glyphs): Shades => {
  const { widthDots } = piece;
  const stride = Math.ceil(widthDots / 8);
  const heightDots = heightOf(piece);
  const shades = new Uint8Array(widthDots * heightDots).fill(WHITE);
  const darknessOf = perHead((head) => columnDarkness(head, widthDots));
  let top = 0;
  for (const line of piece.lines) {
    const meant = meantRows(line, widthDots, glyphs);
    const darkness = darknessOf(line.head);
    for (let y = 0; y < rowsOn(line); y++) {
      for (let x = 0; x < widthDots; x++) {
        const isMeant = ((meant[y * stride + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) !== 0;
        if (isMeant) shades[(top + y) * widthDots + x] = WHITE - (darkness[x] ?? 0);
      }
    }
    top += rowsOn(line);
  }
  return { widthDots, heightDots, shades };
};
