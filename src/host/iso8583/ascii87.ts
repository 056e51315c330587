/**
 * ISO 8583:1987 with every field in ASCII and the bitmaps in hex: the second dialect, which proves that the engine
 * is general. Formats are those of the 1987 standard's data element table; binary fields are hex digits.
 */
import { compileDialect, type Dialect } from './compile.ts';
import { fixed, ll, lll, row, type FieldRow } from './dialect.ts';

const n = (zh: string, en: string, length: number): FieldRow => row(zh, en, 'digits', fixed(length));
const an = (zh: string, en: string, length: number): FieldRow => row(zh, en, 'ascii', fixed(length));
const reserved = (zh: string, en: string): FieldRow => row(zh, en, 'ascii', lll(999), 'hidden');

/** Rows `from` to `to`, all alike. */
function span(from: number, to: number, field: FieldRow): Record<number, FieldRow> {
  const rows: Record<number, FieldRow> = {};
  for (let number = from; number <= to; number++) rows[number] = field;
  return rows;
}

export const ascii87: Dialect = compileDialect({
  name: 'ascii87',
  tpduDigits: 0,
  headerDigits: 0,
  notation: 'ascii',
  fieldMax: 128,
  rows: {
    2: row('主账号', 'PAN', 'digits', ll(19), 'pan'),
    3: n('交易处理码', 'processing code', 6),
    4: n('交易金额', 'amount, transaction', 12),
    5: n('清算金额', 'amount, settlement', 12),
    6: n('持卡人扣账金额', 'amount, cardholder billing', 12),
    7: n('传输日期时间', 'transmission date and time', 10),
    8: n('持卡人扣账手续费', 'amount, cardholder billing fee', 8),
    9: n('清算汇率', 'conversion rate, settlement', 8),
    10: n('持卡人扣账汇率', 'conversion rate, cardholder billing', 8),
    11: n('系统跟踪号', 'trace number', 6),
    12: n('所在地时间', 'local time', 6),
    13: n('所在地日期', 'local date', 4),
    14: n('卡有效期', 'expiry', 4),
    15: n('清算日期', 'settlement date', 4),
    16: n('兑换日期', 'conversion date', 4),
    17: n('受理日期', 'capture date', 4),
    18: n('商户类型', 'merchant type', 4),
    19: n('受理机构国家代码', 'acquirer country', 3),
    20: n('主账号国家代码', 'PAN country', 3),
    21: n('发送机构国家代码', 'forwarding institution country', 3),
    22: n('服务点输入方式码', 'entry mode', 3),
    23: n('卡序列号', 'card sequence number', 3),
    24: n('网络标识', 'network id', 3),
    25: n('服务点条件码', 'condition code', 2),
    26: n('服务点PIN获取码', 'PIN capture code', 2),
    27: n('授权码长度', 'authorization code length', 1),
    ...span(28, 31, an('手续费', 'fee amount', 9)),
    32: row('受理机构标识码', 'acquirer id', 'digits', ll(11)),
    33: row('发送机构标识码', 'forwarding institution id', 'digits', ll(11)),
    34: row('扩展主账号', 'PAN, extended', 'ascii', ll(28), 'hidden'),
    35: row('二磁道数据', 'track 2', 'ascii', ll(37), 'hidden'),
    36: row('三磁道数据', 'track 3', 'ascii', lll(104), 'hidden'),
    37: an('检索参考号', 'reference number', 12),
    38: an('授权标识应答码', 'authorization code', 6),
    39: an('应答码', 'response code', 2),
    40: an('服务限制代码', 'service restriction code', 3),
    41: an('终端标识码', 'terminal id', 8),
    42: an('商户标识码', 'merchant id', 15),
    43: an('商户名称地址', 'merchant name and location', 40),
    44: row('附加响应数据', 'additional response data', 'ascii', ll(25)),
    45: row('一磁道数据', 'track 1', 'ascii', ll(76), 'hidden'),
    46: reserved('附加数据-ISO', 'additional data, ISO'),
    47: reserved('附加数据-国家', 'additional data, national'),
    48: reserved('附加数据-私有', 'additional data, private'),
    49: an('交易货币代码', 'currency, transaction', 3),
    50: an('清算货币代码', 'currency, settlement', 3),
    51: an('持卡人账户货币代码', 'currency, cardholder billing', 3),
    52: row('个人标识码数据', 'PIN block', 'ascii-hex', fixed(16), 'hidden'),
    53: row('安全控制信息', 'security control', 'digits', fixed(16), 'hidden'),
    54: row('附加金额', 'additional amounts', 'ascii', lll(120)),
    ...span(55, 63, reserved('保留', 'reserved')),
    64: row('报文鉴别码', 'MAC', 'ascii-hex', fixed(16)),
    66: n('清算代码', 'settlement code', 1),
    67: n('扩展付款代码', 'extended payment code', 2),
    68: n('接收机构国家代码', 'receiving institution country', 3),
    69: n('清算机构国家代码', 'settlement institution country', 3),
    70: n('网络管理信息码', 'network management code', 3),
    71: n('报文编号', 'message number', 4),
    72: n('最后报文编号', 'message number, last', 4),
    73: n('动作日期', 'action date', 6),
    ...span(74, 81, n('笔数', 'count', 10)),
    ...span(82, 85, n('手续费合计', 'fee total', 12)),
    ...span(86, 89, n('金额合计', 'amount total', 16)),
    90: n('原始数据元', 'original data elements', 42),
    91: an('文件更新代码', 'file update code', 1),
    92: an('文件安全代码', 'file security code', 2),
    93: an('响应标识', 'response indicator', 5),
    94: an('服务标识', 'service indicator', 7),
    95: an('替换金额', 'replacement amounts', 42),
    96: row('报文安全码', 'message security code', 'ascii-hex', fixed(16), 'hidden'),
    97: an('净清算金额', 'amount, net settlement', 17),
    98: an('收款人', 'payee', 25),
    99: row('清算机构标识码', 'settlement institution id', 'digits', ll(11)),
    100: row('接收机构标识码', 'receiving institution id', 'digits', ll(11)),
    101: row('文件名', 'file name', 'ascii', ll(17)),
    102: row('账户标识1', 'account 1', 'ascii', ll(28), 'hidden'),
    103: row('账户标识2', 'account 2', 'ascii', ll(28), 'hidden'),
    104: row('交易描述', 'transaction description', 'ascii', lll(100), 'hidden'),
    ...span(105, 127, reserved('保留', 'reserved')),
    128: row('报文鉴别码', 'MAC', 'ascii-hex', fixed(16)),
  },
});
