import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { bakedGlyphs } from '../../src/glyphs/glyphs.ts';
import type { Bitmap } from '../../src/glyphs/types.ts';
import { paperBitmap } from '../models/printer/paper-bitmap.ts';
import { Bench, bytesOf } from '../models/printer/bench.testing.ts';
import { paperPng } from './render.ts';

const fixture = (name: string) => readFileSync(join(import.meta.dirname, '../../fixtures/paper', name), 'utf8');

/** `#` burnt, `.` not. */
const artOf = ({ widthDots, heightDots, rows }: Bitmap): string => {
  const stride = Math.ceil(widthDots / 8);
  const lines: string[] = [];
  for (let y = 0; y < heightDots; y++) {
    let line = '';
    for (let x = 0; x < widthDots; x++) {
      line += ((rows[y * stride + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) === 0 ? '.' : '#';
    }
    lines.push(line);
  }
  return lines.join('\n');
};

const burnt = (bytes: string, options: { readonly widthDots?: number } = {}) => {
  const bench = new Bench({ widthDots: options.widthDots ?? 24 }).send(bytesOf(bytes));
  return paperBitmap(bench.model.currentPiece(), bakedGlyphs);
};
const artLines = (bytes: string, widthDots = 24) => artOf(burnt(bytes, { widthDots })).split('\n');

test('a line of Chinese and Latin text is burnt as the golden shows', () => {
  const art = artOf(burnt('d2f8c1aa41310a', { widthDots: 72 }));
  expect(art).toBe(fixture('sample-line.art').trimEnd());
});

test('a character without glyph is a hollow box', () => {
  const bitmap = paperBitmap(new Bench({ widthDots: 24 }).print('A\n').model.currentPiece(), {
    glyph: () => undefined,
  });
  const art = artOf(bitmap).split('\n');
  expect(art[3]).toBe('.##########.............');
  expect(art[4]).toBe('.#........#.............');
});

test('double size doubles each dot both ways', () => {
  const plain = artLines('410a', 48);
  const doubled = artLines('1d2111410a', 48);
  expect(doubled[30]).toBe((plain[15] ?? '').slice(0, 24).replaceAll(/./g, '$&$&'));
  expect(doubled[31]).toBe(doubled[30]);
});

test('bold adds a dot to the right of each stroke', () => {
  const plain = artLines('490a')[12] ?? '';
  const bold = artLines('1b4501490a')[12] ?? '';
  expect(bold).toBe(plain.replace('#.', '##'));
});

test('underline runs under the whole cell, inverse turns every dot of it', () => {
  expect(artLines('1b2d02200a')[23]).toBe('############............');
  expect(artLines('1b2d02200a')[21]).toBe('........................');
  expect(artLines('1d4201200a')[0]).toBe('############............');
  expect(artLines('1d4201200a')[24]).toBe('........................');
});

test('small and large characters stand on one base', () => {
  const art = artLines('41 1d2101 41 0a');
  const lastInkOf = (from: number) => art.findLastIndex((line) => line.slice(from, from + 12).includes('#'));
  expect(lastInkOf(0)).toBeGreaterThan(24);
  expect(lastInkOf(12) - lastInkOf(0)).toBeLessThan(6);
});

test('dead columns stay white, whatever is printed', () => {
  const bench = new Bench({ widthDots: 24 })
    .does({ type: 'dirty-head', deadColumns: [0, 5, 99] })
    .send('1d4201202020 0a');
  const art = artOf(paperBitmap(bench.model.currentPiece(), bakedGlyphs)).split('\n');
  expect(art[0]).toBe('.####.##################');
});

test('a line that was broken off shows the rows that were burnt', () => {
  const bench = new Bench({ widthDots: 24, dotRowsPerSecond: 1000 }).send('1d420120200a').wait(11.9).does('open-cover');
  const art = artOf(paperBitmap(bench.model.currentPiece(), bakedGlyphs)).split('\n');
  expect(art).toEqual(Array.from({ length: 11 }, () => '#'.repeat(24)));
});

test('a picture is burnt dot for dot', () => {
  expect(artLines('1d7630000200 0200 ff01 80ff')).toEqual(['########.......#........', '#.......########........']);
});

test('a barcode is burnt as bars of its height, with the text that people read below', () => {
  const art = artLines('1d6802 1d4802 1d6b04 313200', 384);
  // Code 39 begins with its asterisk: narrow bar, wide space.
  expect(art[0]?.slice(0, 14)).toBe('###........###');
  expect(art[1]).toBe(art[0]);
  expect(art.slice(2, 26).some((line) => line.includes('#'))).toBe(true);
  expect(art).toHaveLength(26);
});

const sizeOf = (png: Uint8Array) => {
  const bytes = Buffer.from(png);
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
};

test('pieces stand one below the other with a dashed gap, inside a margin', () => {
  const piece = new Bench({ widthDots: 24 }).print('A\n').model.currentPiece();
  expect(sizeOf(paperPng([piece], { marginDots: 0 }))).toEqual([24, 30]);
  expect(sizeOf(paperPng([piece, piece], { marginDots: 8 }))).toEqual([40, 30 + 24 + 30 + 16]);
  expect(sizeOf(paperPng([], { marginDots: 0 }))).toEqual([1, 1]);
});
