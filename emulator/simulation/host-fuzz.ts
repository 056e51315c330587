/**
 * One history under bad input from the host: the whole terminal, the real acquirer, and answers replaced between them.
 * Then the answers are genuine again, everything must settle, and the books must agree.
 */
import type { TransactionEvent } from '../../src/flows/transaction/events.ts';
import type { TransactionKind } from '../../src/flows/transaction/types.ts';
import { TRANSACTION_TYPES } from '../../src/flows/transaction/types.ts';
import { transactionFlow, type TransactionFlow } from '../../src/flows/transaction/machine.ts';
import { open, step } from '../../src/flows/kernel/step.ts';
import type { JournalRow } from '../../src/flows/journal.ts';
import { loadCards } from '../cards.ts';
import { TEST_TERMINAL } from '../device.ts';
import { Random } from '../time/random.ts';
import { disagreements } from './books.ts';
import {
  balance,
  completion,
  completionAdvice,
  completionVoid,
  preAuthorization,
  preAuthorizationVoid,
  refundOfPart,
  sale,
  service,
  settlement,
  transfer,
  voidOfLast,
} from './errands.ts';
import type { corruptionOf } from './host-fuzz-corruption.ts';
import { Corruptor } from './host-fuzz-corruptor.ts';
import { HostOracle } from './host-fuzz-oracle.ts';
import { MemoryJournal } from './memory-journal.ts';
import { PATIENT, type Errand, type Habits } from './person.ts';
import { flowsIn } from './replayed.ts';
import { SimulatedWorld, type Phase } from './world.ts';

const CARDS = loadCards();

/** What is wanted of the terminal while answers are replaced. */
const SCRIPTS: readonly (readonly Errand[])[] = [
  [sale],
  [sale, voidOfLast],
  [sale, refundOfPart],
  [preAuthorization],
  [preAuthorization, preAuthorizationVoid],
  [preAuthorization, completion],
  [preAuthorization, completion, completionVoid],
  [balance],
  [{ ...sale, card: 'insufficient-funds' }, sale],
  [preAuthorization, completionAdvice, sale],
  [transfer],
  [sale, settlement],
  [sale, service('parameters'), service('ca-keys')],
  [service('applications'), service('blacklist'), service('echo'), service('sign-off')],
];

/**
 * What is wanted when all answers are genuine again. Keys that were exchanged for others of the same terminal show only
 * at the first of them, which no check value can prevent (dialect sheet 5.4); the second must be approved.
 */
const AFTERWARDS: readonly Errand[] = [balance, balance];

const TRANSACTIONS = ['0100', '0200', '0220'];
/** Whose answers are replaced: an aim of one kind gets further than chance would. */
const MANAGEMENT = ['0320', '0500', '0800', '0820'];
const AIMS = [
  TRANSACTIONS,
  TRANSACTIONS,
  [...TRANSACTIONS, '0400'],
  [...TRANSACTIONS, '0400', ...MANAGEMENT],
  MANAGEMENT,
  ['0800'],
];
const CORRUPT_ANSWERS_MAX = [1, 2, 3, 6, 9];
const CORRUPTION_CHANCES = [0.5, 1];
/** Even a reversal that is put off to its longest pause again and again is over by then. */
const SETTLED_WITHIN_MS = 24 * 3_600_000;

export interface FuzzHistory {
  /** Empty is what must come out. */
  readonly complaints: readonly string[];
  /** Every answer that was replaced, in hex. */
  readonly report: readonly string[];
  /** A false answer had a right MAC: then only a crash is held against the terminal. */
  readonly isDeceived: boolean;
  readonly answers: number;
  /** What people were told, in order. */
  readonly outcomes: readonly string[];
  /** What the terminal wrote down and showed, for whoever has to find out why. */
  readonly story: () => string;
}

export interface FuzzPlan {
  readonly seed: string;
  readonly errands: readonly Errand[];
  readonly habits: Habits;
  /** At most so many answers are replaced, each with this chance. */
  readonly corruptAnswersMax: number;
  readonly corruptionChance: number;
  /** So many answers come through before. */
  readonly corruptFrom?: number;
  /** Request types whose answers are replaced. */
  readonly mtis: readonly string[];
  readonly corruption?: typeof corruptionOf;
  /** What a wrong chart would do: for tests of the tests. */
  readonly transactionFlow?: TransactionFlow;
}

function fuzzPlanOf(seed: string): FuzzPlan {
  const random = new Random(seed).fork('plan');
  const atPendingReversal = random.pick(['waits', 'confirms'] as const);
  return {
    seed,
    errands: random.pick(SCRIPTS),
    habits: { ...PATIENT, atPendingReversal },
    corruptAnswersMax: random.pick(CORRUPT_ANSWERS_MAX),
    corruptionChance: random.pick(CORRUPTION_CHANCES),
    mtis: random.pick(AIMS),
  };
}

export const fuzzHistory = (seed: string): FuzzHistory => fuzz(fuzzPlanOf(seed));

export function fuzz(plan: FuzzPlan): FuzzHistory {
  const { seed, errands, habits } = plan;
  const journal = new MemoryJournal();
  const oracle = new HostOracle(TEST_TERMINAL.masterKey);
  const wrongChart = plan.transactionFlow === undefined ? {} : { transactionFlow: plan.transactionFlow };
  let left = plan.corruptAnswersMax;
  const corruptor: Corruptor = new Corruptor({
    random: new Random(seed).fork('corruptor'),
    oracle,
    corrupts: ({ mti }, random) => {
      const isDue =
        corruptor.answers > (plan.corruptFrom ?? 0) &&
        left > 0 &&
        world.person.errandsBegun <= errands.length &&
        plan.mtis.includes(mti);
      if (!isDue || !random.chance(plan.corruptionChance)) return false;
      left -= 1;
      return true;
    },
    ...(plan.corruption !== undefined && { corruption: plan.corruption }),
  });
  const world: SimulatedWorld = new SimulatedWorld(
    { seed, cards: CARDS, journal, habits, hostLine: (line) => corruptor.on(line), ...wrongChart },
    [...errands, ...AFTERWARDS],
  );
  const settled: Phase = {
    until: () =>
      world.person.wantsNothing &&
      world.screenId === 'idle' &&
      flowsIn(journal.rows(), 'transaction').at(-1)?.at(-1)?.ended !== false,
    withinMs: SETTLED_WITHIN_MS,
  };
  const complaints: string[] = [];
  try {
    world.live(undefined, [settled]);
    world.settle();
    const rows = journal.rows();
    if (!oracle.isDeceived)
      complaints.push(
        ...oracle.complaints(rows),
        ...disagreements({ world, rows, cards: CARDS, printerForgets: false, ...wrongChart }),
        ...flowsIn(rows, 'transaction').flatMap((transaction) =>
          againstLedger(transaction, world, plan.transactionFlow),
        ),
      );
    if (world.results.at(-1)?.outcome !== 'approved')
      complaints.push('the last inquiry, answered well, is not approved');
  } catch (error) {
    complaints.push(error instanceof Error ? (error.stack ?? String(error)) : String(error));
  }
  return {
    complaints,
    report: corruptor.report,
    isDeceived: oracle.isDeceived,
    answers: corruptor.answers,
    outcomes: world.results.map(({ outcome }) => outcome),
    story: () => tell(journal.rows(), world),
  };
}

const IN_FORCE = ['held', 'booked', 'completed', 'voided', 'refunded'];
const NOT_IN_FORCE = [undefined, 'declined', 'reversed', 'forestalled'];

/** What the ledger may have of a transaction that ended so. A completion moves no balance, so sums do not show all. */
const LEDGER_STATES: Readonly<Record<string, readonly (string | undefined)[]>> = {
  approved: IN_FORCE,
  declined: [undefined, 'declined', 'forestalled'],
  reversed: NOT_IN_FORCE,
  failed: [undefined],
  cancelled: [undefined],
};

function againstLedger(
  [first, ...rest]: readonly [JournalRow, ...JournalRow[]],
  world: SimulatedWorld,
  flow = transactionFlow,
) {
  if (first.event.type !== 'TransactionStarted') return ['a transaction that did not start'];
  let { position } = open(flow, first.event);
  for (const { event } of rest) ({ position } = step(flow, position, event as TransactionEvent));
  const { path } = position;
  const { kind, trace } = position.context;
  if (trace === undefined || isUnrecorded(kind)) return [];
  const name = `${kind} ${trace.batch}/${trace.stan}`;
  if (path === 'unanswered' && TRANSACTION_TYPES[kind].inDoubt === 'reverse') return [`${name} was given up`];
  const state = world.device.host.entryJson(TEST_TERMINAL.terminal, trace.batch, trace.stan)?.state;
  const allowed = LEDGER_STATES[path];
  return allowed === undefined || allowed.includes(state)
    ? []
    : [`the terminal says that ${name} is ${path}, the host has it as ${state ?? 'unknown'}`];
}

/** The ledger takes no notice of a request that moves nothing. */
const isUnrecorded = (kind: TransactionKind): boolean => kind === 'balance';

const tell = (rows: readonly JournalRow[], world: SimulatedWorld): string =>
  [
    ...rows.map(({ at, event, flowId }) => `${new Date(at).toISOString()} ${flowId} ${JSON.stringify(event)}`),
    ...world.results.map(({ kind, outcome, reason, stan }) => `shown: ${kind} ${stan} ${outcome} ${reason ?? ''}`),
  ].join('\n');
