/** A head that gets hot, dirty and old, and what its slips look like then. */
import { expect, test } from 'vitest';

import { Bench, ascii } from './bench.testing.ts';
import { columnDarkness } from './darkness.ts';
import { streaksOf } from './head.ts';
import { paperBitmap, paperShades } from './paper-bitmap.ts';
import { EMULATED_PRINTERS } from './profile.ts';

const { head: REAL } = EMULATED_PRINTERS['built-in-58'];
const NO_GLYPHS = { glyph: () => undefined };
/** 24 rows, black from end to end. */
const BAR = Uint8Array.from([0x1d, 0x76, 0x30, 0, 48, 0, 24, 0, ...new Uint8Array(48 * 24).fill(0xff)]);
/** The same from a quarter of the bytes, 48 rows each. */
const TALL_BAR = Uint8Array.from([0x1d, 0x76, 0x30, 3, 24, 0, 24, 0, ...new Uint8Array(24 * 24).fill(0xff)]);
const repeated = (bytes: Uint8Array, count: number) => {
  const all = new Uint8Array(bytes.length * count);
  for (let at = 0; at < all.length; at += bytes.length) all.set(bytes, at);
  return all;
};
const HOT = {
  busyWhenOffline: false,
  dotRowsPerSecond: 480,
  receiveBufferBytes: 1_000_000,
  xoffFreeBytes: 0,
  head: REAL,
} as const;
/** Columns 0 to 15 are as bad as can be, the rest clean. */
const NOISE = Uint8Array.from({ length: 384 }, (_, column) => (column < 16 ? 255 : 0));

const firstLine = (bench: Bench) => bench.model.currentPiece().lines[0];
const darkness = (bench: Bench) => {
  const line = bench.model.currentPiece().lines.at(-1);
  return line === undefined ? [] : [...columnDarkness(line.head, 384)];
};

test('a solid bar overheats a real head after about 18 seconds, and printing goes on by itself when it has cooled', () => {
  const bench = new Bench(HOT).send('1d6104').send(repeated(TALL_BAR, 225));
  bench.answers();
  bench.wait(15_000);
  expect(bench.answers()).toBe('');
  bench.wait(7_000);
  expect(bench.answers()).toBe('18 40 00 00');
  expect(bench.status()).toBe('1a 52 52 12');
  expect(bench.armed).toEqual({ cool: expect.any(Number) });
  const rows = () => bench.model.currentPiece().lines.length;
  const before = rows();
  bench.wait(10_000);
  expect(rows()).toBe(before);
  bench.wait(50_000);
  expect(rows()).toBeGreaterThan(before);
  expect(bench.troubles().slice(0, 2)).toEqual(['overheated', 'ready']);
});

test('text never overheats it, as large as it may be', () => {
  const bench = new Bench(HOT).send('1d2177').print('TEXT\n'.repeat(500)).wait(220_000);
  expect(bench.troubles()).toEqual([]);
  expect(bench.armed).toEqual({});
  expect(firstLine(bench)?.items).toHaveLength(1);
});

test('a hot head cools without power, too', () => {
  const bench = new Bench(HOT)
    .send(repeated(TALL_BAR, 225))
    .wait(21_500)
    .does('power-off')
    .wait(120_000)
    .does('power-on');
  expect(bench.status()).toBe('12 12 12 12');
});

test('lines that are burnt alike share what is known of the head', () => {
  const lines = new Bench().print('A\nB\n').model.currentPiece().lines;
  expect(lines[0]?.head).toBe(lines[1]?.head);
  expect(lines[0]?.head).toEqual({ energyPercent: 100, deadColumns: [], dirt: new Uint8Array() });
});

test.each([
  { command: 'GS ( K 49, 3', bytes: '1d284b02003103', energyPercent: 115 },
  { command: 'GS ( K 49, 8', bytes: '1d284b02003108', energyPercent: 140 },
  { command: 'GS ( K 49, 250', bytes: '1d284b020031fa', energyPercent: 70 },
  { command: 'GS ( K 49, 255', bytes: '1d284b020031ff', energyPercent: 95 },
  { command: 'GS ( K 49, 9, which is none', bytes: '1d284b02003109', energyPercent: 100 },
  { command: 'GS ( K 50, which is speed', bytes: '1d284b02003203', energyPercent: 100 },
  { command: 'GS | 0', bytes: '1d7c00', energyPercent: 50 },
  { command: 'GS | 4', bytes: '1d7c04', energyPercent: 100 },
  { command: 'GS | 9, which is none', bytes: '1d7c09', energyPercent: 100 },
  { command: 'ESC @ after a density', bytes: '1d7c00 1b40', energyPercent: 100 },
])('$command burns with $energyPercent %', ({ bytes, energyPercent }) => {
  expect(firstLine(new Bench().send(bytes).print('A\n'))?.head.energyPercent).toBe(energyPercent);
});

test('a head that is driven too fast burns fainter', () => {
  const energyAt = (dotRowsPerSecond: number) =>
    firstLine(new Bench({ ...HOT, dotRowsPerSecond }).send(BAR).wait(200))?.head.energyPercent;
  expect([energyAt(600), energyAt(1000), energyAt(2400)]).toEqual([100, 75, 50]);
});

test('a warm head burns darker', () => {
  const bench = new Bench(HOT).send(repeated(TALL_BAR, 150)).wait(14_000);
  const { lines } = bench.model.currentPiece();
  expect(lines[0]?.head.energyPercent).toBe(100);
  expect(lines.at(-1)?.head.energyPercent).toBeGreaterThan(105);
});

test.each([
  { percent: 40, shade: 0 },
  { percent: 45, shade: 0 },
  { percent: 70, shade: 142 },
  { percent: 90, shade: 255 },
  { percent: 140, shade: 255 },
])('$percent % of the heat makes a dot $shade dark', ({ percent, shade }) => {
  const state = { energyPercent: percent, deadColumns: [], dirt: new Uint8Array() };
  expect([...columnDarkness(state, 1)]).toEqual([shade]);
});

test('dirt comes with the rows that are burnt, in its streaks, and goes with cleaning', () => {
  const bench = new Bench({ head: { ...REAL, rowsToBlind: 2400 } }, NOISE);
  expect(new Set(darkness(bench.send(BAR)))).toEqual(new Set([255]));
  bench.send(repeated(BAR, 30)).send(BAR);
  const half = darkness(bench);
  expect(half[5]).toBeLessThan(255);
  expect(half[5]).toBeGreaterThan(0);
  expect(half[100]).toBe(255);
  bench.send(repeated(BAR, 70)).send(BAR);
  expect(darkness(bench)[5]).toBe(0);
  expect(new Set(darkness(bench.does('clean-head').send(BAR)))).toEqual(new Set([255]));
});

test('rows without ink make no dirt', () => {
  const bench = new Bench({ head: { ...REAL, rowsToBlind: 24 } }, NOISE).print('\n'.repeat(50)).send(BAR);
  expect(new Set(darkness(bench))).toEqual(new Set([255]));
});

test('wear can be given at once', () => {
  const bench = new Bench({ head: { ...REAL, rowsToBlind: 2400 } }, NOISE).does({ type: 'wear-head', rows: 2400 });
  expect(darkness(bench.send(BAR))[5]).toBe(0);
});

test('more density hides dirt for a while', () => {
  const bench = new Bench({ head: { ...REAL, rowsToBlind: 2400 } }, NOISE).does({ type: 'wear-head', rows: 800 });
  const faint = darkness(bench.send(BAR))[5] ?? 0;
  expect(darkness(bench.send('1d284b02003108').send(BAR))[5]).toBeGreaterThan(faint);
});

test('cleaning takes the crust off, and leaves dead elements dead', () => {
  const bench = new Bench().does({ type: 'dirty-head', deadColumns: [3] }).does({ type: 'burn-out', columns: [9] });
  bench.send(BAR);
  expect([3, 9].map((column) => darkness(bench)[column])).toEqual([0, 0]);
  bench.does('clean-head').send(BAR);
  expect([3, 9].map((column) => darkness(bench)[column])).toEqual([255, 0]);
});

test('most of a dirty head is nearly clean, and a column is like its neighbours', () => {
  expect([...streaksOf(Uint8Array.of(0, 0, 255, 255, 255, 0, 0))]).toEqual([0, 9, 76, 255, 76, 9, 0]);
});

test('a scanner sees what is dark enough, an eye sees the grey', () => {
  const bench = new Bench({ widthDots: 16 }).does({ type: 'burn-out', columns: [1] });
  bench.send('1d284b020031fa').send('1d76300002000100 f00f');
  const piece = bench.model.currentPiece();
  expect([...paperBitmap(piece, NO_GLYPHS).rows]).toEqual([0xb0, 0x0f]);
  const { heightDots, shades, widthDots } = paperShades(piece, NO_GLYPHS);
  expect([widthDots, heightDots]).toEqual([16, 1]);
  const white = Array.from({ length: 8 }, () => 255);
  expect([...shades]).toEqual([113, 255, 113, 113, ...white, 113, 113, 113, 113]);
  const fainter = new Bench({ widthDots: 16 }).send('1d7c01').send('1d76300002000100 f00f').model.currentPiece();
  expect([...paperBitmap(fainter, NO_GLYPHS).rows]).toEqual([0, 0]);
  expect(paperShades(fainter, NO_GLYPHS).shades[0]).toBeLessThan(255);
});

test('each piece shows its own rows of a picture that the end of the paper has parted', () => {
  const bench = new Bench({ widthDots: 8, busyWhenOffline: false }).does({ type: 'paper-out-after', rows: 2 });
  bench.send(Uint8Array.from([0x1d, 0x76, 0x30, 0, 1, 0, 4, 0, 0x81, 0x42, 0x24, 0x18])).does('load-paper');
  const pieces = [...bench.pieces, bench.model.currentPiece()];
  expect(pieces.map((piece) => [...paperBitmap(piece, NO_GLYPHS).rows])).toEqual([
    [0x81, 0x42],
    [0x24, 0x18],
  ]);
  expect(pieces.map((piece) => paperShades(piece, NO_GLYPHS).shades[1])).toEqual([255, 255]);
});

test('a dirty line is as long as a clean one', () => {
  expect(new Bench({}, NOISE).send(ascii('A\n')).hanging()).toBe('A');
});
