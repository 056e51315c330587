/** The rows of a 签购单 that stand there only sometimes (dialect sheet 11.2 to 11.5), and its languages. */
import { describe, expect, test } from 'vitest';
import { toAmountMinor } from '../domain/money.ts';
import type { Slip, SlipWaiver } from '../domain/slip.ts';
import { EMV_OFFLINE, EMV_ONLINE, GALLERY, SETTINGS_WITH_LOGO, SLIP } from './papers.testing.ts';
import { PLAIN } from './paper-settings.ts';
import { paperText } from './text-renderer.ts';

const linesOf = (slip: Slip, columns = 48): readonly string[] =>
  paperText(slip, columns)
    .trimEnd()
    .split('\n')
    .map((line) => line.trim());

const THREE_HUNDRED = toAmountMinor(30_000n);
const A_THOUSAND_AND_A_HALF = toAmountMinor(100_050n);

describe('what the cardholder need not do', () => {
  test.each<[string, SlipWaiver | undefined, string | undefined, boolean]>([
    ['nothing is waived', undefined, undefined, true],
    ['the device verified him', { by: 'device' }, '移动设备已验证用户，免密免签', false],
    ['no PIN', { by: 'limit', noPinUpTo: A_THOUSAND_AND_A_HALF }, '交易金额未超1000.50元，无需输密', true],
    ['no signature', { by: 'limit', noSignatureUpTo: THREE_HUNDRED }, '交易金额未超300元，免签名', false],
    [
      'neither, the limit of the signature being smaller',
      { by: 'limit', noPinUpTo: A_THOUSAND_AND_A_HALF, noSignatureUpTo: THREE_HUNDRED },
      '交易金额未超过300元，免密免签',
      false,
    ],
    [
      'neither, the limit of the PIN being smaller',
      { by: 'limit', noPinUpTo: THREE_HUNDRED, noSignatureUpTo: A_THOUSAND_AND_A_HALF },
      '交易金额未超过300元，免密免签',
      false,
    ],
    ['electronic cash', { by: 'electronic-cash' }, '电子现金交易，无需签名', false],
    ['a payment by code', { by: 'payment-code' }, '扫码交易，免签名', false],
  ])('%s', (_name, waiver, text, isSigned) => {
    for (const copy of ['merchant', 'cardholder'] as const) {
      const lines = linesOf({ ...SLIP, copy, ...(waiver !== undefined && { waiver }) });
      expect(lines.filter((line) => /免|无需/.test(line))).toEqual(text === undefined ? [] : [text]);
      expect(lines.some((line) => line.startsWith('持卡人签名'))).toBe(isSigned && copy === 'merchant');
    }
  });

  test('a slip that nobody signs has no line for it, whatever is waived', () => {
    expect(linesOf({ ...SLIP, signatureLine: false }).join('\n')).not.toContain('持卡人签名');
  });
});

describe('the copies', () => {
  test.each<[Slip['copy'], 1 | 2 | 3 | undefined, string, string]>([
    ['merchant', 3, '商户存根 MERCHANT COPY', '000001-000123-M-1'],
    ['bank', 3, '银行存根 BANK COPY', '000001-000123-B-2'],
    ['cardholder', 3, '持卡人存根 CARDHOLDER COPY', '000001-000123-C-3'],
    ['cardholder', undefined, '持卡人存根 CARDHOLDER COPY', '000001-000123-C-2'],
  ])('%s of %s', (copy, copies, title, id) => {
    const lines = linesOf({ ...SLIP, copy, ...(copies !== undefined && { copies }) });
    expect(lines.slice(2, 4)).toEqual([title, id]);
    expect(lines.at(-1)).toBe(`${id} 完 END`);
  });
});

describe('the EMV block', () => {
  test('of an online transaction begins with the ARQC', () => {
    expect(linesOf({ ...SLIP, emv: EMV_ONLINE }, 32)).toEqual(
      expect.arrayContaining([
        'ARQC:8A6D21F0C3B45E97',
        'AID:A000000333010101  TVR:0080048000',
        'TSI:6800  ATC:001C  APPLAB:PBOC DEBIT',
        'PAN SN:01',
      ]),
    );
  });

  test('of an offline one has the TC and what proves it', () => {
    const text = paperText({ ...SLIP, emv: EMV_OFFLINE }, 48);
    const wanted = ['TC:5B2F', 'TermCap:E0E9C8', 'PAN SN:00', 'AIP:7C00', 'UNPR NUM:3F9A01BC', 'IAD:0701010390'];
    for (const words of wanted) expect(text).toContain(words);
    expect(text).not.toMatch(/ARQC|APPLAB/);
  });

  test('loses nothing of a value that is longer than a line', () => {
    const issuerApplicationData = '0123456789ABCDEF'.repeat(4);
    const text = paperText({ ...SLIP, emv: { ...EMV_OFFLINE, issuerApplicationData } }, 32);
    expect(text.replaceAll('\n', '')).toContain(`IAD:${issuerApplicationData}`);
  });

  test('shows a Chinese name of the application in letters that have Chinese', () => {
    expect(linesOf({ ...SLIP, emv: { ...EMV_ONLINE, preferredName: '银联借记' } }, 32)).toContain('APPNAME:银联借记');
  });

  test('is not there without a chip', () => {
    expect(paperText(SLIP, 48)).not.toMatch(/ARQC|AID|TVR/);
  });
});

test('a payment by code shows the code in place of a card, masked, and its own voucher', () => {
  const text = paperText({ ...GALLERY['sale-payment-code'], maskedPan: '6222020000000000018' }, 32);
  expect(text).toContain('付款码(PAYMENT CODE):\n622202*********0018 N\n');
  expect(text).toContain('付款凭证号(PAYMENT VOUCHER NO):\n  20260301123456000123\n');
  expect(text).not.toContain('卡号(');
});

test.each<[Slip['reprint'], readonly string[]]>([
  [true, ['重打印', 'DUPLICATED']],
  [1, ['重打印 #1', 'DUPLICATED, REPRINT #1']],
  [12, ['重打印 #12', 'DUPLICATED, REPRINT #12']],
])('a reprint %j says so, and which it is', (reprint, marks) => {
  const lines = linesOf({ ...SLIP, reprint }, 32);
  expect(lines).toEqual(expect.arrayContaining(['000001-000123-M-1 重打印', ...marks]));
  expect(lines.at(-1)).toBe('000001-000123-M-1 重打印 完 END');
});

describe('in one language', () => {
  const CHINESE = /\p{Script=Han}/u;

  test.each(Object.entries(GALLERY))('%s has no English in Chinese, and no Chinese in English', (_name, paper) => {
    const foreign = { merchantName: 'SHOP', issuer: 'BANK', acquirer: 'BANK', remarks: [], training: true };
    const english = paperText({ ...paper, ...foreign, reprint: 3 }, 32, { ...PLAIN, language: 'en' });
    expect(english.split('\n').filter((line) => CHINESE.test(line))).toEqual([]);
    const chinese = paperText({ ...paper, reprint: 3 }, 32, { ...PLAIN, language: 'zh' });
    expect(chinese).not.toMatch(/COPY|NAME:|AMOUNT|DUPLICATED|SLIP\b|END|TYPE|TOTALS/);
  });

  test.each([
    ['zh', '终端编号:31000001    操作员号:01'],
    ['zh', '批次号:000001      凭证号:000123'],
    ['en', 'EXP. DATE:30/12    CARD TYPE:CUP'],
  ] as const)('%s: what is short stands beside each other: %s', (language, line) => {
    expect(paperText(SLIP, 32, { ...PLAIN, language }).split('\n')).toContain(line);
  });

  test('a reprint is marked at both ends in English, too', () => {
    const text = paperText({ ...SLIP, reprint: true }, 32, { ...PLAIN, language: 'en' });
    expect(text.match(/000001-000123-M-1 REPRINT/g)).toHaveLength(2);
  });
});

test("the merchant's own lines stand above the title and above the foot, and on no report", () => {
  const lines = paperText(SLIP, 32, SETTINGS_WITH_LOGO)
    .trimEnd()
    .split('\n')
    .map((line) => line.trim());
  expect(lines.slice(0, 4)).toEqual(['[logo]', '滨江第二杂货店欢迎您', 'WELCOME', '银联POS签购单']);
  expect(lines.slice(-4, -2)).toEqual(['谢谢惠顾，请妥善保管此单', 'www.example.com  0571-5550100']);
  expect(paperText(GALLERY.settlement, 32, SETTINGS_WITH_LOGO)).not.toMatch(/logo|WELCOME|谢谢/);
});
