/** For tests: reads back what `pngOf` wrote, and no other PNG. */
import { inflateSync } from 'node:zlib';
import type { Bitmap } from './types.ts';

const HEADER_AT = 16;
const FIRST_CHUNK_BYTES = 33;
const ONE_BIT_GREY = '0100000000';

/** @throws Error for another kind of PNG: a golden was made by something else. */
export function readPng(bytes: Uint8Array): Bitmap {
  const png = Buffer.from(bytes);
  const kind = png.subarray(HEADER_AT + 8, HEADER_AT + 13).toString('hex');
  if (kind !== ONE_BIT_GREY) throw new Error(`Not a PNG of one bit grey, but ${kind}: draw it with pngOf.`);
  const widthDots = png.readUInt32BE(HEADER_AT);
  const heightDots = png.readUInt32BE(HEADER_AT + 4);
  const from = FIRST_CHUNK_BYTES + 8;
  const raw = inflateSync(png.subarray(from, from + png.readUInt32BE(FIRST_CHUNK_BYTES)));
  const stride = Math.ceil(widthDots / 8);
  const rows = new Uint8Array(stride * heightDots);
  for (let y = 0; y < heightDots; y++) {
    const from = y * (stride + 1) + 1;
    rows.set(
      raw.subarray(from, from + stride).map((byte) => ~byte),
      y * stride,
    );
  }
  return { widthDots, heightDots, rows };
}
