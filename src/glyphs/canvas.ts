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
    if (x < 0 || x >= this.widthDots || y < 0 || y >= this.heightDots) return;
    const at = y * this.#stride + (x >> 3);
    this.rows[at] = (this.rows[at] ?? 0) | (0x80 >> (x & 7));
  }
}

/** Whether a dot of a bitmap is black; outside it none is. */
export const isBlack = ({ heightDots, rows, widthDots }: Bitmap, x: number, y: number): boolean =>
  x >= 0 &&
  x < widthDots &&
  y >= 0 &&
  y < heightDots &&
  ((rows[y * Math.ceil(widthDots / 8) + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) !== 0;
