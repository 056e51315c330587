/** `emv`: a transaction with a card from a file, every exchange decoded, and what came of it. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { CNY, parseAmount, type AmountMinor } from '../../src/domain/money.ts';
import { fail, ok, type Result } from '../../src/domain/result.ts';
import { flagsOf, TSI_FLAGS, TVR_FLAGS } from '../../src/emv/flags.ts';
import { loadChipCard } from '../chip-cards.ts';
import type { EmulatedCard } from '../models/chip-reader/emulated-card.ts';
import { fromHex, isHex } from '../models/crypto/hex.ts';
import { type EmvToolConfig, parseEmvConfig } from './emv-config.ts';
import type { Exchange } from './emv-exchanges.ts';
import { type EmvRun, runEmv } from './emv-run.ts';

/** Exit codes: 1 a file or a value is wrong, 2 the options are, 3 the transaction ended without a decision. */
interface EmvToolResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: 0 | 1 | 2 | 3;
}

export const EMV_USAGE =
  'emv --card FILE --amount 1.00 [--date YYYY-MM-DD] [--config FILE] [--un HEX] [--json]   (1 bad file or value, 3 no decision)';

/** Always the same, so that runs are. */
const UNPREDICTABLE_NUMBER = '11223344';

/** @param args what follows `emv` on the command line. @param today YYYY-MM-DD. */
export function emvTool(args: readonly string[], today: string): EmvToolResult {
  const options = optionsOf(args);
  if (options === undefined) return { stdout: '', stderr: `Usage: ${EMV_USAGE}`, exitCode: 2 };
  const order = orderOf(options, today);
  if (!order.ok) return { stdout: '', stderr: order.error, exitCode: 1 };
  const card = cardOf(options.card);
  if (!card.ok) return { stdout: '', stderr: card.error, exitCode: 1 };
  const run = runEmv(card.value, order.value.config, order.value);
  const stdout = options.json ? jsonOf(run) : textOf(run);
  const { problem } = run.summary;
  if (problem === null) return { stdout, stderr: '', exitCode: 0 };
  return {
    stdout,
    stderr: `${options.card}: ${PROBLEMS[problem] ?? `the transaction ended, ${problem}`}.`,
    exitCode: 3,
  };
}

function cardOf(path: string): Result<EmulatedCard, string> {
  try {
    return ok(loadChipCard(path));
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

const PROBLEMS: Readonly<Record<string, string>> = {
  'card-mute': 'the card is mute: it gives no answer to reset',
  'card-gone': 'the card stopped answering (card-gone)',
  'no-common-application': 'the card has no application that the terminal has (no-common-application)',
};

interface Options {
  readonly card: string;
  readonly amount: string;
  readonly date?: string;
  readonly config?: string;
  readonly un?: string;
  readonly json: boolean;
}

function optionsOf(args: readonly string[]): Options | undefined {
  try {
    const text = { type: 'string' } as const;
    const { values } = parseArgs({
      args: [...args],
      options: { card: text, amount: text, date: text, config: text, un: text, json: { type: 'boolean' } },
    });
    const { card, amount, json = false, ...rest } = values;
    return card === undefined || amount === undefined ? undefined : { card, amount, json, ...rest };
  } catch {
    return undefined;
  }
}

interface Order {
  readonly config: EmvToolConfig;
  readonly amount: AmountMinor;
  readonly date: string;
  readonly unpredictableNumber: Uint8Array;
}

function orderOf(options: Options, today: string): Result<Order, string> {
  const { un = UNPREDICTABLE_NUMBER, date = today } = options;
  const config = configOf(options.config);
  if (!config.ok) return config;
  const amount = parseAmount(options.amount, { ...CNY, decimals: config.value.currencyExponent });
  if (!amount.ok) return fail(`--amount must be an amount like 1.00, more than nothing: ${amount.error}.`);
  if (!isDate(date)) return fail('--date must be a date as YYYY-MM-DD.');
  if (!isHex(un) || un.length !== 8) return fail('--un must be four bytes of hex.');
  return ok({
    config: config.value,
    amount: amount.value,
    date: date.replaceAll('-', ''),
    unpredictableNumber: fromHex(un),
  });
}

function isDate(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

function configOf(path: string | undefined): Result<EmvToolConfig, string> {
  if (path === undefined) return parseEmvConfig({});
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return fail(`${path} cannot be read as JSON: check that it exists and is well formed.`);
  }
  const config = parseEmvConfig(json);
  return config.ok ? config : fail(`${path}: ${config.error}.`);
}

const jsonOf = ({ summary, steps }: EmvRun): string =>
  JSON.stringify({ ...summary, exchanges: steps.filter((step) => typeof step !== 'string') }, undefined, 2);

function textOf({ summary, steps }: EmvRun): string {
  const { oda, tvr, tsi } = summary;
  const rows = [
    ['AID', summary.aid],
    ['PAN', summary.pan],
    ['ODA', `${oda.method}, ${oda.result}${oda.problem === null ? '' : ` (${oda.problem})`}`],
    ['CVM results', summary.cvmResults],
    ['TVR', tvr === null ? null : withFlags(tvr, flagsOf(TVR_FLAGS, fromHex(tvr)))],
    ['TSI', tsi === null ? null : withFlags(tsi, flagsOf(TSI_FLAGS, fromHex(tsi)))],
    ['1st cryptogram', summary.ac1],
    ['2nd cryptogram', summary.ac2],
    ['Decision', summary.problem === null ? summary.decision : `${summary.decision} (${summary.problem})`],
  ];
  const table = rows.map(([name, value]) => `${(name ?? '').padEnd(16)}${value ?? '-'}`);
  return [...steps.flatMap(linesOf), '', ...table].join('\n');
}

const withFlags = (hex: string, flags: readonly string[]): string => [hex, ...flags].join(' ');

function linesOf(step: Exchange | string): readonly string[] {
  if (typeof step === 'string') return [`-- ${step}`];
  const { command, detail, header, data, status, response } = step;
  const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => `     ${line}`);
  return [
    `-> ${header} ${command}${detail === '' ? '' : `: ${detail}`}`,
    ...indented(data),
    `<- ${status ?? 'nothing'}`,
    ...indented(response),
  ];
}
