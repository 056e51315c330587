/** Cuts the terminal's power at every instant, and again during the recovery, and asks whether all three books agree. */
import type { JournalPort, JournalRow } from '../../src/flows/journal.ts';
import type { TransactionFlow } from '../../src/flows/transaction/machine.ts';
import { loadChipCards } from '../chip-cards.ts';
import type { Card } from '../models/cards.ts';
import { disagreements } from './books.ts';
import { breathe } from './breath.ts';
import { MemoryJournal } from './memory-journal.ts';
import type { Errand } from './person.ts';
import { needsOf, secondOpinion } from './second-opinion.ts';
import { SimulatedWorld, type WorldOptions } from './world.ts';

const CHIPS = loadChipCards();

export interface PowerCutScript extends Pick<
  WorldOptions,
  'configure' | 'partialApproval' | 'receipts' | 'chipReader' | 'printerBaudRate'
> {
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
      ...(script.configure && { configure: script.configure }),
      ...(script.printerBaudRate !== undefined && { printerBaudRate: script.printerBaudRate }),
      ...(script.partialApproval === true && { partialApproval: true }),
      ...(script.receipts === true && { receipts: true }),
      ...(script.chipReader === true && { chipReader: true }),
      ...(script.transactionFlow && { transactionFlow: script.transactionFlow }),
    },
    script.errands,
  );
  const cuts: string[] = [];
  const instants: number[] = [];
  const opinions: string[] = [];
  for (const cutAt of [...cutsAt, undefined]) {
    const before = needsOf(journal.rows());
    const rowsBefore = journal.rows().length;
    const life = world.live(cutAt);
    instants.push(life.instants);
    opinions.push(...secondOpinion(before, journal.rows().slice(rowsBefore)));
    if (life.cut !== undefined) {
      cuts.push(life.cut);
      journal.powerFails?.();
    }
  }
  world.settle();
  const cards = [...script.cards, ...(script.chipReader === true ? CHIPS : [])];
  const books = { world, rows: journal.rows(), cards, printerForgets: true };
  const wrong = script.transactionFlow && { transactionFlow: script.transactionFlow };
  return { cuts, instants, disagreements: [...opinions, ...disagreements({ ...books, ...wrong })] };
}

export interface Exploration {
  readonly histories: number;
  readonly lives: number;
  readonly failures: readonly History[];
}

/** How many of the histories there are. */
interface Density {
  /** Of single cuts: 1 explores all, n every nth. */
  readonly cuts: number;
  /** Of pairs of cuts, after the single ones that are explored: those whose two instants add up to a multiple of it. */
  readonly pairs: number;
}

/**
 * Single cuts, and pairs of cuts.
 *
 * @param isEnough what has been found makes everything further superfluous.
 */
export async function explore(
  script: PowerCutScript,
  every: Density,
  isEnough: (history: History) => boolean = () => false,
): Promise<Exploration> {
  const failures: History[] = [];
  let histories = 0;
  let lives = 0;
  let last: History | undefined;
  const isOver = (): boolean => last !== undefined && isEnough(last);
  const run = (cutsAt: readonly number[]): History => {
    const history = runHistory(script, cutsAt);
    histories += 1;
    lives += cutsAt.length + 1;
    if (history.disagreements.length > 0) failures.push(history);
    last = history;
    return history;
  };
  const whole = run([]);
  for (let first = 1; first <= (whole.instants[0] ?? 0) && !isOver(); first += every.cuts) {
    await breathe();
    const single = run([first]);
    for (let second = 1; second <= (single.instants[1] ?? 0) && !isOver(); second++) {
      if ((first + second) % every.pairs === 0) run([first, second]);
    }
  }
  return { histories, lives, failures };
}
