/** Cuts the terminal's power at every instant, and again during the recovery, and asks whether all three books agree. */
import type { JournalPort, JournalRow } from '../../src/flows/journal.ts';
import { needAfterPowerLoss, type Need } from '../../src/flows/kernel/in-doubt.ts';
import { open, step } from '../../src/flows/kernel/step.ts';
import type { TransactionEvent } from '../../src/flows/transaction/events.ts';
import { transactionFlow, type TransactionFlow } from '../../src/flows/transaction/machine.ts';
import { TEST_TERMINAL } from '../device.ts';
import type { Card } from '../models/cards.ts';
import { paperText } from '../models/printer/paper-text.ts';
import { MemoryJournal } from './memory-journal.ts';
import { SimulatedWorld, type SimulatedSale } from './world.ts';

export interface PowerCutScript {
  readonly sale: SimulatedSale;
  readonly cards: readonly Card[];
  /** Only for tests of the tests: wrong charts and wrong journals. */
  readonly transactionFlow?: TransactionFlow;
  readonly makeJournal?: () => FallibleJournal;
}

export interface FallibleJournal extends JournalPort {
  /** What a wrong journal loses with the power. */
  powerFails?(): void;
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
    script.sale,
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

const transactionRows = (rows: readonly JournalRow[]): readonly JournalRow[] =>
  rows.filter(({ flow }) => flow === 'transaction');

function needOf(rows: readonly JournalRow[]): Need {
  return transactionRows(rows).at(-1)?.ended === true ? 'nothing' : needAfterPowerLoss(transactionRows(rows));
}

/** Did the chart do what the rows alone said was needed? */
function secondOpinion(need: Need, rows: readonly JournalRow[]): readonly string[] {
  const restored = rows.findIndex(({ event, flow }) => flow === 'transaction' && event.type === 'PowerRestored');
  if (restored < 0) return [];
  const [next] = transactionRows(rows.slice(restored + 1));
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

/** What a slip of this sale looks like: complete only with its last line. */
function slips(world: SimulatedWorld, copy: 'M' | 'C'): { readonly complete: number; readonly unmarked: number } {
  const texts = world.pieces.map(paperText).map((text) => text.split('\n').filter((line) => line.trim() !== ''));
  const mine = texts.filter((lines) => lines.some((line) => new RegExp(`\\d{6}-\\d{6}-${copy}`).test(line)));
  const complete = mine.filter((lines) => (lines.at(-1) ?? '').includes('END'));
  return { complete: complete.length, unmarked: complete.filter((lines) => !lines.join().includes('重打印')).length };
}

function disagree(world: SimulatedWorld, rows: readonly JournalRow[], script: PowerCutScript): readonly string[] {
  const { sale } = script;
  const transaction = transactionRows(rows);
  const trace = transaction.find(({ event }) => event.type === 'TraceAllotted')?.event;
  const approved = outcomeOf(transaction, script.transactionFlow ?? transactionFlow) === 'approved';
  const held = world.device.host
    .ledgerJson()
    .entries.filter(({ state }) => state === 'held')
    .map(({ amountMinor }) => amountMinor);
  const complaints: string[] = [...world.device.host.discrepancies()];
  const expect = (holds: boolean, complaint: string): void => void (holds || complaints.push(complaint));

  expect(transaction.length === 0 || transaction.at(-1)?.ended === true, 'the transaction has not ended');
  expect(
    held.join() === (approved ? sale.amount : ''),
    `the host holds [${held.join()}], the terminal says ${approved ? 'approved' : 'not approved'}`,
  );
  if (approved && trace?.type === 'TraceAllotted') {
    const heldHere = world.device.host.heldMinor(TEST_TERMINAL.terminal, trace.batch, trace.stan);
    expect(
      heldHere === BigInt(sale.amount),
      'the host does not hold it under the batch and trace that the terminal knows',
    );
  }
  for (const copy of ['M', 'C'] as const) {
    const { complete, unmarked } = slips(world, copy);
    expect(
      complete > 0 === approved,
      `${complete} complete slips ${copy}, the terminal says ${approved ? 'approved' : 'not approved'}`,
    );
    expect(unmarked <= 1, `${unmarked} slips ${copy} are not marked as reprints`);
  }
  return complaints;
}

/** What the terminal says of the transaction: where the chart stands when the journal has been replayed. */
function outcomeOf(rows: readonly JournalRow[], flow: TransactionFlow): string | undefined {
  const [first, ...rest] = rows;
  if (first?.event.type !== 'TransactionStarted') return undefined;
  let { position } = open(flow, first.event);
  for (const { event } of rest) ({ position } = step(flow, position, event as TransactionEvent));
  return position.path;
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
