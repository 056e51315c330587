/** The words of a transaction's screens: outcomes, reasons, what to key, what to do. */
import type { Bilingual } from '../../domain/bilingual.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { ResponseAction } from '../../domain/response-code.ts';
import type { TextEntry } from '../../domain/screen.ts';
import type { PrinterTrouble } from '../ports.ts';
import type { EndReason } from './context.ts';
import type { EntryName } from './types.ts';

export const text = (zh: string, en: string): Bilingual => ({ zh, en });

const ON_THE_SLIP = text('见原签购单', 'It stands on the original slip');

interface EntryWords {
  readonly title: Bilingual;
  readonly hint: Bilingual;
  readonly entry: TextEntry;
}

export const ENTRIES: Readonly<Record<EntryName, EntryWords>> = {
  voucher: {
    title: text('请输入原凭证号', 'ORIGINAL VOUCHER NUMBER'),
    hint: ON_THE_SLIP,
    entry: { pattern: '\\d{1,6}', example: '000123' },
  },
  reference: {
    title: text('请输入原参考号', 'ORIGINAL REFERENCE NUMBER'),
    hint: ON_THE_SLIP,
    entry: { pattern: '[0-9A-Za-z]{12}', example: '112300000002' },
  },
  code: {
    title: text('请输入原授权码', 'ORIGINAL AUTHORIZATION CODE'),
    hint: ON_THE_SLIP,
    entry: { pattern: '[0-9A-Za-z]{6}', example: '012345' },
  },
  date: {
    title: text('请输入原交易日期', 'DATE OF THE ORIGINAL'),
    hint: text('月日四位,见原签购单', 'Month and day, MMDD, as on the original slip'),
    entry: { pattern: '(0[1-9]|1[0-2])(0[1-9]|[12]\\d|3[01])', example: '1123' },
  },
  document: {
    title: text('请输入收款人证件', "RECEIVER'S ID DOCUMENT"),
    hint: text('类型两位(01 身份证),再加号码', 'Two digits of type (01 identity card), then the number'),
    entry: { pattern: '(0[1-7]|99)[0-9A-Za-z]{1,20}', example: '01110101199001011237' },
  },
};

export const TROUBLES: Readonly<Record<PrinterTrouble, Bilingual>> = {
  'paper-out': text('打印机缺纸,请装纸', 'Out of paper: load a roll'),
  'cover-open': text('打印机盖未关,请合上', 'Cover open: close it'),
  cutter: text('切刀卡住,请打开机盖取出卡纸', 'Cutter jammed: open the cover, take the paper out of the knife'),
  'printer-error': text(
    '打印机故障,请关机重启,无效请报修',
    'Printer error: switch it off and on; if it stays, call service',
  ),
  overheated: text('打印头过热,请稍候,冷却后自动继续', 'Print head too hot: wait, it goes on when it has cooled'),
  'not-answering': text('打印机无应答,请检查电源和连接', 'Printer does not answer: check power and cable'),
};

/** Beside a trouble. */
export const MENDED = text('修好后自动打印;取消键:稍后打印', 'It prints once that is mended; cancel: print it later');

export const OUTCOMES: Readonly<Record<Outcome, Bilingual>> = {
  approved: text('交易成功', 'APPROVED'),
  declined: text('交易拒绝', 'DECLINED'),
  cancelled: text('交易取消', 'CANCELLED'),
  failed: text('交易未进行', 'NOT CARRIED OUT'),
  reversed: text('交易已冲正', 'REVERSED'),
  'reversal-pending': text('冲正待发送', 'REVERSAL PENDING'),
  'repeat-pending': text('待重发', 'TO BE SENT AGAIN'),
  unanswered: text('结果未知', 'RESULT UNKNOWN'),
};

export const REASONS: Readonly<Record<EndReason, Bilingual>> = {
  'operator-cancelled': text('操作员取消', 'Cancelled by the operator'),
  'cardholder-cancelled': text('持卡人取消', 'Cancelled by the cardholder'),
  'nobody-answered': text('操作超时', 'Nobody answered in time'),
  'power-lost': text('电源中断', 'The power failed'),
  'card-reader-lost': text('刷卡器无应答', 'The card reader is gone'),
  'card-blocked': text('此卡在黑名单中,未发送', 'The card is on the blacklist: nothing was sent'),
  'supervisor-locked': text(
    '主管密码错误次数超限,请十五分钟后再试',
    'Too many wrong supervisor passwords: try again in 15 minutes',
  ),
  'verification-unanswered': text('转入账户未能验证', 'The receiving account could not be verified'),
  'pin-pad-failed': text('密码键盘无应答', 'The PIN pad does not work'),
  'pin-pad-refused': text('密码键盘密钥失效,请重新签到', 'The PIN pad has lost its keys: sign in again'),
  'reversal-given-up': text('冲正已放弃,须与收单机构核对', 'Reversal given up: settle it with the acquirer'),
  'host-unreachable': text('无法连接主机,未发送', 'Host unreachable: nothing was sent'),
  'host-silent': text('主机无应答', 'No answer from the host'),
  'reply-mac-wrong': text('应答校验错', 'The answer failed its check'),
  'partial-approval-refused': text('部分批准,未接受', 'Approved in part, which was not taken'),
  'card-removed': text('卡片已拔出', 'The card was taken out'),
  'chip-not-readable': text('芯片无法读取', 'The chip cannot be used'),
  'no-common-application': text('此卡无本机支持的应用', 'The card has no application for this terminal'),
  'application-blocked': text('卡片应用已锁定', 'The card, or its application, is blocked'),
  'card-declined': text('卡片拒绝交易', 'Declined by the card'),
  'card-approved-offline': text(
    '卡片要求脱机交易,本机不支持',
    'The card wants to pay offline, which is not taken here',
  ),
};

export const ACTIONS: Readonly<Record<ResponseAction, Bilingual>> = {
  'enter-pin-again': text('密码输入次数已用完', 'No more tries at the PIN'),
  'sign-in-again': text('下一笔交易前将自动签到', 'The terminal signs in before the next transaction'),
  'keep-card': text('请收回此卡并联系收单机构', 'Keep the card and call the acquirer'),
  'call-bank': text('请持卡人联系发卡银行', 'The cardholder should call the bank'),
  'use-chip': text('请插卡', 'Insert the chip card'),
  'try-later': text('请稍后重试', 'Try again later'),
};
