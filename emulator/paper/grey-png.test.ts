import { inflateSync } from 'node:zlib';

import { expect, test } from 'vitest';

import { greyPngOf } from './grey-png.ts';

test('the PNG holds a byte for each dot, row by row', () => {
  const shades = Uint8Array.of(0, 128, 255, 255, 7, 0);
  const png = Buffer.from(greyPngOf({ widthDots: 3, heightDots: 2, shades }));
  expect([png.readUInt32BE(16), png.readUInt32BE(20), png[24], png[25]]).toEqual([3, 2, 8, 0]);
  const length = png.readUInt32BE(33);
  expect([...inflateSync(png.subarray(41, 41 + length))]).toEqual([0, 0, 128, 255, 0, 255, 7, 0]);
});
