/** `npm run sale`: one sale without a person, between the two real processes. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CNY, parseAmount } from '../../src/domain/money.ts';
import type { Outcome } from '../../src/domain/outcome.ts';
import { sixDigits } from '../../src/domain/stan.ts';
import { loadCards } from '../cards.ts';
import { loadChipCards } from '../chip-cards.ts';
import { FAULTS, type NamedFault } from '../scenario/faults.ts';
import { takeSale, type SaleRun, type SaleScript } from './scripted-person.ts';
import { Session, type PrintedPaper } from './session.ts';

const USAGE =
  'Usage: npm run sale -- --amount 12.34 --card NAME [--pin 123456] [--fault NAME] [--receipt] [--out DIR] [--json], or --list';

const EXIT_CODES: Readonly<Record<Outcome, number>> = {
  approved: 0,
  declined: 10,
  cancelled: 11,
  reversed: 12,
  'reversal-pending': 12,
  'repeat-pending': 1,
  failed: 1,
  unanswered: 1,
};

const EXIT_USAGE = 2;
const EXIT_TROUBLE = 1;

/** Short, so that a silent host is a matter of seconds; a real terminal waits a minute. */
const RESPONSE_TIMEOUT_MS = 2500;
const LATE_MS = 4000;
const REVERSAL_PAUSE_MS = 2000;

/** Nobody's: the address of a page that an acquirer would offer. */
const RECEIPT_BASE_URL = 'https://receipt.example/';

/** Of `--list`. */
const NAME_COLUMNS = 29;

class UsageProblem extends Error {}

interface SaleOptions extends SaleScript {
  readonly out: string;
  readonly json: boolean;
}

function readOptions(): SaleOptions | 'list' {
  const { values } = parseArgs({
    options: {
      amount: { type: 'string' },
      card: { type: 'string' },
      pin: { type: 'string', default: '123456' },
      fault: { type: 'string' },
      receipt: { type: 'boolean', default: false },
      out: { type: 'string', default: 'out' },
      json: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
    },
  });
  if (values.list) return 'list';
  const { amount, card, pin, out, json } = values;
  if (amount === undefined || card === undefined) throw new UsageProblem(USAGE);
  const parsed = parseAmount(amount, CNY);
  if (!parsed.ok) throw new UsageProblem(`--amount ${amount}: ${parsed.error}. Give it like 12.34. ${USAGE}`);
  const named = ({ name }: { readonly name: string }): boolean => name === card;
  const inserts = loadChipCards().some(named);
  if (!inserts && !loadCards().some(named)) {
    throw new UsageProblem(`There is no card "${card}"; "npm run sale -- --list" names them.`);
  }
  if (!/^(\d{4,12})?$/.test(pin)) throw new UsageProblem('--pin takes 4 to 12 digits, or nothing for no PIN.');
  const fault = values.fault === undefined ? undefined : faultNamed(values.fault);
  return {
    amount,
    card,
    inserts,
    pin,
    takesReceipt: values.receipt,
    out,
    json,
    ...(fault === undefined ? {} : { fault }),
  };
}

function faultNamed(name: string): NamedFault {
  const fault = FAULTS.find((each) => each.name === name);
  if (fault === undefined) throw new UsageProblem(`There is no fault "${name}"; "npm run sale -- --list" names them.`);
  return fault;
}

function list(): string {
  const rows = (
    entries: readonly { readonly name: string; readonly about: string; readonly aboutZh: string }[],
  ): string[] =>
    entries.flatMap(({ name, about, aboutZh }) => [
      `  ${name.padEnd(NAME_COLUMNS)}${about}`,
      `  ${' '.repeat(NAME_COLUMNS)}${aboutZh}`,
    ]);
  return [
    'Cards that are swiped (--card):',
    ...rows(loadCards()),
    '',
    'Chip cards, which are inserted (--card):',
    ...rows(loadChipCards()),
    '',
    'Faults (--fault):',
    ...rows(FAULTS),
  ].join('\n');
}

/** The first complete print of each copy gets its name; torn pieces and further prints are numbered. */
function keepPapers(papers: readonly PrintedPaper[], out: string): string[] {
  mkdirSync(out, { recursive: true });
  const taken = new Set<string>();
  return papers.map(({ file, text }, index) => {
    const copy = text.includes('MERCHANT COPY') ? 'merchant' : text.includes('CARDHOLDER COPY') ? 'cardholder' : '';
    const wanted = isComplete(text) && copy !== '' && !taken.has(copy) ? copy : `paper-${index + 1}`;
    taken.add(wanted);
    const kept = join(out, `${wanted}.png`);
    copyFileSync(file, kept);
    return kept;
  });
}

/** A slip names itself in its first and its last line; a torn piece lacks the last. */
function isComplete(text: string): boolean {
  const [id] = /\d{6}-\d{6}-[MC]/.exec(text) ?? [];
  return id !== undefined && text.split(id).length > 2;
}

function summary({ result, signInMs }: SaleRun, files: readonly string[]): Readonly<Record<string, unknown>> {
  const { outcome, reason, responseCode, responseText, stan, batch, referenceNumber, authorizationCode } = result;
  return {
    outcome,
    reason,
    responseCode,
    responseMeaning: responseText,
    stan: stan === undefined ? undefined : sixDigits(stan),
    batch: batch === undefined ? undefined : sixDigits(batch),
    referenceNumber,
    authorizationCode,
    maskedPan: result.maskedPan,
    amountMinor: result.amountMinor,
    currency: result.currencyCode,
    chip: result.chip,
    receipt: result.receipt,
    durationsMs: {
      'sign-in': Math.round(signInMs),
      ...Object.fromEntries(result.steps.map(({ step, durationMs }) => [step, durationMs])),
    },
    files,
  };
}

const STEP_NAMES: Readonly<Record<string, string>> = {
  initiate: '1 发起 INITIATE',
  transmit: '2 发送 TRANSMIT',
  authorize: '3 授权 AUTHORIZE',
  print: '4 打印 PRINT',
  reversal: '冲正 REVERSAL',
};

function report({ result, papers, signInMs }: SaleRun, files: readonly string[]): string {
  const row = (name: string, ms: number): string => `${name.padEnd(20)}${String(Math.round(ms)).padStart(8)} ms`;
  const meaning = result.responseText === undefined ? '' : ` ${result.responseText.zh} ${result.responseText.en}`;
  return [
    row('签到 SIGN IN', signInMs),
    ...result.steps.map(({ step, durationMs }) => row(STEP_NAMES[step] ?? step, durationMs)),
    `${result.outcome}${result.responseCode === undefined ? '' : ` ${result.responseCode}`}${meaning}${result.reason === undefined ? '' : ` (${result.reason})`}`,
    ...(result.receipt === undefined ? [] : [result.receipt.url]),
    ...papers.flatMap(({ text }) => ['', text, '- - - 8< - - - - - - - - - - - -']),
    ...files,
  ].join('\n');
}

async function sell(options: SaleOptions): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-sale-'));
  let session: Session | undefined;
  try {
    session = await Session.start({
      directory,
      emulator: { lateMs: LATE_MS },
      terminal: {
        host: { responseTimeoutMs: RESPONSE_TIMEOUT_MS, connectTimeoutMs: RESPONSE_TIMEOUT_MS },
        timeouts: { reversalPauseMs: REVERSAL_PAUSE_MS },
        ...(options.takesReceipt === true && { receipts: { baseUrl: RECEIPT_BASE_URL } }),
      },
    });
    const run = await takeSale(session, options);
    const files = keepPapers(run.papers, options.out);
    process.stdout.write(`${options.json ? JSON.stringify(summary(run, files)) : report(run, files)}\n`);
    return EXIT_CODES[run.result.outcome];
  } finally {
    await session?.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

try {
  const options = readOptions();
  if (options === 'list') process.stdout.write(`${list()}\n`);
  else process.exitCode = await sell(options);
} catch (error) {
  const isUsage =
    error instanceof UsageProblem || (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS') === true;
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = isUsage ? EXIT_USAGE : EXIT_TROUBLE;
}
