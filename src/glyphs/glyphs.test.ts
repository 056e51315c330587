import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { bakeSheet, NARROW } from './bake-glyphs.ts';
import { Canvas } from './canvas.ts';
import { NARROW_CHARACTERS } from './characters.ts';
import { packGlyphs, unpackGlyphs } from './glyph-file.ts';
import { bakedGlyphs } from './glyphs.ts';
import { pngOf } from './png.ts';
import { rasterise } from './rasterise.ts';
import type { Bitmap } from './types.ts';

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

test('the PNG holds the bitmap, black for burnt', () => {
  const png = Buffer.from(pngOf({ widthDots: 10, heightDots: 2, rows: Uint8Array.of(0xf0, 0x40, 0x00, 0x80) }));
  expect(png.subarray(0, 33).toString('hex')).toBe(
    '89504e470d0a1a0a0000000d494844520000000a000000020100000000' + png.subarray(29, 33).toString('hex'),
  );
  const length = png.readUInt32BE(33);
  expect(inflateSync(png.subarray(41, 41 + length)).toString('hex')).toBe('000fbf00ff7f');
  expect(png.subarray(-12).toString('hex')).toBe('0000000049454e44ae426082');
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

test('a canvas drops what lies outside', () => {
  const canvas = new Canvas(8, 1);
  for (const [x, y] of [
    [-1, 0],
    [8, 0],
    [0, 1],
    [0, -1],
  ] as const)
    canvas.burn(x, y);
  expect(canvas.rows).toEqual(Uint8Array.of(0));
});
