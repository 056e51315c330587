/**
 * Mutations that these tests caught: an amount folded before a word is; the spare columns given to the amount; a gap or
 * an indentation left out of the reckoning; English folded although it fits beside the Chinese.
 */
import { array, assert, constantFrom, integer, property, record, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Table, TableField } from './document.ts';
import { columnsOf } from './gbk.ts';
import { tableTexts } from './table.ts';

const NAME: TableField = { label: { zh: '类型', en: 'TYPE' }, align: 'left' };
const SUM: TableField = { label: { zh: '笔数', en: 'SUM' }, align: 'right' };
const AMOUNT: TableField = { label: { zh: '金额', en: 'AMOUNT' }, align: 'right' };
const TOTALS: Table = {
  type: 'table',
  lines: [[NAME, SUM, AMOUNT]],
  rows: [
    [{ zh: '消费', en: 'SALE' }, '3', '99.99'],
    [{ zh: '预授权完成', en: 'AUTH COMPLETE' }, '12', '1234.56'],
  ],
};
const PAIRED: Table = { type: 'table', lines: [[NAME, SUM], [AMOUNT]], rows: [['ABCDEFGHIJ', '12345', '1234.56']] };

describe('a table', () => {
  test.each<[number, readonly string[]]>([
    [40, ['消费 SALE                      3   99.99', '预授权完成 AUTH COMPLETE      12 1234.56']],
    [37, ['消费 SALE                   3   99.99', '预授权完成 AUTH COMPLETE   12 1234.56']],
    [36, ['消费 SALE                  3   99.99', '预授权完成                12 1234.56', 'AUTH COMPLETE']],
    [23, ['消费 SALE     3   99.99', '预授权完成   12 1234.56', 'AUTH', 'COMPLETE']],
  ])('of %d columns gives what is left over to the words, and folds nothing but words', (columns, rows) => {
    expect(tableTexts(TOTALS, columns, 'zh-en').rows).toEqual(rows);
  });

  test('says what stands where, Chinese above English', () => {
    expect(tableTexts(TOTALS, 28, 'zh-en').head).toEqual([
      '类型            笔数    金额',
      'TYPE             SUM  AMOUNT',
    ]);
  });

  test.each<[number, readonly string[]]>([
    [24, ['ABCDEFGHIJ 12345 1234.56']],
    [23, ['ABCDEFGHIJ        12345', '  1234.56']],
    [16, ['ABCDEFGHIJ 12345', '  1234.56']],
    [15, ['ABCDEFGHIJ', '          12345', '  1234.56']],
  ])(
    'takes on %d columns one line to a row if it fits, else the lines it names, else a line to each',
    (columns, rows) => {
      const texts = tableTexts({ ...PAIRED, lines: [[NAME, SUM], [{ ...AMOUNT, align: 'left' }]] }, columns, 'zh-en');
      expect(texts.rows).toEqual(rows);
    },
  );

  test('sets on the right what ends the line', () => {
    expect(tableTexts(PAIRED, 20, 'zh-en').rows).toEqual(['ABCDEFGHIJ     12345', '             1234.56']);
  });

  test('keeps a field as wide as it is told, so that tables stand below each other', () => {
    const wide: Table = { ...TOTALS, lines: [[NAME, SUM, { ...AMOUNT, widthMin: 13 }]] };
    expect(tableTexts(wide, 32, 'zh-en').rows[0]).toBe('消费 SALE        3         99.99');
  });

  test('is never wider than the roll and breaks no number that fits on it, whatever it holds', () => {
    const words = string({ unit: constantFrom(...Array.from('消费完成(通知)ABC ¥😀\u001b')), maxLength: 30 });
    const number = string({ unit: constantFrom(...Array.from('0123456789.')), minLength: 1, maxLength: 14 });
    assert(
      property(
        array(record({ zh: words, en: words, sum: number, amount: number }), { minLength: 1, maxLength: 5 }),
        integer({ min: 16, max: 64 }),
        (rows, columns) => {
          const table = { ...TOTALS, rows: rows.map(({ zh, en, sum, amount }) => [{ zh, en }, sum, amount]) };
          const texts = tableTexts(table, columns, 'zh-en');
          expect(Math.max(...[...texts.head, ...texts.rows].map(columnsOf))).toBeLessThanOrEqual(columns);
          const all = texts.rows.join('\n').split(/\s+/);
          for (const { amount } of rows) expect(all).toContain(amount);
        },
      ),
    );
  });
});
