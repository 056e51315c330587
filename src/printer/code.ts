/** A QR code as dots, as printers and screens show it. A printer that draws it by itself may choose another mask. */
import { encodeQR } from 'qr';
import { Canvas } from '../glyphs/canvas.ts';
import type { Bitmap } from '../glyphs/types.ts';
import type { Code } from './document.ts';

/** Without its quiet zone. */
export function codeBitmap({ errorCorrection, moduleDots, text }: Code): Bitmap {
  // The package draws no code without a border; printers know bytes only.
  const bordered = encodeQR(text, 'raw', { ecc: errorCorrection, encoding: 'byte', border: 1 });
  const modules = bordered.slice(1, -1).map((row) => row.slice(1, -1));
  const side = modules.length * moduleDots;
  const canvas = new Canvas(side, side);
  for (const [y, row] of modules.entries()) {
    const dots = new Canvas(side, 1);
    for (const [x, isDark] of row.entries()) {
      if (!isDark) continue;
      for (let dot = 0; dot < moduleDots; dot++) dots.burn(x * moduleDots + dot, 0);
    }
    for (let dot = 0; dot < moduleDots; dot++) canvas.stampRow(dots.rows, 0, y * moduleDots + dot);
  }
  return canvas;
}
