import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';

import { expect, test } from 'vitest';

import { NARROW_CHARACTERS } from '../models/printer/code-pages.ts';
import type { Bitmap } from '../models/printer/line-bitmap.ts';
import { paperBitmap } from '../models/printer/paper-bitmap.ts';
import { Bench, bytesOf } from '../models/printer/bench.testing.ts';
import { bakeSheet, NARROW } from './bake-glyphs.ts';
import { packGlyphs, unpackGlyphs } from './glyph-file.ts';
import { bakedGlyphs } from './glyphs.ts';
import { pngOf } from './png.ts';
import { rasterise } from './rasterise.ts';
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

test('the first and last characters of GBK, box drawing and full-width forms have glyphs', () => {
  for (const character of '啊齄丂鼟─│￥＄①Ａ。') {
    const rows = bakedGlyphs.glyph(character.codePointAt(0) ?? 0, 'wide');
    expect([character, rows?.some((byte) => byte !== 0)]).toEqual([character, true]);
  }
});

test('every printable ASCII character has glyphs in both narrow fonts', () => {
  for (const character of NARROW_CHARACTERS) {
    if (character <= ' ' || character > '~') continue;
    for (const cell of ['narrow', 'small'] as const) {
      const rows = bakedGlyphs.glyph(character.codePointAt(0) ?? 0, cell);
      expect([character, rows?.some((byte) => byte !== 0)]).toEqual([character, true]);
    }
  }
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

test('a damaged line shows its upper half only', () => {
  const bench = new Bench({ widthDots: 24, linesPerSecond: 1 }).send('1d420120200a').does('open-cover');
  const art = artOf(paperBitmap(bench.model.currentPiece(), bakedGlyphs)).split('\n');
  expect([art[11], art[12]]).toEqual(['#'.repeat(24), '.'.repeat(24)]);
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

test('the PNG holds the bitmap, black for burnt', () => {
  const png = Buffer.from(pngOf({ widthDots: 10, heightDots: 2, rows: Uint8Array.of(0xf0, 0x40, 0x00, 0x80) }));
  expect(png.subarray(0, 33).toString('hex')).toBe(
    '89504e470d0a1a0a0000000d494844520000000a000000020100000000' + png.subarray(29, 33).toString('hex'),
  );
  const length = png.readUInt32BE(33);
  expect(inflateSync(png.subarray(41, 41 + length)).toString('hex')).toBe('000fbf00ff7f');
  expect(png.subarray(-12).toString('hex')).toBe('0000000049454e44ae426082');
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

const square = (from: number, to: number, clockwise: boolean) => {
  const corners = [
    [from, from],
    [to, from],
    [to, to],
    [from, to],
  ] as const;
  const [first, ...others] = clockwise ? corners : corners.toReversed();
  return [
    { type: 'M', x: first?.[0] ?? 0, y: first?.[1] ?? 0 } as const,
    ...others.map(([x, y]) => ({ type: 'L', x, y }) as const),
    { type: 'Z' } as const,
  ];
};

test('an outline becomes dots: a square with a hole', () => {
  const rows = rasterise([...square(1, 7, true), ...square(3, 5, false)], 8, 8, 0.5);
  expect(artOf({ widthDots: 8, heightDots: 8, rows }).split('\n')).toEqual([
    '........',
    '.######.',
    '.######.',
    '.##..##.',
    '.##..##.',
    '.######.',
    '.######.',
    '........',
  ]);
});

test('baking centres a character in its cell and leaves out what the font lacks', () => {
  const font = {
    unitsPerEm: 21,
    charToGlyph: (character: string) => ({
      index: character === 'I' ? 1 : 0,
      advanceWidth: 4,
      getPath: (x: number, y: number) => ({
        commands: [
          { type: 'M', x, y: y - 10 } as const,
          { type: 'L', x: x + 4, y: y - 10 } as const,
          { type: 'L', x: x + 4, y } as const,
          { type: 'L', x, y } as const,
          { type: 'Z' } as const,
        ],
      }),
    }),
  };
  const { glyphs } = bakeSheet(font, NARROW, ['I', '?']);
  expect([...glyphs.keys()]).toEqual([0x49]);
  const art = artOf({ widthDots: 12, heightDots: 24, rows: glyphs.get(0x49) ?? new Uint8Array() }).split('\n');
  expect([art[8], art[9], art[18], art[19]]).toEqual(['............', '....####....', '....####....', '............']);
});

test('a curve bulges over its chord', () => {
  const outline = [{ type: 'M', x: 0, y: 8 }, { type: 'Q', x1: 4, y1: -8, x: 8, y: 8 }, { type: 'Z' }] as const;
  const cubic = [
    { type: 'M', x: 0, y: 8 },
    { type: 'C', x1: 8 / 3, y1: -8 / 3, x2: 16 / 3, y2: -8 / 3, x: 8, y: 8 },
    { type: 'Z' },
  ] as const;
  const rows = rasterise(outline, 8, 8, 0.5);
  expect(artOf({ widthDots: 8, heightDots: 8, rows }).split('\n')[2]).toBe('..####..');
  expect(rasterise(cubic, 8, 8, 0.5)).toEqual(rows);
});

test('a glyph file reads back as it was packed, and another file is refused', () => {
  const sheet = {
    width: 9,
    height: 2,
    glyphs: new Map([
      [0x4e00, Uint8Array.of(1, 2, 3, 4)],
      [0x41, Uint8Array.of(5, 6, 7, 8)],
    ]),
  };
  expect(unpackGlyphs(packGlyphs([sheet, sheet]))).toEqual([sheet, sheet]);
  expect(() => unpackGlyphs(new Uint8Array(20))).toThrow('restore it');
});
