import { describe, expect, test } from 'vitest';
import { toAmountMinor } from '../domain/money.ts';
import type { EntryMode, Slip } from '../domain/slip.ts';
import { PLAIN } from './paper-settings.ts';
import { slipDocument } from './slip-document.ts';
import { paperText } from './text-renderer.ts';
import { BALANCE_SLIP, SLIP, TRAINING_SLIP, TRANSFER_SLIP } from './papers.testing.ts';

const LONG_NAME: Slip = {
  ...SLIP,
  merchantName: '滨江区第二百货大楼股份有限公司东门分店 BINJIANG DEPARTMENT STORE EAST GATE',
};
const provenance = (name: string, columns: number): string =>
  `# ${name}, ${columns} columns: written by paperText and read by a person against dialect sheet 11.2, 11.3 and 11.5.\n`;

describe('the slips, as people see them', () => {
  test.each<[string, Slip, number]>(
    [32, 48].flatMap((columns): [string, Slip, number][] => [
      ['merchant', SLIP, columns],
      ['cardholder', { ...SLIP, copy: 'cardholder' }, columns],
      ['reprint', { ...SLIP, reprint: true, remarks: ['发卡行备注 REMARK'] }, columns],
      ['long-name', LONG_NAME, columns],
      ['training', TRAINING_SLIP, columns],
      ['transfer', TRANSFER_SLIP, columns],
      ['balance', BALANCE_SLIP, columns],
    ]),
  )('%s', async (name, slip, columns) => {
    const text = provenance(name, columns) + paperText(slip, columns);
    await expect(text).toMatchFileSnapshot(`${import.meta.dirname}/../../fixtures/slips/${name}-${columns}.txt`);
  });
});

describe('what a slip says', () => {
  test.each<[EntryMode, string]>([
    ['keyed', 'M'],
    ['swiped', 'S'],
    ['inserted', 'I'],
    ['contactless', 'C'],
    ['none', 'N'],
  ])('a card that was %s has the letter %s', (entryMode, letter) => {
    expect(paperText({ ...SLIP, entryMode }, 32)).toContain(`622202*********6788 ${letter}\n`);
  });

  test('a number that was not masked is masked here', () => {
    const text = paperText({ ...SLIP, maskedPan: '6222021234567890' }, 32);
    expect(text).toContain('622202******7890 S');
    expect(text).not.toContain('6222021234567890');
  });

  test.each<[string, Partial<Slip>, boolean]>([
    ['the merchant copy when the cardholder signs', {}, true],
    ['the merchant copy when nobody signs', { signatureLine: false }, false],
    ['the cardholder copy', { copy: 'cardholder' }, false],
  ])('a signature line on %s: %j', (_name, change, isThere) => {
    const text = paperText({ ...SLIP, ...change }, 48);
    expect(text.includes('CARDHOLDER SIGNATURE')).toBe(isThere);
    expect(text.includes('本人确认以上交易')).toBe(isThere);
  });

  test('a first print does not say 重打印', () => {
    expect(paperText(SLIP, 32)).not.toContain('重打印');
  });

  test('a reprint says 重打印 in the header, in the body and in the footer', () => {
    const text = paperText({ ...SLIP, reprint: true }, 32);
    expect(text).toMatch(/^ +重打印\n +DUPLICATED$/m);
    expect(text.match(/000001-000123-M-1 重打印/g)).toHaveLength(2);
  });

  test.each<[Slip['copy'], string]>([
    ['merchant', '000001-000123-M-1'],
    ['cardholder', '000001-000123-C-2'],
  ])('the %s copy has its id in the header and, with END, in the last line', (copy, id) => {
    const lines = paperText({ ...SLIP, copy }, 48)
      .trimEnd()
      .split('\n');
    expect(lines.findIndex((line) => line.trim() === id)).toBeLessThan(5);
    expect(lines.at(-1)?.trim()).toBe(`${id} 完 END`);
  });

  test.each<Slip['copy']>(['merchant', 'cardholder'])(
    'the %s copy of training says below its id and above its last lines that no money moved',
    (copy) => {
      const lines = paperText({ ...SLIP, copy, training: true }, 32)
        .trimEnd()
        .split('\n');
      const notice = ['训练 TRAINING', '测试交易，资金未变动', 'TEST ONLY, NO MONEY MOVED'];
      expect(lines.slice(4, 7).map((line) => line.trim())).toEqual(notice);
      expect(lines.slice(-5, -2).map((line) => line.trim())).toEqual(notice);
    },
  );

  test('no other slip says so', () => {
    expect(paperText({ ...SLIP, training: false }, 32)).not.toMatch(/训练|TRAINING|NO MONEY/);
  });

  test('a transfer says to which card the money went, below the one that it came from', () => {
    expect(paperText(TRANSFER_SLIP, 32)).toContain(
      '卡号(CARD NO):\n622202*********6788 S\n转入卡号(TO CARD NO):\n622202*********2104\n',
    );
    expect(paperText(SLIP, 32)).not.toContain('转入');
  });

  test.each([
    [true, 'RMB -987.65'],
    [false, 'RMB 987.65'],
  ])('of a balance has its sign, overdrawn %s, no amount, and a title of its own', (negative, value) => {
    const text = paperText({ ...BALANCE_SLIP, balance: { negative, amount: toAmountMinor(98_765n) } }, 32);
    expect(text).toContain(`可用余额(AVAILABLE BALANCE):\n${value}\n`);
    expect(text).not.toMatch(/金额\(AMOUNT\)|签购单/);
  });

  test('what the host did not say has no line', () => {
    const { issuer: _i, acquirer: _a, expiry: _e, authorizationCode: _c, referenceNumber: _r, ...rest } = SLIP;
    const text = paperText(rest, 48);
    expect(text).not.toMatch(/ISSUER|ACQ\)|EXP|AUTH NO|REF\. NO/);
  });
});

test.each([
  ['cardholder', 1],
  ['merchant', 0],
  ['bank', 0],
] as const)('a receipt code stands on the copy of the %s %d times, above the footer', (copy, times) => {
  const receiptCode = { text: 'https://r.example.cn/#x', moduleDots: 4, errorCorrection: 'medium' } as const;
  const document = slipDocument({ ...SLIP, copy, receiptCode }, { ...PLAIN, footer: ['BYE'] });
  const at = document.findIndex(({ type }) => type === 'code');
  expect(document.filter(({ type }) => type === 'code')).toHaveLength(times);
  expect(times === 0 || JSON.stringify(document[at - 1]).includes('E-RECEIPT')).toBe(true);
  expect(times === 0 || JSON.stringify(document[at + 1]).includes('BYE')).toBe(true);
});

test.each([
  [3, 3],
  [4, 4],
  [5, 4],
  [9, 8],
  [16, 16],
])('a receipt code of %d dots a module is printed with %d', (moduleDots, printed) => {
  const receiptCode = { text: 'https://r.example.cn/#x', moduleDots, errorCorrection: 'medium' } as const;
  expect(slipDocument({ ...SLIP, copy: 'cardholder', receiptCode })).toContainEqual(
    expect.objectContaining({ type: 'code', moduleDots: printed }),
  );
});
