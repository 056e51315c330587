/**
 * Random histories of the small world: bounded faults, then calm. Everything must settle, and the books must agree.
 *
 * Where `power-cuts.ts` tries every instant of a few errands, this tries few instants of any.
 */
import type { JournalRow } from '../../src/flows/journal.ts';
import type { FlowName } from '../../src/flows/kernel/step.ts';
import { loadCards } from '../cards.ts';
import { loadChipCards } from '../chip-cards.ts';
import { disagreements } from './books.ts';
import { MemoryJournal } from './memory-journal.ts';
import { configured, planOf, type Plan } from './plan.ts';
import { flowsIn } from './replayed.ts';
import { needsOf, secondOpinion } from './second-opinion.ts';
import { SimulatedWorld, type Phase } from './world.ts';

const CARDS = loadCards();
const CHIPS = loadChipCards();

/** Faults last for at most so long; a life that is to be cut is not waited for any longer either. */
const STORM_MS = 12 * 3_600_000;
/**
 * Once the host is up and nothing more goes wrong, an owed reversal reaches it within this time, and whatever else is
 * under way ends: the longest pause between two attempts is 15 minutes.
 */
const SETTLED_WITHIN_MS = 20 * 60_000;

interface Exploration {
  readonly plan: Plan;
  /** Empty is what must come out. */
  readonly complaints: readonly string[];
  /** What happened, for whoever has to find out why. */
  readonly story: () => string;
}

/** @param seed the printer's profile and a number, e.g. `epson-58/61`, and perhaps `/chips`. */
export function explore(seed: string): Exploration {
  const plan = planOf(seed);
  const journal = new MemoryJournal();
  const { choices, errands, habits, printer } = plan;
  const { partialApproval } = choices;
  const cards = choices.chips ? [...CARDS, ...CHIPS] : CARDS;
  const configure = configured(choices);
  const world = new SimulatedWorld(
    {
      seed,
      cards: CARDS,
      chipReader: choices.chips,
      journal,
      printer,
      habits,
      partialApproval,
      configure,
      cuts: 'anywhere',
      noisyWires: true,
    },
    errands,
  );
  const complaints: string[] = [];
  const cuts: string[] = [];

  const live = (phases: readonly Phase[], cutAt?: number): boolean => {
    const rowsBefore = journal.rows();
    const toldBefore = world.results.length;
    const { cut, instants } = world.live(cutAt, phases);
    const rows = journal.rows().slice(rowsBefore.length);
    complaints.push(...secondOpinion(needsOf(rowsBefore), rows));
    const ended = rows.filter((row) => row.flow === 'transaction' && row.ended).length;
    const told = world.results.slice(toldBefore).filter(({ outcome }) => !outcome.endsWith('-pending')).length;
    // The power may have failed between the last row and its screen.
    if (told > ended || told < ended - (cut === undefined ? 0 : 1))
      complaints.push(`${ended} transactions ended, and ${told} results were shown`);
    cuts.push(cut === undefined ? `lived ${instants} instants` : `cut at instant ${instants}, ${cut}`);
    return cut === undefined;
  };

  // A slip that was put off belongs to a transaction that is over: only the screen tells that it is still owed.
  const isSettled = (): boolean =>
    world.person.wantsNothing &&
    (world.isAtRest || world.screenId === 'signed-off') &&
    LASTING.every((flow) => isOver(journal.rows(), flow));
  const isCalm = (): boolean =>
    world.person.wantsNothing &&
    world.hostIsUp &&
    world.device.host.unusedDeeds().every(({ mti }) => mti !== undefined && FINANCIAL_MTIS.has(mti));
  const storm: Phase = { until: () => isCalm() || isSettled(), withinMs: STORM_MS };
  const calm: Phase = { until: isSettled, withinMs: SETTLED_WITHIN_MS };

  try {
    for (const { at, darkMs, printerToo } of plan.cuts) {
      if (live([storm, calm], at)) break;
      if (printerToo) world.does('printer off');
      world.settle(darkMs);
      if (printerToo) world.does('printer on');
    }
    live([storm, calm]);
    world.settle();
    complaints.push(...disagreements({ world, rows: journal.rows(), cards, printerForgets: printer === 'epson-58' }));
  } catch (error) {
    complaints.push(String(error));
  }
  return { plan, complaints, story: () => tell(plan, cuts, world, journal) };
}

/** Without anybody there they are not sent: what waits for them waits for ever. */
const FINANCIAL_MTIS: ReadonlySet<string> = new Set(['0100', '0200']);

const LASTING = ['transaction', 'service'] as const;

const isOver = (rows: readonly JournalRow[], flow: FlowName): boolean =>
  flowsIn(rows, flow).every((each) => each.at(-1)?.ended === true);

const tell = (plan: Plan, cuts: readonly string[], world: SimulatedWorld, journal: MemoryJournal): string =>
  [
    JSON.stringify(plan, undefined, 2),
    ...cuts,
    ...journal
      .rows()
      .map(({ at, event, flowId }) => `${new Date(at).toISOString()} ${flowId} ${JSON.stringify(event)}`),
    ...world.results.map(({ batch, outcome, reason, stan }) => `shown: ${batch}/${stan} ${outcome} ${reason ?? ''}`),
  ].join('\n');
