/**
 * Printer sheet 13: each fault of node-thermal-printer 4.6.1, pinned, beside how the builder does without it. A fault
 * that a new version mends fails here, and its way round can go.
 */
import { CharacterSet, PrinterTypes, ThermalPrinter } from 'node-thermal-printer';
import { describe, expect, test } from 'vitest';
import { EscposBuilder } from './escpos-builder.ts';

const newLibrary = (): ThermalPrinter => new ThermalPrinter({ type: PrinterTypes.EPSON, interface: '' });

/** Without a code page it writes complaints to the console. */
function inChinese(): ThermalPrinter {
  const printer = newLibrary();
  printer.setCharacterSet(CharacterSet.CHINA);
  printer.setBuffer(Buffer.alloc(0));
  return printer;
}

function library(use: (printer: ThermalPrinter) => void): string {
  const printer = inChinese();
  use(printer);
  return Buffer.from(printer.getBuffer()).toString('hex');
}

function built(use: (builder: EscposBuilder) => void): string {
  const builder = new EscposBuilder();
  use(builder);
  return Buffer.concat(builder.units).toString('hex');
}

describe('faults of the library that the builder works round', () => {
  test('1: after a yen sign Chinese is encoded as EUC-JP; the builder always encodes GBK', () => {
    expect(library((printer) => printer.append('\u00a5中国'))).toMatch(/c3e6b9f1$/);
    expect(built((builder) => builder.text('\u00a5中国'))).toBe('a3a4d6d0b9fa');
  });

  test('5: cut ends with ESC @, which takes the automatic status away; the builder has no cut of its own', () => {
    expect(library((printer) => printer.cut())).toBe('1b64041b64041d56001b40');
    expect('cut' in EscposBuilder.prototype).toBe(false);
  });

  test('6: folding counts characters for columns; the builder never folds', () => {
    const name = '滨'.repeat(40);
    expect(library((printer) => printer.print(name)).includes('0a')).toBe(false);
    expect(built((builder) => builder.text(name))).toBe('b1f5'.repeat(40));
    const long = 'A '.repeat(40);
    expect(built((builder) => builder.text(long))).toBe('4120'.repeat(40));
  });

  test('7: control characters in a text are executed; the builder makes them question marks', () => {
    expect(library((printer) => printer.append('A\u0010\u0004\u0001'))).toBe('41100401');
    expect(built((builder) => builder.text('A\u0010\u0004\u0001'))).toBe('413f3f3f');
  });

  test('7: blank lines in a text vanish; the builder makes every line end itself', () => {
    expect(library((printer) => printer.print('A\n\nB'))).toBe('410a42');
    expect(built((builder) => [builder.text('A'), builder.newLine(), builder.newLine(), builder.text('B')])).toBe(
      '410a0a42',
    );
  });

  test('the buffer is null until something is in it; a builder without units is empty', () => {
    expect(newLibrary().getBuffer()).toBeNull();
    expect(new EscposBuilder().units).toEqual([]);
  });
});

describe('faults of the library that are why a call is not used', () => {
  test('2: a QR code of a string says two UTF-16 units and sends six bytes', () => {
    const sixBytes = Buffer.from('中文').toString('hex');
    expect(library((printer) => printer.printQR('中文'))).toContain(`1d286b0500315030${sixBytes}`);
  });

  test('3: the drawer pulse lacks its two times, so the next command is eaten', () => {
    expect(library((printer) => printer.openCashDrawer())).toBe('1b70001b7001');
  });

  test('4: the nibbles of height and width are swapped', () => {
    expect(library((printer) => printer.setTextSize(1, 0))).toBe('1d2110');
  });

  test('7: printing a buffer as a line prints garbage', () => {
    // Its declarations forbid what its documentation shows.
    const printer: { println(line: unknown): void; getBuffer(): Buffer } = inChinese();
    printer.println(Buffer.from([0xd6, 0xd0]));
    expect(printer.getBuffer().toString('hex')).not.toBe('d6d00a');
  });

  test('8: whether the printer is there cannot be asked of a builder', async () => {
    await expect(newLibrary().isPrinterConnected()).rejects.toThrow('isPrinterConnected');
  });

  test('the Chinese character set is a national variant, not FS &', () => {
    const printer = newLibrary();
    printer.setCharacterSet(CharacterSet.CHINA);
    expect(Buffer.from(printer.getBuffer()).toString('hex')).toBe('1b520f');
  });

  test('Chinese itself is encoded well, in that character set', () => {
    expect(library((printer) => printer.println('银联'))).toBe('d2f8c1aa0a');
  });
});

describe('what is used of the library', () => {
  test.each<[string, (builder: EscposBuilder) => void, string]>([
    ['line feed', (builder) => builder.newLine(), '0a'],
    ['double height', (builder) => builder.size('tall'), '1b2110'],
    ['double height and width', (builder) => builder.size('large'), '1b2130'],
    ['normal size', (builder) => builder.size('normal'), '1b2100'],
    ['bold on', (builder) => builder.bold(true), '1b4501'],
    ['bold off', (builder) => builder.bold(false), '1b4500'],
  ])('%s', (_name, use, hex) => {
    expect(built(use)).toBe(hex);
  });

  test('a Chinese character is one unit, and so is a command', () => {
    const builder = new EscposBuilder();
    builder.text('A中');
    builder.bold(true);
    expect(builder.units.map((unit) => unit.length)).toEqual([1, 2, 3]);
  });
});
