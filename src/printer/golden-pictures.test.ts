/**
 * Every paper as a picture, held dot by dot against those of `fixtures/slips`, which a person has looked at.
 * `npm run golden:slips` draws them anew, and writes the texts beside them anew: look at each that changed.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Paper } from '../domain/paper.ts';
import { pngOf } from '../glyphs/png.ts';
import { readPng } from '../glyphs/png.testing.ts';
import type { Bitmap } from '../glyphs/types.ts';
import { GALLERY, SETTINGS_WITH_LOGO, SLIP } from './papers.testing.ts';
import { PLAIN, type PaperSettings } from './paper-settings.ts';
import { paperPicture, paperPng } from './picture.ts';
import { PRINTER_PROFILES, type PrinterProfileName } from './profiles.ts';

type Golden = readonly [file: string, paper: Paper, profile: PrinterProfileName, settings: PaperSettings];

const WIDE: readonly (keyof typeof GALLERY)[] = ['sale', 'sale-chip', 'sale-long-name', 'settlement', 'details'];
const IN_ONE_LANGUAGE: readonly (keyof typeof GALLERY)[] = ['sale-chip', 'refund', 'settlement', 'parameters'];

const GOLDENS: readonly Golden[] = [
  ...Object.entries(GALLERY).map(([name, paper]): Golden => [`${name}-384`, paper, 'epson-58', PLAIN]),
  ...WIDE.flatMap((name): Golden[] => [
    [`${name}-512`, GALLERY[name], 'epson-80-180dpi', PLAIN],
    [`${name}-576`, GALLERY[name], 'epson-80', PLAIN],
  ]),
  ...IN_ONE_LANGUAGE.flatMap((name) =>
    (['zh', 'en'] as const).map((language): Golden => [
      `${name}-${language}-384`,
      GALLERY[name],
      'epson-58',
      { ...PLAIN, language },
    ]),
  ),
  ['sale-logo-384', SLIP, 'epson-58', SETTINGS_WITH_LOGO],
];

const fileOf = (name: string): URL => new URL(`../../fixtures/slips/${name}.png`, import.meta.url);

if (process.env['UPDATE_GOLDEN'] === '1') {
  for (const [name, paper, profile, settings] of GOLDENS) {
    writeFileSync(fileOf(name), paperPng(paper, PRINTER_PROFILES[profile], settings));
  }
}

/** The first rows on which two pictures differ, as a person can find them. */
function differences(drawn: Bitmap, kept: Bitmap): readonly string[] {
  const sizes = [drawn, kept].map(({ heightDots, widthDots }) => `${widthDots} by ${heightDots}`);
  if (sizes[0] !== sizes[1]) return [`${sizes[0]} dots instead of ${sizes[1]}`];
  const stride = Math.ceil(drawn.widthDots / 8);
  const at = drawn.rows.findIndex((byte, index) => byte !== kept.rows[index]);
  return at < 0 ? [] : [`the dots from row ${Math.floor(at / stride)}, column ${(at % stride) * 8} on`];
}

test.each(GOLDENS)('%s is drawn as it was looked at', (name, paper, profile, settings) => {
  const drawn = paperPicture(paper, PRINTER_PROFILES[profile], settings);
  expect(differences(drawn, readPng(readFileSync(fileOf(name))))).toEqual([]);
});

describe('the comparison', () => {
  const drawn = paperPicture(SLIP, PRINTER_PROFILES['epson-58']);

  test('reads a picture back as it was drawn', () => {
    expect(differences(drawn, readPng(pngOf(drawn)))).toEqual([]);
  });

  test('finds a single dot', () => {
    const rows = Uint8Array.from(drawn.rows);
    rows[48 * 100 + 5] = (rows[48 * 100 + 5] ?? 0) ^ 0x10;
    expect(differences({ ...drawn, rows }, drawn)).toEqual(['the dots from row 100, column 40 on']);
  });
});
