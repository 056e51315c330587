import { expect, test } from 'vitest';

import { bytesOf } from './bench.testing.ts';
import { GRAPHICS_MEMORY_MAX_BYTES } from './graphics-store.ts';
import { Interpreter } from './interpreter.ts';
import { EscPosDecoder } from './decoder.ts';
import { TERMINAL_58MM } from './profile.ts';
import { artOf, dotsOf, itemsOf, linesOf, printed, textOf, whatWasRefused } from './strip.testing.ts';

const art = (hex: string, widthDots = 32) => artOf(dotsOf(printed(hex, { widthDots })));

/** GS ( L with its length before m, fn and the rest. */
const graphics = (rest: string, eight = false): string => {
  const bytes = bytesOf(rest).length;
  const low = [bytes & 0xff, bytes >> 8].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return eight ? `1d384c ${low}0000 ${rest}` : `1d284c ${low} ${rest}`;
};
/** Three dots by two: a corner. */
const CORNER = '0300 0200';
const CORNER_ROWS = 'e0 80';
const CORNER_COLUMNS = 'c0 80 80';
const CORNER_ART = ['###', '#..'];
const head = (rows: readonly string[]) => rows.slice(0, 2).map((row) => row.slice(0, 3));

test.each([
  { what: 'function 112, raster', hex: graphics(`30 70 30 01 01 31 ${CORNER} ${CORNER_ROWS}`) + graphics('30 32') },
  { what: 'function 113, columns', hex: graphics(`30 71 30 01 01 31 ${CORNER} ${CORNER_COLUMNS}`) + graphics('30 32') },
  { what: 'GS 8 L', hex: graphics(`30 70 30 01 01 31 ${CORNER} ${CORNER_ROWS}`, true) + graphics('30 02') },
  {
    what: 'functions 67 and 69, NV',
    hex: graphics(`30 43 30 4b31 01 ${CORNER} 31 ${CORNER_ROWS}`) + graphics('30 45 4b31 01 01'),
  },
  {
    what: 'functions 68 and 69',
    hex: graphics(`30 44 30 4b31 01 ${CORNER} 31 ${CORNER_COLUMNS}`) + graphics('30 45 4b31 01 01'),
  },
  {
    what: 'functions 83 and 85, download',
    hex: graphics(`30 53 30 4b31 01 ${CORNER} 31 ${CORNER_ROWS}`) + graphics('30 55 4b31 01 01'),
  },
  {
    what: 'functions 84 and 85',
    hex: graphics(`30 54 30 4b31 01 ${CORNER} 31 ${CORNER_COLUMNS}`) + graphics('30 55 4b31 01 01'),
  },
  { what: 'FS q and FS p', hex: '1c71 01 0100 0100 c080800000000000 1c700100' },
  { what: 'GS * and GS /', hex: '1d2a 0101 c080800000000000 1d2f00' },
])('$what bring the same dots to the paper', ({ hex }) => {
  const stream = printed(hex, { widthDots: 32 });
  expect(stream.discarded).toEqual([]);
  expect(head(artOf(dotsOf(stream)))).toEqual(CORNER_ART);
});

test.each([
  { what: 'by its bx and by', hex: graphics(`30 70 30 02 02 31 ${CORNER} ${CORNER_ROWS}`) + graphics('30 32') },
  { what: 'by its key', hex: graphics(`30 43 30 4b31 01 ${CORNER} 31 ${CORNER_ROWS}`) + graphics('30 45 4b31 02 02') },
  { what: 'by FS p 3', hex: '1c71 01 0100 0100 c080800000000000 1c700103' },
  { what: 'by GS / 3', hex: '1d2a 0101 c080800000000000 1d2f03' },
  { what: 'by GS v 0 3', hex: '1d7630 03 0100 0200 e080' },
])('a picture is doubled both ways $what', ({ hex }) => {
  expect(
    art(hex)
      .slice(0, 4)
      .map((row) => row.slice(0, 6)),
  ).toEqual(['######', '######', '##....', '##....']);
});

test.each([
  { m: '00', first: '##', width: 16, height: 1 },
  { m: '01', first: '####', width: 32, height: 1 },
  { m: '02', first: '##', width: 16, height: 2 },
  { m: '33', first: '####', width: 32, height: 2 },
])('GS v 0 with m = $m is $width by $height', ({ m, first, width, height }) => {
  const stream = printed(`1d7630 ${m} 0200 0100 c001`);
  expect(itemsOf(stream)).toMatchObject([{ widthDots: width, heightDots: height }]);
  expect(artOf(dotsOf(stream))[0]?.slice(0, width).startsWith(`${first}.`)).toBe(true);
});

test.each([
  { mode: '00', columns: '80', row: '##', rows: 3 },
  { mode: '01', columns: '80', row: '#', rows: 3 },
  { mode: '20', columns: '800000', row: '##', rows: 1 },
  { mode: '21', columns: '800000', row: '#', rows: 1 },
])('ESC * mode $mode burns $row in $rows rows', ({ mode, columns, row, rows }) => {
  const burnt = art(`1b2a ${mode} 0100 ${columns} 0a`);
  expect(burnt.slice(0, 4).map((line) => line.replaceAll('.', ''))).toEqual(
    Array.from({ length: 4 }, (_, y) => (y < rows ? row : '')),
  );
});

test('pictures follow the alignment, and are cut off at the edge of the area', () => {
  expect(itemsOf(printed('1b6102 1d7630 00 0100 0100 ff'))).toMatchObject([{ xDots: 376, widthDots: 8 }]);
  expect(itemsOf(printed('1d570800 1d7630 00 0200 0100 ffff'))).toMatchObject([{ widthDots: 24 - 8 }]);
  expect(itemsOf(printed('1b24 7801 1b2a 21 1000' + 'ffffff'.repeat(16) + '0a'))).toMatchObject([{ widthDots: 8 }]);
});

test.each([
  { what: 'nothing under a key', hex: graphics('30 45 4b31 01 01'), why: 'GS ( L 69: nothing under this key' },
  { what: 'nothing buffered', hex: graphics('30 32'), why: 'GS ( L 50: nothing is stored' },
  { what: 'no such FS q image', hex: '1c700100', why: 'FS p: no image 1' },
  { what: 'no GS * picture', hex: '1d2f00', why: 'GS /: no picture' },
  {
    what: 'a deleted key',
    hex:
      graphics(`30 43 30 4b31 01 ${CORNER} 31 ${CORNER_ROWS}`) + graphics('30 42 4b31') + graphics('30 45 4b31 01 01'),
    why: 'GS ( L 69: nothing under this key',
  },
  {
    what: 'all deleted',
    hex:
      graphics(`30 53 30 4b31 01 ${CORNER} 31 ${CORNER_ROWS}`) +
      graphics('30 51 434c52') +
      graphics('30 55 4b31 01 01'),
    why: 'GS ( L 85: nothing under this key',
  },
  { what: 'dots cut short', hex: graphics(`30 70 30 01 01 31 ${CORNER} e0`), why: 'GS ( L 112: no picture' },
  { what: 'an unknown function', hex: graphics('30 7f'), why: 'GS ( L 127: not known' },
  { what: 'GS v 0 with a form that is none', hex: '1d7630 09 0100 0100', why: '1d 76 30 09' },
  { what: 'GS 8 with another letter', hex: '1d384d 01000000 00', why: 'GS 8: not L' },
])('$what prints nothing, and is told of', ({ hex, why }) => {
  const stream = printed(`${hex} 410a`);
  expect(whatWasRefused(stream)).toEqual([why]);
  expect(textOf(stream)).toBe('A');
});

const answersOf = (hex: string): readonly string[] => {
  const decoder = new EscPosDecoder(true);
  const interpreter = new Interpreter(TERMINAL_58MM);
  return Array.from(bytesOf(hex)).flatMap((byte) =>
    decoder
      .push(byte)
      .flatMap((decoded) =>
        interpreter
          .execute(decoded)
          .flatMap((work) => (work.type === 'answer' ? [Buffer.from(work.bytes).toString('latin1')] : [])),
      ),
  );
};

test('the memories say how large they are and what they hold', () => {
  const define = graphics(`30 43 30 4b31 01 ${CORNER} 31 ${CORNER_ROWS}`);
  expect(
    answersOf(
      graphics('30 30') +
        define +
        graphics('30 33') +
        graphics('30 34') +
        graphics('30 40 4b43') +
        graphics('30 50 4b43'),
    ),
  ).toEqual([
    `70${GRAPHICS_MEMORY_MAX_BYTES}\0`,
    `71${GRAPHICS_MEMORY_MAX_BYTES - 2}\0`,
    `72${GRAPHICS_MEMORY_MAX_BYTES}\0`,
    '7r@K1\0',
    '7s@\0',
  ]);
});

test('ESC @ keeps what is non-volatile and forgets the rest', () => {
  const nv = graphics(`30 43 30 4b31 01 ${CORNER} 31 ${CORNER_ROWS}`);
  const download = graphics(`30 53 30 4b31 01 ${CORNER} 31 ${CORNER_ROWS}`);
  const stream = printed(
    `${nv}${download}1d2a 0101 c080800000000000 1b40${graphics('30 45 4b31 01 01')}${graphics('30 55 4b31 01 01')}1d2f00`,
  );
  expect(linesOf(stream)).toHaveLength(1);
  expect(whatWasRefused(stream)).toEqual(['GS ( L 85: nothing under this key', 'GS /: no picture']);
});

test('a memory takes no more than it has room for', () => {
  // 2400 by 800 dots are 240,000 bytes: one has room, two have not.
  const define = (key: string) => `1d384c 8ba90300 3043 30 ${key} 01 6009 2003 31 ${'00'.repeat(240_000)}`;
  const stream = printed(`${define('4141')} ${define('4142')} ${graphics('30 45 4141 01 01')}`);
  expect(whatWasRefused(stream)).toEqual(['GS ( L 67: no picture, or no room']);
  expect(itemsOf(stream)).toMatchObject([{ type: 'dots', heightDots: 800 }]);
});

test('GS r, GS I and the drawer say what they always said', () => {
  expect(answersOf('1d7232 1d4901')).toEqual(['\0', ' ']);
});

test.each([
  { hex: '1b70 01 19fa', work: { type: 'drawer', pin: 5, onMs: 50, offMs: 500 } },
  { hex: '1b70 30 1919', work: { type: 'drawer', pin: 2, onMs: 50, offMs: 50 } },
  { hex: '1b42 0301', work: { type: 'beep', times: 3 } },
  { hex: '1b2841 0400 61026464', work: { type: 'beep', times: 2 } },
  { hex: '1b2841 0500 30310432 00', work: { type: 'beep', times: 4 } },
  { hex: '1d284b 0200 3103', work: { type: 'density', percent: 15 } },
  { hex: '1d284b 0200 31fa', work: { type: 'density', percent: -30 } },
  { hex: '1d7c08', work: { type: 'density', percent: 50 } },
  { hex: '1d7c00', work: { type: 'density', percent: -50 } },
  { hex: '1d5642 10', work: { type: 'cut', feedDots: 88 + 16 } },
  { hex: '1d5668 00', work: { type: 'cut', feedDots: 88 } },
  { hex: '1d5631', work: { type: 'cut', feedDots: 0 } },
  { hex: '1b6d', work: { type: 'cut', feedDots: 0 } },
])('$hex is work for the mechanism: $work', ({ hex, work }) => {
  const decoder = new EscPosDecoder(true);
  const interpreter = new Interpreter(TERMINAL_58MM);
  const done = Array.from(bytesOf(hex)).flatMap((byte) =>
    decoder.push(byte).flatMap((decoded) => interpreter.execute(decoded)),
  );
  expect(done).toEqual([work]);
});
