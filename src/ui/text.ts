/** Screens as text, and typed text as input: shared by every adapter that a person reads. */
import type { Bilingual } from '../domain/bilingual.ts';
import { parseAmount, type AmountProblem } from '../domain/money.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { Input, Screen } from '../domain/screen.ts';

const STEPS: Readonly<Record<string, string>> = {
  initiate: '1/4 发起 INITIATE',
  transmit: '2/4 发送 TRANSMIT',
  authorize: '3/4 授权 AUTHORIZE',
  print: '4/4 打印 PRINT',
  reversal: '冲正 REVERSAL',
};

const both = ({ zh, en }: Bilingual): string => (zh === en ? zh : `${zh}  ${en}`);

export function screenText(screen: Screen): string {
  const step = screen.step === undefined ? [] : [`[${STEPS[screen.step] ?? screen.step}]`];
  const menu = (screen.menu ?? []).map(({ text }, index) => `  ${index + 1}  ${both(text)}`);
  return [...step, both(screen.title), ...screen.lines.map((line) => `  ${both(line)}`), ...menu].join('\n');
}

/** What may be keyed, for the prompt; empty where the screen takes nothing. */
export function promptText({ accepts, entry, menu }: Screen): string {
  const keys: Readonly<Record<Input['type'], string>> = {
    amount: '12.34',
    text: entry?.example ?? '',
    confirm: 'Enter 确认 confirm',
    reject: 'n 更改 change',
    cancel: 'c 取消 cancel',
    choose: `1-${menu?.length ?? 1}`,
  };
  return accepts.map((input) => keys[input]).join(' / ');
}

const AMOUNT_PROBLEMS: Readonly<Record<AmountProblem, string>> = {
  'not-an-amount': '金额格式错  Not an amount: key it like 12.34',
  'too-many-decimals': '小数位过多  Too many decimals: key it like 12.34',
  zero: '金额不能为零  The amount must not be zero',
  'too-large': '金额过大  The amount is too large',
};

/** Reads one typed line against the screen that is up. */
export function readInput(screen: Screen, line: string): Result<Input, string> {
  const text = line.trim();
  const takes = (type: Input['type']): boolean => screen.accepts.includes(type);
  if (takes('cancel') && /^c(ancel)?$/i.test(text)) return ok({ type: 'cancel' });
  if (takes('reject') && /^n(o)?$/i.test(text)) return ok({ type: 'reject' });
  if (takes('confirm') && /^(|y|yes|ok)$/i.test(text)) return ok({ type: 'confirm' });
  if (takes('choose')) {
    const item = screen.menu?.[Number(text) - 1] ?? screen.menu?.find(({ key }) => key === text);
    if (item !== undefined) return ok({ type: 'choose', item: item.key });
  }
  if (takes('amount') && screen.currency !== undefined) {
    const amount = parseAmount(text, screen.currency);
    return amount.ok ? ok({ type: 'amount', amount: amount.value }) : fail(AMOUNT_PROBLEMS[amount.error]);
  }
  if (takes('text') && screen.entry !== undefined && new RegExp(`^(?:${screen.entry.pattern})$`).test(text)) {
    return ok({ type: 'text', text });
  }
  const prompt = promptText(screen);
  return fail(prompt === '' ? '请稍候  Please wait' : `请按提示输入  Key one of: ${prompt}`);
}
