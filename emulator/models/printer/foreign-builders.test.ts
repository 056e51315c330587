/** Streams that other people's builders make: nothing in them is unknown, and what they asked for is on the paper. */
import Encoder from '@point-of-sale/receipt-printer-encoder';
import { CharacterSet, printer as ThermalPrinter, types } from 'node-thermal-printer';
import * as receiptline from 'receiptline';
import { expect, test } from 'vitest';

import type { Bitmap } from './dots.ts';
import { readByJsqr, readByZxing, type ReadSymbol } from './foreign-readers.testing.ts';
import type { PrintedStream, Sheet } from './sheets.ts';
import { dotsOf, itemsOf, printed, textOf, whatWasRefused } from './strip.testing.ts';

const FORMATS = {
  'upc-a': 'UPC_A',
  'ean-13': 'EAN_13',
  'ean-8': 'EAN_8',
  code39: 'CODE_39',
  itf: 'ITF',
  codabar: 'CODABAR',
  code93: 'CODE_93',
  code128: 'CODE_128',
  'gs1-128': 'CODE_128',
  qr: 'QR_CODE',
  pdf417: 'PDF_417',
} as const;

const isRead = (kind: string): kind is keyof typeof FORMATS => Object.hasOwn(FORMATS, kind);

/** A line alone, as a picture. */
const lineDots = (sheet: Sheet, at: number): Bitmap => {
  const line = sheet.lines[at];
  return dotsOf({ sheets: line === undefined ? [] : [{ ...sheet, lines: [line] }], discarded: [], unfinishedBytes: 0 });
};

/** Every symbol, as foreign decoders read it off the dots. UPC-E is none of theirs that works. */
const symbolsRead = (stream: PrintedStream): readonly ReadSymbol[] =>
  stream.sheets.flatMap((sheet) =>
    sheet.lines.flatMap((line, at) => {
      const [item] = line.items;
      if (item?.type !== 'symbol' || !isRead(item.kind)) return [];
      return [readByZxing(lineDots(sheet, at), FORMATS[item.kind]) ?? { format: 'unread', text: item.kind }];
    }),
  );

const RECEIPT = `^^^RECEIPT
"^BOLD" | _under_ | \`inverse\`
-
{w:10,*;b:line}
^Item | ^^100
Tea | 2.50
-
{w:auto;b:space}
left | right
{c:4006381333931;o:ean,48,2,hri}
{c:012345678905;o:upc,48,2,hri}
{c:ABC-1;o:code39,48,2,hri}
{c:123456;o:itf,48,2}
{c:A123B;o:codabar,48,2}
{c:Code93;o:code93,48,2}
{c:Code128 123456;o:code128,48,2,hri}
=
second |
`;

test.each(['escpos', 'epson', 'citizen', 'fit', 'impact', 'impactb', 'generic'] as const)(
  'receiptline’s command set %s has nothing unknown in any encoding, upright or upside-down',
  (command) => {
    for (const encoding of ['cp437', 'cp852', 'cp1252', 'gb18030', 'multilingual'] as const) {
      for (const upsideDown of [false, true]) {
        const printer = { command, encoding, upsideDown, cpl: 48, margin: 0, marginRight: 0 };
        const commands = receiptline.transform(RECEIPT, printer);
        const stream = printed(Uint8Array.from(Buffer.from(commands, 'latin1')), { widthDots: 576 });
        expect([encoding, upsideDown, whatWasRefused(stream), stream.unfinishedBytes]).toEqual([
          encoding,
          upsideDown,
          [],
          0,
        ]);
        expect(stream.sheets).toHaveLength(2);
      }
    }
  },
);

const receiptOf = (markdown: string, upsideDown = false, encoding: 'cp437' | 'gb18030' = 'cp437'): PrintedStream => {
  const printer = { command: 'escpos' as const, encoding, upsideDown, cpl: 48, margin: 0, marginRight: 0 };
  const commands = receiptline.transform(markdown, printer);
  return printed(Uint8Array.from(Buffer.from(commands, 'latin1')), { widthDots: 576 });
};

test('what receiptline was given as text stands on the paper, in its sizes and styles', () => {
  const stream = receiptOf(RECEIPT);
  const lines = textOf(stream).split('\n');
  expect(lines.slice(0, 2).map((line) => line.trim())).toEqual([
    'RECEIPT',
    expect.stringMatching(/^BOLD +under +inverse$/),
  ]);
  expect(lines).toContain('╭──────────┬───────────────────────────────────╮');
  expect(lines).toContain('│Tea       │                               2.50│');
  expect(lines.at(-1)).toBe('second');
  const style = (text: string) => itemsOf(stream).find((item) => item.type === 'text' && item.text === text);
  expect(style('RECEIPT')).toMatchObject({ style: { timesWide: 2, timesHigh: 2 } });
  expect(style('BOLD')).toMatchObject({ style: { bold: true, timesWide: 2, timesHigh: 1 } });
  expect(style('under')).toMatchObject({ style: { underlineDots: 2 } });
  expect(style('inverse')).toMatchObject({ style: { inverse: true } });
  expect(style('100')).toMatchObject({ style: { timesWide: 1, timesHigh: 2 } });
});

test('the same receipt upside-down reads the same from its other end', () => {
  const upright = textOf(receiptOf(RECEIPT))
    .split('\n')
    .filter((line) => line !== '');
  const turned = textOf(receiptOf(RECEIPT, true))
    .split('\n')
    .filter((line) => line !== '');
  // The corners of the box are drawn by the builder as the reader sees them.
  const plain = (line: string) => line.replaceAll(/[╭╮╰╯┬┴]/g, '+');
  expect(turned.toReversed().map(plain)).toEqual([...upright.slice(0, -1), 'second'].map(plain));
});

test('Chinese in GB18030 comes out as it went in', () => {
  expect(textOf(receiptOf('^银联签购单\n商户 | ￥12.50\n', false, 'gb18030'))).toMatch(/银联签购单\n商户 +￥12\.50/);
});

test('receiptline’s barcodes are read again', () => {
  expect(symbolsRead(receiptOf(RECEIPT)).map(({ text }) => text)).toEqual([
    '4006381333931',
    '012345678905',
    'ABC-1',
    '123456',
    'A123B',
    'Code93',
    'Code128 123456',
  ]);
});

test.each(['escpos', 'generic'] as const)(
  'a QR code that receiptline sends as a picture (%s) is read by two decoders',
  (command) => {
    const commands = receiptline.transform('{c:https://example.com/r;o:qrcode,4,m}\n', { command, cpl: 32 });
    const picture = dotsOf(printed(Uint8Array.from(Buffer.from(commands, 'latin1'))));
    expect([readByZxing(picture, 'QR_CODE')?.text, readByJsqr(picture)]).toEqual([
      'https://example.com/r',
      'https://example.com/r',
    ]);
  },
);

/** A black square in a white field, as the canvas of a browser would have it. */
const SQUARE = {
  width: 64,
  height: 48,
  data: Uint8ClampedArray.from({ length: 64 * 48 * 4 }, (_, at) => (at % 4 === 3 || (at >> 2) % 64 >= 32 ? 255 : 0)),
};

type Picture = Parameters<Encoder['image']>[0];

const BARCODES = [
  { symbology: 'upca', data: '036000291452', says: '036000291452' },
  { symbology: 'ean13', data: '6901234567892', says: '6901234567892' },
  { symbology: 'ean8', data: '96385074', says: '96385074' },
  { symbology: 'code39', data: 'ABC', says: 'ABC' },
  { symbology: 'itf', data: '123456', says: '123456' },
  { symbology: 'codabar', data: 'A12345678B', says: 'A12345678B' },
  { symbology: 'code93', data: 'AB12', says: 'AB12' },
  { symbology: 'code128', data: 'Hi128', says: 'Hi128' },
  { symbology: 'gs1-128', data: '(01)06901234567892', says: '0106901234567892' },
  { symbology: 'code128-auto', data: 'Auto128', says: 'Auto128' },
] as const;
const COLUMNS_TO_DOTS: Readonly<Record<number, number>> = { 32: 384, 42: 512, 44: 576, 48: 576 };

interface Capabilities {
  readonly barcodes: { readonly symbologies: readonly string[] };
  readonly qrcode: { readonly models: readonly string[] };
  readonly pdf417: { readonly supported: boolean };
}

const models = Encoder.printerModels
  .map(({ id }) => id)
  .filter((id) => new Encoder({ printerModel: id as 'epson-tm-t88v' }).language === 'esc-pos');

test.each(models)('everything that receipt-printer-encoder can ask a %s for is on the paper', (id) => {
  const encoder = new Encoder({ printerModel: id as 'epson-tm-t88v' });
  const can = encoder.printerCapabilities as Capabilities;
  const widthDots = COLUMNS_TO_DOTS[encoder.columns] ?? 0;
  encoder.initialize().codepage('auto').align('center').size(2, 3).line('TITLE').size(1, 1);
  encoder.bold(true).line('bold').bold(false).underline(true).line('under').underline(false);
  encoder.invert(true).line('inverse').invert(false).italic(true).line('slanting').italic(false);
  encoder.align('left').table(
    [
      { width: 10, align: 'left' },
      { width: 8, align: 'right' },
    ],
    [['Käse', '2.50']],
  );
  encoder.rule({ style: 'double' }).box({ style: 'single', width: 12 }, 'in box');
  const barcodes = BARCODES.filter(({ symbology }) => can.barcodes.symbologies.includes(symbology));
  for (const { symbology, data } of barcodes) {
    encoder.barcode(data, symbology, { height: 50, width: symbology === 'gs1-128' ? 2 : 1, text: true });
  }
  if (can.qrcode.models.includes('2')) encoder.qrcode('https://example.com/q', { model: 2, size: 5, errorlevel: 'm' });
  if (can.pdf417.supported) encoder.pdf417('PDF417 text 123', { width: 2, height: 3, columns: 3, errorlevel: 2 });
  for (const mode of ['column', 'raster'] as const) {
    encoder.image(SQUARE as Picture, { width: 64, height: 48, algorithm: 'threshold', mode });
  }
  encoder.pulse(0, 100, 200).cut('partial').line('second').cut();

  const stream = printed(encoder.encode(), { widthDots });
  expect(stream.discarded).toEqual([]);
  expect(stream.unfinishedBytes).toBe(0);
  expect(symbolsRead(stream).map(({ text }) => text)).toEqual([
    ...barcodes.map(({ says }) => says),
    ...(can.qrcode.models.includes('2') ? ['https://example.com/q'] : []),
    ...(can.pdf417.supported ? ['PDF417 text 123'] : []),
  ]);
  const text = textOf(stream);
  for (const said of [
    'TITLE',
    'bold',
    'under',
    'inverse',
    'slanting',
    'Käse          2.50',
    '│in box    │',
    'second',
  ]) {
    expect(text).toContain(said);
  }
  expect(itemsOf(stream).find((item) => item.type === 'text' && item.text === 'TITLE')).toMatchObject({
    style: { timesWide: 2, timesHigh: 3 },
  });
  expect(stream.sheets).toHaveLength(2);
});

test('the bars and bands of one image join, in columns as in rows', () => {
  for (const mode of ['column', 'raster'] as const) {
    const encoder = new Encoder({ printerModel: 'epson-tm-t20iii' });
    encoder.initialize().image(SQUARE as Picture, { width: 64, height: 48, algorithm: 'threshold', mode });
    const { rows } = dotsOf(printed(encoder.encode(), { widthDots: 64 }));
    const square = new Uint8Array(8 * 48);
    for (let y = 0; y < 48; y++) square.fill(0xff, y * 8, y * 8 + 4);
    expect([mode, Buffer.from(rows.subarray(0, 8 * 48)).toString('hex')]).toEqual([
      mode,
      Buffer.from(square).toString('hex'),
    ]);
  }
});

test('everything that node-thermal-printer can ask for is on the paper', () => {
  const printer = new ThermalPrinter({
    type: types.EPSON,
    interface: '',
    characterSet: CharacterSet.PC850_MULTILINGUAL,
  });
  printer.println('plain é');
  printer.bold(true);
  printer.println('bold');
  printer.bold(false);
  printer.underlineThick(true);
  printer.println('thick');
  printer.underlineThick(false);
  printer.invert(true);
  printer.println('inverse');
  printer.invert(false);
  printer.upsideDown(true);
  printer.println('turned');
  printer.upsideDown(false);
  printer.setTypeFontB();
  printer.println('small');
  printer.setTypeFontA();
  printer.setTextQuadArea();
  printer.println('quad');
  printer.setTextNormal();
  printer.drawLine();
  printer.leftRight('left', 'right');
  printer.table(['one', 'two']);
  printer.newLine();
  printer.beep(2, 1);
  printer.printQR('https://example.com/t', { cellSize: 4, correction: 'Q', model: 2 });
  printer.pdf417('THERMAL 417', { rowHeight: 3, width: 2, correction: 1, truncated: false, columns: 0 });
  printer.code128('T128', { width: 'SMALL', height: 60, text: 2 });
  printer.printBarcode('6901234567892', 67, { width: 2, height: 60, hriPos: 2, hriFont: 0 });
  printer.partialCut();

  const stream = printed(printer.getBuffer(), { widthDots: 576, kanjiAtPowerUp: false });
  expect(whatWasRefused(stream)).toEqual([]);
  const text = textOf(stream);
  for (const said of ['plain é', 'bold', 'thick', 'inverse', 'turned', 'small', 'quad', 'left', 'right', 'one']) {
    expect(text).toContain(said);
  }
  expect(symbolsRead(stream).map(({ text: said }) => said)).toEqual([
    'https://example.com/t',
    'THERMAL 417',
    'T128',
    '6901234567892',
  ]);
});

test('the drawer command of node-thermal-printer lacks its times (sheet 13), and what it swallows shows', () => {
  const printer = new ThermalPrinter({ type: types.EPSON, interface: '' });
  printer.openCashDrawer();
  printer.println('ABCDE');
  const stream = printed(printer.getBuffer());
  expect(whatWasRefused(stream)).toEqual(['01']);
  expect(textOf(stream)).toBe('ABCDE');
});
