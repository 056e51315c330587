import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { DotCanvas, dotIn, fromColumns, scaled, turned, type Bitmap } from './dots.ts';
import { artOf } from './strip.testing.ts';

/** Rows may have stray bits behind the last dot. */
const picture = fc
  .record({ widthDots: fc.integer({ min: 1, max: 27 }), heightDots: fc.integer({ min: 1, max: 6 }) })
  .chain(({ widthDots, heightDots }) => {
    const bytes = Math.ceil(widthDots / 8) * heightDots;
    return fc
      .uint8Array({ minLength: bytes, maxLength: bytes })
      .map((rows): Bitmap => ({ widthDots, heightDots, rows }));
  });

test('drawing, inside and over the edges, is drawing dot by dot', () => {
  fc.assert(
    fc.property(picture, fc.integer({ min: -30, max: 45 }), fc.integer({ min: -8, max: 12 }), (drawn, x, y) => {
      const canvas = new DotCanvas(40, 10);
      canvas.draw(drawn, x, y);
      const expected = new DotCanvas(40, 10);
      for (let row = 0; row < drawn.heightDots; row++) {
        for (let column = 0; column < drawn.widthDots; column++) {
          if (dotIn(drawn, column, row)) expected.burn(x + column, y + row);
        }
      }
      expect(canvas.rows).toEqual(expected.rows);
    }),
  );
});

test('filling is burning each dot', () => {
  const side = fc.integer({ min: 0, max: 30 });
  fc.assert(
    fc.property(
      fc.integer({ min: -10, max: 30 }),
      fc.integer({ min: -4, max: 8 }),
      side,
      side,
      (x, y, width, height) => {
        const canvas = new DotCanvas(21, 5);
        canvas.fill(x, y, width, height);
        const expected = new DotCanvas(21, 5);
        for (let row = y; row < y + height; row++) {
          for (let column = x; column < x + width; column++) expected.burn(column, row);
        }
        expect(canvas.rows).toEqual(expected.rows);
      },
    ),
  );
});

test('four quarter turns, or two half turns, change nothing', () => {
  fc.assert(
    fc.property(picture, (drawn) => {
      const art = artOf(drawn);
      const quarters = [90, 90, 90, 90] as const;
      expect(artOf(quarters.reduce<Bitmap>((turning, turn) => turned(turning, turn), drawn))).toEqual(art);
      expect(artOf(turned(turned(drawn, 270), 90))).toEqual(art);
      expect(artOf(turned(turned(drawn, 180), 180))).toEqual(art);
    }),
  );
});

test('an enlarged picture has each dot as a block, up to where it is cut off', () => {
  expect(artOf(scaled({ widthDots: 3, heightDots: 1, rows: Uint8Array.of(0xa0) }, 2, 2, 5))).toEqual([
    '##..#',
    '##..#',
  ]);
});

test('columns run down from their highest bit', () => {
  expect(artOf(fromColumns(Uint8Array.of(0xc0, 0x01), 2, 1))).toEqual(['#.', '#.', '..', '..', '..', '..', '..', '.#']);
});
