/** Screens as text, and typed text as input: shared by every adapter that a person reads. */
import { encodeQR } from 'qr';
import type { Bilingual } from '../domain/bilingual.ts';
import { parseAmount, type AmountProblem } from '../domain/money.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { Input, MenuItem, Screen } from '../domain/screen.ts';
import { Secret } from '../domain/secret.ts';

const STEPS: Readonly<Record<string, string>> = {
  initiate: '1/4 发起 INITIATE',
  transmit: '2/4 发送 TRANSMIT',
  authorize: '3/4 授权 AUTHORIZE',
  print: '4/4 打印 PRINT',
  reversal: '冲正 REVERSAL',
  repetition: '重发 REPETITION',
};

/** Of a console. */
const COLUMNS = 80;

const both = ({ zh, en }: Bilingual): string => (zh === en ? zh : `${zh}  ${en}`);

/** Side by side where both fit on a line, else one below the other. */
function lineOf(text: Bilingual, indent: string): string {
  const line = indent + both(text);
  return columnsOf(line) <= COLUMNS ? line : `${indent}${text.zh}\n${indent}${text.en}`;
}

export function screenText(screen: Screen): string {
  const step = screen.step === undefined ? [] : [`[${STEPS[screen.step] ?? screen.step}]`];
  const lines = screen.lines.map((line) => lineOf(line, '  '));
  const code = screen.code === undefined ? [] : [codeText(screen.code)];
  return [...step, lineOf(screen.title, ''), ...lines, ...code, ...menuLines(screen.menu ?? [])].join('\n');
}

/** As dark and light blocks, two rows to a line, which a phone reads off a screen; and as it is, to be copied. */
const codeText = (code: string): string => `${encodeQR(code, 'ascii', { ecc: 'low', border: 2 }).trimEnd()}\n${code}`;

/** A group begins at 1, 11, 21, …: what comes and goes in one group leaves the numbers of the others as they are. */
const GROUP_NUMBERS = 10;

/** What is keyed for each item. */
function numbersOf(menu: readonly MenuItem[]): readonly number[] {
  const numbers: number[] = [];
  for (const [index, { group }] of menu.entries()) {
    const last = numbers.at(-1) ?? 0;
    const isFirst = index > 0 && group !== undefined && group.en !== menu[index - 1]?.group?.en;
    numbers.push(1 + (isFirst ? Math.ceil(last / GROUP_NUMBERS) * GROUP_NUMBERS : last));
  }
  return numbers;
}

/** Half of a console. */
const CELL_COLUMNS = COLUMNS / 2;

/** What stands under a heading stands two abreast, where it fits. */
function menuLines(menu: readonly MenuItem[]): string[] {
  const numbers = numbersOf(menu);
  const digits = String(numbers.at(-1)).length;
  const cells = menu.map(({ text }, index) => `  ${String(numbers[index]).padStart(digits)}  ${both(text)}`);
  const lines: string[] = [];
  for (let from = 0; from < menu.length;) {
    const group = menu[from]?.group;
    const next = menu.findIndex((item, index) => index > from && item.group?.en !== group?.en);
    const until = next === -1 ? menu.length : next;
    const section = cells.slice(from, until);
    lines.push(...(group === undefined ? section : [`─ ${both(group)}`, ...twoAbreast(section)]));
    from = until;
  }
  return lines;
}

/** What needs more than half a line has one of its own. */
function twoAbreast(cells: readonly string[]): readonly string[] {
  const lines: string[] = [];
  let left: string | undefined;
  for (const cell of cells) {
    const isNarrow = columnsOf(cell) < CELL_COLUMNS;
    if (left !== undefined && isNarrow) {
      lines.push(`${lines.pop()}${' '.repeat(CELL_COLUMNS - columnsOf(left))}${cell}`);
      left = undefined;
    } else {
      lines.push(cell);
      left = isNarrow ? cell : undefined;
    }
  }
  return lines;
}

/** Chinese characters and their punctuation are two columns wide. */
const columnsOf = (text: string): number =>
  Array.from(text).reduce(
    (columns, each) => columns + (/[\u2E80-\uA4CF\uF900-\uFAFF\uFE30-\uFE4F\uFF00-\uFF60]/.test(each) ? 2 : 1),
    0,
  );

/** What may be keyed, for the prompt; empty where the screen takes nothing. */
export function promptText({ accepts, entry, menu }: Screen): string {
  const keys: Readonly<Record<Input['type'], string>> = {
    amount: '如 e.g. 12.34',
    text: `如 e.g. ${entry?.example ?? ''}`,
    password: entry?.example ?? '',
    confirm: 'Enter 确认 confirm',
    reject: 'n 更改 change',
    cancel: 'c 取消 cancel',
    choose: rangeOf(numbersOf(menu ?? [])),
  };
  return accepts.map((input) => keys[input]).join(' / ');
}

const rangeOf = (numbers: readonly number[]): string =>
  numbers.length < 2 ? numbers.join('') : `${numbers[0]}-${numbers.at(-1)}`;

const AMOUNT_PROBLEMS: Readonly<Record<AmountProblem, string>> = {
  'not-an-amount': '金额格式错  Not an amount: key it like 12.34',
  'too-many-decimals': '小数位过多  Too many decimals: key it like 12.34',
  zero: '金额不能为零  The amount must not be zero',
  'too-large': '金额过大  The amount is too large',
};

const fits = ({ entry }: Screen, text: string): boolean =>
  entry !== undefined && new RegExp(`^(?:${entry.pattern})$`).test(text);

/** Reads one typed line against the screen that is up. What is said of a wrong one never repeats it. */
export function readInput(screen: Screen, line: string): Result<Input, string> {
  const text = line.trim();
  const takes = (type: Input['type']): boolean => screen.accepts.includes(type);
  if (takes('cancel') && /^c(ancel)?$/i.test(text)) return ok({ type: 'cancel' });
  if (takes('reject') && /^n(o)?$/i.test(text)) return ok({ type: 'reject' });
  if (takes('confirm') && /^(|y|yes|ok)$/i.test(text)) return ok({ type: 'confirm' });
  if (takes('choose')) {
    const menu = screen.menu ?? [];
    const item = menu[numbersOf(menu).indexOf(Number(text))] ?? menu.find(({ key }) => key === text);
    if (item !== undefined) return ok({ type: 'choose', item: item.key });
  }
  if (takes('amount') && screen.currency !== undefined) {
    const amount = parseAmount(text, screen.currency);
    return amount.ok ? ok({ type: 'amount', amount: amount.value }) : fail(AMOUNT_PROBLEMS[amount.error]);
  }
  // Whole, as it was hashed: not trimmed.
  if (takes('password') && fits(screen, line)) return ok({ type: 'password', password: Secret.of(line, 'PASSWORD') });
  if (takes('text') && fits(screen, text)) return ok({ type: 'text', text });
  const prompt = promptText(screen);
  return fail(prompt === '' ? '请稍候  Please wait' : `请按提示输入  Key one of: ${prompt}`);
}
