import { assert, bigInt, boolean, constantFrom, integer, oneof, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CNY, formatAmount, toAmountMinor } from '../domain/money.ts';
import type { Paper } from '../domain/paper.ts';
import { fold } from './fold.ts';
import { columnsOf, encodeText, printable } from './gbk.ts';
import { layout, type LaidOut } from './layout.ts';
import { paperDocument } from './paper-document.ts';
import { EMV_ONLINE, GALLERY, PAPERS, SLIP } from './papers.testing.ts';
import { slipDocument } from './slip-document.ts';

const MERCHANT_TEXT = string({
  unit: constantFrom(...Array.from('滨江杂货店（东门）ABC 12-，é¥\u0010\u001b\u00a0😀')),
  maxLength: 90,
});
const ANY_TEXT = oneof(MERCHANT_TEXT, string({ unit: 'binary', maxLength: 90 }));
const squeezed = (text: string): string => text.replaceAll(' ', '');

describe('printable text', () => {
  test.each([
    ['银联 POS', '银联 POS'],
    ['a\tb\nc\u00a0d', 'a b c d'],
    ['a\u0010\u0004\u0001b', 'a???b'],
    ['\u001b@\u007f\u0085', '?@??'],
    ['\u00a512', '￥12'],
    ['€', '?'],
    ['😀𠀀', '??'],
    ['e\u0301', 'é'],
    ['?', '?'],
  ])('%j is shown as %j', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  test.each([
    ['A', 1],
    ['中', 2],
    ['￥', 2],
    ['é', 2],
    ['银联 POS', 8],
  ])('%j takes %d columns', (text, columns) => {
    expect(columnsOf(text)).toBe(columns);
  });

  test('no text whatever becomes a command', () => {
    assert(
      property(ANY_TEXT, (text) => {
        for (const [first = 0, second = 0x40] of encodeText(text)) {
          expect(first).toBeGreaterThanOrEqual(0x20);
          expect(second).toBeGreaterThanOrEqual(0x40);
          expect([first, second]).not.toContain(0x7f);
        }
      }),
    );
  });

  test('making text printable twice changes nothing', () => {
    assert(
      property(ANY_TEXT, (text) => {
        expect(printable(printable(text))).toBe(printable(text));
      }),
    );
  });
});

describe('folding', () => {
  test.each<[string, number, readonly string[]]>([
    ['滨江第二杂货店', 8, ['滨江第二', '杂货店']],
    ['滨江第二杂货店', 7, ['滨江第', '二杂货', '店']],
    ['MERCHANT NAME OF TWO', 13, ['MERCHANT NAME', 'OF TWO']],
    ['MERCHANT NAME OF TWO', 12, ['MERCHANT', 'NAME OF TWO']],
    ['123456789', 4, ['1234', '5678', '9']],
    ['中文ABCDEF', 8, ['中文', 'ABCDEF']],
    ['', 8, ['']],
    ['滨江，第二店', 4, ['滨', '江，', '第二', '店']],
    ['店（东门）', 4, ['店', '（东', '门）']],
    ['ABCDEFGH', 8, ['ABCDEFGH']],
  ])('%j in %d columns', (text, columns, lines) => {
    expect(fold(text, columns)).toEqual(lines);
  });

  test('no line is too wide and nothing but spaces is left out', () => {
    assert(
      property(ANY_TEXT, integer({ min: 2, max: 64 }), (text, columns) => {
        const shown = printable(text);
        const lines = fold(shown, columns);
        expect(Math.max(...lines.map(columnsOf))).toBeLessThanOrEqual(columns);
        expect(squeezed(lines.join(''))).toBe(squeezed(shown));
      }),
    );
  });
});

const CELL_COLUMNS = { small: 9 / 12, normal: 1, tall: 1, large: 2 } as const;
const widthOf = (element: LaidOut): number =>
  element.type === 'line' ? columnsOf(element.text) * CELL_COLUMNS[element.size] : 0;
const linesOf = (laidOut: readonly LaidOut[]) => laidOut.filter((element) => element.type === 'line');
const find = (laidOut: readonly LaidOut[], text: string) => linesOf(laidOut).find((line) => line.text.includes(text));

describe('layout', () => {
  test('no line is wider than the paper, whatever the merchant is called, and nothing of the name is lost', () => {
    assert(
      property(ANY_TEXT, constantFrom(32, 34, 42, 48), (merchantName, columns) => {
        const laidOut = layout(paperDocument({ ...SLIP, merchantName }), columns, 'zh-en');
        expect(Math.max(...laidOut.map(widthOf))).toBeLessThanOrEqual(columns);
        const all = squeezed(
          linesOf(laidOut)
            .map((line) => line.text)
            .join(''),
        );
        expect(all).toContain(squeezed(printable(merchantName)));
      }),
    );
  });

  test('no line of any paper is wider than the roll, whatever the roll', () => {
    assert(
      property(constantFrom(...PAPERS), integer({ min: 16, max: 64 }), (paper, columns) => {
        const widths = layout(paperDocument({ ...paper, reprint: true, training: true }), columns, 'zh-en').map(
          widthOf,
        );
        expect(Math.max(...widths)).toBeLessThanOrEqual(columns);
      }),
    );
  });

  test.each([
    ['结算总计单', 32, 'large'],
    ['结算总计单', 20, 'large'],
    ['结算总计单', 19, 'tall'],
  ])('the headline %s in %d columns is %s', (text, columns, size) => {
    expect(layout([{ type: 'headline', text, apart: true }], columns, 'zh-en')).toEqual([
      { type: 'line', text, size, bold: true, align: 'center' },
      { type: 'space' },
    ]);
  });

  test.each([
    ['123456', 32, 'large'],
    ['123456789012', 32, 'tall'],
    ['123456789012', 48, 'large'],
  ])('amount %s in %d columns is %s and in one piece', (amount, columns, size) => {
    const laidOut = layout(paperDocument({ ...SLIP, amount: toAmountMinor(BigInt(amount)) }), columns, 'zh-en');
    expect(find(laidOut, 'RMB')).toEqual({
      type: 'line',
      text: `RMB ${amount.slice(0, -2)}.${amount.slice(-2)}`,
      size,
      bold: true,
      align: 'left',
    });
  });

  test('an amount is never folded or cut, on any roll and in any language', () => {
    assert(
      property(
        bigInt({ min: 0n, max: 999_999_999_999n }),
        boolean(),
        constantFrom(32, 42, 48),
        constantFrom('zh-en', 'zh', 'en'),
        (minor, givesBack, columns, language) => {
          const amount = toAmountMinor(minor);
          const whole = `RMB ${givesBack ? '-' : ''}${formatAmount(amount, CNY)}`;
          const found = linesOf(layout(slipDocument({ ...SLIP, amount, givesBack }), columns, language)).filter(
            ({ text }) => text.startsWith('RMB'),
          );
          expect(found).toEqual([{ ...found[0], text: whole, bold: true }]);
          expect(found.every((line) => widthOf(line) <= columns)).toBe(true);
        },
      ),
    );
  });

  /** What may be longer than a line: it is folded, and nothing of it is lost. */
  const LONG_VALUES: readonly [string, (text: string) => Paper][] = [
    ['the merchant', (text) => ({ ...SLIP, merchantName: text })],
    ["the merchant's number", (text) => ({ ...SLIP, merchantNumber: text })],
    ['the terminal', (text) => ({ ...SLIP, terminalNumber: text })],
    ['the issuer', (text) => ({ ...SLIP, issuer: text })],
    ['the card organisation', (text) => ({ ...SLIP, cardOrganisation: text })],
    ['the type', (text) => ({ ...SLIP, transactionType: { zh: text, en: text } })],
    ['an authorization code', (text) => ({ ...SLIP, authorizationCode: text })],
    ['a remark', (text) => ({ ...SLIP, remarks: [text] })],
    ['what it follows up', (text) => ({ ...SLIP, original: { referenceNumber: text } })],
    ['the chip', (text) => ({ ...SLIP, emv: { ...EMV_ONLINE, label: text } })],
    ['the application version', (text) => ({ ...SLIP, applicationVersion: text })],
    [
      'a parameter',
      (text) => ({
        ...GALLERY.parameters,
        groups: [{ title: { zh: text, en: text }, rows: [{ label: { zh: text, en: text }, value: text }] }],
      }),
    ],
  ];

  test.each(LONG_VALUES)('%s is shown whole, however long, and on no line that is too wide', (_name, paper) => {
    const lettersAndChinese = string({
      unit: constantFrom(...Array.from('滨江店（）ABC12-')),
      minLength: 1,
      maxLength: 120,
    });
    assert(
      property(
        lettersAndChinese,
        constantFrom(32, 42, 48),
        constantFrom('zh-en', 'zh', 'en'),
        (text, columns, language) => {
          const lines = linesOf(layout(paperDocument(paper(text)), columns, language));
          expect(squeezed(lines.map((line) => line.text).join(''))).toContain(squeezed(text));
          expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(columns);
        },
      ),
      { numRuns: 40 },
    );
  });

  test.each<[string, number, boolean, readonly (readonly [string, string])[]]>([
    ['消费 SALE', 32, false, [['消费 SALE', 'large']]],
    [
      '预授权撤销 AUTH-VOID',
      32,
      false,
      [
        ['预授权撤销', 'large'],
        ['  AUTH-VOID', 'normal'],
      ],
    ],
    [
      '预授权完成(通知) AUTH-SETTLEMENT',
      32,
      false,
      [
        ['预授权完成(通知)', 'large'],
        ['  AUTH-SETTLEMENT', 'normal'],
      ],
    ],
    ['预授权完成(请求) AUTH', 30, false, [['预授权完成(请求) AUTH', 'tall']]],
    [
      '预授权完成(请求) AUTH-COMPLETE',
      29,
      false,
      [
        ['预授权完成(请求)', 'tall'],
        ['  AUTH-COMPLETE', 'normal'],
      ],
    ],
    [
      '对账平 BALANCED',
      32,
      true,
      [
        ['对账平', 'large'],
        ['BALANCED', 'normal'],
      ],
    ],
  ])('%s in %d columns, apart %s, is as large as it can be', (text, columns, apart, shown) => {
    const [zh = '', en = ''] = text.split(' ');
    const big = { type: 'big', label: { zh: '类', en: 'T' }, value: { zh, en }, apart } as const;
    const [, ...lines] = linesOf(layout([big], columns, 'zh-en'));
    expect(lines.map((line) => [line.text, line.size])).toEqual(shown);
  });

  test('fewer than 16 columns are a wrong profile', () => {
    expect(() => layout([], 15, 'zh-en')).toThrow('16 columns');
  });
});
