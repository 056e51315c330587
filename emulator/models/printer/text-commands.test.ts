import { expect, test } from 'vitest';

import { narrowCharacter } from './code-pages.ts';
import type { PrinterProfile } from './profile.ts';
import { artOf, dotsOf, itemsOf, linesOf, printed, textOf, whatWasRefused } from './strip.testing.ts';

/** Each character is a Γ in column 1 and row 2, six dots high and four wide. */
const art = (hex: string, widthDots = 48) => artOf(dotsOf(printed(hex, { widthDots })));
/** Where the ink begins and ends: left, top, right, bottom. */
const ink = (rows: readonly string[], fromX = 0, toX = 1000): readonly number[] => {
  const dark = rows.flatMap((row, y) =>
    Array.from(row)
      .map((dot, x) => (dot === '#' && x >= fromX && x < toX ? [x, y] : []))
      .filter((point) => point.length > 0),
  );
  const xs = dark.map(([x = 0]) => x);
  const ys = dark.map(([, y = 0]) => y);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
};

test.each([
  { what: 'as it is', hex: '410a', box: [1, 2, 4, 7] },
  { what: 'ESC ! wide', hex: '1b2120 410a', box: [2, 2, 9, 7] },
  { what: 'ESC ! high', hex: '1b2110 410a', box: [1, 4, 4, 15] },
  { what: 'GS ! four by three', hex: '1d2132 410a', box: [4, 6, 19, 23] },
  { what: 'bold', hex: '1b4501 410a', box: [1, 2, 5, 7] },
  { what: 'double strike', hex: '1b4701 410a', box: [1, 2, 5, 7] },
  { what: 'lying', hex: '1b5601 410a', box: [16, 1, 21, 4] },
  { what: 'lying and wide', hex: '1b5601 1b2120 410a', box: [16, 2, 21, 9] },
  { what: 'upside-down', hex: '1b7b01 410a', box: [43, 16, 46, 21] },
  { what: 'with space behind it', hex: '1b200a 20410a', box: [23, 2, 26, 7] },
  { what: 'with space twice as wide when it is', hex: '1b2004 1b2120 20 1b2000 1b2100 410a', box: [33, 2, 36, 7] },
  { what: 'Chinese', hex: 'd2f80a', box: [1, 2, 4, 7] },
  { what: 'Chinese with space on both sides', hex: '1c530604 d2f8 0a', box: [7, 2, 10, 7] },
  { what: 'Chinese, FS !', hex: '1c210c d2f80a', box: [2, 4, 9, 15] },
])('a character $what is burnt in its place', ({ hex, box }) => {
  expect(ink(art(hex))).toEqual(box);
});

test.each([
  { what: 'one dot', hex: '1b2d01 410a', rows: [23] },
  { what: 'two dots', hex: '1b2d02 410a', rows: [22, 23] },
  { what: 'two dots under a large character', hex: '1b2d02 1d2111 410a', rows: [46, 47] },
  { what: 'Chinese', hex: '1c2d02 d2f80a', rows: [22, 23] },
  { what: 'not when inverse', hex: '1b2d02 1d4201 200a', rows: Array.from({ length: 24 }, (_, y) => y) },
  { what: 'not when lying', hex: '1b2d02 1b5601 200a', rows: [] },
])('underlining: $what', ({ hex, rows }) => {
  const full = art(hex).flatMap((row, y) => (row.startsWith('############') ? [y] : []));
  expect(full).toEqual(rows);
});

test('inverse text is black to the edge of its space', () => {
  const [first = ''] = art('1b2004 1d4201 20200a');
  expect(first).toBe(`${'#'.repeat(32)}${'.'.repeat(16)}`);
});

test.each([
  { page: 0, code: 0x9c, character: '£' },
  { page: 1, code: 0xb1, character: 'ｱ' },
  { page: 1, code: 0x95, character: '─' },
  { page: 2, code: 0xd5, character: 'ı' },
  { page: 3, code: 0x84, character: 'ã' },
  { page: 4, code: 0x84, character: 'Â' },
  { page: 5, code: 0xaf, character: '¤' },
  { page: 16, code: 0x80, character: '€' },
  { page: 17, code: 0x80, character: 'А' },
  { page: 18, code: 0x9f, character: 'č' },
  { page: 19, code: 0xd5, character: '€' },
  { page: 255, code: 0x9c, character: '£' },
])('ESC t $page prints byte $code as $character', ({ page, code, character }) => {
  const hex = `1c2e 1b74${page.toString(16).padStart(2, '0')} ${code.toString(16)} 0a`;
  expect(textOf(printed(hex))).toBe(character);
});

test.each([
  { n: 1, prints: '#$à°ç§^`éùè¨' },
  { n: 2, prints: '#$§ÄÖÜ^`äöüß' },
  { n: 3, prints: '£$@[\\]^`{|}~' },
  { n: 11, prints: '#$á¡Ñ¿é`íñóú' },
  { n: 15, prints: '#¥@[\\]^`{|}~' },
  { n: 99, prints: '#$@[\\]^`{|}~' },
])('ESC R $n changes its twelve places', ({ n, prints }) => {
  const codes = Array.from('#$@[\\]^`{|}~', (character) => character.charCodeAt(0));
  expect(codes.map((code) => narrowCharacter(code, 0, n)).join('')).toBe(prints);
});

const gb18030: Partial<PrinterProfile> = { information: new Map([[69, 'CHINA GB18030']]) };

test.each([
  { hex: '8130 8436 0a', text: '¥', profile: gb18030 },
  { hex: '8130 8436 0a', text: ' 0 6', profile: {} },
  { hex: '8130 410a', text: ' 0A', profile: gb18030 },
  { hex: '8130 8141 0a', text: ' 0丄', profile: gb18030 },
  { hex: '8130 81 0a', text: ' 0', profile: gb18030 },
  { hex: '8139 ef30 0a', text: '㐁', profile: gb18030 },
])('four bytes $hex read as "$text"', ({ hex, text, profile }) => {
  expect(textOf(printed(hex, profile))).toBe(text);
});

test('a user-defined character takes the place of its code while ESC % says so', () => {
  // Two columns, both with their first and last dot.
  const define = '1b26 03 41 41 02 800001 800001';
  const rows = art(`${define} 1b2501 41 1b2500 41 0a`);
  expect(rows[0]?.slice(0, 4)).toBe('##..');
  expect(ink(rows, 0, 12)).toEqual([0, 0, 1, 23]);
  expect(ink(rows, 12)).toEqual([13, 2, 16, 7]);
  expect(textOf(printed(`${define} 1b2501 41 0a`))).toBe('A');
  expect(ink(art(`${define} 1b2501 1b3f41 41 0a`))).toEqual([1, 2, 4, 7]);
  expect(ink(art(`${define} 1b40 1b2501 41 0a`))).toEqual([1, 2, 4, 7]);
});

test('a user-defined character wider than its font is told of, and the stream goes on', () => {
  const stream = printed('1b26 03 41 41 0d 420a');
  expect(stream.discarded).toEqual([
    { type: 'discarded', what: 'ESC &: no character of this font', offset: 0, bytes: 6 },
  ]);
  expect(textOf(stream)).toBe('B');
});

test('a user-defined Chinese character stands at FEA1', () => {
  const columns = `800000${'000000'.repeat(23)}`;
  expect(ink(art(`1c32 fea1 ${columns} fea1 0a`))).toEqual([0, 0, 0, 0]);
  expect(ink(art(`1c32 fea1 ${columns} 1c3f fea1 fea1 0a`))).not.toEqual([0, 0, 0, 0]);
  expect(whatWasRefused(printed(`1c32 b0a1 ${columns}`))).toEqual(['FS 2: no place for this character']);
});

test.each([
  { what: 'GS T 0 erases what stands in the line', hex: '41 1d5400 42 0a', text: 'B' },
  { what: 'GS T 1 prints it', hex: '41 1d5401 42 0a', text: 'A\nB' },
  {
    what: 'tabs count in the width that characters have',
    hex: '1d2110 1b440400 1d2100 41 09 42 0a',
    text: 'A       B',
  },
  { what: 'tabs end where they do not ascend', hex: '1b4408040c00 09 41 09 42 0a', text: '        AB' },
  { what: 'a position beyond the area is ignored', hex: '41 1b24ff7f 42 0a', text: 'AB' },
  { what: 'what was printed over a line stands in its place', hex: '412042 1b5ce8ff 43 0a', text: 'ACB' },
])('$what', ({ hex, text }) => {
  expect(textOf(printed(hex))).toBe(text);
});

test.each([
  { what: 'smoothing', hex: '1d6201' },
  { what: 'italics', hex: '1b3401' },
  { what: 'a colour', hex: '1b7201' },
  { what: 'one direction only', hex: '1b5501' },
  { what: 'printer select', hex: '1b3d01' },
  { what: 'customising', hex: '1d2845 0300 010101' },
  { what: 'real-time enabling', hex: '1d2844 0300 140100' },
  { what: 'character effects', hex: '1d284e 0200 3031' },
])('$what is consumed and changes nothing', ({ hex }) => {
  const stream = printed(`${hex} 410a`);
  expect(itemsOf(stream)).toEqual(itemsOf(printed('410a')));
  expect(stream.discarded).toEqual([]);
});

test.each([
  { hex: '1b4b10', what: 'ESC K: this paper path does not feed backwards' },
  { hex: '1b6502', what: 'ESC e: this paper path does not feed backwards' },
  { hex: '1d2851 0000', what: 'GS ( 51: not known' },
  { hex: '1c2851 0000', what: 'FS ( 51: not known' },
  { hex: '1d5605', what: 'GS V 5: no cut' },
  { hex: '1b2a05', what: 'ESC *: no mode' },
])('$what is told of', ({ hex, what }) => {
  const stream = printed(`41 ${hex} 42 0a`);
  expect(whatWasRefused(stream)).toEqual([what]);
  expect(textOf(stream).replaceAll('\n', '')).toBe('AB');
});

test('GS P makes a unit another length', () => {
  // 203 dots to the inch: units of a tenth of that are ten dots.
  const stream = printed('1d501414 1b240500 41 1b4a05');
  expect(linesOf(stream)).toMatchObject([{ heightDots: 51, items: [{ xDots: 51 }] }]);
  expect(linesOf(printed('1d501414 1d500000 1b240500 41 1b4a23'))).toMatchObject([
    { heightDots: 35, items: [{ xDots: 5 }] },
  ]);
});

test('the left margin takes its part of the area, and gives it back', () => {
  const stream = printed('1d4c6400 1d4c0000 1b6102 410a', { widthDots: 384 });
  expect(itemsOf(stream)).toMatchObject([{ xDots: 372 }]);
});

test('upside-down, small and large characters hang from one base', () => {
  const rows = art('1b7b01 41 1d2101 41 0a');
  // The feet of both are up now: the small one ends in row 21, the large one in row 43.
  expect([ink(rows, 36)[3], ink(rows, 0, 36)[3]]).toEqual([21, 43]);
});

test('a line that is written over without end goes to the paper when it is full', () => {
  const stream = printed(`${'41 1b240000'.repeat(1025)} 0a`);
  expect(linesOf(stream).map(({ items }) => items.length)).toEqual([1024, 1]);
});

test('a macro plays what it recorded, and not what is too long for it', () => {
  expect(textOf(printed('1d3a 410a 1d3a 1d5e020000'))).toBe('A\nA\nA');
  const tooLong = printed(
    Uint8Array.from([0x1d, 0x3a, ...new Uint8Array(2049).fill(0x41), 0x1d, 0x3a, 0x1d, 0x5e, 9, 0, 0]),
  );
  expect(whatWasRefused(tooLong)).toEqual(['GS :: longer than a macro may be']);
  const endless = printed(
    Uint8Array.from([0x1d, 0x3a, ...new Uint8Array(2000).fill(0x0a), 0x1d, 0x3a, 0x1d, 0x5e, 255, 0, 0]),
  );
  expect(whatWasRefused(endless)).toEqual(['GS ^: more work than is taken at once']);
});
