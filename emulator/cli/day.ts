/** `npm run day`: days of many terminals against one host, and whether all books agree at the end. */
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { runDay, TERMINALS_MAX } from '../simulation/day/run.ts';
import { summaryOf } from '../simulation/day/summary.ts';

const USAGE = `Usage: npm run --silent day -- [--terminals 50] [--transactions 2000] [--seed 1] [--drop-replies 0] [--chips 0]

Runs a whole day: every terminal signs in, makes its share of the transactions (all kinds, some declined, some voided,
some in doubt) and settles. One JSON object on standard output, progress on standard error.
  --terminals N      1 to ${TERMINALS_MAX}
  --transactions N   of all terminals together
  --seed TEXT        the same seed gives the same day
  --drop-replies P   so many percent of the host's replies get lost
  --chips P          so many percent of the cards that are free to choose are chips
Exit code 1 when the host's ledger, the journals and the paper differ in anything, 2 for bad usage.`;

const EXIT_DIFFERENCES = 1;
const EXIT_USAGE = 2;
const TRANSACTIONS_MAX = 100_000;
/** Above this nothing settles any more in reasonable time. */
const DROP_PERCENT_MAX = 50;
const PROGRESS_MS = 1000;

class UsageProblem extends Error {}

interface DayCommand {
  readonly terminals: number;
  readonly transactions: number;
  readonly seed: string;
  readonly dropPercent: number;
  readonly chipPercent: number;
}

function readOptions(args: readonly string[]): DayCommand | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      terminals: { type: 'string', default: '50' },
      transactions: { type: 'string', default: '2000' },
      seed: { type: 'string', default: '1' },
      'drop-replies': { type: 'string', default: '0' },
      chips: { type: 'string', default: '0' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  return {
    terminals: wholeNumber('--terminals', values.terminals, TERMINALS_MAX),
    transactions: wholeNumber('--transactions', values.transactions, TRANSACTIONS_MAX),
    seed: values.seed,
    dropPercent: percent('--drop-replies', values['drop-replies'], DROP_PERCENT_MAX),
    chipPercent: percent('--chips', values.chips, 100),
  };
}

function wholeNumber(name: string, text: string, max: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= max) return number;
  throw new UsageProblem(`${name} ${text}: give a whole number from 1 to ${max}.`);
}

function percent(name: string, text: string, max: number): number {
  const number = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && number <= max) return number;
  throw new UsageProblem(`${name} ${text}: give percent, 0 to ${max}.`);
}

function cpuNowMs(): number {
  const { system, user } = process.cpuUsage();
  return (system + user) / 1000;
}

function run(command: DayCommand): number {
  let toldMs = performance.now();
  const beganMs = toldMs;
  const day = runDay({
    ...command,
    cpuNowMs,
    onProgress: (begun, of) => {
      if (performance.now() - toldMs < PROGRESS_MS) return;
      toldMs = performance.now();
      process.stderr.write(`${begun} of ${of} errands begun\n`);
    },
  });
  const summary = summaryOf(day, performance.now() - beganMs);
  process.stdout.write(`${JSON.stringify(summary, undefined, 2)}\n`);
  return summary.ledgerDifferences === 0 ? 0 : EXIT_DIFFERENCES;
}

function main(args: readonly string[]): number {
  try {
    const command = readOptions(args);
    if (command !== 'help') return run(command);
    process.stdout.write(`${USAGE}\n`);
    return 0;
  } catch (error) {
    const isUsage = error instanceof UsageProblem || isParseArgsProblem(error);
    if (!isUsage || !(error instanceof Error)) throw error;
    process.stderr.write(`${error.message}\n${USAGE}\n`);
    return EXIT_USAGE;
  }
}

const isParseArgsProblem = (error: unknown): boolean =>
  error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');

process.exitCode = main(process.argv.slice(2));
