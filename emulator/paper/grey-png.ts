/** Grey PNG files: paper as the eye sees it, faint where the head is dirty or weak. */
import type { Shades } from '../models/printer/paper-bitmap.ts';
import { pngFile } from '../../src/glyphs/png.ts';

const BIT_DEPTH = 8;

/** 0 is black, 255 white. Both sizes must be at least 1. */
export const greyPngOf = ({ heightDots, shades, widthDots }: Shades): Uint8Array => {
  const raw = Buffer.alloc((widthDots + 1) * heightDots);
  // Each row begins with its filter, 0.
  for (let y = 0; y < heightDots; y++) {
    raw.set(shades.subarray(y * widthDots, (y + 1) * widthDots), y * (widthDots + 1) + 1);
  }
  return pngFile(widthDots, heightDots, BIT_DEPTH, raw);
};
