/**
 * What happens in one random history, drawn from its seed: errands, what goes wrong, where the power fails, what kind of
 * person stands at the terminal, and how it is configured.
 *
 * Each aspect draws from its own fork, so that a change to one leaves the others as they were.
 */
import type { TerminalConfig } from '../../src/terminal.ts';
import { Random } from '../time/random.ts';
import {
  completion,
  completionAdvice,
  completionVoid,
  preAuthorizationVoid,
  refundOfPart,
  transfer,
  voidOfLast,
} from './errands.ts';
import { BLOCKS, type Part } from './blocks.ts';
import { withChip } from './chip-mishaps.ts';
import { mishapOf } from './mishaps.ts';
import type { Errand, Habits } from './person.ts';
import { withPeople, type PrinterProfileName } from './simulated-config.ts';

const BLOCKS_MAX = 4;
const CUTS_MAX = 4;
/** A sale has about 250 instants from power to slip, and a recovery far fewer. */
const CUT_WITHIN_INSTANTS = [60, 350, 350, 500, 1200] as const;
/** Where nearly everything goes wrong, nothing gets as far as where the rest can. */
const LUCK = [0, 0.4, 0.4, 0.7, 0.9] as const;

/** What the acquirer and the merchant have chosen. */
interface Choices {
  /** Whether there is a chip card reader. */
  readonly chips: boolean;
  /** Whether somebody has to sign on, and voids and refunds need the supervisor. */
  readonly people: boolean;
  readonly partialApproval: boolean;
  readonly storesAdvices: boolean;
  readonly transfer: TerminalConfig['transactions']['transfer'];
  /** Whether follow-ups of this batch ask for the card. */
  readonly asksCard: boolean;
}

export interface Plan {
  readonly seed: string;
  readonly printer: PrinterProfileName;
  readonly choices: Choices;
  readonly errands: readonly Errand[];
  readonly habits: Habits;
  /** In order: the instant of each life at which its power fails, and how long it stays away. */
  readonly cuts: readonly { readonly at: number; readonly darkMs: number; readonly printerToo: boolean }[];
}

/** @param seed the printer's profile and a number, e.g. `epson-58/61`; `epson-58/61/chips` has a chip card reader. */
export function planOf(seed: string): Plan {
  const random = new Random(seed);
  const length = random.fork('length');
  const cuts = random.fork('cuts');
  const choices = { ...choicesOf(random.fork('choices')), chips: seed.endsWith('/chips') };
  const blocks = random.fork('blocks');
  const luck = random.fork('luck').pick(LUCK);
  const errands = Array.from({ length: 1 + length.int(BLOCKS_MAX) }, () => blocks.pick(BLOCKS))
    .flat()
    .map((part, index) => {
      const chance = random.fork(`errand ${index}`);
      const errand = errandOf(part, { index, choices, luck }, chance);
      return choices.chips ? withChip(errand, index, luck, chance.fork('chip')) : errand;
    });
  return {
    seed,
    printer: seed.startsWith('generic-58/') ? 'generic-58' : 'epson-58',
    choices,
    errands,
    habits: habitsOf(random.fork('habits'), errands.length),
    cuts: Array.from({ length: length.int(CUTS_MAX + 1) }, () => ({
      at: 1 + cuts.int(cuts.pick(CUT_WITHIN_INSTANTS)),
      darkMs: cuts.pick([0, 0, 0, 100, 5_000, 100_000]),
      printerToo: cuts.chance(0.15),
    })),
  };
}

const choicesOf = (random: Random): Omit<Choices, 'chips'> => ({
  people: random.chance(0.2),
  partialApproval: random.chance(0.3),
  storesAdvices: random.chance(0.4),
  transfer: random.pick(['two-card', 'one-message']),
  asksCard: random.chance(0.6),
});

/** The configuration of a terminal for which that was chosen. */
export const configured =
  ({ asksCard, partialApproval, people, storesAdvices, transfer: form }: Choices) =>
  (config: TerminalConfig): TerminalConfig => {
    const policy = { card: asksCard, pin: asksCard };
    return {
      ...(people ? withPeople(config) : config),
      host: { ...config.host, dialect: { ...config.host.dialect, partialApproval: partialApproval ? '1' : '0' } },
      transactions: {
        ...config.transactions,
        policies: { void: policy, preAuthorizationVoid: policy, completion: policy, completionVoid: policy },
        transfer: form,
        completionAdvice: { stored: storesAdvices },
      },
    };
  };

const CAPTURED = ['completion'] as const;
const HELD = ['pre-authorization'] as const;
const SOLD = ['sale', ...CAPTURED] as const;

/** What follows something is of the same amount, but for what may be less. */
const FOLLOW_UPS: Readonly<Record<string, Partial<Errand>>> = {
  void: { original: voidOfLast.original ?? [], follows: ['sale'] },
  refund: { original: refundOfPart.original ?? [], follows: SOLD },
  'pre-authorization-void': { original: preAuthorizationVoid.original ?? [], follows: HELD },
  completion: { original: completion.original ?? [], follows: HELD },
  'completion-advice': { original: completionAdvice.original ?? [], follows: HELD },
  'completion-void': { original: completionVoid.original ?? [], follows: CAPTURED },
};

const GOOD = 'approved';
const FIT = [...Array.from({ length: 9 }, () => GOOD), 'second', 'second', 'foreign', 'foreign', 'foreign'];
const CARDS = [...FIT, 'insufficient-funds', 'late-answer', 'host-silent', 'wrong-pin', 'unreadable-track'];
const CANCELS_AT = ['enter-amount', 'present-card', 'confirm', 'enter-pin', 'partial-approval', 'printer-trouble'];

interface Circumstances {
  readonly index: number;
  readonly choices: Choices;
  readonly luck: number;
}

function errandOf(part: Part, { choices, index, luck }: Circumstances, random: Random): Errand {
  const { cancelsAt, deeds = [], item } = part;
  // No two alike, so that one taken for another shows in the sums.
  const amount = String(1001 + 111 * index + random.int(100));
  const card = random.pick(CARDS);
  const takesLess = random.chance(0.3);
  const mishap = mishapOf(item, luck, random.fork('mishap'));
  const followUp = FOLLOW_UPS[item];
  return {
    item: item === 'transfer' && choices.transfer === 'one-message' ? 'single-message-transfer' : item,
    card,
    ...(followUp === undefined ? { amount } : takesLess && item !== 'pre-authorization-void' && { amount: '600' }),
    ...followUp,
    ...(part.amount !== undefined && { amount: part.amount }),
    ...(item === 'transfer' && { receiver: card === 'second' ? GOOD : 'second', original: transfer.original ?? [] }),
    ...(item === 'reprint-voucher' && { original: voidOfLast.original ?? [] }),
    ...(card === 'wrong-pin' && random.chance(0.5) && { pins: ['123456', '654321'] }),
    ...(random.chance(0.3) && { refusesPart: true }),
    ...(random.chance(0.07) && { cancelsAt: random.pick(CANCELS_AT) }),
    ...(cancelsAt !== undefined && { cancelsAt }),
    fault: { ...mishap, deeds: [...mishap.deeds, ...deeds] },
  };
}

const habitsOf = (random: Random, errands: number): Habits => ({
  notSignedIn: random.pick(['signs-in', 'goes-on']),
  atPendingReversal: random.pick(['waits', 'confirms']),
  needlessSignIns: random.chance(0.4) ? [random.int(errands + 1)] : [],
  pauseMs: random.pick([2_000, 10_000, 45_000]),
  repairs: ['cutter clear', 'paper load', 'cover close', 'printer on'],
});
