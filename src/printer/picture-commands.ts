/** Pictures as commands, each small enough to be a unit of a job: logos, and what feeds of them. */
import type { Logo } from './logo.ts';
import { rasterCommands } from './raster-commands.ts';

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

/** LF, ESC J, ESC d, and every command that prints a picture or a code. */
const FEEDING: readonly (readonly number[])[] = [
  [0x0a],
  [0x1b, 0x4a],
  [0x1b, 0x64],
  [0x1d, 0x76, 0x30],
  [0x1d, 0x28, 0x4c],
  [0x1d, 0x28, 0x6b],
  [0x1c, 0x70],
];

/** Whether a unit of a job moves the paper. */
export const feedsPaper = (unit: Uint8Array): boolean =>
  FEEDING.some((start) => start.every((byte, at) => unit[at] === byte));
