/**
 * The pictures of the terminal against what the emulated printer makes of its bytes. Both draw on their own, with the
 * same glyphs, so they can differ only where one of them takes a command for something else than the other means.
 */
import { describe, expect, test } from 'vitest';
import type { Paper } from '../../src/domain/paper.ts';
import { bakedGlyphs } from '../../src/glyphs/glyphs.ts';
import type { Bitmap } from '../../src/glyphs/types.ts';
import { paperJob } from '../../src/printer/escpos-renderer.ts';
import { PLAIN, type PaperSettings } from '../../src/printer/paper-settings.ts';
import { GALLERY, SETTINGS_WITH_LOGO, SLIP } from '../../src/printer/papers.testing.ts';
import { paperPicture } from '../../src/printer/picture.ts';
import { PRINTER_PROFILES, type PrinterProfileName } from '../../src/printer/profiles.ts';
import { readByJsqr } from '../models/printer/foreign-readers.testing.ts';
import { paperBitmap } from '../models/printer/paper-bitmap.ts';
import { PrinterModel } from '../models/printer/printer.ts';
import { TERMINAL_58MM } from '../models/printer/profile.ts';

/** Row by row in hex, without the white above and below: where the knife stands is no matter of the picture. */
function rowsOf({ heightDots, rows, widthDots }: Bitmap): readonly string[] {
  const stride = Math.ceil(widthDots / 8);
  const texts = Array.from({ length: heightDots }, (_, y) =>
    Buffer.from(rows.subarray(y * stride, (y + 1) * stride)).toString('hex'),
  );
  const hasInk = (text: string): boolean => /[^0]/.test(text);
  return texts.slice(texts.findIndex(hasInk), texts.findLastIndex(hasInk) + 1);
}

function printed(paper: Paper, profile: PrinterProfileName, settings: PaperSettings): Bitmap {
  const { widthDots } = PRINTER_PROFILES[profile];
  const printer = new PrinterModel({ ...TERMINAL_58MM, widthDots, receiveBufferBytes: 100_000 });
  const actions = printer.bytes(Buffer.concat(paperJob(paper, PRINTER_PROFILES[profile], '0001', settings)));
  const pieces = actions.flatMap((action) =>
    action.type === 'sight' && action.sight.type === 'paper' ? [action.sight.piece] : [],
  );
  expect(pieces).toHaveLength(1);
  const [piece] = pieces;
  return piece === undefined ? { widthDots, heightDots: 0, rows: new Uint8Array() } : paperBitmap(piece, bakedGlyphs);
}

const CODE = { text: 'https://r.example.cn/#s=1.123.C.9Kd0', moduleDots: 6, errorCorrection: 'medium' } as const;

const CASES = Object.entries(GALLERY).flatMap(([name, paper]) =>
  (['epson-58', 'epson-80-180dpi', 'epson-80'] as const).map((profile) => [name, profile, paper] as const),
);

describe('the emulated printer burns what the terminal draws', () => {
  test.each(CASES)('%s on %s', (_, profile, paper) => {
    const burnt = rowsOf(printed(paper, profile, PLAIN));
    expect(burnt.length).toBeGreaterThan(300);
    expect(burnt).toEqual(rowsOf(paperPicture(paper, PRINTER_PROFILES[profile])));
  });

  test.each([
    ['larger than the builder has a name for', 'epson-58', 10],
    ['of an odd number of dots', 'epson-58', 3],
    ['of one dot', 'epson-80', 1],
  ] as const)('a code %s', (_, profile, moduleDots) => {
    const paper = { ...SLIP, copy: 'cardholder', receiptCode: { ...CODE, moduleDots } } as const;
    const burnt = printed(paper, profile, PLAIN);
    expect(rowsOf(burnt)).toEqual(rowsOf(paperPicture(paper, PRINTER_PROFILES[profile])));
  });

  test('a code on a clone with small chunks goes in bands, and what is left of the last is white', () => {
    const paper = { ...SLIP, copy: 'cardholder', receiptCode: { ...CODE, moduleDots: 4 } } as const;
    const inked = (picture: Bitmap) => rowsOf(picture).filter((row) => !/^0+$/.test(row));
    expect(inked(printed(paper, 'generic-58', PLAIN))).toEqual(
      inked(paperPicture(paper, PRINTER_PROFILES['generic-58'])),
    );
  });

  // Which mask is the printer's own choice, so that the dots may differ: not what is read.
  test('a code that the printer draws by itself is read alike', () => {
    for (const text of ['https://r.example.cn/#1', 'https://r.example.cn/#9aZ-3']) {
      const paper = { ...SLIP, copy: 'cardholder', receiptCode: { ...CODE, text } } as const;
      const [burnt, drawn] = [printed(paper, 'epson-58', PLAIN), paperPicture(paper, PRINTER_PROFILES['epson-58'])];
      expect(rowsOf(burnt)).toHaveLength(rowsOf(drawn).length);
      expect([readByJsqr(burnt), readByJsqr(drawn)]).toEqual([text, text]);
    }
  });

  test.each(['zh', 'en'] as const)('in %s alone', (language) => {
    const settings = { ...PLAIN, language };
    expect(rowsOf(printed(SLIP, 'epson-58', settings))).toEqual(
      rowsOf(paperPicture(SLIP, PRINTER_PROFILES['epson-58'], settings)),
    );
  });

  test.each(['epson-58', 'epson-80'] as const)('with a logo, a header and a footer on %s', (profile) => {
    expect(rowsOf(printed(SLIP, profile, SETTINGS_WITH_LOGO))).toEqual(
      rowsOf(paperPicture(SLIP, PRINTER_PROFILES[profile], SETTINGS_WITH_LOGO)),
    );
  });
});
