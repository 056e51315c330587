import { expect, test } from 'vitest';

import { readByZxing } from '../foreign-readers.testing.ts';
import { dotsOf, itemsOf, printed, symbolBytes, whatWasRefused } from '../strip.testing.ts';
import { pdf417 } from './pdf417.ts';

const CN = 0x30;
const WIDE = { widthDots: 576 };
const SHAPE = { columns: 0, rows: 0, moduleDots: 2, rowModules: 3, correction: { level: 2 }, truncated: false };
const latin1 = (text: string): Uint8Array =>
  Uint8Array.from(Array.from(text).map((character) => character.charCodeAt(0)));

const stream = (text: string, ...settings: readonly (readonly number[])[]): Uint8Array =>
  Uint8Array.from([
    ...settings.flatMap(([fn = 0, ...values]) => symbolBytes(CN, fn, ...values)),
    ...symbolBytes(CN, 80, 0x30, ...latin1(text)),
    ...symbolBytes(CN, 81, 0x30),
  ]);

test.each([
  { what: 'capitals', text: 'HELLO' },
  { what: 'mixed text', text: 'Hello, World! 12345 {a|b}~\t"x"\r\n(Y)*' },
  { what: 'a link', text: 'https://example.com/r?x=1#Abc;[]_' },
  {
    what: 'every printable character',
    text: Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at)).join(''),
  },
  { what: 'many digits', text: `no ${'1234567890'.repeat(6)} end` },
  { what: 'nothing but digits', text: '00012345678901234' },
  { what: 'bytes between text', text: 'caf\xe9 \xfc\xfc\xfc\xfc\xfc\xfc\xfc x' },
  { what: 'six bytes', text: '\xe4\xf6\xfc\xc4\xd6\xdc' },
  { what: 'a long payload', text: 'slip 12345678 '.repeat(25) },
])('$what is read by a foreign decoder', ({ text }) => {
  const picture = pdf417(latin1(text), SHAPE, 2000);
  expect(picture).toBeDefined();
  expect(picture === undefined ? '' : readByZxing(picture, 'PDF_417')?.text).toBe(text);
});

test.each([0, 1, 2, 3, 4, 5, 6, 7, 8])('correction level %i repairs what it promises', (level) => {
  const picture = pdf417(latin1('CORRECTION'), { ...SHAPE, columns: 6, correction: { level } }, 2000);
  if (picture === undefined) throw new Error('does not fit');
  expect(readByZxing(picture, 'PDF_417')?.text).toBe('CORRECTION');
  if (level < 3) return;
  // Blackens some codewords in the middle of three rows.
  const rows = picture.rows.slice();
  const stride = Math.ceil(picture.widthDots / 8);
  for (let y = 0; y < 18; y++) rows.fill(0xff, y * stride + 16, y * stride + 20);
  expect(readByZxing({ ...picture, rows }, 'PDF_417')?.text).toBe('CORRECTION');
});

test.each([
  { what: 'columns', setting: [65, 3], widthDots: (17 * 6 + 18) * 3 },
  { what: 'columns and module width', setting: [65, 2], more: [67, 2], widthDots: (17 * 5 + 18) * 2 },
  { what: 'truncation', setting: [65, 3], more: [70, 1], widthDots: (17 * 5 + 1) * 3 },
])('$what set the width', ({ setting, more, widthDots }) => {
  const printedStream = printed(stream('SLIP 123', setting, ...(more === undefined ? [] : [more])), WIDE);
  expect(itemsOf(printedStream)).toMatchObject([{ kind: 'pdf417', widthDots, payload: latin1('SLIP 123') }]);
  expect(readByZxing(dotsOf(printedStream), 'PDF_417')?.text).toBe('SLIP 123');
});

test('rows and row height set the height', () => {
  const picture = itemsOf(printed(stream('SLIP 123', [66, 12], [68, 5], [67, 2]), WIDE));
  expect(picture).toMatchObject([{ heightDots: 12 * 5 * 2 }]);
});

test.each([
  { what: 'level 5 by its digit', setting: [69, 0x30, 0x35], codewords: 64 },
  { what: 'twice the data', setting: [69, 0x31, 20], codewords: 16 },
])('$what is how much is corrected', ({ setting, codewords }) => {
  const [item] = itemsOf(printed(stream('SLIP 123', setting, [65, 4]), WIDE));
  // 8 characters are 5 codewords with the change of submode, and their count is one.
  const rows = Math.ceil((1 + 5 + codewords) / 4);
  expect(item).toMatchObject({ heightDots: rows * 3 * 3 });
});

test('what does not fit its shape or the paper prints nothing, and is told of', () => {
  expect(whatWasRefused(printed(stream('x'.repeat(2711)), WIDE))).toEqual([
    'GS ( k PDF417: does not fit its shape or the print area',
  ]);
  expect(printed(stream('SLIP', [65, 20])).sheets).toEqual([]);
  expect(whatWasRefused(printed(Uint8Array.from(symbolBytes(CN, 81, 0x30))))).toEqual([
    'GS ( k PDF417: nothing is stored',
  ]);
});

test.each([0x32, 0x33, 0x34, 0x35, 0x36])('symbology %i is consumed and told of as not supported', (cn) => {
  const bytes = Uint8Array.from([...symbolBytes(cn, 80, 0x30, 1, 2, 3), ...symbolBytes(cn, 81, 0x30), 0x41, 0x0a]);
  const { discarded, sheets } = printed(bytes);
  expect(discarded.map(({ offset, bytes: taken }) => [offset, taken])).toEqual([
    [0, 11],
    [11, 8],
  ]);
  expect(discarded[0]?.what).toContain('not supported');
  expect(sheets).toHaveLength(1);
});
