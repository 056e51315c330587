/**
 * A sale by chip that is broken off anywhere: the card is pulled out after each of its commands, the reader loses its
 * power, its line falls dead or noisy. However it ends, the books agree and the next sale works.
 */
import { describe, expect, test } from 'vitest';
import type { TransactionResult } from '../../src/domain/outcome.ts';
import { loadCards } from '../cards.ts';
import { loadChipCards } from '../chip-cards.ts';
import { disagreements } from './books.ts';
import { sale as swiped } from './errands.ts';
import { MemoryJournal } from './memory-journal.ts';
import { PATIENT, type Errand, type Mishap } from './person.ts';
import { SimulatedWorld } from './world.ts';

const cards = loadCards();
const chips = loadChipCards();

/** Nobody is quicker between two errands: the reader has told of the card that went. */
const habits = { ...PATIENT, pauseMs: 2_000 };

/**
 * Breaks one sale off in each of these ways, with a sale after each that nothing happens to.
 *
 * @returns how those ended that were broken off, after everything else that must hold has been looked at.
 */
function brokenOff(card: string, faults: readonly Mishap[]): readonly string[] {
  const journal = new MemoryJournal();
  const inserted: Errand = { item: 'sale', amount: '1234', card, inserts: true };
  const pairs = faults.flatMap((fault) => [
    { ...inserted, fault },
    { ...inserted, amount: '777' },
  ]);
  // The first signs in and fetches what the host wants fetched, so that the others begin at once.
  const world = new SimulatedWorld({ seed: 'pulls', cards, chipReader: true, journal, habits }, [swiped, ...pairs]);
  world.live();
  world.settle();
  const books = { world, rows: journal.rows(), cards: [...cards, ...chips], printerForgets: true };
  expect(disagreements(books)).toEqual([]);
  const ended = world.results.filter(({ outcome }) => !outcome.endsWith('-pending')).slice(1);
  expect(ended).toHaveLength(pairs.length);
  expect(ended.filter(({ outcome }, index) => index % 2 === 1 && outcome !== 'approved')).toEqual([]);
  return ended.filter((_, index) => index % 2 === 0).map(wordsOf);
}

const wordsOf = ({ outcome, reason, responseCode }: TransactionResult): string =>
  `${outcome} ${reason ?? responseCode}`;

/** Of a run of equal words the first, with how often it comes. */
function runs(words: readonly string[]): readonly string[] {
  const counts: [string, number][] = [];
  for (const word of words) {
    const last = counts.at(-1);
    if (last?.[0] === word) last[1] += 1;
    else counts.push([word, 1]);
  }
  return counts.map(([word, count]) => `${count} x ${word}`);
}

/** More than a sale has. */
const COMMANDS = 20;

describe('a card that is pulled out after each of its commands', () => {
  test.each([
    // The last two commands are those that tell the card what the host has said.
    ['chip-credit', 'T=0', 15],
    ['chip-blocks', 'T=1', 14],
  ] as const)('%s, %s', (card, _, unheard) => {
    const faults = Array.from({ length: COMMANDS }, (__, index) => ({ deeds: [`pull after ${index + 1}`] }));
    expect(runs(brokenOff(card, faults))).toEqual([
      // The host has heard nothing.
      `${unheard} x cancelled card-removed`,
      // It has approved, and the card has not.
      '2 x reversed card-removed',
      `${COMMANDS - unheard - 2} x approved 00`,
    ]);
  });
});

/** Between two looks at the slot, and then as long as a sale takes. */
const MOMENTS = Array.from({ length: 53 }, (_, index) => 1 + index * 10);

describe('in the middle of a sale', () => {
  test.each([
    ['the reader loses its power', 'reader off', 'reader on', 'reversed card-reader-lost'],
    [
      'the line to the reader falls dead',
      'line chip-reader dead',
      'line chip-reader heal',
      'reversed card-reader-lost',
    ],
    ['the line to the reader is noisy', 'line chip-reader noise', 'line chip-reader heal', 'approved 00'],
  ])('%s', (_, breaks, mends, atWorst) => {
    const later = MOMENTS.map((ms) => [
      { ms, words: breaks },
      { ms: ms + 5_000, words: mends },
    ]);
    const ends = brokenOff(
      'chip-blocks',
      later.map((each) => ({ deeds: [], later: each })),
    );
    // Before anything is asked of the host, afterwards, and when it is over.
    const mayBe = [
      'cancelled card-removed',
      'failed card-reader-lost',
      'failed chip-not-readable',
      'reversed card-reader-lost',
      'approved 00',
    ];
    expect(ends.filter((end) => !mayBe.includes(end))).toEqual([]);
    expect(ends).toContain(atWorst);
    expect(ends).toContain('approved 00');
  });
});
