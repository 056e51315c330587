/** Cuts the terminal's power at every instant, and again during the recovery, and asks whether all three books agree. */
import type { JournalPort, JournalRow } from '../../src/flows/journal.ts';
import { needAfterPowerLoss, type Need } from '../../src/flows/kernel/in-doubt.ts';
import { open, step, type Position } from '../../src/flows/kernel/step.ts';
import { sixDigits } from '../../src/domain/stan.ts';
import type { TransactionEvent } from '../../src/flows/transaction/events.ts';
import type { TransactionContext } from '../../src/flows/transaction/context.ts';
import { transactionFlow, type TransactionFlow } from '../../src/flows/transaction/machine.ts';
import { TRANSACTION_TYPES, type TransactionKind } from '../../src/flows/transaction/types.ts';
import type { Card } from '../models/cards.ts';
import { paperText } from '../models/printer/paper-text.ts';
import { MemoryJournal } from './memory-journal.ts';
import { SimulatedWorld, type Errand } from './world.ts';

export interface PowerCutScript {
  readonly errands: readonly Errand[];
  readonly cards: readonly Card[];
  /** Only for tests of the tests: wrong charts and wrong journals. */
  readonly transactionFlow?: TransactionFlow;
  readonly makeJournal?: () => FallibleJournal;
}

export interface FallibleJournal extends JournalPort {
  /** What a wrong journal loses with the power. */
  powerFails?(): void;
  rows(): readonly JournalRow[];
}

interface History {
  /** The instants at which the power failed, in the words of the kernel. */
  readonly cuts: readonly string[];
  /** Instants in the first life and in the recovery that followed the last cut. */
  readonly instants: readonly number[];
  /** What does not agree; empty is what must come out. */
  readonly disagreements: readonly string[];
}

/** Runs one history: a life for each cut, and a last one that is left alone. */
function runHistory(script: PowerCutScript, cutsAt: readonly number[]): History {
  const journal: FallibleJournal = script.makeJournal?.() ?? new MemoryJournal();
  const world = new SimulatedWorld(
    {
      seed: 'power-cuts',
      cards: script.cards,
      journal,
      ...(script.transactionFlow && { transactionFlow: script.transactionFlow }),
    },
    script.errands,
  );
  const cuts: string[] = [];
  const instants: number[] = [];
  const disagreements: string[] = [];
  for (const cutAt of [...cutsAt, undefined]) {
    const before = needOf(journal.rows());
    const rowsBefore = journal.rows().length;
    const life = world.live(cutAt);
    instants.push(life.instants);
    disagreements.push(...secondOpinion(before, journal.rows().slice(rowsBefore)));
    if (life.cut !== undefined) {
      cuts.push(life.cut);
      journal.powerFails?.();
    }
  }
  world.settle();
  return { cuts, instants, disagreements: [...disagreements, ...disagree(world, journal.rows(), script)] };
}

/** The rows of each transaction, oldest first. */
function transactionsOf(rows: readonly JournalRow[]): readonly (readonly JournalRow[])[] {
  const flows = Map.groupBy(
    rows.filter(({ flow }) => flow === 'transaction'),
    ({ flowId }) => flowId,
  );
  return [...flows.values()];
}

function needOf(rows: readonly JournalRow[]): Need {
  const last = transactionsOf(rows).at(-1) ?? [];
  return last.at(-1)?.ended === true ? 'nothing' : needAfterPowerLoss(last);
}

/** Did the chart do what the rows alone said was needed? */
function secondOpinion(need: Need, rows: readonly JournalRow[]): readonly string[] {
  const restored = rows.findIndex(({ event, flow }) => flow === 'transaction' && event.type === 'PowerRestored');
  if (restored < 0) return [];
  const next = rows.slice(restored + 1).find(({ flow }) => flow === 'transaction');
  const did = rows[restored]?.ended === true ? 'nothing' : next === undefined ? undefined : DOES[next.event.type];
  return did === undefined || did === need ? [] : [`in-doubt says ${need}, the chart did ${did}`];
}

/** What the first event after `PowerRestored` tells of what the chart chose to do. */
const DOES: Readonly<Record<string, Need>> = {
  RequestReady: 'reverse',
  HostUnreachable: 'reverse',
  SlipPrinted: 'print',
  PrinterStopped: 'print',
};

/** The slips of one transaction, by the id that each names itself with; complete only with its last line. */
function slips(world: SimulatedWorld, id: string): { readonly complete: number; readonly unmarked: number } {
  const texts = world.pieces.map(paperText).map((text) => text.split('\n').filter((line) => line.trim() !== ''));
  const mine = texts.filter((lines) => lines.some((line) => line.includes(id)));
  const complete = mine.filter((lines) => (lines.at(-1) ?? '').includes('END'));
  return { complete: complete.length, unmarked: complete.filter((lines) => !lines.join().includes('重打印')).length };
}

/** What an approved transaction takes from the cardholder's account, in amounts of its own. */
const TAKES: Readonly<Record<TransactionKind, 1n | 0n | -1n>> = {
  sale: 1n,
  void: -1n,
  refund: -1n,
  'pre-authorization': 1n,
  'pre-authorization-void': -1n,
  // Captures what was held: in these scripts the same amount.
  completion: 0n,
  // The hold that was captured comes back.
  'completion-void': 0n,
  balance: 0n,
};

interface Told {
  readonly complaints: readonly string[];
  /** What this transaction may have taken: one amount, or two where the terminal says that nobody knows. */
  readonly mayHaveTaken: readonly bigint[];
}

/** What the terminal says of one transaction, against the paper. */
function hear(world: SimulatedWorld, rows: readonly JournalRow[], flow: TransactionFlow): Told {
  const position = replay(rows, flow);
  const { amount = '0', kind, trace } = position.context;
  const isApproved = position.path === 'approved';
  const complaints: string[] = [];
  if (rows.at(-1)?.ended !== true) complaints.push(`the transaction has not ended but stands in ${position.path}`);
  if (trace !== undefined) {
    const owed = isApproved && TRANSACTION_TYPES[kind].slip;
    for (const copy of ['M', 'C'] as const) {
      const { complete, unmarked } = slips(world, `${sixDigits(trace.batch)}-${sixDigits(trace.stan)}-${copy}`);
      if (complete > 0 !== owed)
        complaints.push(`${complete} complete slips ${copy}, the terminal says ${position.path}`);
      if (unmarked > 1) complaints.push(`${unmarked} slips ${copy} are not marked as reprints`);
    }
  }
  const taken = TAKES[kind] * BigInt(amount);
  if (position.path === 'unanswered') return { complaints, mayHaveTaken: [0n, taken] };
  return { complaints, mayHaveTaken: [isApproved ? taken : 0n] };
}

function disagree(world: SimulatedWorld, rows: readonly JournalRow[], script: PowerCutScript): readonly string[] {
  const told = transactionsOf(rows).map((each) => hear(world, each, script.transactionFlow ?? transactionFlow));
  const complaints = [...world.device.host.discrepancies(), ...told.flatMap((each) => each.complaints)];
  const sums = told.reduce<readonly bigint[]>(
    (totals, { mayHaveTaken }) => totals.flatMap((total) => mayHaveTaken.map((taken) => total + taken)),
    [0n],
  );
  const taken = script.cards.reduce(
    (sum, { account, pan }) => sum + BigInt(account.balanceMinor) - (world.device.host.balanceMinor(pan) ?? 0n),
    0n,
  );
  if (!sums.includes(taken)) complaints.push(`the host has taken ${taken}, the terminal says ${sums.join(' or ')}`);
  return complaints;
}

/** Where the chart stands when the journal has been replayed: what the terminal says of a transaction. */
function replay(rows: readonly JournalRow[], flow: TransactionFlow): Position<TransactionContext> {
  const [first, ...rest] = rows;
  if (first?.event.type !== 'TransactionStarted') throw new Error('A transaction that did not start.');
  let { position } = open(flow, first.event);
  for (const { event } of rest) ({ position } = step(flow, position, event as TransactionEvent));
  return position;
}

export interface Exploration {
  readonly histories: number;
  readonly lives: number;
  readonly failures: readonly History[];
}

/**
 * Every single cut, and pairs of cuts.
 *
 * @param everyNthPair 1 explores all pairs; n explores those whose two instants add up to a multiple of n.
 */
export function explore(script: PowerCutScript, everyNthPair: number): Exploration {
  const failures: History[] = [];
  let histories = 0;
  let lives = 0;
  const run = (cutsAt: readonly number[]): History => {
    const history = runHistory(script, cutsAt);
    histories += 1;
    lives += cutsAt.length + 1;
    if (history.disagreements.length > 0) failures.push(history);
    return history;
  };
  const whole = run([]);
  for (let first = 1; first <= (whole.instants[0] ?? 0); first++) {
    const single = run([first]);
    for (let second = 1; second <= (single.instants[1] ?? 0); second++) {
      if ((first + second) % everyNthPair === 0) run([first, second]);
    }
  }
  return { histories, lives, failures };
}
