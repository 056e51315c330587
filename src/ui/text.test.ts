/**
 * Mutations that these tests caught: a heading for each item; numbers that run through, or begin again; Chinese counted
 * as narrow; an odd item lost; a line that is never broken; a password in a problem; a password trimmed; a pattern that fits a part.
 */
import { describe, expect, test } from 'vitest';
import type { MenuItem, Screen } from '../domain/screen.ts';
import { promptText, readInput, screenText } from './text.ts';

const title = { zh: '欢迎', en: 'READY' };
const item = (key: string, zh: string, en: string, group?: MenuItem['group']): MenuItem => ({
  key,
  text: { zh, en },
  ...(group === undefined ? {} : { group }),
});
const menuScreen = (menu: readonly MenuItem[]): Screen => ({ id: 'idle', title, lines: [], accepts: ['choose'], menu });

const SALES = { zh: '消费类', en: 'SALES' };
const BATCH = { zh: '批次', en: 'BATCH' };
const passwordScreen: Screen = {
  id: 'sign-on',
  title,
  lines: [],
  accepts: ['password', 'cancel'],
  entry: { pattern: '\\d{4,8}', example: '密码 password' },
};

describe('a menu', () => {
  test('without headings is a list', () => {
    expect(screenText(menuScreen([item('sale', '消费', 'SALE'), item('void', '撤销', 'VOID')]))).toBe(
      ['欢迎  READY', '  1  消费  SALE', '  2  撤销  VOID'].join('\n'),
    );
  });

  test('has each heading once, its items two abreast, and a group’s numbers from 1, 11, 21', () => {
    const menu = [
      item('sale', '消费', 'SALE', SALES),
      item('void', '消费撤销', 'VOID', { ...SALES }),
      item('refund', '退货', 'REFUND', SALES),
      item('settle', '结算', 'SETTLEMENT', BATCH),
      item('help', '帮助', 'HELP'),
    ];
    expect(screenText(menuScreen(menu))).toBe(
      [
        '欢迎  READY',
        '─ 消费类  SALES',
        '   1  消费  SALE                           2  消费撤销  VOID',
        '   3  退货  REFUND',
        '─ 批次  BATCH',
        '  11  结算  SETTLEMENT',
        '  12  帮助  HELP',
      ].join('\n'),
    );
  });

  test('gives an item that needs more than half a line one of its own', () => {
    const menu = [
      item('settle', '结算', 'SETTLEMENT', BATCH),
      item('download', '下载公钥和应用参数', 'CA KEYS, APPLICATIONS', BATCH),
      item('echo', '回响测试', 'ECHO TEST', BATCH),
      item('sign-in', '签到', 'SIGN IN', BATCH),
    ];
    expect(screenText(menuScreen(menu)).split('\n').slice(2)).toEqual([
      '  1  结算  SETTLEMENT',
      '  2  下载公钥和应用参数  CA KEYS, APPLICATIONS',
      '  3  回响测试  ECHO TEST                  4  签到  SIGN IN',
    ]);
  });

  test.each([
    ['fits half a line', 'CA KEYS, APPLICA', 1],
    ['is a column too long', 'CA KEYS, APPLICAT', 2],
  ])('whose first item %s', (_, en, lineCount) => {
    const menu = [item('download', '下载公钥和应用参', en, BATCH), item('echo', '回响测试', 'ECHO TEST', BATCH)];
    expect(screenText(menuScreen(menu)).split('\n').slice(2)).toHaveLength(lineCount);
  });

  test('of 25 items fits a console of 80 columns and 24 lines', () => {
    const groups = [SALES, BATCH, { zh: '管理', en: 'MANAGEMENT' }];
    const menu = Array.from({ length: 25 }, (_, index) =>
      item(`item-${index}`, '预授权完成通知', 'COMPLETION ADVICE', groups[Math.floor(index / 9)]),
    );
    const lines = screenText(menuScreen(menu)).split('\n');
    expect(lines.length).toBeLessThan(24);
    // Every character of these is one column but for the Chinese and their brackets: two.
    const widths = lines.map((line) => line.length + (line.match(/[^\0-~─]/g) ?? []).length);
    expect(Math.max(...widths)).toBeLessThanOrEqual(80);
    expect(lines.at(-1)).toMatch(/^ {2}27 {2}预授权/);
    expect(lines[2]).toMatch(/^ {3}1 {2}预授权.* 2 {2}预授权/);
  });

  const salesAndBatch = [item('sale', '消费', 'SALE', SALES), item('settle', '结算', 'SETTLEMENT', BATCH)];

  test.each([
    ['1', 'sale'],
    ['11', 'settle'],
    ['settle', 'settle'],
  ])('takes %j', (line, chosen) => {
    expect(readInput(menuScreen(salesAndBatch), line)).toEqual({ ok: true, value: { type: 'choose', item: chosen } });
  });

  test.each(['', '0', '2', '12', '-1', 'x'])('does not take %j', (line) => {
    expect(readInput(menuScreen(salesAndBatch), line).ok).toBe(false);
  });

  test('leaves the numbers of the other groups alone when an item goes', () => {
    const more = [item('void', '撤销', 'VOID', SALES), ...salesAndBatch];
    expect(readInput(menuScreen(more), '11')).toMatchObject({ value: { item: 'settle' } });
  });

  test('whose first group has more than ten items begins the next at 21', () => {
    const many = Array.from({ length: 11 }, (_, index) => item(`item-${index}`, '项', 'ITEM', SALES));
    const menu = [...many, item('settle', '结算', 'SETTLEMENT', BATCH)];
    expect(readInput(menuScreen(menu), '21')).toMatchObject({ value: { item: 'settle' } });
  });

  test.each([
    [salesAndBatch, '1-11'],
    [salesAndBatch.slice(0, 1), '1'],
  ])('prompts for the numbers that it has', (menu, prompt) => {
    expect(promptText(menuScreen(menu))).toBe(prompt);
  });
});

describe('a line', () => {
  const lineOf = (en: string): readonly string[] =>
    screenText({ ...menuScreen([]), lines: [{ zh: '结算', en }] })
      .split('\n')
      .slice(1);

  test.each([
    ['that fits has both languages', 72, 1],
    ['that is a column too long has one below the other', 73, 2],
  ])('%s', (_, columns, lineCount) => {
    const lines = lineOf('x'.repeat(columns));
    expect(lines).toHaveLength(lineCount);
    for (const line of lines) expect(line).toMatch(/^ {2}\S/);
  });
});

describe('a password', () => {
  test('is asked for with the example', () => {
    expect(promptText(passwordScreen)).toBe('密码 password / c 取消 cancel');
  });

  test('is a secret as soon as it is read', () => {
    const read = readInput(passwordScreen, '90715634');
    if (!read.ok || read.value.type !== 'password') throw new Error('no password');
    expect(read.value.password.reveal()).toBe('90715634');
    expect(JSON.stringify(read)).not.toContain('90715634');
  });

  test.each(['907', '907156341', '9071x634', ' 90715634', '90715634 ', '9071\n5634'])(
    'that is keyed as %j is refused without repeating it',
    (line) => {
      const read = readInput(passwordScreen, line);
      expect(read.ok).toBe(false);
      expect(JSON.stringify(read)).not.toContain('907');
    },
  );

  test('can be given up', () => {
    expect(readInput(passwordScreen, 'c')).toEqual({ ok: true, value: { type: 'cancel' } });
  });
});
