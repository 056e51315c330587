/** Dots to burn on. */
import type { Bitmap } from './types.ts';

export class Canvas implements Bitmap {
  readonly widthDots: number;
  readonly heightDots: number;
  readonly rows: Uint8Array;
  readonly #stride: number;

  constructor(widthDots: number, heightDots: number) {
    this.widthDots = widthDots;
    this.heightDots = heightDots;
    this.#stride = Math.ceil(widthDots / 8);
    this.rows = new Uint8Array(this.#stride * heightDots);
  }

  /** What lies outside is nobody's. */
  burn(x: number, y: number): void {
    if (x < 0 || x >= this.widthDots) return;
    this.stampRow(DOT, x, y);
  }

  /**
   * Burns a packed row from column `left` on, over what is there. What lies outside is nobody's, but that dots may reach
   * into what fills a row up to a whole byte.
   *
   * @param left 0 or more
   */
  stampRow(row: Uint8Array, left: number, y: number): void {
    if (y < 0 || y >= this.heightDots) return;
    const shift = left & 7;
    let at = left >> 3;
    for (const byte of row) {
      if (byte !== 0) {
        this.#burnByte(at, y, byte >> shift);
        this.#burnByte(at + 1, y, (byte << (8 - shift)) & 0xff);
      }
      at++;
    }
  }

  #burnByte(at: number, y: number, bits: number): void {
    if (bits === 0 || at >= this.#stride) return;
    const index = y * this.#stride + at;
    this.rows[index] = (this.rows[index] ?? 0) | bits;
  }
}

const DOT = Uint8Array.of(0x80);

/** Whether a dot of a bitmap is black; outside it none is. */
export const isBlack = ({ heightDots, rows, widthDots }: Bitmap, x: number, y: number): boolean =>
  x >= 0 &&
  x < widthDots &&
  y >= 0 &&
  y < heightDots &&
  ((rows[y * Math.ceil(widthDots / 8) + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) !== 0;
