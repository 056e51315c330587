/**
 * The terminal's test strip on the emulated printer with a head in every state: what is wrong with the head is seen on
 * the strip, and after cleaning it is seen that it is gone.
 *
 * Mutations that these tests caught: a comb that leaves out every other column; a bar of eight columns less; a code of
 * half the size.
 */
import { expect, test } from 'vitest';
import { bakedGlyphs } from '../../src/glyphs/glyphs.ts';
import { paperJob } from '../../src/printer/escpos-renderer.ts';
import { PLAIN } from '../../src/printer/paper-settings.ts';
import { TEST_STRIP } from '../../src/printer/papers.testing.ts';
import { PRINTER_PROFILES, type PrinterProfileName } from '../../src/printer/profiles.ts';
import { codeText } from '../../src/printer/strip-document.ts';
import { Bench } from '../models/printer/bench.testing.ts';
import type { PrinterDeed } from '../models/printer/deeds.ts';
import { paperShades } from '../models/printer/paper-bitmap.ts';
import { EMULATED_PRINTERS, TERMINAL_58MM } from '../models/printer/profile.ts';
import { judgeStrip, type StripJudgement } from '../models/printer/strip-judge.testing.ts';

interface Case {
  readonly profile?: PrinterProfileName;
  readonly deeds?: readonly PrinterDeed[];
  readonly raised?: boolean;
  /** Faster than the head can heat: everything comes out pale. */
  readonly pale?: boolean;
}

/** One byte for each column: every 40th is dirty, and what is near it. */
const NOISE = Uint8Array.from({ length: 576 }, (_, column) => (column % 40 < 3 ? 255 : 20));

function judged({ deeds = [], pale = false, profile = 'epson-58', raised = false }: Case): StripJudgement {
  const { widthDots } = PRINTER_PROFILES[profile];
  const { head } = EMULATED_PRINTERS['built-in-58'];
  const rowsPerSecond = pale ? { dotRowsPerSecond: 480, head: { ...head, rowsPerSecondAtFullHeat: 270 } } : { head };
  const settings = { ...TERMINAL_58MM, ...rowsPerSecond, widthDots, receiveBufferBytes: 100_000 };
  const bench = new Bench({ ...settings, head: { ...settings.head, kelvinPerDot: 0 } }, NOISE);
  for (const deed of deeds) bench.does(deed);
  const density = raised ? 'raised' : 'normal';
  const job = paperJob({ ...TEST_STRIP, density }, PRINTER_PROFILES[profile], '0001', PLAIN, density);
  bench.send(Buffer.concat(job)).wait(10_000);
  const [piece] = bench.pieces;
  if (piece === undefined) throw new Error('Nothing was printed.');
  return judgeStrip(paperShades(piece, bakedGlyphs));
}

const DEAD = [100, 101, 240];
const dirt = (deadColumns: readonly number[]): PrinterDeed => ({ type: 'dirty-head', deadColumns });
const columns = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from }, (_, at) => from + at);

test.each(['epson-58', 'epson-80-180dpi', 'epson-80', 'generic-58'] as const)(
  'a clean head shows a good strip on %s, whose code says what it is',
  (profile) => {
    expect(judged({ profile })).toEqual({
      verdict: 'good',
      missingColumns: [],
      darkness: expect.closeTo(1),
      text: codeText(TEST_STRIP),
    });
  },
);

test.each(['epson-58', 'epson-80', 'generic-58'] as const)('dead columns are seen on %s, each of them', (profile) => {
  expect(judged({ profile, deeds: [dirt(DEAD)] })).toMatchObject({ verdict: 'striped', missingColumns: DEAD });
});

test.each([[0], [383]])('the column %d at the edge is looked at as well', (column) => {
  expect(judged({ deeds: [dirt([column])] })).toMatchObject({ verdict: 'striped', missingColumns: [column] });
});

test('so many dead columns that no phone reads the code make it unreadable', () => {
  expect(judged({ deeds: [dirt(columns(120, 180))] })).toMatchObject({ verdict: 'unreadable' });
});

test('dirt of long use is seen as stripes, and cleaning takes it away', () => {
  const worn: PrinterDeed = { type: 'wear-head', rows: 690_000 };
  expect(judged({ deeds: [worn] }).verdict).not.toBe('good');
  expect(judged({ deeds: [worn, { type: 'clean-head' }] }).verdict).toBe('good');
});

test('what is burnt out stays after cleaning', () => {
  const burnt: PrinterDeed = { type: 'burn-out', columns: DEAD };
  expect(judged({ deeds: [burnt, { type: 'clean-head' }] })).toMatchObject({
    verdict: 'striped',
    missingColumns: DEAD,
  });
});

test.each(['epson-58', 'generic-58'] as const)(
  'a pale head is seen, and one step of density hides it on %s',
  (profile) => {
    expect(judged({ profile, pale: true }).verdict).toBe('faint');
    expect(judged({ profile, pale: true, raised: true }).verdict).toBe('good');
  },
);
