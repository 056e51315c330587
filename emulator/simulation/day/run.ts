/** Days of many terminals against one host, all in one thread and one virtual time. */
import type { Screen } from '../../../src/domain/screen.ts';
import { accountOf } from '../../device.ts';
import { chipAccount, loadEmvKeys } from '../../chip-cards.ts';
import type { ChipCardFile } from '../../models/card/chip-card-file.ts';
import type { Card } from '../../models/cards.ts';
import { HostModel } from '../../models/host/host-model.ts';
import type { RegisteredTerminal } from '../../models/host/keys.ts';
import { Random } from '../../time/random.ts';
import { VirtualClock } from '../../time/virtual-clock.ts';
import type { JournalPort } from '../../../src/flows/journal.ts';
import type { BookedCard } from '../books.ts';
import { settlement } from '../errands.ts';
import { MemoryJournal } from '../memory-journal.ts';
import { PATIENT, type Habits } from '../person.ts';
import { hostTimeOf, SimulatedWorld, START_MS } from '../world.ts';
import { cardsOf, chipsOf } from './cards.ts';
import { DayErrands } from './errands.ts';
import { HostLink } from './link.ts';
import { dealt, type DayRow } from './plan.ts';

export const TERMINALS_MAX = 1000;

/** The answers that are late come when nobody listens any more. */
const LATE_MS = 90_000;
/** What payment terminals have inside. */
const PRINTER_BAUD_RATE = 115_200;
const FIRST_TERMINAL = 20_000_001;
const FIRST_BATCH = 1437;
/** All terminals are one merchant's. */
export const MERCHANT_NUMBER = '898310154110002';
/** Between two errands of one person, so that the terminals do not move in step. */
const PAUSES_MS = [1_000, 2_000, 3_000, 5_000, 8_000] as const;
/** How often somebody looks whether the terminals are done. */
const LOOK_MS = 1_000;
/** Nothing takes a terminal longer for each of its errands, on average, with all that can go wrong. */
const ERRAND_MAX_MS = 600_000;

export interface DayOptions {
  readonly seed: string;
  readonly terminals: number;
  /** Of all terminals together, spread evenly. */
  readonly transactions: number;
  /** Of the host's replies, so many in a hundred get lost. */
  readonly dropPercent: number;
  /** Of the cards that are free to choose, so many in a hundred are chips; none, unless it says so. */
  readonly chipPercent?: number;
  /** CPU time that this process has used, in milliseconds with fractions; for measuring only. */
  readonly cpuNowMs: () => number;
  /** Whether the day ends with the settlement; it does, unless it says otherwise. */
  readonly settles?: boolean;
  /** Of the terminal with that index; kept in memory, unless it says otherwise. */
  readonly journal?: (index: number) => JournalPort;
  /** Now and then. @param begun errands of all terminals */
  readonly onProgress?: (begun: number, of: number) => void;
}

/** One terminal on its day. */
export interface DayTerminal {
  readonly world: SimulatedWorld;
  readonly journal: JournalPort;
  /** What stood on the idle screens, in Chinese. */
  readonly idleLines: readonly string[];
  readonly link: HostLink;
  /** Swiped or inserted. */
  readonly cards: readonly BookedCard[];
  readonly errands: DayErrands;
}

export interface Day {
  readonly options: DayOptions;
  readonly host: HostModel;
  readonly clock: VirtualClock;
  /** Of the virtual clock. */
  readonly beganMs: number;
  readonly terminals: readonly DayTerminal[];
}

/** Everybody has gone home when this returns. @throws Error when some terminal does not come to rest. */
export function runDay(options: DayOptions): Day {
  const day = preparedDay(options);
  liveOnce(day);
  return day;
}

/** The terminals are switched on again, and settle what their journals then say. */
export function settleLater(day: Day): void {
  for (const { world } of day.terminals) world.person.wants(settlement);
  liveOnce(day);
}

function liveOnce(day: Day): void {
  for (const { world } of day.terminals) world.powerUp();
  runToRest(day);
  for (const { world } of day.terminals) world.powerDown();
}

function preparedDay(options: DayOptions): Day {
  const random = new Random(options.seed);
  const clock = new VirtualClock(START_MS);
  const registered = Array.from({ length: options.terminals }, (_, index) => registeredTerminal(index, random));
  const cards = registered.map((_, index) => cardsOf(index));
  const chips = registered.map((_, index) => (hasChips(options) ? chipsOf(index) : []));
  const emvKeys = loadEmvKeys();
  const keys = random.fork('keys');
  const host = new HostModel({
    accounts: [...cards.flat().map(accountOf), ...chips.flat().map((card) => chipAccount(card, emvKeys))],
    terminals: registered,
    now: () => hostTimeOf(clock),
    entropy: (bytes) => keys.bytes(bytes),
    lateMs: LATE_MS,
  });
  const day = { options, host, clock, beganMs: clock.now() };
  const hands = dealtTo(options, random.fork('deck'));
  const terminals = registered.map((terminal, index) =>
    dayTerminal(day, {
      terminal,
      index,
      cards: cards[index] ?? [],
      chips: chips[index] ?? [],
      rows: hands[index] ?? [],
    }),
  );
  return { ...day, terminals };
}

const hasChips = ({ chipPercent = 0 }: DayOptions): boolean => chipPercent > 0;

/** One deck for all, so that the shares of the kinds hold for the day and not for each terminal. */
function dealtTo({ terminals, transactions }: DayOptions, random: Random): readonly (readonly DayRow[])[] {
  const deck = dealt(transactions, random);
  return Array.from({ length: terminals }, (_, hand) => deck.filter((_, index) => index % terminals === hand));
}

const registeredTerminal = (index: number, random: Random): RegisteredTerminal => ({
  terminal: String(FIRST_TERMINAL + index),
  merchant: MERCHANT_NUMBER,
  masterKey: Buffer.from(random.fork(`master key ${index}`).bytes(16))
    .toString('hex')
    .toUpperCase(),
  batch: FIRST_BATCH + index,
});

function dayTerminal(
  { clock, host, options }: Omit<Day, 'terminals'>,
  {
    cards,
    chips,
    index,
    rows,
    terminal,
  }: {
    readonly terminal: RegisteredTerminal;
    readonly index: number;
    readonly cards: readonly Card[];
    readonly chips: readonly ChipCardFile[];
    readonly rows: readonly DayRow[];
  },
): DayTerminal {
  const { dropPercent, cpuNowMs, seed, settles = true } = options;
  const random = new Random(seed).fork(`terminal ${index}`);
  const journal = options.journal?.(index) ?? new MemoryJournal();
  const idleLines: string[] = [];
  const link = new HostLink({ random: random.fork('link'), dropPercent, cpuNowMs });
  const habits: Habits = {
    ...PATIENT,
    pauseMs: random.pick(PAUSES_MS),
    repairs: ['cutter clear', 'paper load', 'cover close', 'printer on'],
  };
  const setup = {
    seed: `${seed}/${index}`,
    cards,
    chipReader: hasChips(options),
    chipCards: chips,
    journal,
    habits,
    terminal,
    sharedHost: { model: host, clock },
    hostLine: link.line.bind(link),
    printerBaudRate: PRINTER_BAUD_RATE,
    onScreen: ({ id, lines }: Screen) => {
      if (id === 'idle' || id === 'not-signed-in') idleLines.push(...lines.map(({ zh }) => zh));
    },
  };
  const all = [...cards, ...chips];
  const wishes = rows.map(() => () => errands.next());
  const world = new SimulatedWorld(setup, [...wishes, ...(settles ? [settlement] : [])]);
  const errands = new DayErrands({
    rows,
    random: random.fork('errands'),
    terminal: terminal.terminal,
    cards: all,
    chipPercent: options.chipPercent ?? 0,
    pieces: world.pieces,
  });
  return { world, journal, idleLines, link, cards: all, errands };
}

/** Until every terminal has done all that was wanted of it. */
function runToRest({ clock, options, terminals }: Day): void {
  const total = terminals.reduce((sum, { errands }) => sum + errands.total, 0);
  const untilMs = clock.now() + (total / terminals.length + 1) * ERRAND_MAX_MS;
  let working = terminals;
  while (working.length > 0) {
    if (clock.now() > untilMs) throw new Error(`${working.length} terminals do not come to rest: ${screens(working)}.`);
    clock.advance(LOOK_MS);
    for (const { world } of working) world.throwSurprise();
    working = working.filter(({ world }) => !world.isAtRest);
    const left = terminals.reduce((sum, { errands }) => sum + errands.left, 0);
    options.onProgress?.(total - left, total);
  }
  // The printers finish what they have.
  clock.advance(LATE_MS);
  for (const { world } of terminals) world.throwSurprise();
}

const screens = (terminals: readonly DayTerminal[]): string =>
  [...new Set(terminals.map(({ world }) => world.screenId ?? 'nothing'))].join(', ');
