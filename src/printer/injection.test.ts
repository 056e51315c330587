/**
 * No control byte from any data reaches the printer: the job of every paper with hostile text in every field of it is
 * taken apart, and nothing is in it but the commands that the layout asks for and its own text.
 *
 * Mutations that these tests caught: `printable` left out of values, of table cells, of the chip block or of the
 * merchant's own lines; control characters dropped without a mark; real-time bytes left in a logo.
 */
import { assert, constantFrom, integer, oneof, property, string, uint8Array } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Paper } from '../domain/paper.ts';
import { paperJob } from './escpos-renderer.ts';
import { layout } from './layout.ts';
import { paperDocument } from './paper-document.ts';
import { PLAIN, type PaperSettings } from './paper-settings.ts';
import { GALLERY, SLIP } from './papers.testing.ts';
import { PRINTER_PROFILES } from './profiles.ts';
import { realTimeAt, tokensOf } from './tokens.testing.ts';

/** What is not text: kinds of things, and amounts, which are checked where they are made. */
const NO_TEXT: readonly string[] = [
  'type',
  'copy',
  'entryMode',
  'presented',
  'verdict',
  'by',
  'amount',
  'noPinUpTo',
  'noSignatureUpTo',
  'errorCorrection',
  'density',
];

/** The same paper with other text wherever it has any. */
function withText<Value>(value: Value, text: string, key = ''): Value {
  if (typeof value === 'string') return (NO_TEXT.includes(key) ? value : text) as Value;
  if (Array.isArray(value)) return value.map((each) => withText(each, text)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withText(each, text, name)])) as Value;
}

const COMMANDS = [
  '\u001b@',
  '\u001bd\u00ff',
  '\u001d\u0056\u0000',
  '\u0010\u0004\u0001',
  '\u0010\u0014\u0008',
  '\u001c.',
  '\n',
  '\r',
  '\f',
];
const HOSTILE = oneof(
  constantFrom(...COMMANDS).map((command) => `A${command}中${command}B`),
  string({
    unit: constantFrom(...Array.from('A中，é¥€\u0000\u0010\u0004\u0018\u001b\u001c\u001d\u0085\u2028\u007f\ufffd😀@')),
    maxLength: 60,
  }),
  string({ unit: 'binary', maxLength: 60 }),
);

const PROFILE = PRINTER_PROFILES['epson-58'];
const gbk = new TextDecoder('gbk');

/** Text of the job, and the names of its commands, in order. */
function parts(
  paper: Paper,
  settings: PaperSettings,
): { readonly texts: readonly string[]; readonly commands: readonly string[] } {
  const stream = Buffer.concat(paperJob(paper, PROFILE, '0001', settings));
  expect(realTimeAt(stream)).toBe(-1);
  const tokens = tokensOf(stream);
  const text = tokens
    .map(({ bytes, name }) => (name === 'text' ? gbk.decode(bytes) : name === 'LF' ? '\n' : ''))
    .join('');
  return { texts: text.split('\n'), commands: tokens.flatMap(({ name }) => (name === 'text' ? [] : [name])) };
}

const countOf = (names: readonly string[], name: string): number => names.filter((each) => each === name).length;

describe('hostile text', () => {
  test.each(Object.entries<Paper>(GALLERY))('in every field of %s stays text', (_name, paper) => {
    assert(
      property(HOSTILE, constantFrom('zh-en', 'zh', 'en'), (text, language) => {
        const settings = { language, header: [text], footer: [text] } as const;
        const hostile = withText(paper, text);
        const laidOut = layout(paperDocument(hostile, settings), PROFILE.columns, language);
        const { commands, texts } = parts(hostile, settings);
        const wanted = laidOut.flatMap((element) => (element.type === 'line' ? [element.text] : []));
        expect(texts.slice(0, -1)).toEqual(wanted);
        expect(countOf(commands, 'ESC @')).toBe(1);
        expect(countOf(commands, 'GS V')).toBe(1);
        expect(countOf(commands, 'ESC J')).toBe(laidOut.filter(({ type }) => type === 'space').length);
      }),
      { numRuns: 15 },
    );
  });

  test('is seen as question marks, so that nothing is left out silently', () => {
    expect(parts({ ...SLIP, merchantName: 'A\u001b@B' }, PLAIN).texts).toContain('商户名称(MERCHANT NAME):A?@B');
  });
});

test('a logo brings no real-time command, whatever its dots', () => {
  assert(
    property(
      integer({ min: 1, max: 48 }),
      uint8Array({ minLength: 48, maxLength: 400 }).map((bytes) =>
        bytes.map((byte) => [0x10, 0x04, 0x05, 0x14, byte][byte % 5] ?? 0),
      ),
      (stride, bytes) => {
        const rows = bytes.subarray(0, Math.floor(bytes.length / stride) * stride);
        const bitmap = { widthDots: stride * 8, heightDots: rows.length / stride, rows };
        const { commands } = parts(SLIP, { ...PLAIN, logo: { type: 'dots', bitmap } });
        expect(countOf(commands, 'GS v 0')).toBeGreaterThan(0);
      },
    ),
  );
});

test('a stream with anything else is noticed', () => {
  expect(() => tokensOf(Uint8Array.of(0x41, 0x1b, 0x42))).toThrow('byte 1');
  expect(() => tokensOf(Uint8Array.of(0x81, 0x0a))).toThrow('byte 0');
  expect(realTimeAt(Uint8Array.of(0x1d, 0x10, 0x04))).toBe(1);
});
