/** A transaction's states as screens. */
import type { Bilingual } from '../../domain/bilingual.ts';
import { AMOUNT_MINOR_MAX, formatAmount, type AmountMinor } from '../../domain/money.ts';
import { PASSWORD_PATTERN } from '../../domain/password.ts';
import type { Outcome, StepName, TransactionResult } from '../../domain/outcome.ts';
import type { MenuItem, Screen, TextEntry } from '../../domain/screen.ts';
import { sixDigits } from '../../domain/stan.ts';
import type { TerminalParameters } from '../parameters.ts';
import { takesChip } from './chart.ts';
import type { ApplicationFacts } from './chip-facts.ts';
import { amountMax, missingEntries, type TransactionContext } from './context.ts';
import { applicationKey, RECEIPT_KEY } from './inputs.ts';
import { resultOf } from './result-of.ts';
import { TRANSACTION_TYPES } from './types.ts';
import { ACTIONS, ENTRIES, MENDED, OUTCOMES, REASONS, text, TROUBLES } from './words.ts';

type Frame = Pick<Screen, 'id' | 'accepts'> & { readonly title: Bilingual; readonly step?: StepName };

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
  'initiate.findingOriginal': {
    id: 'finding-original',
    step: 'initiate',
    title: text('正在查找原交易', 'LOOKING FOR THE ORIGINAL'),
    accepts: [],
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
  'initiate.readingChip': {
    id: 'reading-chip',
    step: 'initiate',
    title: text('正在读卡,请勿拔卡', 'READING THE CARD: LEAVE IT IN'),
    accepts: ['cancel'],
  },
  'initiate.choosingApplication': {
    id: 'choose-application',
    step: 'initiate',
    title: text('请选择应用', 'CHOOSE AN APPLICATION'),
    accepts: ['choose', 'cancel'],
  },
  'initiate.confirmingApplication': {
    id: 'confirm-application',
    step: 'initiate',
    title: text('请确认应用', 'CONFIRM THE APPLICATION'),
    accepts: ['confirm', 'cancel'],
  },
  'initiate.verifyingChip': {
    id: 'reading-chip',
    step: 'initiate',
    title: text('正在处理,请勿拔卡', 'PROCESSING: LEAVE THE CARD IN'),
    accepts: ['cancel'],
  },
  'initiate.enteringPinOnReader': {
    id: 'enter-pin-on-reader',
    step: 'initiate',
    title: text('请在读卡器上输入密码', 'ENTER PIN ON THE CARD READER'),
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
  'authorize.tellingCard': {
    id: 'telling-card',
    step: 'authorize',
    title: text('正在处理,请勿拔卡', 'PROCESSING: LEAVE THE CARD IN'),
    accepts: [],
  },
  'authorize.partial': {
    id: 'partial-approval',
    step: 'authorize',
    title: text('部分批准,是否接受?', 'APPROVED IN PART: TAKE IT?'),
    accepts: ['confirm', 'reject', 'cancel'],
  },
  print: { id: 'printing', step: 'print', title: text('正在打印', 'PRINTING'), accepts: [] },
  'print.offering': {
    id: 'receipt-offer',
    step: 'print',
    title: text('电子小票:请扫码', 'E-RECEIPT: SCAN IT'),
    accepts: ['confirm', 'reject', 'cancel'],
  },
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
  reversal: { id: 'reversing', step: 'reversal', title: text('正在冲正', 'REVERSING'), accepts: [] },
  repetition: { id: 'repeating', step: 'repetition', title: text('正在重发', 'SENDING AGAIN'), accepts: [] },
};

export const PASSWORD_ENTRY: TextEntry = { pattern: PASSWORD_PATTERN, example: '密码 password' };

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
    const lines = [...details, ...outcomeLines(context, result, parameters), ...removalLine(context)];
    // Paper will come later, if at all while the cardholder waits.
    const code = context.owesPaper && context.rules.receipts === 'offered' ? context.receipt?.url : undefined;
    return {
      id: 'result',
      title: OUTCOMES[result.outcome],
      lines,
      result,
      accepts: ['confirm'],
      ...(code !== undefined && { code }),
    };
  }
  const frame = frameOf(path);
  const [entry] = path === 'initiate.namingOriginal' ? missingEntries(context) : [];
  const words = entry === undefined ? undefined : ENTRIES[entry];
  const keyed = path === 'initiate.supervising' ? PASSWORD_ENTRY : words?.entry;
  const title = words?.title ?? titleOf(path, context);
  return {
    ...frame,
    ...(title !== undefined && { title }),
    lines: [...details, ...(words === undefined ? [] : [words.hint]), ...hints(path, context, parameters)],
    currency: parameters.currency,
    ...(keyed !== undefined && { entry: keyed }),
    ...receiptParts(path, context),
    ...(path === 'initiate.choosingApplication' && { menu: context.applications.map(applicationItem) }),
  };
}

const RECEIPT_ITEM: MenuItem = { key: RECEIPT_KEY, text: text('改用电子小票', 'E-RECEIPT INSTEAD') };

/** Where the cardholder can take the receipt off the screen. */
function receiptParts(path: string, { receipt, rules }: TransactionContext): Partial<Screen> {
  if (receipt === undefined || rules.receipts !== 'offered') return {};
  if (path === 'print.offering') return { code: receipt.url };
  if (path !== 'print.cardholderCopy.stopped') return {};
  return { code: receipt.url, menu: [RECEIPT_ITEM], accepts: ['cancel', 'choose'] };
}

const applicationItem = ({ aid, label }: ApplicationFacts, index: number): MenuItem => ({
  key: applicationKey(index),
  text: text(label, `${label} ${aid}`),
});

/** Where the frame's own does not say it well of this kind. */
function titleOf(path: string, context: TransactionContext): Bilingual | undefined {
  const { kind, receiver } = context;
  if (path === 'initiate.presentingCard') {
    if (receiver !== undefined) return text('请刷转出卡', 'SWIPE THE PAYING CARD');
    return takesChip(context) ? text('请插卡或刷卡', 'INSERT OR SWIPE CARD') : undefined;
  }
  if (path !== 'initiate.confirming') return undefined;
  if (TRANSACTION_TYPES[kind].amount === 'none') return text('请确认卡号', 'CONFIRM THE CARD');
  return receiver === undefined ? undefined : text('请确认金额和两张卡号', 'CONFIRM AMOUNT AND BOTH CARDS');
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
  const { card, original, receiver } = context;
  if (original !== undefined && original.stan > 0) {
    const voucher = sixDigits(original.stan);
    lines.push(text(`原凭证号 ${voucher}`, `ORIGINAL VOUCHER ${voucher}`));
  }
  if (receiver !== undefined) lines.push(text(`转入卡号 ${receiver.maskedPan}`, `TO CARD ${receiver.maskedPan}`));
  if (card === undefined) return lines;
  const until = `${card.expiry.slice(0, 2)}/${card.expiry.slice(2)}`;
  const zh = receiver === undefined ? '卡号' : '转出卡号';
  const en = receiver === undefined ? 'CARD' : 'FROM CARD';
  lines.push(text(`${zh} ${card.maskedPan} 有效期 ${until}`, `${en} ${card.maskedPan} EXP ${until}`));
  if (card.chip !== undefined) lines.push(text(`应用 ${card.chip.label}`, `APPLICATION ${card.chip.label}`));
  return lines;
}

function hints(path: string, context: TransactionContext, { currency }: TerminalParameters): readonly Bilingual[] {
  const money = (amount: AmountMinor): string => `${currency.slipPrefix} ${formatAmount(amount, currency)}`;
  switch (path) {
    case 'initiate.supervising':
      return again(context.wrongPasswords, '密码错误', 'Wrong password');
    case 'initiate.enteringPin':
    case 'initiate.enteringPinOnReader':
      return pinHints(context);
    case 'initiate.confirmingApplication':
      return context.applications.map(({ aid, label }) => text(label, `${label} ${aid}`));
    case 'initiate.enteringAmount':
      return amountHints(context, money);
    case 'initiate.namingOriginal':
      if (!context.originalMissing) return [];
      return [text('本批次无此交易,或已撤销', 'Not in this batch, or voided already')];
    case 'initiate.presentingReceiver':
      return again(context.unreadableSwipes, '读卡失败', 'The card could not be read');
    case 'initiate.presentingCard':
      if (context.cardDiffers)
        return [text('与原交易卡号不符,请用原卡', 'Not the card of the original: take that one')];
      if (context.cardHasChip) return [text('此卡有芯片,请插卡', 'This card has a chip: insert it')];
      if (context.fallback) return [text('芯片无法读取,请刷卡', 'The chip cannot be read: swipe the card')];
      return again(context.unreadableSwipes, '读卡失败', 'The card could not be read');
    case 'print.offering':
      return [text('确认:已领取;否:打印纸质小票', 'Confirm: taken; no: print it on paper')];
    case 'authorize.partial': {
      const part = context.reply?.amount === undefined ? '' : money(context.reply.amount);
      return [
        text(`批准金额 ${part}`, `APPROVED ${part}`),
        text('不接受则全部撤回', 'Unless you take it, all of it is taken back'),
      ];
    }
    default:
      if (!path.endsWith('.stopped') || context.trouble === undefined) return [];
      return [TROUBLES[context.trouble], MENDED];
  }
}

function pinHints({ pin, wrongPins }: TransactionContext): readonly Bilingual[] {
  const { isSecondTry, triesLeft } = pin;
  const left = triesLeft === undefined ? [] : [text(`还可输入${triesLeft}次`, `Tries left: ${triesLeft}`)];
  return [...(isSecondTry ? [text('密码错误', 'Wrong PIN')] : again(wrongPins, '密码错误', 'Wrong PIN')), ...left];
}

/** Nobody leaves without their card. */
const removalLine = ({ card }: TransactionContext): readonly Bilingual[] =>
  card?.entryMode === 'inserted' ? [text('请取卡', 'Take your card')] : [];

/** What went wrong, and how often; nothing where it did not. */
const again = (times: number, zh: string, en: string): readonly Bilingual[] =>
  times === 0 ? [] : [text(`${zh}(第${times}次),请重试`, `${en} (${times}): try again`)];

function amountHints(context: TransactionContext, money: (amount: AmountMinor) => string): readonly Bilingual[] {
  const max = amountMax(context);
  if (max === undefined || max === AMOUNT_MINOR_MAX) return [];
  const most = text(`最多 ${money(max)}`, `At most ${money(max)}`);
  return context.amountTooLarge ? [text('金额过大', 'Too much'), most] : [most];
}

function balanceLine({ balance }: TransactionResult, { currency }: TerminalParameters): readonly Bilingual[] {
  if (balance === undefined) return [];
  const amount = `${currency.slipPrefix} ${balance.negative ? '-' : ''}${formatAmount(balance.amount, currency)}`;
  return [text(`可用余额 ${amount}`, `AVAILABLE BALANCE ${amount}`)];
}

/** By which it is found again: voids and refunds ask for these. */
function numbersLine({ authorizationCode, referenceNumber, stan }: TransactionResult): readonly Bilingual[] {
  if (stan === undefined) return [];
  const numbers = [
    text(`凭证号 ${sixDigits(stan)}`, `VOUCHER ${sixDigits(stan)}`),
    ...(authorizationCode === undefined ? [] : [text(`授权码 ${authorizationCode}`, `AUTH ${authorizationCode}`)]),
    ...(referenceNumber === undefined ? [] : [text(`参考号 ${referenceNumber}`, `REF ${referenceNumber}`)]),
  ];
  return [text(numbers.map(({ zh }) => zh).join(' '), numbers.map(({ en }) => en).join(' '))];
}

/** What a transaction that came to nothing means for the cardholder's money. */
function moneyLine({ kind }: TransactionContext): readonly Bilingual[] {
  const { amount, givesBack } = TRANSACTION_TYPES[kind];
  if (amount === 'none') return [];
  return givesBack ? [text('原交易仍然有效', 'The original still stands')] : [text('未扣款', 'Not charged')];
}

function outcomeLines(
  context: TransactionContext,
  result: TransactionResult,
  parameters: TerminalParameters,
): readonly Bilingual[] {
  const { action, outcome, receipt, responseCode, responseText, slipOwed, stored } = result;
  const reason = context.endReason === undefined ? [] : [REASONS[context.endReason]];
  const advice = action === undefined ? [] : [ACTIONS[action]];
  const answer =
    responseText === undefined
      ? []
      : [text(`${responseCode} ${responseText.zh}`, `${responseCode} ${responseText.en}`)];
  const lines: Readonly<Record<Outcome, readonly Bilingual[]>> = {
    approved: [
      ...balanceLine(result, parameters),
      ...numbersLine(result),
      // A5 and the like: accepted, and still something to do (dialect sheet 11.1).
      ...(action === undefined ? [] : [...answer, ...advice]),
      ...(receipt?.taken === true ? [text('持卡人已领取电子小票', 'The cardholder has taken the e-receipt')] : []),
      ...(slipOwed === true ? [text('签购单待打印', 'The slip is still to be printed')] : []),
      ...(stored === true ? [text('通知已存储,稍后上送', 'Stored: goes to the host later')] : []),
    ],
    // The host's own word, or the card's where it was not asked.
    declined: [...answer, ...reason, ...advice],
    cancelled: reason,
    failed: [...reason, ...moneyLine(context)],
    reversed: [...reason, text('主机已确认撤回', 'The host has taken it back'), ...moneyLine(context)],
    'reversal-pending': [
      text('主机暂未确认撤回,将自动重试', 'The host has not confirmed the reversal yet; it will be tried again'),
    ],
    'repeat-pending': [
      text('主机未应答,将自动重发,请勿重做', 'No answer yet; it is sent again by itself: do not repeat it'),
    ],
    unanswered: [
      ...reason,
      // An inquiry moves nothing.
      TRANSACTION_TYPES[context.kind].amount === 'none'
        ? text('可重新查询', 'Ask again')
        : text(
            '不能确定是否入账,请与收单机构核对',
            'Nobody knows whether it is booked: ask the acquirer before repeating it',
          ),
    ],
  };
  return lines[outcome];
}
