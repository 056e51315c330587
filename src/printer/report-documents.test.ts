/**
 * Mutations that these tests caught: a verdict, a side, the host's totals, a response code or an authorization code left
 * out; host totals printed in place of the terminal's; an id that does not say which report it is; marks at one end only.
 */
import { describe, expect, test } from 'vitest';
import type { Paper, SettlementSide } from '../domain/paper.ts';
import { paperText } from './text-renderer.ts';
import { DETAILS, FAILURES, LISTED, SETTLEMENT } from './papers.testing.ts';

const provenance = (name: string, columns: number): string =>
  `# ${name}, ${columns} columns: written by paperText and read by a person against dialect sheet 11.2, 11.3 and 11.6.\n`;

const NONE_YET: SettlementSide = { verdict: 'balanced', rows: [] };

describe('the reports, as people see them', () => {
  test.each<[string, Paper, number]>(
    [32, 48].flatMap((columns): [string, Paper, number][] => [
      ['settlement', SETTLEMENT, columns],
      ['settlement-training-reprint', { ...SETTLEMENT, training: true, reprint: true }, columns],
      ['details', DETAILS, columns],
      ['failures', FAILURES, columns],
    ]),
  )('%s', async (name, paper, columns) => {
    const text = provenance(name, columns) + paperText(paper, columns);
    await expect(text).toMatchFileSnapshot(`${import.meta.dirname}/../../fixtures/slips/${name}-${columns}.txt`);
  });
});

describe('every report', () => {
  const REPORTS: readonly [string, Paper][] = [
    ['001437-SETTLE', SETTLEMENT],
    ['001437-DETAIL', DETAILS],
    ['001437-FAILED', FAILURES],
  ];
  const linesOf = (paper: Paper): readonly string[] =>
    paperText(paper, 32)
      .trimEnd()
      .split('\n')
      .map((line) => line.trim());

  test.each(REPORTS)('has its id %s in the header and, with END, in the last line', (id, report) => {
    const lines = linesOf(report);
    expect(lines.indexOf(id)).toBe(2);
    expect(lines.at(-1)).toBe(`${id} 完 END`);
    expect(lines.join('')).not.toContain('重打印');
  });

  test.each(REPORTS)('%s says beside both ids that it is a reprint', (id, report) => {
    const lines = linesOf({ ...report, reprint: true });
    expect(lines.indexOf(`${id} 重打印`)).toBe(2);
    expect(lines[lines.indexOf('重打印') + 1]).toBe('DUPLICATED');
    expect(lines.at(-1)).toBe(`${id} 重打印 完 END`);
  });

  test.each(REPORTS)('%s says at both ends that it is training', (_id, report) => {
    const places = linesOf({ ...report, training: true }).flatMap((line, index, { length }) =>
      line === '训练 TRAINING' ? [Math.min(index, length - index)] : [],
    );
    expect(places).toEqual([3, 5]);
    expect(linesOf(report).join('')).not.toContain('TRAINING');
  });

  test.each(REPORTS)('%s says whose it is, and of what time and batch', (_id, report) => {
    const text = linesOf(report).join('\n');
    const parties = ['滨江第二杂货店', '898310154110001', '31000001', 'OPERATOR NO):01', 'BATCH NO):001437'];
    for (const words of [...parties, '2026/03/01 21:30:00', 'RMB', 'SLIPWAY 0.1.0']) expect(text).toContain(words);
  });
});

describe('a settlement', () => {
  test.each<[SettlementSide['verdict'], string]>([
    ['balanced', '对账平\nBALANCED'],
    ['not-balanced', '对账不平\nNOT BALANCED'],
    ['error', '对账出错\nERROR'],
  ])('that is %s says so on its own side', (verdict, words) => {
    for (const [side, name] of [
      ['domestic', '内卡(DOMESTIC CARDS):'],
      ['foreign', '外卡(FOREIGN CARDS):'],
    ] as const) {
      const other = side === 'domestic' ? 'foreign' : 'domestic';
      const text = paperText({ ...SETTLEMENT, [side]: { verdict, rows: [] }, [other]: NONE_YET }, 32);
      expect(text).toContain(`${name}\n${words}\n`);
    }
  });

  test('without transactions says that there were none', () => {
    const text = paperText({ ...SETTLEMENT, domestic: NONE_YET, foreign: NONE_YET }, 48);
    expect(text.match(/无交易 NO TRANSACTIONS/g)).toHaveLength(2);
    expect(text).not.toContain('AMOUNT');
  });

  test("shows the host's totals where it has them, below the terminal's", () => {
    const text = paperText(SETTLEMENT, 32);
    expect(text.match(/HOST TOTALS/g)).toHaveLength(1);
    expect(text).toMatch(
      /消费 SALE +3 +999\.99\n-+\n主机总计 +笔数 +金额\nHOST TOTALS +SUM +AMOUNT\n-+\n借记 DEBIT +2 +666\.66\n/,
    );
  });
});

describe('a list of transactions', () => {
  test('says how many they are, so that nobody looks for more', () => {
    expect(paperText(DETAILS, 32)).toContain('笔数(SUM):3\n');
  });

  test('of none has no table', () => {
    const text = paperText({ ...DETAILS, items: [] }, 32);
    expect(text).toContain('笔数(SUM):0\n');
    expect(text).not.toContain('VOUCHER');
  });

  test.each<[number, readonly string[]]>([
    [32, ['000002  S    622202*********6788', '  654321                   12.34']],
    [42, ['000002  S    622202*********6788', '  654321                             12.34']],
    [48, ['000002  S    622202*********6788 654321    12.34']],
  ])('takes on %d columns as few lines as fit', (columns, lines) => {
    expect(paperText(DETAILS, columns)).toContain(`\n${lines.join('\n')}\n`);
  });

  test('keeps the largest amount whole on the narrowest roll', () => {
    expect(paperText(FAILURES, 32)).toContain('\n         A1        9999999999.99\n');
  });
});

test('failed uploads stand under what became of them', () => {
  const text = paperText(FAILURES, 32);
  const [unanswered = '', refused = ''] = text.slice(text.indexOf('未应答')).split('被拒绝 REFUSED');
  expect(unanswered).toContain('000005');
  expect(unanswered).not.toMatch(/RESP|000009|000011/);
  expect(refused).toMatch(/RESP[^]*000009[^]*654329 30 [^]*000011/);
  expect(refused).not.toContain('000005');
});

test('a list of five hundred has every one of them once, in order', () => {
  const items = Array.from({ length: 500 }, (_, index) => ({ ...LISTED, voucher: index + 1 }));
  const text = paperText({ ...DETAILS, items }, 32);
  const vouchers = Array.from(text.matchAll(/^(\d{6}) /gm), ([, voucher]) => Number(voucher));
  expect(vouchers).toEqual(items.map(({ voucher }) => voucher));
});
