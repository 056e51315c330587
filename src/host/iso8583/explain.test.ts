import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ascii87 } from './ascii87.ts';
import { explain, explanationTable } from './explain.ts';
import { goldenFrames } from './golden.testing.ts';
import type { Message } from './message.ts';
import { unionpay } from './unionpay.ts';

const withFields = (fields: Message['fields']): Message => ({
  tpdu: '6000030000',
  header: '603100311312',
  mti: '0200',
  fields,
});

const shown = (fields: Message['fields']): Record<string, string> =>
  Object.fromEntries(explain(unionpay, withFields(fields)).map(({ field, value }) => [field, value]));

test('the parts come in wire order, with their names', () => {
  expect(explain(unionpay, withFields({ 25: '00', 3: '000000' }))).toEqual([
    { field: 'tpdu', name: { zh: '传输协议数据单元', en: 'TPDU' }, value: '6000030000' },
    { field: 'header', name: { zh: '报文头', en: 'header' }, value: '603100311312' },
    { field: 'mti', name: { zh: '消息类型', en: 'message type' }, value: '0200' },
    { field: '3', name: { zh: '交易处理码', en: 'processing code' }, value: '000000' },
    { field: '25', name: { zh: '服务点条件码', en: 'condition code' }, value: '00' },
  ]);
});

test('a dialect without TPDU and header shows none', () => {
  const parts = explain(ascii87, { tpdu: '', header: '', mti: '0800', fields: {} });
  expect(parts.map(({ field }) => field)).toEqual(['mti']);
});

describe('masking', () => {
  test.each([
    ['a PAN keeps its first six and last four', 2, '6222021234567890123', '622202*********0123'],
    ['what is too short for a PAN is masked whole', 2, '62220212345', '***********'],
    ['track 2', 35, '6222021234567890123D25121010000012345', '[hidden, 37 characters]'],
    ['track 3', 36, '6222021234567890123D', '[hidden, 20 characters]'],
    ['a PIN block', 52, 'C6AE31D179922380', '[hidden, 16 characters]'],
    ['chip data, which hold a track', 55, '5A0862220212345678', '[hidden, 18 characters]'],
    ['a batch upload, which holds PANs', 48, '6222021234567890123', '[hidden, 19 characters]'],
    ['codes and PIN blocks of field 59', 59, 'A3196222021234567890123', '[hidden, 23 characters]'],
    ['keys', 62, '84C5491C', '[hidden, 8 characters]'],
    ['a field that the dialect does not have', 7, '6222021234567890123', '[hidden, 19 characters]'],
    ['a PAN in free text', 63, 'card 6222021234567890123.', 'card 622202*********0123.'],
    ['the expiry stays', 14, '3012', '3012'],
    ['the terminal id stays', 41, '11115007', '11115007'],
    ['control characters are spelt', 44, 'a\n\x1B[2J\xFF', 'a\\x0A\\x1B[2J\\xFF'],
    ['bytes that were no text are spelt', 63, '成\uDCB3', '成\\xB3'],
  ])('%s', (_, field, value, expected) => {
    expect(shown({ [field]: value })[field]).toBe(expected);
  });

  test.each([
    ['unionpay', unionpay, [2, 35, 36, 46, 47, 48, 52, 55, 57, 58, 59, 62]],
    ['ascii87', ascii87, [2, 34, 35, 36, 45, 46, 47, 48, 52, 53, 55, 63, 96, 102, 103, 104, 105, 127]],
  ] as const)('%s never shows what is in its sensitive fields', (_, dialect, fields) => {
    const secret = fc.string({ unit: fc.constantFrom(...'0123456789'.split('')), minLength: 13, maxLength: 99 });
    fc.assert(
      fc.property(fc.constantFrom(...fields), secret, (field, value) => {
        const row = explain(dialect, withFields({ [field]: value })).find((each) => each.field === String(field));
        expect(row?.value).toBeDefined();
        expect(row?.value).not.toContain(value.slice(6, -3));
      }),
    );
  });
});

test('the table lines up, a Chinese character being two columns wide', () => {
  const approved = goldenFrames.find(({ name }) => name === '0210 sale approved');
  const table = explanationTable(explain(unionpay, approved?.message ?? withFields({})));
  expect(table).toBe(
    [
      '  tpdu  传输协议数据单元  TPDU                             6000030000',
      'header  报文头            header                           603100311312',
      '   mti  消息类型          message type                     0210',
      '     3  交易处理码        processing code                  000000',
      '     4  交易金额          amount                           000000012300',
      '    11  受卡方系统跟踪号  trace number                     000101',
      '    12  受卡方所在地时间  local time                       101530',
      '    13  受卡方所在地日期  local date                       1122',
      '    15  清算日期          settlement date                  1122',
      '    25  服务点条件码      condition code                   00',
      '    32  受理方标识码      acquirer id                      00010000',
      '    37  检索参考号        reference number                 123456789012',
      '    39  应答码            response code                    00',
      '    41  受卡机终端标识码  terminal id                      11115007',
      '    42  受卡方标识码      merchant id                      123456789111115',
      '    44  附加响应数据      additional response data         01020000   00010000',
      '    49  交易货币代码      currency                         156',
      '    60  自定义域          type, batch, management code     22001437000501',
      '    63  自定义域          operator, organisation, remarks  CUP',
      '    64  报文鉴别码        MAC                              A5275105',
    ].join('\n'),
  );
});
