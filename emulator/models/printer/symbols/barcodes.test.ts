import * as receiptline from 'receiptline';
import { expect, test } from 'vitest';

import type { Bitmap } from '../dots.ts';
import { readByZxing } from '../foreign-readers.testing.ts';
import { artOf, barcodeBytes, dotsOf, itemsOf, printed, whatWasRefused } from '../strip.testing.ts';

const WIDE = { widthDots: 576 };
const M = { upcA: 65, upcE: 66, ean13: 67, ean8: 68, code39: 69, itf: 70, codabar: 71, code93: 72, code128: 73 };
const GS1_128 = 74;
const CODE128_AUTO = 79;

test.each([
  { format: 'UPC_A', m: M.upcA, data: '03600029145', says: '036000291452' },
  { format: 'UPC_A', m: M.upcA, data: '036000291452', says: '036000291452' },
  { format: 'EAN_13', m: M.ean13, data: '690123456789', says: '6901234567892' },
  { format: 'EAN_13', m: M.ean13, data: '6901234567892', says: '6901234567892' },
  { format: 'EAN_8', m: M.ean8, data: '9638507', says: '96385074' },
  { format: 'CODE_39', m: M.code39, data: 'ABC-12 $/+%.', says: 'ABC-12 $/+%.' },
  { format: 'CODE_39', m: M.code39, data: '*STAR*', says: 'STAR' },
  { format: 'ITF', m: M.itf, data: '0123456789', says: '0123456789' },
  { format: 'CODABAR', m: M.codabar, data: 'A12:34/5.6-7$890B', says: 'A12:34/5.6-7$890B' },
  { format: 'CODE_93', m: M.code93, data: 'TEST93 az', says: 'TEST93 az' },
  { format: 'CODE_93', m: M.code93, data: '\x00\x1a\x1b!:;@[`{~', says: '\x00\x1a\x1b!:;@[`{~' },
  { format: 'CODE_128', m: M.code128, data: '{BHello{{9', says: 'Hello{9' },
  { format: 'CODE_128', m: M.code128, data: '{B12ab{C\x0c\x22\x63{AX\x09', says: '12ab123499X\x09' },
  { format: 'CODE_128', m: M.code128, data: '{AAB{Scd', says: undefined },
  { format: 'CODE_128', m: M.code128, data: '{AAB{ScD', says: 'ABcD' },
  { format: 'CODE_128', m: M.code128, data: '{Bab{S\x09c', says: 'ab\x09c' },
  { format: 'CODE_128', m: CODE128_AUTO, data: 'abc1234567\x09Z', says: 'abc1234567\x09Z' },
  { format: 'CODE_128', m: CODE128_AUTO, data: '123456', says: '123456' },
  { format: 'CODE_128', m: GS1_128, data: '(01)06901234567892', says: '0106901234567892' },
] as const)('$format $data is read by a foreign decoder as $says', ({ format, m, data, says }) => {
  const stream = printed(barcodeBytes(m, data), WIDE);
  expect(says === undefined ? undefined : readByZxing(dotsOf(stream), format)?.text).toBe(says);
  expect(stream.discarded).toHaveLength(says === undefined ? 1 : 0);
});

test.each([
  { m: 0, data: '03600029145', format: 'UPC_A', says: '036000291452' },
  { m: 2, data: '690123456789', format: 'EAN_13', says: '6901234567892' },
  { m: 3, data: '9638507', format: 'EAN_8', says: '96385074' },
  { m: 4, data: 'ABC', format: 'CODE_39', says: 'ABC' },
  { m: 5, data: '123456', format: 'ITF', says: '123456' },
  { m: 6, data: 'B12345678C', format: 'CODABAR', says: 'B12345678C' },
] as const)('the NUL-terminated form $m says $says too', ({ m, data, format, says }) => {
  const bytes = Uint8Array.from([0x1d, 0x68, 50, 0x1d, 0x6b, m, ...new TextEncoder().encode(data), 0x00]);
  expect(readByZxing(dotsOf(printed(bytes, WIDE)), format)?.text).toBe(says);
});

/** Runs of the uppermost row, in units of the narrowest bar. */
const modules = (picture: Bitmap): string => {
  const [row = ''] = artOf(picture);
  const bars = row.replaceAll(/^\.+|\.+$/g, '');
  return (bars.match(/#+|\.+/g) ?? []).map((run) => run.length / 2).join('');
};

test.each([
  { data: '123456', six: '01234565' },
  { data: '0123456', six: '01234565' },
  { data: '01234565', six: '01234565' },
  { data: '04252614', six: '04252614' },
  { data: '01210000002', six: '01200213' },
  { data: '012345000058', six: '01234558' },
])('UPC-E of $data has the bars that a foreign encoder draws for $six', ({ data, six }) => {
  const stream = printed(barcodeBytes(M.upcE, data), WIDE);
  const foreign = receiptline.barcode.generate({ data: six, type: 'upc', width: 2, height: 60, hri: false });
  expect(modules(dotsOf(stream))).toBe(
    foreign.widths
      .slice(1, -1)
      .map((width) => width / 2)
      .join(''),
  );
});

test.each([
  { what: 'a wrong check digit', m: M.ean13, data: '6901234567893' },
  { what: 'too few digits', m: M.ean13, data: '69012345678' },
  { what: 'letters', m: M.upcA, data: '0360002914A' },
  { what: 'a wrong check digit of eight', m: M.ean8, data: '96385075' },
  { what: 'a number that UPC-E has no short form for', m: M.upcE, data: '01234512345' },
  { what: 'a wrong check digit of UPC-E', m: M.upcE, data: '01234564' },
  { what: 'small letters in Code 39', m: M.code39, data: 'abc' },
  { what: 'an odd count of digits', m: M.itf, data: '123' },
  { what: 'no start letter', m: M.codabar, data: '123B' },
  { what: 'a byte above ASCII in Code 93', m: M.code93, data: 'A\x80' },
  { what: 'no code set', m: M.code128, data: 'ABC' },
  { what: 'a pair above 99', m: M.code128, data: '{C\x64' },
  { what: 'a code set alone', m: M.code128, data: '{B' },
  { what: 'a shift at the end', m: M.code128, data: '{BA{S' },
  { what: 'nothing', m: M.code39, data: '' },
])('$what prints nothing, and is told of with its place', ({ m, data }) => {
  const stream = printed(barcodeBytes(m, data), WIDE);
  expect(stream.sheets).toEqual([]);
  expect(stream.discarded).toEqual([
    { type: 'discarded', what: `GS k ${m}: data that this barcode cannot say`, offset: 6, bytes: 4 + data.length },
  ]);
});

test.each([75, 76, 77, 78])('GS1 DataBar %i is told of as not supported', (m) => {
  expect(whatWasRefused(printed(barcodeBytes(m, '0123456789012')))).toEqual([
    `GS k ${m}: this barcode is not supported`,
  ]);
});

test('a number that is no symbology is told of, and what follows is text', () => {
  const stream = printed('1d6b40 410a');
  expect(whatWasRefused(stream)).toEqual(['GS k 64: this barcode is not supported']);
  expect(itemsOf(stream)).toMatchObject([{ type: 'text', text: 'A' }]);
});

test.each([
  { w: 1, dots: 95 },
  { w: 2, dots: 190 },
  { w: 3, dots: 285 },
  { w: 6, dots: 570 },
])('GS w $w makes an EAN-13 $dots dots wide', ({ w, dots }) => {
  const bytes = barcodeBytes(M.ean13, '690123456789', `1d680a 1d77${w.toString(16).padStart(2, '0')}`);
  expect(itemsOf(printed(bytes, WIDE))).toMatchObject([{ widthDots: dots, heightDots: 10 }]);
});

test('a barcode wider than the print area prints nothing', () => {
  const stream = printed(barcodeBytes(M.ean13, '690123456789', '1d680a 1d7706'));
  expect(stream.sheets).toEqual([]);
  expect(whatWasRefused(stream)).toEqual(['GS k 67: wider than the print area']);
});

test.each([
  { n: 0, height: 40, above: false, below: false },
  { n: 1, height: 64, above: true, below: false },
  { n: 2, height: 64, above: false, below: true },
  { n: 3, height: 88, above: true, below: true },
])('GS H $n puts the text that people read in its places', ({ n, height, above, below }) => {
  const stream = printed(barcodeBytes(M.ean13, '690123456789', `1d6828 1d7702 1d480${n}`));
  expect(itemsOf(stream)).toMatchObject([{ heightDots: height, ...(n === 0 ? {} : { hri: { above, below } }) }]);
  const art = artOf(dotsOf(stream));
  const bars = (row: string | undefined) => row?.startsWith('##..##') === true;
  expect([bars(art[0]), bars(art[24]), bars(art[height - 1])]).toEqual([!above, true, !below]);
});

test('GS f 1 makes that text small, and text wider than the bars widens the symbol', () => {
  const small = printed(barcodeBytes(M.code39, 'A', '1d6828 1d7702 1d4802 1d6601'));
  expect(itemsOf(small)).toMatchObject([{ heightDots: 40 + 17, hri: { text: 'A', font: 'B' } }]);
  const wide = printed(barcodeBytes(M.code128, '{C\x01\x02\x03\x04', '1d6828 1d7701 1d4802'));
  expect(itemsOf(wide)).toMatchObject([{ widthDots: 8 * 12, hri: { text: '01020304' } }]);
});
