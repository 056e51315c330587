/**
 * Text, SVG, HTML and JSON of the same document say the same, and no text becomes markup.
 *
 * Mutations that these tests caught: `escaped` left out of a value, of a label or of a title; a block left out; the
 * language not passed on; a stylesheet from elsewhere.
 */
import { assert, constantFrom, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Paper } from '../domain/paper.ts';
import { readPng } from '../glyphs/png.testing.ts';
import { printable } from './gbk.ts';
import { paperHtml } from './html-renderer.ts';
import { paperJson } from './json-renderer.ts';
import { layout } from './layout.ts';
import { paperDocument } from './paper-document.ts';
import { PLAIN } from './paper-settings.ts';
import { GALLERY, SETTINGS_WITH_LOGO, SLIP } from './papers.testing.ts';
import { PRINTER_PROFILES } from './profiles.ts';
import { paperSvg } from './svg-renderer.ts';
import { paperText } from './text-renderer.ts';

const SHEET = PRINTER_PROFILES['epson-58'];
const CASES = Object.entries<Paper>(GALLERY);

const unescaped = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
const tagsOf = (markup: string): readonly string[] =>
  Array.from(markup.matchAll(/<\/?([a-z0-9]+)/g), ([, tag = '']) => tag);
const textOf = (markup: string): string =>
  unescaped(markup.slice(markup.indexOf('</style>')).replaceAll(/<[^>]*>/g, ' '));
const squeezed = (text: string): string => text.replaceAll(/\s/g, '');

/** Every tag that is opened is closed, in order, but those that have no end. */
function isBalanced(markup: string): boolean {
  const open: string[] = [];
  for (const [whole, slash, tag = ''] of markup.matchAll(/<(\/?)([a-z0-9]+)[^>]*>/g)) {
    if (whole.endsWith('/>') || ['meta', 'hr', 'img'].includes(tag)) continue;
    if (slash === '') open.push(tag);
    else if (open.pop() !== tag) return false;
  }
  return open.length === 0;
}

const HOSTILE = string({
  unit: constantFrom(...Array.from('<>&"\'/= ab中]-!\u0000\u001b'), '</style>', '<script>', '-->', ']]>'),
  maxLength: 12,
});
const hostile = (text: string): Paper => ({
  ...SLIP,
  merchantName: text,
  remarks: [text],
  emv: { ...GALLERY['sale-chip'].emv, label: text },
});

describe('SVG', () => {
  test.each(CASES)('of %s has the lines of the paper, in order, and is well formed', (_name, paper) => {
    const svg = paperSvg(paper, SHEET);
    const lines = Array.from(svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g), ([, text = '']) => unescaped(text));
    const wanted = layout(paperDocument(paper), SHEET.columns, 'zh-en').flatMap((element) =>
      element.type === 'line' ? [element.text] : [],
    );
    expect(lines).toEqual(wanted);
    expect(isBalanced(svg)).toBe(true);
  });

  test('stretches each line to its columns, and sets it where the printer does', () => {
    expect(paperSvg(SLIP, SHEET)).toContain(
      '<text transform="translate(36 0) scale(2 2)" y="20" font-size="22" textLength="156" lengthAdjust="spacingAndGlyphs" font-weight="bold">银联POS签购单</text>',
    );
  });

  test('keeps its rules from being read aloud', () => {
    const hidden = Array.from(paperSvg(SLIP, SHEET).matchAll(/aria-hidden="true">([^<]*)</g), ([, text]) => text);
    expect(new Set(hidden)).toEqual(new Set(['-'.repeat(32)]));
  });

  test('says what it is, in which language, and how large', () => {
    const svg = paperSvg(SLIP, PRINTER_PROFILES['epson-80'], { ...PLAIN, language: 'en' });
    expect(svg).toMatch(
      /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" xml:lang="en" xml:space="preserve" width="576" height="\d+"/,
    );
    expect(svg).toContain('<title>POS SALES SLIP</title>');
  });

  test('lets no text become markup', () => {
    assert(
      property(HOSTILE, (text) => {
        const svg = paperSvg(hostile(text), SHEET);
        expect(new Set(tagsOf(svg))).toEqual(new Set(['svg', 'title', 'style', 'rect', 'text']));
        expect(isBalanced(svg)).toBe(true);
        expect(squeezed(textOf(svg))).toContain(squeezed(printable(text)));
      }),
    );
  });
});

describe('HTML', () => {
  test.each(CASES)('of %s says what the text says', (_name, paper) => {
    const html = paperHtml(paper);
    const shown = squeezed(textOf(html));
    const words = paperText(paper, paper.type === 'test-strip' ? 32 : 64)
      // Of a code there is the picture.
      .replaceAll(/\[(QR [^\]]*|bar|comb|wedge)\]/g, '')
      .split(/[\s():]+/)
      .filter((word) => !/^[-=]*$/.test(word));
    expect(words.length).toBeGreaterThan(15);
    expect(words.filter((word) => !shown.includes(word))).toEqual([]);
    expect(isBalanced(html)).toBe(true);
    expect(tagsOf(html).filter((tag) => tag === 'h1')).toHaveLength(2);
  });

  test('loads nothing and runs nothing', () => {
    const html = paperHtml(SLIP, SETTINGS_WITH_LOGO);
    expect(html).toContain("default-src 'none'; style-src 'unsafe-inline'; img-src data:");
    expect(html).not.toMatch(/<script|<link|https?:|url\(|@import|\son\w+=/);
    expect(Array.from(html.matchAll(/src="([^"]{0,22})/g), ([, source]) => source)).toEqual(['data:image/png;base64,']);
  });

  test('marks English as English beside Chinese, and has none where Chinese was chosen', () => {
    expect(paperHtml(SLIP)).toContain('<dt>商户编号 <span lang="en">MERCHANT NO</span></dt>');
    const chinese = paperHtml(SLIP, { ...PLAIN, language: 'zh' });
    expect(chinese).toContain('<html lang="zh-CN">');
    expect(chinese).toContain('<dt>商户编号</dt>');
    expect(chinese).not.toContain('<span');
  });

  test('lets no text become markup', () => {
    const known = new Set(tagsOf(paperHtml(hostile('x'))));
    assert(
      property(HOSTILE, (text) => {
        const html = paperHtml(hostile(text), { ...PLAIN, header: [text], footer: [text] });
        expect(new Set(tagsOf(html))).toEqual(known);
        expect(isBalanced(html)).toBe(true);
        expect(squeezed(textOf(html))).toContain(squeezed(printable(text)));
      }),
    );
  });
});

describe('JSON', () => {
  test.each(CASES)('of %s is its document', (_name, paper) => {
    expect(JSON.parse(paperJson(paper))).toEqual({
      format: 'slipway-paper',
      version: 1,
      kind: paper.type,
      language: 'zh-en',
      blocks: paperDocument(paper),
    });
  });

  test('has the dots of a logo', () => {
    const { blocks } = JSON.parse(paperJson(SLIP, SETTINGS_WITH_LOGO));
    expect(blocks[0]).toMatchObject({ type: 'logo', logo: { type: 'dots', widthDots: 120, heightDots: 48 } });
    expect(Buffer.from(blocks[0].logo.rows, 'base64')).toHaveLength(15 * 48);
  });
});

test.each([
  ['SVG', (settings: typeof SETTINGS_WITH_LOGO) => paperSvg(SLIP, SHEET, settings)],
  ['HTML', (settings: typeof SETTINGS_WITH_LOGO) => paperHtml(SLIP, settings)],
])('%s holds the logo as a picture, and leaves out one that only the printer has', (_name, render) => {
  const [, base64 = ''] = /data:image\/png;base64,([^"]+)"/.exec(render(SETTINGS_WITH_LOGO)) ?? [];
  const { logo } = SETTINGS_WITH_LOGO;
  const bitmap = logo?.type === 'dots' ? { ...logo.bitmap } : undefined;
  expect(readPng(Buffer.from(base64, 'base64'))).toMatchObject({ widthDots: 120, rows: bitmap?.rows });
  expect(render({ ...SETTINGS_WITH_LOGO, logo: { type: 'nv-image', number: 1 } })).not.toContain('data:image');
});
