/** Pictures and symbols as items on paper: raster bands, bit images, QR codes, and frames for what is not drawn. */
import type { PaperItem } from './paper.ts';
import { qrMatrix, type QrLevel } from './qr.ts';

type Picture = Extract<PaperItem, { type: 'dots' | 'symbol' }>;

/** Packed rows of `widthDots` by `heightDots`, made from a test for each dot. */
const packRows = (widthDots: number, heightDots: number, dark: (x: number, y: number) => boolean): Uint8Array => {
  const stride = Math.ceil(widthDots / 8);
  const rows = new Uint8Array(stride * heightDots);
  for (let y = 0; y < heightDots; y++) {
    for (let x = 0; x < widthDots; x++) {
      if (!dark(x, y)) continue;
      const at = y * stride + (x >> 3);
      rows[at] = (rows[at] ?? 0) | (0x80 >> (x & 7));
    }
  }
  return rows;
};

const dotOf = (rows: Uint8Array, stride: number, x: number, y: number): boolean =>
  ((rows[y * stride + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) !== 0;

/** GS v 0: what is wider than the paper is not burnt. */
export const bandItem = (rowBytes: number, rows: Uint8Array, scale: number, areaDots: number): Picture => {
  const [timesWide, timesHigh] = [(scale & 1) + 1, (scale >> 1) + 1];
  const widthDots = Math.min(rowBytes * 8 * timesWide, areaDots);
  const heightDots = (rows.length / rowBytes) * timesHigh;
  return {
    type: 'dots',
    xDots: 0,
    widthDots,
    heightDots,
    rows: packRows(widthDots, heightDots, (x, y) =>
      dotOf(rows, rowBytes, Math.floor(x / timesWide), Math.floor(y / timesHigh)),
    ),
  };
};

/** ESC * m nL nH and its columns: 8 or 24 dots high, always 24 on paper; even m is single density, twice as wide. */
export const bitImageItem = (parameters: Uint8Array, xDots: number, areaDots: number): Picture => {
  const [mode = 0, low = 0, high = 0] = parameters;
  const columnBytes = mode >= 32 ? 3 : 1;
  const timesWide = (mode & 1) === 0 ? 2 : 1;
  const timesHigh = 3 / columnBytes;
  const widthDots = Math.max(0, Math.min((low + 256 * high) * timesWide, areaDots - xDots));
  const columns = parameters.subarray(3);
  return {
    type: 'dots',
    xDots,
    widthDots,
    heightDots: 24,
    rows: packRows(widthDots, 24, (x, y) => {
      const dot = Math.floor(y / timesHigh);
      const byte = columns[Math.floor(x / timesWide) * columnBytes + (dot >> 3)] ?? 0;
      return (byte & (0x80 >> (dot & 7))) !== 0;
    }),
  };
};

/** Side of the frame that stands for a symbol which cannot be drawn. */
const FRAME_DOTS = 192;

/** A QR code, or a frame with its name when it does not fit the paper. */
export const qrItem = (payload: Uint8Array, level: QrLevel, moduleDots: number, areaDots: number): Picture => {
  const matrix = qrMatrix(payload, level);
  const sideDots = (matrix?.size ?? 0) * moduleDots;
  if (matrix === undefined || sideDots > areaDots) {
    const frameDots = Math.min(FRAME_DOTS, areaDots);
    return { type: 'symbol', xDots: 0, widthDots: frameDots, heightDots: frameDots, kind: 'qr', payload };
  }
  const rows = packRows(sideDots, sideDots, (x, y) =>
    matrix.dark(Math.floor(x / moduleDots), Math.floor(y / moduleDots)),
  );
  return { type: 'symbol', xDots: 0, widthDots: sideDots, heightDots: sideDots, kind: 'qr', payload, rows };
};

/** Barcodes are framed, not drawn. */
export const barcodeItem = (payload: Uint8Array, heightDots: number, areaDots: number): Picture => ({
  type: 'symbol',
  xDots: 0,
  widthDots: Math.min(FRAME_DOTS, areaDots),
  heightDots,
  kind: 'barcode',
  payload,
});
