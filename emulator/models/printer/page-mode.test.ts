import { expect, test } from 'vitest';

import { readByZxing } from './foreign-readers.testing.ts';
import { artOf, barcodeBytes, dotsOf, itemsOf, linesOf, printed, textOf, whatWasRefused } from './strip.testing.ts';
import { Bench, bytesOf } from './bench.testing.ts';
import { turned } from './dots.ts';

/** An area of 100 by 60 dots at 20, 10. */
const AREA = '1b57 1400 0a00 6400 3c00';
const page = (rest: string, end = '0c') => printed(`1b4c ${AREA} ${rest} ${end}`);

test.each([
  { n: 0, turn: 0, x: 20, y: 10, ink: [21, 12] },
  { n: 1, turn: 270, x: 20, y: 10 + 60 - 12, ink: [22, 68] },
  { n: 2, turn: 180, x: 20 + 100 - 12, y: 10 + 60 - 24, ink: [118, 67] },
  { n: 3, turn: 90, x: 20 + 100 - 24, y: 10, ink: [117, 11] },
])('ESC T $n begins in its corner of the area and goes its way', ({ n, turn, x, y, ink }) => {
  const stream = page(`1b540${n} 41`);
  expect(itemsOf(stream)).toMatchObject([{ text: 'A', turn, xDots: x, yDots: y }]);
  expect(linesOf(stream)).toMatchObject([{ heightDots: 70 }]);
  // The corner of the Γ.
  const [column = 0, row = 0] = ink;
  expect(artOf(dotsOf(stream))[row]?.[column]).toBe('#');
});

test('characters go on below when the area is full, along the print direction', () => {
  const stream = page(`1b5403 ${'41'.repeat(6)}`);
  expect(itemsOf(stream).map((item) => [item.type === 'text' ? item.text : '', item.xDots, item.yDots])).toEqual([
    ['A', 66, 10],
    ['AAAAA', 96, 10],
  ]);
});

test('GS $ and GS \\ move the base line, ESC $ and ESC \\ along it', () => {
  const stream = page('1d240a00 1b240c00 41 1d5c0500 42 1d5cf6ff 43');
  expect(itemsOf(stream).map((item) => [item.type === 'text' ? item.text : '', item.xDots, item.yDots])).toEqual([
    ['C', 56, 15],
    ['A', 32, 20],
    ['B', 44, 25],
  ]);
});

test('FF prints the page once and comes back to standard mode, ESC FF prints it and stays', () => {
  expect(linesOf(page('41', '0c 420a')).map((line) => line.heightDots)).toEqual([70, 30]);
  const twice = page('41', '1b0c 1b0c 1b53 420a');
  expect(linesOf(twice).map((line) => line.heightDots)).toEqual([70, 70, 30]);
});

test('ESC S throws the page away, and CAN what stands in its area', () => {
  expect(textOf(page('41', '1b53 420a'))).toBe('B');
  const cleared = page('41 1b57 0000 5000 6400 3c00 42 18 43');
  expect(textOf(cleared)).toBe('  A\nC');
});

test('DLE DC4 8 throws the page away and comes back to standard mode', () => {
  const bench = new Bench().send(`1b4c ${AREA} 41`).send('10140801031401060208 420a');
  expect(bench.hanging()).toBe('B');
});

test('an unused page prints nothing to see, and a page without an area is as long as it can be', () => {
  expect(linesOf(page('')).concat(linesOf(printed('1b4c 0c')))).toEqual([]);
  expect(linesOf(printed('1b4c 41 0c'))).toMatchObject([{ heightDots: 1662 }]);
});

test('areas and directions that are none are told of', () => {
  expect(
    whatWasRefused(page('1b57 ffff 0000 0100 0100 1b57 0000 7e06 0100 0100 1b57 0000 0000 0000 0100 1b5409')),
  ).toEqual([...Array.from({ length: 3 }, () => 'ESC W: no area of the page'), 'ESC T: no direction']);
});

test.each(['1d5600', '1d564200', '1b69'])('a cut %s within a page is told of, and the page goes on', (cut) => {
  const stream = page(`41 ${cut} 42`);
  expect(whatWasRefused(stream)).toEqual(['a cut within page mode']);
  expect(textOf(stream)).toBe('  AB');
});

test('a page that is full takes no more, and says so once for each line', () => {
  const bytes = bytesOf(`1b4c ${'41 1b240000'.repeat(1024 * 4)} 0a 42 0a 0c`);
  const stream = printed(bytes);
  expect(itemsOf(stream)).toHaveLength(4096);
  expect(whatWasRefused(stream)).toEqual(['the page is full']);
});

test('a barcode on a page stands on the base line, turned as the page is, and is read', () => {
  const area = bytesOf('1b4c 1b57 0000 0000 8001 0002 1b5403 1d244000');
  const stream = printed(Uint8Array.from([...area, ...barcodeBytes(67, '690123456789'), 0x0c]));
  expect(itemsOf(stream)).toMatchObject([{ kind: 'ean-13', turn: 90 }]);
  expect(readByZxing(turned(dotsOf(stream), 270), 'EAN_13')?.text).toBe('6901234567892');
});

test('raster bands on a page follow each other downwards', () => {
  const stream = page(`1d240000 1d7630 00 0100 1900 ${'80'.repeat(25)}`);
  expect(itemsOf(stream).map((item) => item.yDots)).toEqual([10, 34]);
});
