/** A day in numbers, for people and programs. */
import { dayDifferences } from './books.ts';
import type { Day } from './run.ts';

/** A report is read by people: beyond so many they learn no more. */
const DIFFERENCES_MAX = 20;

export interface DaySummary {
  readonly seed: string;
  readonly terminals: number;
  readonly transactions: number;
  /** Of the host's replies, in percent. */
  readonly dropReplies: number;
  /** Of the cards that are free to choose, in percent. */
  readonly chips: number;
  /** Transactions by how they ended. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Errands by the row of the plan that they were made of. */
  readonly kinds: Readonly<Record<string, number>>;
  readonly settlements: { readonly balanced: number; readonly notBalanced: number };
  /** Everything on which the host's ledger, the journals and the paper differ. */
  readonly ledgerDifferences: number;
  /** The first of them, in words. */
  readonly differences: readonly string[];
  readonly requests: number;
  readonly repliesLost: number;
  /** Requests that the host has answered, per second of CPU time that it spent on them. */
  readonly requestsPerSecond: number;
  /** Of the CPU time that the host takes over one request. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of the whole simulation: terminals, devices, wires and host in one thread. */
  readonly transactionsPerSecond: number;
  /** How long the day was for those in it. */
  readonly virtualSeconds: number;
}

/** @param ranMs how long the simulation took */
export function summaryOf(day: Day, ranMs: number): DaySummary {
  const { clock, host, options, terminals } = day;
  const tookMs = terminals.flatMap(({ link }) => link.tookMs).toSorted((a, b) => a - b);
  const sumMs = tookMs.reduce((sum, each) => sum + each, 0);
  const differences = dayDifferences(day);
  const results = terminals.flatMap(({ world }) => world.results);
  const ended = results.flatMap(({ outcome }) => (outcome.endsWith('-pending') ? [] : [outcome]));
  const balanced = terminals.filter(({ world: { terminal } }) => {
    const verdict = host.batchReport(terminal.terminal, terminal.batch).balanced;
    return verdict?.domestic === true && verdict.foreign;
  }).length;
  return {
    seed: options.seed,
    terminals: terminals.length,
    transactions: options.transactions,
    dropReplies: options.dropPercent,
    chips: options.chipPercent ?? 0,
    outcomes: counted(ended.map((outcome) => [outcome, 1])),
    kinds: counted(terminals.flatMap(({ errands }) => [...errands.made])),
    settlements: { balanced, notBalanced: terminals.length - balanced },
    ledgerDifferences: differences.length,
    differences: differences.slice(0, DIFFERENCES_MAX),
    requests: host.counters().requests,
    repliesLost: terminals.reduce((sum, { link }) => sum + link.dropped, 0),
    requestsPerSecond: Math.round(tookMs.length / (sumMs / 1000)),
    p50Ms: rounded(percentile(tookMs, 50)),
    p99Ms: rounded(percentile(tookMs, 99)),
    transactionsPerSecond: Math.round(ended.length / (ranMs / 1000)),
    virtualSeconds: Math.round((clock.now() - day.beganMs) / 1000),
  };
}

/** Sums by name, in the order of the names. */
function counted(pairs: readonly (readonly [name: string, count: number])[]): Readonly<Record<string, number>> {
  const sums = new Map<string, number>();
  for (const [name, count] of pairs) sums.set(name, (sums.get(name) ?? 0) + count);
  return Object.fromEntries([...sums].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The nearest rank; 0 of nothing. */
const percentile = (sorted: readonly number[], percent: number): number =>
  sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? 0;

const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;
