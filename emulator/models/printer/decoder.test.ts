import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import type { Action } from '../model.ts';
import type { PrinterSight } from './deeds.ts';
import { PrinterModel } from './printer.ts';
import { TERMINAL_58MM } from './profile.ts';
import { PICTURE_PARAMETERS_MAX } from './commands.ts';
import { EscPosDecoder } from './decoder.ts';
import { Interpreter } from './interpreter.ts';
import { lineBitmap } from './line-bitmap.ts';
import { Macro } from './macro.ts';
import { Bench, bytesOf } from './bench.testing.ts';

/** Garbage that is likely to begin commands. */
const stream = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 12 }),
      fc.constantFrom(
        ...[
          '1b40',
          '1b2130',
          '1c26',
          '1c2e',
          'd2f8c1aa',
          '410a',
          '1d5600',
          '1d610f',
          '100401',
          '10140801031401060208',
        ].map(bytesOf),
        ...['1d7630000200 0300', '1d286b0300315130', '1d2848060030303030 3031', '1b2a210100', '1d6b49', '1b6405'].map(
          bytesOf,
        ),
      ),
    ),
    { maxLength: 30 },
  )
  .map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])));

const NO_GLYPHS = { glyph: () => undefined };

interface Story {
  readonly written: readonly number[];
  readonly sights: readonly PrinterSight[];
}
const storyOf = (actions: readonly Action<PrinterSight>[]): Story => ({
  written: actions.flatMap((action) => (action.type === 'write' ? [...action.bytes] : [])),
  sights: actions.flatMap((action) => (action.type === 'sight' ? [action.sight] : [])),
});

test.each([0, 10])('any chunking gives the same paper and answers, at %i lines per second', (linesPerSecond) => {
  fc.assert(
    fc.property(stream, fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), (bytes, sizes) => {
      const profile = { ...TERMINAL_58MM, linesPerSecond };
      const whole = new PrinterModel(profile);
      const chunked = new PrinterModel(profile);
      const expected = storyOf(whole.bytes(bytes));
      const actions: Action<PrinterSight>[] = [];
      for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const size = sizes[turn % sizes.length] ?? 1;
        actions.push(...chunked.bytes(bytes.subarray(at, at + size)));
        at += size;
      }
      expect(storyOf(actions)).toEqual(expected);
      expect(chunked.currentPiece()).toEqual(whole.currentPiece());
    }),
    { numRuns: 200 },
  );
});

test('garbage never throws, and a printer that was cleared after it prints as a new one', () => {
  fc.assert(
    fc.property(stream, (bytes) => {
      const bench = new Bench().send(bytes);
      // Ends even an unfinished command: real-time requests are found inside its parameters.
      bench.send('10140801031401060208 1b40').does('load-paper');
      expect(bench.print('A\n').hanging()).toBe('A');
    }),
    { numRuns: 300 },
  );
});

test('garbage of any length does not grow what is kept', () => {
  const decoder = new EscPosDecoder(true);
  for (const byte of bytesOf('1d384c 00000800')) decoder.push(byte);
  let last: ReturnType<EscPosDecoder['push']> = [];
  for (let count = 0; count < 0x80000; count++) last = decoder.push(0x41);
  expect(last).toMatchObject([{ type: 'command', name: 'GS 8', bytes: 0x80000 + 7 }]);
  const [command] = last;
  expect(command?.type === 'command' && command.parameters.length).toBe(PICTURE_PARAMETERS_MAX);
});

/** Commands whose length comes from their own bytes, which soup is to be rich in. */
const hungry = [
  '1b26',
  '1b2a21',
  '1c71',
  '1c32',
  '1d2a',
  '1d284c',
  '1d384c',
  '1d286b',
  '1d6b49',
  '1d763000',
  '1d3a',
  '1d5e',
  '1b4c',
  '1b57',
];
const soup = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 16 }),
      fc.constantFrom(...[...hungry, '0c', '1b0c', '8130', '1b53'].map(bytesOf)),
    ),
    { maxLength: 60 },
  )
  .map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])));

test('what is decoded tiles the stream, real-time requests apart, and the rest is pending', () => {
  fc.assert(
    fc.property(soup, fc.boolean(), (bytes, kanji) => {
      const decoder = new EscPosDecoder(kanji);
      const spans = Array.from(bytes).flatMap((byte) => decoder.push(byte));
      const starts = [...spans.map(({ offset }) => offset), bytes.length - decoder.pendingBytes];
      const ends = [0, ...spans.map(({ offset, bytes: taken }) => offset + taken)];
      expect(starts.every((start, at) => start >= (ends[at] ?? 0))).toBe(true);
      const gaps = ends.filter((end, at) => end !== starts[at]).map((end) => bytes[end]);
      expect(new Set([...gaps, 0x10])).toEqual(new Set([0x10]));
    }),
    { numRuns: 500 },
  );
});

test('the header and the bands of a picture say where in the stream they stand', () => {
  const decoder = new EscPosDecoder(true);
  const bytes = bytesOf(`41 1d7630000200 3200 ${'00ff'.repeat(50)} 0a`);
  const spans = Array.from(bytes).flatMap((byte) => decoder.push(byte));
  expect(spans.map(({ type, offset, bytes: taken }) => [type, offset, taken])).toEqual([
    ['narrow', 0, 1],
    ['command', 1, 8],
    ['band', 9, 48],
    ['band', 57, 48],
    ['band', 105, 4],
    ['control', 109, 1],
  ]);
});

test('byte soup neither throws nor makes more work than the named maxima allow', () => {
  fc.assert(
    fc.property(soup, (bytes) => {
      const decoder = new EscPosDecoder(true);
      const interpreter = new Interpreter(TERMINAL_58MM);
      for (const byte of bytes) {
        for (const decoded of decoder.push(byte)) {
          const work = interpreter.execute(decoded);
          // One line for each of its own, those of ESC d, or a macro's.
          expect(work.length).toBeLessThanOrEqual(Macro.WORK_MAX + 256);
          for (const each of work) if (each.type === 'line') lineBitmap(each.line, 384, NO_GLYPHS);
        }
      }
      expect(decoder.pendingBytes).toBeLessThanOrEqual(bytes.length);
    }),
    { numRuns: 500 },
  );
});

test('a NUL-terminated command without its NUL ends at its named maximum', () => {
  const decoder = new EscPosDecoder(true);
  const decoded = [...bytesOf('1b44'), ...Array.from({ length: 256 }, () => 0x41)].flatMap((byte) =>
    decoder.push(byte),
  );
  expect(decoded).toMatchObject([{ name: 'ESC D' }, { type: 'narrow', code: 0x41 }]);
});
