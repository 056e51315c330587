/** Errands that belong together, as lists of words of the menu, some with what goes wrong with them on purpose. */

export interface Part {
  readonly item: string;
  /** In the words of `deeds.ts`; of two for the same message the later one comes first. */
  readonly deeds?: readonly string[];
  /** Minor units, where it is not what is usual. */
  readonly amount?: string;
  /** The screen at which the person changes their mind, or goes on without the slip. */
  readonly cancelsAt?: string;
}

type Word = string | Part;

const SALE: Part = { item: 'sale' };
const HELD: Part = { item: 'pre-authorization' };
const ADVICE: Part = { item: 'completion-advice' };
/** More than any host lets be captured: what was stored of it is refused for good. */
const TOO_MUCH: Part = { ...ADVICE, amount: '900000' };

/** Its paper is not printed now. */
const putOff = (item: string): Part => ({ item, deeds: ['paper out'], cancelsAt: 'printer-trouble' });

/** One after the other; whether the first succeeds is another matter. */
const LISTS: readonly (readonly Word[])[] = [
  [SALE],
  [SALE],
  [SALE, 'void'],
  [SALE, 'void'],
  [SALE, 'refund'],
  [SALE, 'refund', 'refund'],
  [HELD, 'pre-authorization-void'],
  [HELD, 'completion'],
  [HELD, 'completion', 'completion-void'],
  [HELD, ADVICE],
  [HELD, ADVICE, SALE],
  [HELD, ADVICE, 'settlement'],
  ['transfer'],
  ['balance'],
  ['settlement'],
  ['settlement'],
  [SALE, 'settlement'],
  [SALE, 'reprint-last'],
  [SALE, 'reprint-voucher'],
  ['settlement', 'reprint-settlement'],
  ['refund'],
  ['void'],
  ['echo'],
  ['sign-off'],
  ['settlement', 'sign-off'],
  ['parameters', SALE],
  ['ca-keys'],
  ['sm2-keys'],
  ['applications'],
  ['blacklist', SALE],
  // Where people sign on.
  ['training-on', SALE, 'refund', 'training-off'],
  ['operator-sign-off', SALE],
  // What takes more than one mishap at a time.
  [{ item: 'sale', deeds: ['host next 0400 refuse 96 times 2', 'host next 0200 lose-reply'] }, 'give-up', SALE],
  [{ item: 'pre-authorization', deeds: ['host next 0400 refuse A0', 'host next 0100 lose-reply'] }, SALE],
  [SALE, { item: 'refund', deeds: ['host next 0220 refuse A0', 'host next 0220 lose-reply'] }, SALE],
  [HELD, TOO_MUCH, 'settlement'],
  [SALE, HELD, TOO_MUCH, { item: 'settlement', deeds: ['host next 0320 refuse 77'] }],
  [SALE, HELD, TOO_MUCH, { item: 'settlement', deeds: ['host next 0320 lose-reply times 2'] }],
  [SALE, { item: 'settlement', deeds: ['host next 0500 lose-reply times 2'] }, 'reprint-last', 'echo', 'ca-keys'],
  [SALE, putOff('settlement'), 'reprint-last', 'parameters', SALE],
  [putOff('sale'), 'sign-off'],
  [putOff('sale'), 'settlement'],
  [putOff('sale'), 'echo', 'sign-in', SALE],
];

export const BLOCKS: readonly (readonly Part[])[] = LISTS.map((list) =>
  list.map((word) => (typeof word === 'string' ? { item: word } : word)),
);
