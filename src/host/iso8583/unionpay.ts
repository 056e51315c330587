/** The terminal-to-acquirer dialect of China UnionPay (dialect sheet 1 and 2). */
import { compileDialect, type Dialect } from './compile.ts';
import { filled, fixed, ll, lll, row } from './dialect.ts';

/**
 * Vendor fields (46, 47, 57, 58) have rows because hosts send them; a terminal sends them only where the acquirer
 * asks (dialect sheet 2). What an acquirer may fill with anything (44 and the vendor fields) is `bytes`: an approval
 * must not become unreadable because of a remark.
 */
export const unionpay: Dialect = compileDialect({
  name: 'unionpay',
  tpduDigits: 10,
  headerDigits: 12,
  notation: 'bcd',
  fieldMax: 64,
  rows: {
    2: row('主账号', 'PAN', 'bcd', ll(19), 'pan'),
    3: row('交易处理码', 'processing code', 'bcd', fixed(6)),
    4: row('交易金额', 'amount', 'bcd', fixed(12)),
    11: row('受卡方系统跟踪号', 'trace number', 'bcd', fixed(6)),
    12: row('受卡方所在地时间', 'local time', 'bcd', fixed(6)),
    13: row('受卡方所在地日期', 'local date', 'bcd', fixed(4)),
    14: row('卡有效期', 'expiry', 'bcd', fixed(4)),
    15: row('清算日期', 'settlement date', 'bcd', fixed(4)),
    22: row('服务点输入方式码', 'entry mode', 'bcd', fixed(3)),
    23: row('卡序列号', 'card sequence number', 'bcd-right', fixed(3)),
    25: row('服务点条件码', 'condition code', 'bcd', fixed(2)),
    26: row('服务点PIN获取码', 'PIN capture code', 'bcd', fixed(2)),
    32: row('受理方标识码', 'acquirer id', 'bcd', ll(11)),
    35: row('二磁道数据', 'track 2', 'bcd-track', ll(37), 'hidden'),
    36: row('三磁道数据', 'track 3', 'bcd-track', lll(104), 'hidden'),
    37: row('检索参考号', 'reference number', 'ascii', filled(12)),
    38: row('授权标识应答码', 'authorization code', 'ascii', filled(6)),
    39: row('应答码', 'response code', 'ascii', fixed(2)),
    41: row('受卡机终端标识码', 'terminal id', 'ascii', filled(8)),
    42: row('受卡方标识码', 'merchant id', 'ascii', filled(15)),
    44: row('附加响应数据', 'additional response data', 'bytes', ll(25)),
    46: row('附加数据', 'additional data, vendor', 'bytes', lll(999), 'hidden'),
    47: row('附加数据', 'additional data, vendor', 'bytes', lll(999), 'hidden'),
    48: row('附加数据-私有', 'additional data, private', 'bcd', lll(322), 'hidden'),
    49: row('交易货币代码', 'currency', 'ascii', fixed(3)),
    52: row('个人标识码数据', 'PIN block', 'hex', fixed(8), 'hidden'),
    53: row('安全控制信息', 'security control', 'bcd', fixed(16)),
    54: row('附加金额', 'additional amounts', 'ascii', lll(40)),
    55: row('IC卡数据域', 'chip data', 'hex', lll(255), 'hidden'),
    57: row('自定义域', 'vendor data', 'bytes', lll(100), 'hidden'),
    58: row('PBOC电子钱包', 'wallet data', 'bytes', lll(100), 'hidden'),
    59: row('自定义域', 'codes and terminal data', 'bytes', lll(600), 'hidden'),
    60: row('自定义域', 'type, batch, management code', 'bcd', lll(19)),
    61: row('原始信息域', 'original transaction', 'bcd', lll(29)),
    // The sheet's table says 512; up to 999 is seen in practice (e-signature, parameters).
    62: row('自定义域', 'keys, parameters, signature', 'hex', lll(999), 'hidden'),
    63: row('自定义域', 'operator, organisation, remarks', 'gbk', lll(163)),
    64: row('报文鉴别码', 'MAC', 'ascii', fixed(8)),
  },
});
