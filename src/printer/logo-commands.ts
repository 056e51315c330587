/** A logo as commands, each small enough to be a unit of a job. */
import { Bug } from '../domain/result.ts';
import type { Bitmap } from '../glyphs/types.ts';
import type { Logo } from './logo.ts';

const DLE = 0x10;
/** EOT, ENQ, DC4: what makes a real-time command of a DLE, which a printer obeys even inside a picture (printer sheet 2). */
const REAL_TIME: readonly number[] = [0x04, 0x05, 0x14];
/** Of GS v 0, before its rows. */
const RASTER_HEADER_BYTES = 8;

/** Dots across that commands of `chunkBytes` can bring to paper. */
export const rasterDotsMax = (chunkBytes: number): number => (chunkBytes - RASTER_HEADER_BYTES) * 8;

/** @throws Bug where a row does not fit into a chunk: the logo is to be held against {@link rasterDotsMax} before. */
export function logoCommands(logo: Logo, chunkBytes: number): readonly Uint8Array[] {
  switch (logo.type) {
    case 'dots':
      return rasterCommands(logo.bitmap, chunkBytes);
    case 'nv-graphic':
      return [Uint8Array.of(0x1d, 0x28, 0x4c, 6, 0, 0x30, 0x45, logo.key.charCodeAt(0), logo.key.charCodeAt(1), 1, 1)];
    case 'nv-image':
      return [Uint8Array.of(0x1c, 0x70, logo.number, 0)];
  }
}

/** GS v 0 in bands of as many rows as fit: bands stand below each other without a gap. */
function rasterCommands({ heightDots, rows, widthDots }: Bitmap, chunkBytes: number): readonly Uint8Array[] {
  const stride = Math.ceil(widthDots / 8);
  const bandRows = Math.min(255, Math.floor((chunkBytes - RASTER_HEADER_BYTES) / stride));
  if (bandRows < 1) throw new Bug(`A logo ${widthDots} dots wide does not fit commands of ${chunkBytes} bytes.`);
  const commands: Uint8Array[] = [];
  for (let top = 0; top < heightDots; top += bandRows) {
    const band = rows.subarray(top * stride, Math.min(heightDots, top + bandRows) * stride);
    commands.push(Uint8Array.of(0x1d, 0x76, 0x30, 0, stride, 0, band.length / stride, 0, ...withoutRealTime(band)));
  }
  return commands;
}

/** With one dot more where the dots would be taken for a real-time command. */
function withoutRealTime(band: Uint8Array): Uint8Array {
  const safe = Uint8Array.from(band);
  for (const [at, byte] of safe.entries()) {
    if (byte === DLE && REAL_TIME.includes(safe[at + 1] ?? 0)) safe[at] = DLE | 0x08;
  }
  return safe;
}

/** LF, ESC J, ESC d, and every command that prints a picture. */
const FEEDING: readonly (readonly number[])[] = [
  [0x0a],
  [0x1b, 0x4a],
  [0x1b, 0x64],
  [0x1d, 0x76, 0x30],
  [0x1d, 0x28, 0x4c],
  [0x1c, 0x70],
];

/** Whether a unit of a job moves the paper. */
export const feedsPaper = (unit: Uint8Array): boolean =>
  FEEDING.some((start) => start.every((byte, at) => unit[at] === byte));
