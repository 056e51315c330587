/** What happens on a day at one terminal: kinds of errands as data, and a deck of them dealt from a seed. */
import type { Random } from '../../time/random.ts';
import type { Errand, Mishap } from '../person.ts';

/** What an errand needs a slip of, and which slips will do. */
export type Original =
  /** A sale that nobody has touched since. */
  | 'sale'
  /** A sale or completion of which refunds have left something; or of which they have also taken something. */
  | 'refundable'
  | 'partly-refunded'
  /** A pre-authorization that still holds. */
  | 'hold'
  /** A completion that nobody has touched since. */
  | 'completion'
  /** Anything that was printed. */
  | 'any';

/** How much: any sum, or in terms of what the original has left. */
export type Amount =
  | 'any'
  | 'part'
  | 'all'
  | 'all-or-less'
  | 'more-than-left'
  | 'a-little-more'
  | 'twice'
  | 'too-large';

export interface DayRow {
  readonly name: string;
  /** How often, relative to the others. */
  readonly share: number;
  readonly item: string;
  /** The card's name; one with money, or the original's, unless it says so. */
  readonly card?: string;
  readonly original?: Original;
  readonly amount?: Amount;
  /** What the host does to the requests of this errand: message type and decision, in the words of `deeds.ts`. */
  readonly host?: readonly string[];
  readonly fault?: Pick<Mishap, 'deeds' | 'atPin'>;
  readonly more?: Pick<Errand, 'pins' | 'cancelsAt' | 'receiver'>;
  /** No transaction: it comes between the others and is not counted as one. */
  readonly isAside?: true;
}

const sale = { item: 'sale', amount: 'any' } as const;
const voidRow = { item: 'void', original: 'sale' } as const;
const refund = { item: 'refund', original: 'refundable', amount: 'part' } as const;
const hold = { item: 'pre-authorization', amount: 'any' } as const;
const holdVoid = { item: 'pre-authorization-void', original: 'hold', amount: 'all' } as const;
const completion = { item: 'completion', original: 'hold', amount: 'all-or-less' } as const;
const advice = { ...completion, item: 'completion-advice' } as const;
const completionVoid = { item: 'completion-void', original: 'completion' } as const;
const transfer = { item: 'transfer', amount: 'any', card: 'approved', more: { receiver: 'second' } } as const;

/** What a first errand is when all others wait for an original. */
export const FIRST_ROW: DayRow = { name: 'sale', share: 300, ...sale };

export const DAY_ROWS: readonly DayRow[] = [
  FIRST_ROW,
  { name: 'sale, foreign card', share: 60, ...sale, card: 'foreign' },
  { name: 'sale, no PIN', share: 30, ...sale, fault: { deeds: [], atPin: ['key enter'] } },
  { name: 'sale, PIN entered again', share: 20, ...sale, card: 'second', more: { pins: ['111111'] } },
  { name: 'balance', share: 40, item: 'balance' },
  { name: 'void', share: 60, ...voidRow },
  { name: 'refund of a part', share: 40, ...refund },
  { name: 'refund of the rest', share: 16, ...refund, amount: 'all' },
  { name: 'pre-authorization', share: 90, ...hold },
  { name: 'pre-authorization void', share: 20, ...holdVoid },
  { name: 'completion', share: 40, ...completion },
  { name: 'completion of somewhat more', share: 8, ...completion, amount: 'a-little-more' },
  { name: 'completion advice', share: 30, ...advice },
  { name: 'completion void', share: 16, ...completionVoid },
  { name: 'transfer', share: 24, ...transfer },

  { name: 'declined, funds', share: 16, ...sale, card: 'insufficient-funds' },
  { name: 'declined, lost card', share: 8, ...sale, card: 'lost-card' },
  { name: 'declined, expired card', share: 8, ...sale, card: 'expired' },
  { name: 'declined, wrong PIN', share: 8, ...sale, card: 'wrong-pin' },
  { name: 'declined, above the limit', share: 6, ...sale, amount: 'too-large' },
  { name: 'declined, pre-authorization', share: 6, ...hold, card: 'insufficient-funds' },
  { name: 'declined, refund of too much', share: 8, ...refund, original: 'partly-refunded', amount: 'more-than-left' },
  { name: 'declined, completion of too much', share: 6, ...completion, amount: 'twice' },

  { name: 'cancelled at the amount', share: 4, ...sale, more: { cancelsAt: 'enter-amount' } },
  { name: 'cancelled at the card', share: 4, ...sale, more: { cancelsAt: 'present-card' } },
  { name: 'cancelled at the details', share: 4, ...sale, more: { cancelsAt: 'confirm' } },
  { name: 'cancelled at the PIN', share: 6, ...sale, fault: { deeds: [], atPin: ['key cancel'] } },
  { name: 'cancelled, worn stripe', share: 4, ...sale, card: 'unreadable-track' },

  { name: 'sale, reply lost', share: 12, ...sale, host: ['0200 lose-reply'] },
  { name: 'sale, foreign card, reply lost', share: 4, ...sale, card: 'foreign', host: ['0200 lose-reply'] },
  { name: 'sale, request lost', share: 6, ...sale, host: ['0200 lose-request'] },
  { name: 'sale, reply and reversal lost', share: 4, ...sale, host: ['0200 lose-reply', '0400 lose-reply'] },
  { name: 'sale, reply with a wrong MAC', share: 4, ...sale, host: ['0200 bad-mac'] },
  { name: 'sale, reply to another', share: 3, ...sale, host: ['0200 wrong-stan'] },
  { name: 'sale, half a reply', share: 3, ...sale, host: ['0200 truncated'] },
  { name: 'sale, replied twice', share: 3, ...sale, host: ['0200 twice'] },
  { name: 'sale, hung up on', share: 3, ...sale, host: ['0200 hang-up'] },
  { name: 'sale, card whose requests get lost', share: 3, ...sale, card: 'host-silent' },
  { name: 'sale, card whose replies are late', share: 3, ...sale, card: 'late-answer' },
  { name: 'void, reply lost', share: 6, ...voidRow, host: ['0200 lose-reply'] },
  { name: 'refund, reply lost', share: 6, ...refund, host: ['0220 lose-reply'] },
  {
    name: 'declined, refund of too much, reply lost',
    share: 4,
    ...refund,
    original: 'partly-refunded',
    amount: 'more-than-left',
    host: ['0220 lose-reply'],
  },
  { name: 'pre-authorization, reply lost', share: 5, ...hold, host: ['0100 lose-reply'] },
  { name: 'pre-authorization void, reply lost', share: 4, ...holdVoid, host: ['0100 lose-reply'] },
  { name: 'completion, reply lost', share: 5, ...completion, host: ['0200 lose-reply'] },
  { name: 'completion advice, reply lost', share: 6, ...advice, host: ['0220 lose-reply'] },
  { name: 'completion void, reply lost', share: 4, ...completionVoid, host: ['0200 lose-reply'] },
  { name: 'balance, reply lost', share: 3, item: 'balance', host: ['0200 lose-reply'] },
  { name: 'transfer, reply lost', share: 3, ...transfer, host: ['0200 lose-reply'] },
  { name: 'transfer, verification lost', share: 3, ...transfer, host: ['0100 lose-reply'] },

  { name: 'sale, paper out', share: 4, ...sale, fault: { deeds: ['paper out-after 12'] } },
  { name: 'sale, cover opened', share: 4, ...sale, fault: { deeds: ['cover open-after 8'] } },

  { name: 'reprint of the last', share: 12, item: 'reprint-last', original: 'any', isAside: true },
  { name: 'reprint of any', share: 12, item: 'reprint-voucher', original: 'any', isAside: true },
  { name: 'echo', share: 4, item: 'echo', isAside: true },
];

/** Each kind once, as far as they fit, the frequent ones first; the rest by share; and all of it shuffled. */
export function dealt(transactions: number, random: Random): readonly DayRow[] {
  const counted = DAY_ROWS.filter(({ isAside }) => isAside !== true).toSorted((a, b) => b.share - a.share);
  const asides = DAY_ROWS.filter(({ isAside }) => isAside === true);
  const sum = (rows: readonly DayRow[]): number => rows.reduce((total, { share }) => total + share, 0);
  const deck = counted.slice(0, transactions);
  while (deck.length < transactions) deck.push(drawn(counted, random));
  const asideCount = Math.ceil((transactions * sum(asides)) / sum(counted));
  while (deck.length < transactions + asideCount) deck.push(drawn(asides, random));
  return shuffled(deck, random);
}

function drawn(rows: readonly DayRow[], random: Random): DayRow {
  let left = random.int(rows.reduce((total, { share }) => total + share, 0));
  return rows.find(({ share }) => (left -= share) < 0) ?? FIRST_ROW;
}

function shuffled<Item>(items: readonly Item[], random: Random): readonly Item[] {
  const rest = [...items];
  return items.flatMap(() => rest.splice(random.int(rest.length), 1));
}
