/** Pictures as items on paper: raster bands, bit images, stored graphics. */
import { DotCanvas, fromColumns, scaled, type Bitmap } from './dots.ts';
import type { PaperItem } from './paper.ts';

/** What is wider than `roomDots` is not burnt. */
export const pictureItem = (picture: Bitmap, scale: number, roomDots: number): PaperItem => {
  const { widthDots, heightDots, rows } = scaled(picture, (scale & 1) + 1, ((scale >> 1) & 1) + 1, roomDots);
  return { type: 'dots', xDots: 0, widthDots, heightDots, rows };
};

/** GS v 0. */
export const bandItem = (rowBytes: number, rows: Uint8Array, scale: number, roomDots: number): PaperItem =>
  pictureItem({ widthDots: rowBytes * 8, heightDots: rows.length / rowBytes, rows }, scale, roomDots);

/** ESC * m nL nH and its columns: 8 or 24 dots high, always 24 on paper; even m is single density, twice as wide. */
export const bitImageItem = (parameters: Uint8Array, roomDots: number): PaperItem => {
  const [mode = 0, low = 0, high = 0] = parameters;
  const columnBytes = mode >= 32 ? 3 : 1;
  const timesWide = (mode & 1) === 0 ? 2 : 1;
  const room = Math.max(0, roomDots);
  const columns = Math.min(low + 256 * high, Math.ceil(room / timesWide));
  const picture = fromColumns(parameters.subarray(3), columns, columnBytes);
  const { widthDots, heightDots, rows } = scaled(picture, timesWide, 3 / columnBytes, room);
  return { type: 'dots', xDots: 0, widthDots, heightDots, rows };
};

/** The upper left part, as large as told; what `rows` lacks stays white. */
export const rasterPicture = (rows: Uint8Array, widthDots: number, heightDots: number): Bitmap => {
  const whole = new Uint8Array(Math.ceil(widthDots / 8) * heightDots);
  whole.set(rows.subarray(0, whole.length));
  return { widthDots, heightDots, rows: whole };
};

/** Columns of `heightDots` dots, which need not fill their last byte. */
export const columnPicture = (columns: Uint8Array, widthDots: number, heightDots: number): Bitmap => {
  const canvas = new DotCanvas(widthDots, heightDots);
  canvas.draw(fromColumns(columns, widthDots, Math.ceil(heightDots / 8)), 0, 0);
  return canvas;
};
