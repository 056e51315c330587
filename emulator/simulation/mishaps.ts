/** What goes wrong with one errand of a random history, in the words of `deeds.ts`. */
import type { Random } from '../time/random.ts';
import type { Mishap } from './person.ts';

const HOST_FAULTS_MAX = 4;

/** What the host decides of the request stands, whatever becomes of the answer. */
const TROUBLES = [
  'silent',
  'lose-reply',
  'lose-reply',
  'bad-mac',
  'twice',
  'wrong-stan',
  'hang-up',
  // Just after the terminal has stopped waiting, and long after.
  'late 59900',
  'late 70000',
  'refuse 77',
  'refuse A0',
] as const;
// Not 00, 12 or 25: to a reversal they would say that nothing is held, and be a lie. Nor 94, of an upload.
const REFUSALS = ['refuse 51', 'refuse 10', 'refuse 68', 'refuse 96'] as const;

const FINANCIAL = ['0200', '0200', '0400', '0800'] as const;
const BY_AUTHORIZATION = ['0100', '0100', '0400', '0800'] as const;
/** What an errand may send; of what is not named here, anything. */
const MTIS: Readonly<Record<string, readonly string[]>> = {
  sale: FINANCIAL,
  void: FINANCIAL,
  completion: FINANCIAL,
  'completion-void': FINANCIAL,
  'pre-authorization': BY_AUTHORIZATION,
  'pre-authorization-void': BY_AUTHORIZATION,
  refund: ['0220'],
  'completion-advice': ['0220'],
  settlement: ['0500', '0500', '0320', '0320', '0220'],
  transfer: ['0100', '0200'],
};
const ANY_MTI = [...FINANCIAL, ...BY_AUTHORIZATION, '0220', '0500', '0320', '0820'] as const;
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
/** A sign-in, and what can be downloaded (dialect sheet 1.2). */
const REQUIREMENTS = ['1', '3', '4', '5', '7'] as const;
const AT_PIN = [['key enter'], ['key cancel'], []] as const;

/** @param luck 0 to 1: with 1 nothing goes wrong. */
export function mishapOf(item: string, luck: number, random: Random): Mishap {
  const happens = (probability: number): boolean => random.chance(probability * (1 - luck));
  const deeds: string[] = [];
  while (deeds.length < HOST_FAULTS_MAX && happens(0.4)) {
    const mti = random.pick(random.chance(0.7) ? (MTIS[item] ?? ANY_MTI) : ANY_MTI);
    // Of a notice that was booked, and comes again because nobody heard so, a refusal would be a lie.
    const faults = mti === '0220' ? TROUBLES : [...TROUBLES, ...REFUSALS];
    deeds.push(`host next ${mti} ${random.pick(faults)}`);
  }
  if (happens(0.4)) deeds.push(random.pick(PRINTER_FAULTS));
  if (happens(0.15)) deeds.push(`host require ${random.pick(REQUIREMENTS)}`);
  // The other lines have nothing that tells noise from what was meant.
  if (happens(0.1)) deeds.push('line pin-pad noise');
  return {
    deeds,
    later: happens(0.15) ? outageOf(random.fork('outage')) : [],
    ...(happens(0.2) && { atPin: random.pick(AT_PIN) }),
  };
}

/** The host goes away before the request, or before the reversal that its silence leads to. */
function outageOf(random: Random): NonNullable<Mishap['later']> {
  const fromMs = random.pick([0, 0, 20, 30_000, 75_000]);
  const lastsMs = random.pick([3_000, 90_000, 400_000]);
  return [
    { ms: fromMs, words: 'host down' },
    { ms: fromMs + lastsMs, words: 'host up' },
  ];
}
