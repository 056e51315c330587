import { expect, test } from 'vitest';

import type { PaperItem } from './paper.ts';
import { Bench, bytesOf } from './bench.testing.ts';

const itemsOf = (bench: Bench): readonly PaperItem[] => bench.model.currentPiece().lines.flatMap((line) => line.items);

test.each([
  { what: 'GBK pairs (sheet 13)', bytes: 'd2f8c1aa0a', text: '银联' },
  { what: 'the full-width yen (sheet 11)', bytes: 'a3a40a', text: '￥' },
  { what: 'a trail byte that is a backslash', bytes: '815c0a', text: '乗' },
  { what: 'GB18030 yen on GBK firmware (sheet 11)', bytes: '8130843 60a', text: ' 0 6' },
  { what: 'the library’s CHINA set: a dollar becomes a yen', bytes: '1b520f 240a', text: '¥' },
  { what: 'a code page without Kanji mode', bytes: '1c2e 1b7410 e90a', text: 'é' },
  { what: 'PC437 by default', bytes: '1c2e c4b30a', text: '─│' },
  { what: 'a horizontal tab', bytes: '41 09 420a', text: 'A       B' },
  { what: 'tabs that were set', bytes: '1b44040800 41 09 42 09 430a', text: 'A   B   C' },
  { what: 'an absolute position', bytes: '1b243c00 410a', text: '     A' },
  { what: 'a relative position', bytes: '41 1b5c1800 420a', text: 'A  B' },
  { what: 'a left margin', bytes: '1d4c1800 410a', text: '  A' },
  { what: 'right alignment', bytes: '1b6102 41420a', text: `${' '.repeat(30)}AB` },
  { what: 'centring', bytes: '1b6131 41420a', text: `${' '.repeat(15)}AB` },
  { what: 'a carriage return, ignored', bytes: '410d0a', text: 'A' },
  { what: 'a cash drawer pulse', bytes: '1b70001932 410a', text: 'A' },
  { what: 'the library’s reset with its NUL', bytes: '1b3f0a00 410a', text: 'A' },
  {
    what: 'density, Kanji font and test print',
    bytes: '1d284b02003104 1c28410200300 0 1d28410200 0002 410a',
    text: 'A',
  },
  { what: 'Kanji code system and spacing', bytes: '1c4300 1c530002 410a', text: 'A' },
])('$what', ({ bytes, text }) => {
  const bench = new Bench().send(bytesOf(bytes.replaceAll(' ', '')));
  // Leading blanks are part of the line.
  expect(bench.hanging()).toBe(text);
  expect(bench.model.counts().discardedBytes).toBe(0);
});

test('a line that is full goes on below, and no character is halved', () => {
  const bench = new Bench().print('A'.repeat(31)).send('d2f80a');
  expect(bench.hanging()).toBe(`${'A'.repeat(31)}\n银`);
});

test.each([
  { what: 'ESC ! 30', bytes: '1b2130', style: { timesWide: 2, timesHigh: 2 } },
  { what: 'ESC ! 89', bytes: '1b2189', style: { font: 'B', bold: true, underlineDots: 1, timesWide: 1 } },
  { what: 'GS ! 12', bytes: '1d2112', style: { timesWide: 2, timesHigh: 3 } },
  { what: 'ESC E', bytes: '1b4501', style: { bold: true } },
  { what: 'ESC - 2', bytes: '1b2d02', style: { underlineDots: 2 } },
  { what: 'GS B', bytes: '1d4201', style: { inverse: true } },
  { what: 'ESC M', bytes: '1b4d01', style: { font: 'B' } },
])('$what sets the style of text, and ESC @ puts it back', ({ bytes, style }) => {
  expect(itemsOf(new Bench().send(bytes).print('A\n'))).toMatchObject([{ text: 'A', style }]);
  const [reset] = itemsOf(new Bench().send(bytes).send('1b40').print('A\n'));
  expect(reset).toEqual(itemsOf(new Bench().print('A\n'))[0]);
});

test.each([
  { what: 'FS !', bytes: '1c218c', style: { timesWide: 2, timesHigh: 2, underlineDots: 1 } },
  { what: 'FS W', bytes: '1c5701', style: { timesWide: 2, timesHigh: 2 } },
  { what: 'FS -', bytes: '1c2d02', style: { underlineDots: 2 } },
])('$what styles Chinese characters alone', ({ bytes, style }) => {
  const [chinese, latin] = itemsOf(new Bench().send(bytes).send('d2f8410a'));
  expect(chinese).toMatchObject({ text: '银', wide: true, style });
  expect(latin).toMatchObject({ text: 'A', style: { timesWide: 1, timesHigh: 1, underlineDots: 0 } });
});

test.each([
  { what: 'ESC 3', bytes: '1b3340 410a', heights: [64] },
  { what: 'ESC 2', bytes: '1b3340 1b32 410a', heights: [30] },
  { what: 'ESC J', bytes: '41 1b4a50', heights: [80] },
  { what: 'ESC d', bytes: '41 1b6403', heights: [30, 30, 30] },
  { what: 'ESC d 0 with text', bytes: '41 1b6400', heights: [30] },
  { what: 'ESC d 0 without', bytes: '1b6400', heights: [] },
  { what: 'FF', bytes: '410c', heights: [30] },
  { what: 'double height', bytes: '1d2101 410a', heights: [48] },
])('$what feeds $heights dots', ({ bytes, heights }) => {
  expect(
    new Bench()
      .send(bytes)
      .model.currentPiece()
      .lines.map((line) => line.heightDots),
  ).toEqual(heights);
});

test('GS v 0 comes in bands, doubled when asked, and what is too wide is not burnt', () => {
  const rows = 'f0'.repeat(30);
  const plain = new Bench().send(`1d7630000100 1e00${rows}`).model.currentPiece();
  expect(plain.lines.map((line) => line.heightDots)).toEqual([24, 6]);
  const oneMore = new Bench().send(`1d7630000100 1900${'f0'.repeat(25)} 410a`);
  expect(oneMore.model.currentPiece().lines.map((line) => line.heightDots)).toEqual([24, 1, 30]);
  const [doubled] = itemsOf(new Bench().send('1d7630030100 0100 a0'));
  expect(doubled).toMatchObject({ widthDots: 16, heightDots: 2, rows: Uint8Array.of(0xcc, 0x00, 0xcc, 0x00) });
  const [wide] = itemsOf(new Bench().send(`1d763000ffff0100${'ff'.repeat(65535)}`));
  expect(wide).toMatchObject({ widthDots: 384, heightDots: 1 });
});

test('ESC * draws columns, 8 or 24 dots high', () => {
  const [fine] = itemsOf(new Bench().send('1b2a210200 800000 000001 0a'));
  const rows = new Uint8Array(24);
  rows[0] = 0x80;
  rows[23] = 0x40;
  expect(fine).toMatchObject({ widthDots: 2, rows });
  const [coarse] = itemsOf(new Bench().send('1b2a000100 80 0a'));
  expect(coarse).toMatchObject({ widthDots: 2, rows: Uint8Array.from([0xc0, 0xc0, 0xc0, ...new Uint8Array(21)]) });
});

test('the library’s QR sequence (sheet 13) draws a QR code of its module size', () => {
  const library = '1d286b040031413200 1d286b0300314303 1d286b0300314531 1d286b080031503048454c4c4f 1d286b0300315130';
  const bench = new Bench().send(library);
  expect(itemsOf(bench)).toMatchObject([{ kind: 'qr', widthDots: 63, heightDots: 63, payload: bytesOf('48454c4c4f') }]);
  expect(bench.hanging()).toBe('[QR code, 5 bytes]');
});

test('a QR code too wide for the paper prints nothing, and is told of', () => {
  const bench = new Bench().send('1d286b0300314310 1d286b2300315030').print('x'.repeat(32)).send('1d286b0300315130');
  expect(bench.hanging()).toBe('');
  expect(bench.sights).toMatchObject([
    { type: 'discarded', what: 'GS ( k QR: wider than the print area', offset: 48, bytes: 8 },
  ]);
});

test.each([
  { what: 'counted', bytes: '1d6b4906 7b4231323334 410a', text: '[code128, 6 bytes]\nA' },
  { what: 'NUL-terminated', bytes: '1d6b04 3132333435 00 410a', text: '[code39, 5 bytes]\nA' },
  { what: 'labelled', bytes: '1d4801 1d6b04 3132333435 00', text: '[code39 12345]' },
])('a $what barcode stands on a line of its own', ({ bytes, text }) => {
  expect(new Bench().send(bytes).hanging()).toBe(text);
});

test('unknown commands are seen as discarded with where they stand, and printing goes on', () => {
  const bench = new Bench().send('1b7f 1d01 410a 05');
  expect(bench.sights).toEqual([
    { type: 'discarded', what: '1b 7f', bytes: 2, offset: 0 },
    { type: 'discarded', what: '1d 01', bytes: 2, offset: 2 },
    { type: 'discarded', what: '05', bytes: 1, offset: 6 },
  ]);
  expect(bench.model.counts().discardedBytes).toBe(5);
  expect(bench.hanging()).toBe('A');
});
