/** Dots as commands, each small enough to be a unit of a job. */
import { Bug } from '../domain/result.ts';
import { Canvas, isBlack } from '../glyphs/canvas.ts';
import type { Bitmap } from '../glyphs/types.ts';

const DLE = 0x10;
/** EOT, ENQ, DC4: what makes a real-time command of a DLE, which a printer obeys even inside a picture (printer sheet 2). */
const REAL_TIME: readonly number[] = [0x04, 0x05, 0x14];
/** Of GS v 0, before its rows. */
const RASTER_HEADER_BYTES = 8;
/** GS v 0 with m = 3 makes four dots of each. */
const AS_IT_IS = 0;
const TWICE_AS_LARGE = 3;

/** Of ESC * 33: bands of 24 dots, three bytes down each column. */
const COLUMN_HEADER_BYTES = 5;
const BAND_DOTS = 24;
const COLUMN_BYTES = 3;
const LINE_FEED = Uint8Array.of(0x0a);
const LINES_OF_A_BAND = Uint8Array.of(0x1b, 0x33, BAND_DOTS);
const LINES_AS_USUAL = Uint8Array.of(0x1b, 0x32);

/** Dots across that whole rows of GS v 0 in commands of `chunkBytes` can bring to paper. */
export const rasterDotsMax = (chunkBytes: number): number => (chunkBytes - RASTER_HEADER_BYTES) * 8;

/** Rows below each other without a gap; columns, where not even one row fits into a command. */
export function rasterCommands(bitmap: Bitmap, chunkBytes: number): readonly Uint8Array[] {
  const halved = halfOf(bitmap);
  const [rows, mode] = halved === undefined ? [inWholeBytes(bitmap), AS_IT_IS] : [inWholeBytes(halved), TWICE_AS_LARGE];
  return rows.widthDots <= rasterDotsMax(chunkBytes)
    ? rowCommands(rows, mode, chunkBytes)
    : columnCommands(bitmap, chunkBytes);
}

function rowCommands({ heightDots, rows, widthDots }: Bitmap, mode: number, chunkBytes: number): readonly Uint8Array[] {
  const stride = Math.ceil(widthDots / 8);
  const bandRows = Math.min(255, Math.floor((chunkBytes - RASTER_HEADER_BYTES) / stride));
  const commands: Uint8Array[] = [];
  for (let top = 0; top < heightDots; top += bandRows) {
    const band = rows.subarray(top * stride, Math.min(heightDots, top + bandRows) * stride);
    commands.push(Uint8Array.of(0x1d, 0x76, 0x30, mode, stride, 0, band.length / stride, 0, ...withoutRealTime(band)));
  }
  return commands;
}

function columnCommands(bitmap: Bitmap, chunkBytes: number): readonly Uint8Array[] {
  const columnsMax = Math.floor((chunkBytes - COLUMN_HEADER_BYTES) / COLUMN_BYTES);
  if (columnsMax < 1) throw new Bug(`A picture does not fit commands of ${chunkBytes} bytes.`);
  const commands: Uint8Array[] = [LINES_OF_A_BAND];
  for (let top = 0; top < bitmap.heightDots; top += BAND_DOTS) {
    for (let left = 0; left < bitmap.widthDots; left += columnsMax) {
      const columns = Math.min(columnsMax, bitmap.widthDots - left);
      const bytes = Uint8Array.from({ length: columns * COLUMN_BYTES }, (_, at) =>
        eightDown(bitmap, left + Math.floor(at / COLUMN_BYTES), top + (at % COLUMN_BYTES) * 8),
      );
      commands.push(Uint8Array.of(0x1b, 0x2a, 33, columns & 0xff, columns >> 8, ...withoutRealTime(bytes)));
    }
    commands.push(LINE_FEED);
  }
  return [...commands, LINES_AS_USUAL];
}

/** Eight dots below each other, the topmost in the highest bit. */
function eightDown(bitmap: Bitmap, x: number, y: number): number {
  let byte = 0;
  for (let dot = 0; dot < 8; dot++) byte = (byte << 1) | Number(isBlack(bitmap, x, y + dot));
  return byte;
}

/** In the middle of the bytes that a row takes: the printer centers these, and not the dots in them. */
function inWholeBytes(bitmap: Bitmap): Bitmap {
  const stride = Math.ceil(bitmap.widthDots / 8);
  const left = Math.floor((stride * 8 - bitmap.widthDots) / 2);
  if (left === 0) return bitmap;
  const canvas = new Canvas(stride * 8, bitmap.heightDots);
  for (let y = 0; y < bitmap.heightDots; y++) {
    canvas.stampRow(bitmap.rows.subarray(y * stride, (y + 1) * stride), left, y);
  }
  return canvas;
}

/** A quarter of the bytes, where dots come in squares of four, and still stand in the middle then. */
function halfOf({ heightDots, rows, widthDots }: Bitmap): Bitmap | undefined {
  if (widthDots % 4 !== 0 || heightDots % 2 !== 0) return undefined;
  const [stride, half] = [Math.ceil(widthDots / 8), Math.ceil(widthDots / 16)];
  const halved = new Uint8Array((half * heightDots) / 2);
  for (let y = 0; y < heightDots; y += 2) {
    for (let at = 0; at < stride; at++) {
      const byte = rows[y * stride + at] ?? 0;
      if (byte !== rows[(y + 1) * stride + at] || ((byte >> 1) & 0x55) !== (byte & 0x55)) return undefined;
      const nibble = ((byte >> 4) & 8) | ((byte >> 3) & 4) | ((byte >> 2) & 2) | ((byte >> 1) & 1);
      const to = (y / 2) * half + (at >> 1);
      halved[to] = (halved[to] ?? 0) | (nibble << (at % 2 === 0 ? 4 : 0));
    }
  }
  return { widthDots: widthDots / 2, heightDots: heightDots / 2, rows: halved };
}

/** With one dot more where the dots would be taken for a real-time command. */
function withoutRealTime(dots: Uint8Array): Uint8Array {
  const safe = Uint8Array.from(dots);
  for (const [at, byte] of safe.entries()) {
    if (byte === DLE && REAL_TIME.includes(safe[at + 1] ?? 0)) safe[at] = DLE | 0x08;
  }
  return safe;
}
