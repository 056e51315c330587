import type { Bilingual } from '../../domain/bilingual.ts';
import { formatAmount, type AmountMinor } from '../../domain/money.ts';
import { PASSWORD_PATTERN } from '../../domain/password.ts';
import type { Outcome, StepName, TransactionResult } from '../../domain/outcome.ts';
import type { ResponseAction } from '../../domain/response-code.ts';
import type { Screen, TextEntry } from '../../domain/screen.ts';
import type { TerminalParameters } from '../parameters.ts';
import type { PrinterTrouble } from '../ports.ts';
import { amountMax, missingEntries, type EndReason, type TransactionContext } from './context.ts';
import { resultOf } from './result-of.ts';
import { TRANSACTION_TYPES, type EntryName } from './types.ts';

type Frame = Pick<Screen, 'id' | 'accepts'> & { readonly title: Bilingual; readonly step?: StepName };

const text = (zh: string, en: string): Bilingual => ({ zh, en });

const SLIP_OWED: Frame = {
  id: 'slip-owed',
  step: 'print',
  title: text('交易成功,签购单待打印', 'APPROVED, SLIP STILL TO BE PRINTED'),
  accepts: ['confirm'],
};

/** One row per state that a person sees; the longest prefix of the state's path counts. */
const FRAMES: Readonly<Record<string, Frame>> = {
  'initiate.supervising': {
    id: 'supervisor-password',
    step: 'initiate',
    title: text('请主管输入密码', 'SUPERVISOR PASSWORD'),
    accepts: ['password', 'cancel'],
  },
  'initiate.checkingPassword': {
    id: 'checking-password',
    step: 'initiate',
    title: text('正在核对', 'CHECKING'),
    accepts: [],
  },
  'initiate.namingOriginal': {
    id: 'name-original',
    step: 'initiate',
    title: text('请输入原交易', 'ORIGINAL TRANSACTION'),
    accepts: ['text', 'cancel'],
  },
  'initiate.enteringAmount': {
    id: 'enter-amount',
    step: 'initiate',
    title: text('请输入金额', 'ENTER AMOUNT'),
    accepts: ['amount', 'cancel'],
  },
  'initiate.presentingReceiver': {
    id: 'present-receiver',
    step: 'initiate',
    title: text('请刷转入卡', 'SWIPE THE RECEIVING CARD'),
    accepts: ['cancel'],
  },
  'initiate.verifying': {
    id: 'verifying',
    step: 'initiate',
    title: text('正在验证转入账户', 'VERIFYING THE RECEIVING ACCOUNT'),
    accepts: [],
  },
  'initiate.presentingCard': {
    id: 'present-card',
    step: 'initiate',
    title: text('请刷卡', 'SWIPE CARD'),
    accepts: ['cancel'],
  },
  'initiate.confirming': {
    id: 'confirm',
    step: 'initiate',
    title: text('请确认金额和卡号', 'CONFIRM AMOUNT AND CARD'),
    accepts: ['confirm', 'reject', 'cancel'],
  },
  'initiate.enteringPin': {
    id: 'enter-pin',
    step: 'initiate',
    title: text('请在密码键盘输入密码', 'ENTER PIN ON PIN PAD'),
    accepts: ['cancel'],
  },
  transmit: { id: 'transmitting', step: 'transmit', title: text('正在发送', 'TRANSMITTING'), accepts: [] },
  authorize: { id: 'authorizing', step: 'authorize', title: text('等待授权', 'AUTHORIZING'), accepts: [] },
  'authorize.partial': {
    id: 'partial-approval',
    step: 'authorize',
    title: text('部分批准,是否接受?', 'APPROVED IN PART: TAKE IT?'),
    accepts: ['confirm', 'reject', 'cancel'],
  },
  print: { id: 'printing', step: 'print', title: text('正在打印', 'PRINTING'), accepts: [] },
  'print.merchantCopy.stopped': {
    id: 'printer-trouble',
    step: 'print',
    title: text('打印机故障', 'PRINTER NEEDS ATTENTION'),
    accepts: ['cancel'],
  },
  'print.cardholderCopy.stopped': {
    id: 'printer-trouble',
    step: 'print',
    title: text('打印机故障', 'PRINTER NEEDS ATTENTION'),
    accepts: ['cancel'],
  },
  'print.merchantCopy.deferred': SLIP_OWED,
  'print.cardholderCopy.deferred': SLIP_OWED,
  reversal: { id: 'reversing', step: 'reversal', title: text('正在冲正', 'REVERSING'), accepts: [] },
  repetition: { id: 'repeating', step: 'repetition', title: text('正在重发', 'SENDING AGAIN'), accepts: [] },
};

export const PASSWORD_ENTRY: TextEntry = { pattern: PASSWORD_PATTERN, example: '密码 password' };

const ENTRIES: Readonly<Record<EntryName, { readonly title: Bilingual; readonly entry: TextEntry }>> = {
  voucher: { title: text('原凭证号', 'Original voucher number'), entry: { pattern: '\\d{1,6}', example: '000123' } },
  reference: {
    title: text('原参考号', 'Original reference number'),
    entry: { pattern: '[0-9A-Za-z]{12}', example: '112300000002' },
  },
  code: {
    title: text('原授权码', 'Original authorization code'),
    entry: { pattern: '[0-9A-Za-z]{6}', example: '012345' },
  },
  date: {
    title: text('原交易日期(月日)', 'Original date (MMDD)'),
    entry: { pattern: '(0[1-9]|1[0-2])(0[1-9]|[12]\\d|3[01])', example: '1123' },
  },
  document: {
    title: text(
      '收款人证件:类型两位(01身份证)和号码',
      "Receiver's id document: two digits of type (01 identity card), number",
    ),
    entry: { pattern: '(0[1-7]|99)[0-9A-Za-z]{1,20}', example: '01110101199001011237' },
  },
};

export const TROUBLES: Readonly<Record<PrinterTrouble, Bilingual>> = {
  'paper-out': text('打印机缺纸,请装纸', 'Out of paper: load a roll'),
  'cover-open': text('打印机盖未关,请合上', 'Cover open: close it'),
  'printer-error': text('打印机故障,请检查切刀', 'Printer error: check the cutter'),
  overheated: text('打印头过热,请稍候', 'Print head too hot: wait'),
  'not-answering': text('打印机无应答,请检查连接', 'Printer does not answer: check power and cable'),
};

const OUTCOMES: Readonly<Record<Outcome, Bilingual>> = {
  approved: text('交易成功', 'APPROVED'),
  declined: text('交易拒绝', 'DECLINED'),
  cancelled: text('交易取消', 'CANCELLED'),
  failed: text('交易未进行', 'NOT CARRIED OUT'),
  reversed: text('交易已冲正', 'REVERSED'),
  'reversal-pending': text('冲正待发送', 'REVERSAL PENDING'),
  'repeat-pending': text('待重发', 'TO BE SENT AGAIN'),
  unanswered: text('结果未知', 'RESULT UNKNOWN'),
};

const REASONS: Readonly<Record<EndReason, Bilingual>> = {
  'operator-cancelled': text('操作员取消', 'Cancelled by the operator'),
  'cardholder-cancelled': text('持卡人取消', 'Cancelled by the cardholder'),
  'nobody-answered': text('操作超时', 'Nobody answered in time'),
  'power-lost': text('电源中断', 'The power failed'),
  'card-reader-lost': text('刷卡器无应答', 'The card reader is gone'),
  'card-blocked': text('此卡在黑名单中,未发送', 'The card is on the blacklist: nothing was sent'),
  'supervisor-locked': text('主管密码错误次数超限', 'Too many wrong supervisor passwords'),
  'verification-unanswered': text(
    '转入账户未能验证,未扣款',
    'The receiving account could not be verified, not charged',
  ),
  'pin-pad-failed': text('密码键盘无应答', 'The PIN pad does not work'),
  'pin-pad-refused': text('密码键盘密钥失效,请重新签到', 'The PIN pad has lost its keys: sign in again'),
  'reversal-given-up': text('冲正已放弃,须与收单机构核对', 'Reversal given up: settle it with the acquirer'),
  'host-unreachable': text('无法连接主机,未发送,未扣款', 'Host unreachable, nothing sent, not charged'),
  'host-silent': text('主机无应答,交易已撤回,未扣款', 'No answer from the host: taken back, not charged'),
  'reply-mac-wrong': text('应答校验错,交易已撤回,未扣款', 'Answer failed its check: taken back, not charged'),
  'partial-approval-refused': text('部分批准,交易已撤回', 'Partial approval: taken back'),
};

/** The chart's state as a screen. */
export function transactionScreen(
  path: string,
  context: TransactionContext,
  durations: readonly { readonly step: string; readonly durationMs: number }[],
  parameters: TerminalParameters,
): Screen {
  const result = resultOf(context, path, durations, parameters);
  const details = detailLines(context, parameters);
  if (result !== undefined) {
    const lines = [...details, ...balanceLine(result, parameters), ...reasonLines(context, result)];
    const screen = { id: 'result', title: OUTCOMES[result.outcome], lines, result } as const;
    if (!mayBeVoided(result)) return { ...screen, accepts: ['confirm'] };
    return { ...screen, accepts: ['confirm', 'choose'], menu: [VOID_THIS] };
  }
  const frame = frameOf(path);
  const [entry] = path === 'initiate.namingOriginal' ? missingEntries(context) : [];
  const entries = entry === undefined ? undefined : ENTRIES[entry];
  const keyed = path === 'initiate.supervising' ? PASSWORD_ENTRY : entries?.entry;
  return {
    ...frame,
    ...(entries !== undefined && { title: entries.title }),
    lines: [...details, ...hints(path, context, parameters)],
    currency: parameters.currency,
    ...(keyed !== undefined && { entry: keyed }),
  };
}

function frameOf(path: string): Frame {
  for (let prefix = path; prefix !== ''; prefix = prefix.slice(0, Math.max(0, prefix.lastIndexOf('.')))) {
    const frame = FRAMES[prefix];
    if (frame !== undefined) return frame;
  }
  return { id: path, title: text('请稍候', 'PLEASE WAIT'), accepts: [] };
}

function detailLines(context: TransactionContext, { currency }: TerminalParameters): readonly Bilingual[] {
  const { name } = TRANSACTION_TYPES[context.kind];
  const amount =
    context.amount === undefined ? '' : ` ${currency.slipPrefix} ${formatAmount(context.amount, currency)}`;
  const exercise = context.training ? text('[训练] ', '[TRAINING] ') : text('', '');
  const lines = [text(`${exercise.zh}${name.zh}${amount}`, `${exercise.en}${name.en}${amount}`)];
  const { card } = context;
  if (card === undefined) return lines;
  const until = `${card.expiry.slice(0, 2)}/${card.expiry.slice(2)}`;
  return [...lines, text(`卡号 ${card.maskedPan} 有效期 ${until}`, `CARD ${card.maskedPan} EXP ${until}`)];
}

function hints(path: string, context: TransactionContext, { currency }: TerminalParameters): readonly Bilingual[] {
  const money = (amount: AmountMinor): string => `${currency.slipPrefix} ${formatAmount(amount, currency)}`;
  if (path === 'initiate.supervising' && context.wrongPasswords > 0) {
    return [text(`密码错(${context.wrongPasswords})`, `Wrong password (${context.wrongPasswords})`)];
  }
  if (path === 'initiate.enteringPin' && context.wrongPins > 0) {
    return [text(`密码错(${context.wrongPins}),请重新输入`, `Wrong PIN (${context.wrongPins}): enter it again`)];
  }
  if (path === 'initiate.enteringAmount') return amountHints(context, money);
  if (path === 'authorize.partial' && context.reply?.amount !== undefined) {
    const part = money(context.reply.amount);
    return [text(`批准金额 ${part}`, `APPROVED ${part}`), text('取消键: 全部撤回', 'Cancel: take all of it back')];
  }
  if (path === 'initiate.namingOriginal' && context.originalMissing) {
    return [text('本批次无此交易', 'No such transaction in this batch')];
  }
  if (path === 'initiate.presentingCard' && context.cardDiffers) {
    return [text('与原交易卡号不符,请刷原卡', 'Not the card of the original: swipe that one')];
  }
  if (path === 'initiate.presentingCard' && context.unreadableSwipes > 0) {
    const times = context.unreadableSwipes;
    return [text(`读卡失败(${times}),请重新刷卡`, `Card could not be read (${times}): swipe again`)];
  }
  if (path.endsWith('.stopped') && context.trouble !== undefined) {
    return [TROUBLES[context.trouble], text('取消键: 稍后打印', 'Cancel: print it later')];
  }
  return [];
}

function amountHints(context: TransactionContext, money: (amount: AmountMinor) => string): readonly Bilingual[] {
  const max = amountMax(context);
  if (max === undefined) return [];
  const most = text(`最多 ${money(max)}`, `At most ${money(max)}`);
  return context.amountTooLarge ? [text('金额过大', 'Too much'), most] : [most];
}

function balanceLine({ balance }: TransactionResult, { currency }: TerminalParameters): readonly Bilingual[] {
  if (balance === undefined) return [];
  const amount = `${currency.slipPrefix} ${balance.negative ? '-' : ''}${formatAmount(balance.amount, currency)}`;
  return [text(`可用余额 ${amount}`, `BALANCE ${amount}`)];
}

const ACTIONS: Readonly<Record<ResponseAction, Bilingual>> = {
  'enter-pin-again': text('密码输入次数已用完', 'No more tries at the PIN'),
  'sign-in-again': text('下一笔交易前将自动签到', 'The terminal signs in before the next transaction'),
  'keep-card': text('请收回此卡并联系收单机构', 'Keep the card and call the acquirer'),
  'call-bank': text('请持卡人联系发卡银行', 'The cardholder should call the bank'),
  'use-chip': text('请插卡', 'Insert the chip card'),
  'try-later': text('请稍后重试', 'Try again later'),
};

function reasonLines(context: TransactionContext, { action, outcome, responseText, stored }: TransactionResult) {
  const reason = context.endReason === undefined ? undefined : REASONS[context.endReason];
  const lines: Readonly<Record<Outcome, readonly (Bilingual | undefined)[]>> = {
    approved: [
      // A5 and the like: accepted, and still something to do (dialect sheet 11.1).
      ...(action === undefined ? [] : [responseText, ACTIONS[action]]),
      ...(stored === true ? [text('通知已存储,稍后上送', 'Stored: goes to the host later')] : []),
    ],
    declined: [responseText, ...(action === undefined ? [] : [ACTIONS[action]])],
    cancelled: [reason],
    failed: [reason],
    reversed: [reason],
    'reversal-pending': [
      text('主机暂未确认撤回,将自动重试', 'The host has not confirmed the reversal yet; it will be tried again'),
    ],
    'repeat-pending': [
      text('主机未应答,将自动重发,请勿重做', 'No answer yet; it is sent again by itself: do not repeat it'),
    ],
    unanswered: [
      // An inquiry moves nothing.
      TRANSACTION_TYPES[context.kind].amount === 'none'
        ? text('主机无应答,可重新查询', 'No answer from the host: ask again')
        : text('主机无应答,请与收单机构核对', 'No answer from the host: ask the acquirer before repeating it'),
    ],
  };
  return lines[outcome].filter((line) => line !== undefined);
}

const VOID_THIS = { key: 'void-this', text: text('撤销本笔', 'VOID THIS SALE') };

/** A wrong amount or card may be noticed only now. */
const mayBeVoided = ({ kind, outcome, training }: TransactionResult): boolean =>
  outcome === 'approved' && kind === 'sale' && training !== true;
