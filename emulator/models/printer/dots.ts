/** One-bit pictures and how they are drawn, enlarged and turned. */
import { Bug } from '../../../src/domain/result.ts';
import type { Bitmap } from '../../../src/glyphs/types.ts';

export type { Bitmap };

/** Clockwise. */
export type Turn = 0 | 90 | 180 | 270;

export const strideOf = (widthDots: number): number => (widthDots + 7) >> 3;

export const dotIn = ({ rows, widthDots }: Bitmap, x: number, y: number): boolean =>
  ((rows[y * strideOf(widthDots) + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) !== 0;

/** What falls outside is not drawn. */
export class DotCanvas implements Bitmap {
  readonly widthDots: number;
  readonly heightDots: number;
  readonly rows: Uint8Array;
  readonly #stride: number;

  constructor(widthDots: number, heightDots: number) {
    if (widthDots < 0 || heightDots < 0) throw new Bug(`a picture of ${widthDots} by ${heightDots} dots`);
    this.widthDots = widthDots;
    this.heightDots = heightDots;
    this.#stride = strideOf(widthDots);
    this.rows = new Uint8Array(this.#stride * heightDots);
  }

  burn(x: number, y: number): void {
    if (x < 0 || x >= this.widthDots || y < 0 || y >= this.heightDots) return;
    const at = y * this.#stride + (x >> 3);
    this.rows[at] = (this.rows[at] ?? 0) | (0x80 >> (x & 7));
  }

  fill(x: number, y: number, widthDots: number, heightDots: number): void {
    const [left, right] = [Math.max(0, x), Math.min(this.widthDots, x + widthDots)];
    const [top, bottom] = [Math.max(0, y), Math.min(this.heightDots, y + heightDots)];
    if (left >= right) return;
    const [first, last] = [left >> 3, (right - 1) >> 3];
    const [head, tail] = [0xff >> (left & 7), (0xff << (7 - ((right - 1) & 7))) & 0xff];
    for (let row = top; row < bottom; row++) {
      const at = row * this.#stride;
      for (let byte = first; byte <= last; byte++) {
        const mask = (byte === first ? head : 0xff) & (byte === last ? tail : 0xff);
        this.rows[at + byte] = (this.rows[at + byte] ?? 0) | mask;
      }
    }
  }

  /** Burns the picture's black dots with its upper left corner at `x`, `y`. */
  draw(picture: Bitmap, x: number, y: number): void {
    const stride = strideOf(picture.widthDots);
    const bottom = Math.min(picture.heightDots, this.heightDots - y);
    if (x < 0 || x + picture.widthDots > this.widthDots) return this.#drawClipped(picture, x, y, bottom);
    const shift = x & 7;
    const lastMask = (0xff << (stride * 8 - picture.widthDots)) & 0xff;
    for (let row = Math.max(0, -y); row < bottom; row++) {
      let to = (y + row) * this.#stride + (x >> 3);
      const from = row * stride;
      for (let byte = 0; byte < stride; byte++, to++) {
        const dots = (picture.rows[from + byte] ?? 0) & (byte === stride - 1 ? lastMask : 0xff);
        if (dots === 0) continue;
        this.rows[to] = (this.rows[to] ?? 0) | (dots >> shift);
        const over = (dots << (8 - shift)) & 0xff;
        if (over !== 0) this.rows[to + 1] = (this.rows[to + 1] ?? 0) | over;
      }
    }
  }

  /** Black becomes white and white black. */
  invert(): void {
    const lastMask = (0xff << (this.#stride * 8 - this.widthDots)) & 0xff;
    for (let at = 0; at < this.rows.length; at++) {
      this.rows[at] = ~(this.rows[at] ?? 0) & ((at + 1) % this.#stride === 0 ? lastMask : 0xff);
    }
  }

  #drawClipped(picture: Bitmap, x: number, y: number, bottom: number): void {
    for (let row = Math.max(0, -y); row < bottom; row++) {
      for (let column = Math.max(0, -x); column < picture.widthDots && x + column < this.widthDots; column++) {
        if (dotIn(picture, column, row)) this.burn(x + column, y + row);
      }
    }
  }
}

/** Enlarged, and cut off at the right where it would be wider than `widestDots`. */
export const scaled = (picture: Bitmap, timesWide: number, timesHigh: number, widestDots = Infinity): Bitmap => {
  const widthDots = Math.max(0, Math.min(picture.widthDots * timesWide, widestDots));
  const canvas = new DotCanvas(widthDots, picture.heightDots * timesHigh);
  if (timesWide === 1 && timesHigh === 1) {
    canvas.draw(picture, 0, 0);
    return canvas;
  }
  for (let y = 0; y < picture.heightDots; y++) {
    for (let x = 0; x * timesWide < widthDots; x++) {
      if (dotIn(picture, x, y)) canvas.fill(x * timesWide, y * timesHigh, timesWide, timesHigh);
    }
  }
  return canvas;
};

export const turned = (picture: Bitmap, turn: Turn): Bitmap => {
  if (turn === 0) return picture;
  const { widthDots: w, heightDots: h } = picture;
  const canvas = turn === 180 ? new DotCanvas(w, h) : new DotCanvas(h, w);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      if (!dotIn(picture, x, y)) continue;
      if (turn === 90) canvas.burn(h - 1 - y, x);
      else if (turn === 180) canvas.burn(w - 1 - x, h - 1 - y);
      else canvas.burn(y, w - 1 - x);
    }
  }
  return canvas;
};

/** Column data, as bit images have it: `columnBytes` bytes for each column, the uppermost dot in the highest bit. */
export const fromColumns = (columns: Uint8Array, widthDots: number, columnBytes: number): Bitmap => {
  const canvas = new DotCanvas(widthDots, columnBytes * 8);
  for (let x = 0; x < widthDots; x++) {
    for (let byte = 0; byte < columnBytes; byte++) {
      const dots = columns[x * columnBytes + byte] ?? 0;
      for (let bit = 0; (dots << bit) & 0xff; bit++) if (dots & (0x80 >> bit)) canvas.burn(x, byte * 8 + bit);
    }
  }
  return canvas;
};
