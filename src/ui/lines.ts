/** The terminal's display and keypad as lines of JSON, for scripts: screens go out, inputs come in. */
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import * as v from 'valibot';
import { parseAmount } from '../domain/money.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { Input, Screen } from '../domain/screen.ts';
import { Secret } from '../domain/secret.ts';
import type { Display } from './console.ts';

const schema = v.variant('type', [
  /** As a person keys it, e.g. `12.34`. */
  v.strictObject({ type: v.literal('amount'), text: v.string() }),
  v.strictObject({ type: v.literal('text'), text: v.string() }),
  v.strictObject({ type: v.literal('password'), text: v.string() }),
  v.strictObject({ type: v.picklist(['confirm', 'reject', 'cancel']) }),
  v.strictObject({ type: v.literal('choose'), item: v.string() }),
]);

/** @param ended called when the script closes the input. */
export function linesDisplay(input: Readable, output: Writable, ended: () => void): Display {
  let current: Screen | undefined;
  let listener: (input: Input) => void = () => undefined;
  const lines = createInterface({ input, terminal: false });
  const say = (message: Readonly<Record<string, unknown>>): void => {
    output.write(`${JSON.stringify(message)}\n`);
  };
  lines.on('close', ended);
  lines.on('line', (line) => {
    const read = parseInput(line, current);
    if (read.ok) listener(read.value);
    else say({ problem: read.error });
  });
  return {
    show(screen) {
      current = screen;
      say({ screen });
    },
    onInput(next) {
      listener = next;
    },
  };
}

function parseInput(line: string, screen: Screen | undefined): Result<Input, string> {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return fail('An input is one line of JSON, e.g. {"type":"confirm"}.');
  }
  const parsed = v.safeParse(schema, json);
  if (!parsed.success) return fail(notAnInput(parsed.issues[0]));
  const input = parsed.output;
  if (screen === undefined || !screen.accepts.includes(input.type)) {
    return fail(`The screen ${screen?.id ?? '(none)'} does not take "${input.type}".`);
  }
  if (input.type === 'choose' && !(screen.menu ?? []).some(({ key }) => key === input.item)) {
    return fail(`The menu has no "${input.item}".`);
  }
  if (input.type === 'text' || input.type === 'password') {
    const pattern = screen.entry?.pattern ?? '';
    if (!new RegExp(`^(?:${pattern})$`).test(input.text)) return fail(`Not what the screen asks for: ${pattern}.`);
    return ok(input.type === 'text' ? input : { type: 'password', password: Secret.of(input.text, 'PASSWORD') });
  }
  if (input.type !== 'amount') return ok(input);
  if (screen.currency === undefined) return fail('The screen takes no amount.');
  const amount = parseAmount(input.text, screen.currency);
  return amount.ok ? ok({ type: 'amount', amount: amount.value }) : fail(`Not an amount: ${amount.error}.`);
}

/** Says what was wanted and never what came, which may be a password with a slip of the pen. */
function notAnInput(issue: v.BaseIssue<unknown>): string {
  if (issue.expected === 'never') return 'Not an input: it has a key too many.';
  const at = v.getDotPath(issue);
  if (issue.received === 'undefined') return `Not an input: "${at ?? ''}" is missing.`;
  return `Not an input: ${at === null ? 'it' : `"${at}"`} must be ${issue.expected ?? 'right'}.`;
}
