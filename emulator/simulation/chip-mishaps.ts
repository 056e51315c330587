/** What is different in a random history with a chip card reader: which card is put in, and what happens to it there. */
import type { Random } from '../time/random.ts';
import type { Errand, Mishap } from './person.ts';

const FIT = [
  'chip-credit',
  'chip-debit',
  'chip-cda',
  'chip-offline-pin',
  'chip-two-applications',
  'chip-blocks',
] as const;
const ODD = [
  'chip-refuses-issuer',
  'chip-demands-issuer',
  'chip-declines',
  'chip-dead',
  'chip-mute',
  'chip-slow',
  'chip-pin-blocked',
  'chip-sda-only',
  'chip-wrong-length',
  'chip-application-blocked',
] as const;

const PULLS_AT = [
  'present-card',
  'reading-chip',
  'confirm',
  'enter-pin',
  'transmitting',
  'authorizing',
  'telling-card',
  'printing',
] as const;
/** More than any sale has. */
const COMMANDS_MAX = 24;
/** Of GENERATE AC, EXTERNAL AUTHENTICATE, VERIFY and the commands of scripts. */
const INSTRUCTIONS = ['AE', 'AE 2', '82', '20', '24', 'DA'] as const;

/** By the last digits of the card's number. */
const SCRIPTED = ['1005', '2003', '5006', '3000'] as const;
/** PIN UNBLOCK, PUT DATA, one that no card knows, and APPLICATION BLOCK. */
const SCRIPTS = ['84240000', '84240000', '04DA9F5803', '84FF0000', '84240000 04DA9F5803', '841E0000'] as const;
/** The issuer lets no more wait for one card. */
const SCRIPTED_ERRANDS_MAX = 8;

/** Of which the terminal takes no chip. */
const STRIPE_ONLY: ReadonlySet<string> = new Set(['transfer', 'single-message-transfer']);

/** The errand as somebody does it who may have a chip card. @param luck 0 to 1: with 1 nothing goes wrong. */
export function withChip(errand: Errand, index: number, luck: number, random: Random): Errand {
  if (STRIPE_ONLY.has(errand.item) || random.chance(0.25)) return errand;
  const happens = (probability: number): boolean => random.chance(probability * (1 - luck));
  const { deeds = [], later = [], ...fault } = errand.fault ?? {};
  const moments = happens(0.3) ? [pullOf(random)] : [];
  const scripts = index < SCRIPTED_ERRANDS_MAX && random.chance(0.3) ? [scriptOf(random)] : [];
  const noise = happens(0.1) ? ['line chip-reader noise'] : [];
  return {
    ...errand,
    card: random.pick(random.chance(0.75) ? FIT : ODD),
    inserts: true,
    ...(happens(0.3) && { pullsAt: random.pick(PULLS_AT) }),
    fault: {
      ...fault,
      deeds: [...deeds, ...moments, ...scripts, ...noise],
      later: [...later, ...(happens(0.15) ? outageOf(random) : [])],
    },
  };
}

const pullOf = (random: Random): string =>
  random.chance(0.7) ? `pull after ${1 + random.int(COMMANDS_MAX)}` : `pull at ${random.pick(INSTRUCTIONS)}`;

const scriptOf = (random: Random): string =>
  `host script ${random.pick(SCRIPTED)} ${random.pick(['71', '72'])} ${random.pick(SCRIPTS)}`;

function outageOf(random: Random): NonNullable<Mishap['later']> {
  const [begins, ends] = random.pick([
    ['reader off', 'reader on'],
    ['line chip-reader dead', 'line chip-reader heal'],
  ] as const);
  const fromMs = random.int(1_500);
  const lastsMs = random.pick([20, 400, 6_000, 60_000]);
  return [
    { ms: fromMs, words: begins },
    { ms: fromMs + lastsMs, words: ends },
  ];
}
