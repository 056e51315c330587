/** PNG files, written with zlib alone: one-bit ones, and the frame of any grey one. */
import { crc32, deflateSync } from 'node:zlib';

import type { Bitmap } from './types.ts';

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const BIT_DEPTH = 1;
const GREYSCALE = 0;

const chunk = (type: string, data: Uint8Array): Uint8Array => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const bytes = Buffer.alloc(body.length + 8);
  bytes.writeUInt32BE(data.length, 0);
  body.copy(bytes, 4);
  bytes.writeUInt32BE(crc32(body), body.length + 4);
  return bytes;
};

/** @param raw the rows, each after its filter byte. */
export const pngFile = (width: number, height: number, bitDepth: number, raw: Uint8Array): Uint8Array => {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bitDepth, GREYSCALE, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(raw, { level: 9 })),
    chunk('IEND', new Uint8Array()),
  ]);
};

/** A set bit of the bitmap is black. Both sizes must be at least 1. */
export const pngOf = (bitmap: Bitmap): Uint8Array => {
  const stride = Math.ceil(bitmap.widthDots / 8);
  const raw = Buffer.alloc((stride + 1) * bitmap.heightDots);
  for (let y = 0; y < bitmap.heightDots; y++) {
    for (let x = 0; x < stride; x++) {
      // In PNG a set bit is white. Each row begins with its filter, 0.
      raw[y * (stride + 1) + 1 + x] = ~(bitmap.rows[y * stride + x] ?? 0) & 0xff;
    }
  }
  return pngFile(bitmap.widthDots, bitmap.heightDots, BIT_DEPTH, raw);
};
