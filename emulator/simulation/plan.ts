/**
 * What happens in one random history, drawn from its seed: errands, what goes wrong, where the power fails, and what
 * kind of person stands at the terminal.
 *
 * Each aspect draws from its own fork, so that a change to one leaves the others as they were.
 */
import { Random } from '../time/random.ts';
import type { Errand, Habits, Mishap } from './person.ts';
import type { PrinterProfileName } from './simulated-config.ts';

const ERRANDS_MAX = 4;
const CUTS_MAX = 4;
const HOST_FAULTS_MAX = 4;
/** A sale has about 250 instants from power to slip, and a recovery far fewer. */
const CUT_WITHIN_INSTANTS = [60, 350, 350, 500] as const;

export interface Plan {
  readonly seed: string;
  readonly printer: PrinterProfileName;
  readonly errands: readonly Errand[];
  readonly habits: Habits;
  /** In order: the instant of each life at which its power fails, and how long it stays away. */
  readonly cuts: readonly { readonly at: number; readonly darkMs: number; readonly printerToo: boolean }[];
}

/** @param seed the printer's profile and a number, e.g. `epson-58/61`. */
export function planOf(seed: string): Plan {
  const random = new Random(seed);
  const length = random.fork('length');
  const cuts = random.fork('cuts');
  const errands = Array.from({ length: 1 + length.int(ERRANDS_MAX) }, (_, index) =>
    errandOf(random.fork(`errand ${index}`), index),
  );
  return {
    seed,
    printer: seed.startsWith('generic-58/') ? 'generic-58' : 'epson-58',
    errands: errands.map((errand, index) => voidable(errand, errands[index - 1])),
    habits: habitsOf(random.fork('habits'), errands.length),
    cuts: Array.from({ length: length.int(CUTS_MAX + 1) }, () => ({
      at: 1 + cuts.int(cuts.pick(CUT_WITHIN_INSTANTS)),
      darkMs: cuts.pick([0, 0, 0, 100, 5_000, 100_000]),
      printerToo: cuts.chance(0.15),
    })),
  };
}

const ITEMS = ['sale', 'sale', 'sale', 'sale', 'void', 'void', 'pre-authorization', 'balance'] as const;
const GOOD = 'approved';
const CARDS = [
  GOOD,
  GOOD,
  GOOD,
  GOOD,
  GOOD,
  GOOD,
  GOOD,
  GOOD,
  'insufficient-funds',
  'late-answer',
  'late-answer',
  'host-silent',
  'wrong-pin',
  'unreadable-track',
] as const;
const CANCELS_AT = ['enter-amount', 'present-card', 'confirm', 'enter-pin', 'printer-trouble'] as const;

function errandOf(random: Random, index: number): Errand {
  const item = random.pick(ITEMS);
  return {
    item,
    // No two alike, so that one taken for another shows in the sums.
    amount: String(1001 + 111 * index + random.int(100)),
    card: random.pick(CARDS),
    ...(item === 'void' && { original: [({ stan }) => (stan === undefined ? undefined : String(stan))] }),
    ...(random.chance(0.1) && { cancelsAt: random.pick(CANCELS_AT) }),
    fault: mishapOf(random.fork('mishap')),
  };
}

/** What is voided is the sale before it, as a rule with its card. */
function voidable(errand: Errand, before: Errand | undefined): Errand {
  if (errand.item !== 'void') return errand;
  if (before === undefined) return { ...errand, item: 'sale' };
  return errand.card === 'unreadable-track' ? errand : { ...errand, card: before.card };
}

const HOST_FAULTS = [
  'silent',
  'lose-reply',
  'bad-mac',
  'twice',
  'wrong-stan',
  'hang-up',
  // Just after the terminal has stopped waiting, and long after.
  'late 59900',
  'late 70000',
  // Not 00, 12 or 25: to a reversal they would say that nothing is held, and be a lie.
  'refuse 51',
  'refuse 10',
  'refuse 68',
  'refuse 77',
  'refuse 96',
  'refuse A0',
] as const;
const FAULTY_MTIS = ['0200', '0200', '0200', '0100', '0400', '0400', '0400', '0800'] as const;
const PRINTER_FAULTS = [
  'paper out-after 5',
  'paper out-after 20',
  'paper out-after 35',
  'cover open-after 8',
  'cover open-after 36',
  'cutter jam',
  'printer off',
  'paper out',
  'cover open',
] as const;
const PIN = ['pin 123456'];
const AT_PIN = [PIN, PIN, PIN, PIN, PIN, PIN, PIN, ['key enter'], ['key cancel'], []];

function mishapOf(random: Random): Mishap {
  const deeds: string[] = [];
  while (deeds.length < HOST_FAULTS_MAX && random.chance(0.4)) {
    deeds.push(`host next ${random.pick(FAULTY_MTIS)} ${random.pick(HOST_FAULTS)}`);
  }
  if (random.chance(0.5)) deeds.push(random.pick(PRINTER_FAULTS));
  return { deeds, later: outageOf(random.fork('outage')), atPin: random.pick(AT_PIN) };
}

/** The host goes away before the request, or before the reversal that its silence leads to. */
function outageOf(random: Random): NonNullable<Mishap['later']> {
  if (!random.chance(0.15)) return [];
  const fromMs = random.pick([0, 0, 20, 30_000, 75_000]);
  const lastsMs = random.pick([3_000, 90_000, 400_000]);
  return [
    { ms: fromMs, words: 'host down' },
    { ms: fromMs + lastsMs, words: 'host up' },
  ];
}

const habitsOf = (random: Random, errands: number): Habits => ({
  notSignedIn: random.pick(['signs-in', 'goes-on']),
  atPendingReversal: random.pick(['waits', 'confirms']),
  needlessSignIns: random.chance(0.4) ? [random.int(errands + 1)] : [],
  pauseMs: random.pick([1_000, 5_000, 45_000]),
  repairs: ['cutter clear', 'paper load', 'cover close', 'printer on'],
});
