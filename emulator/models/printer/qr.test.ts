import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { readByJsqr, readByZxing } from './foreign-readers.testing.ts';
import { qrMatrix } from './qr.ts';
import { dotsOf, itemsOf, printed, symbolBytes, whatWasRefused } from './strip.testing.ts';
import { ascii } from './bench.testing.ts';

/** ISO/IEC 18004, annex C: the 32 format sequences after masking, level and mask in the five high bits. */
const formatSequence = (data: number): number => {
  let remainder = data << 10;
  for (let bit = 14; bit >= 10; bit--) if ((remainder >> bit) & 1) remainder ^= 0b10100110111 << (bit - 10);
  return ((data << 10) | remainder) ^ 0b101010000010010;
};

test.each([
  { level: 'L', text: 'HELLO', size: 21, bits: 0b01 },
  { level: 'M', text: 'HELLO SLIPWAY', size: 21, bits: 0b00 },
  { level: 'Q', text: 'HELLO SLIPWAY', size: 25, bits: 0b11 },
  { level: 'H', text: 'x'.repeat(58), size: 41, bits: 0b10 },
  { level: 'M', text: 'x'.repeat(329), size: 69, bits: 0b00 },
] as const)('$text.length bytes at level $level make $size modules, with both copies of the format', (row) => {
  const matrix = qrMatrix(ascii(row.text), row.level);
  expect(matrix?.size).toBe(row.size);
  const dark = (x: number, y: number): number => (matrix?.dark(x, y) === true ? 1 : 0);
  const last = row.size - 1;
  const first = [0, 1, 2, 3, 4, 5, 7, 8].map((x) => dark(x, 8)).concat([7, 5, 4, 3, 2, 1, 0].map((y) => dark(8, y)));
  const second = [0, 1, 2, 3, 4, 5, 6]
    .map((step) => dark(8, last - step))
    .concat([7, 6, 5, 4, 3, 2, 1, 0].map((step) => dark(last - step, 8)));
  expect(second).toEqual(first);
  const masks = [0, 1, 2, 3, 4, 5, 6, 7].map((mask) => formatSequence((row.bits << 3) | mask));
  expect(masks).toContain(first.reduce((value, bit) => value * 2 + bit, 0));
  // The dark module.
  expect(dark(8, last - 7)).toBe(1);
});

test.each([
  { level: 'L', bytes: 2953 },
  { level: 'M', bytes: 2331 },
  { level: 'Q', bytes: 1663 },
  { level: 'H', bytes: 1273 },
] as const)('version 40 at level $level holds $bytes bytes and not one more', ({ level, bytes }) => {
  expect(qrMatrix(new Uint8Array(bytes), level)?.size).toBe(177);
  expect(qrMatrix(new Uint8Array(bytes + 1), level)).toBeUndefined();
});

test('the symbol is the one that another program has read', () => {
  const golden = readFileSync(join(import.meta.dirname, '../../../fixtures/paper/qr-hello.art'), 'utf8');
  const matrix = qrMatrix(ascii('HELLO SLIPWAY'), 'M');
  const art = Array.from({ length: matrix?.size ?? 0 }, (_, y) =>
    Array.from({ length: matrix?.size ?? 0 }, (_, x) => (matrix?.dark(x, y) === true ? '#' : '.')).join(''),
  );
  expect(art.join('\n')).toBe(golden.trimEnd());
});

const QR = 0x31;
const commands = (text: string, level: number, moduleDots: number): Uint8Array =>
  Uint8Array.from([
    ...symbolBytes(QR, 67, moduleDots),
    ...symbolBytes(QR, 69, level),
    ...symbolBytes(QR, 80, 0x30, ...ascii(text)),
    ...symbolBytes(QR, 81, 0x30),
  ]);

test.each([0x30, 0x31, 0x32, 0x33])('at level %i two foreign decoders read what GS ( k printed', (level) => {
  const text = 'https://example.com/receipt?id=0123456789#银联';
  const stream = printed(commands(text, level, 4));
  const picture = dotsOf(stream);
  expect([readByZxing(picture, 'QR_CODE')?.text, readByJsqr(picture)]).toEqual([text, text]);
  expect(itemsOf(stream)).toMatchObject([{ kind: 'qr', payload: ascii(text) }]);
});

test('more than a symbol holds prints nothing, nor does model 1, and both are told of', () => {
  expect(whatWasRefused(printed(commands('x'.repeat(2954), 0x30, 1)))).toEqual(['GS ( k QR: more than a symbol holds']);
  const model1 = Uint8Array.from([...symbolBytes(QR, 65, 0x31, 0x00), ...commands('A', 0x30, 4)]);
  expect(whatWasRefused(printed(model1))).toEqual(['GS ( k QR: only model 2 is supported']);
});
