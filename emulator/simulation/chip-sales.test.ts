/** Chip cards at a whole terminal in the small world: how the sale ends, and that only what was approved is charged. */
import { expect, test } from 'vitest';
import { loadCards } from '../cards.ts';
import { MemoryJournal } from './memory-journal.ts';
import type { Errand } from './person.ts';
import { SimulatedWorld } from './world.ts';

const cards = loadCards();

function sell(errand: Partial<Errand>): SimulatedWorld {
  const options = { seed: 'chips', cards, chipReader: true, journal: new MemoryJournal() };
  const sale = { item: 'sale', amount: '1234', card: 'chip-credit', inserts: true, ...errand };
  const world = new SimulatedWorld(options, [sale]);
  world.live();
  world.settle();
  return world;
}

const held = (world: SimulatedWorld): readonly string[] =>
  world.device.host.ledgerJson().entries.flatMap(({ amountMinor, state }) => (state === 'held' ? [amountMinor] : []));

test.each<[string, Partial<Errand>, string]>([
  ['a credit card', {}, 'approved'],
  ['a debit card with its PIN', { card: 'chip-debit' }, 'approved'],
  ['the first of two applications', { card: 'chip-two-applications' }, 'approved'],
  ['a dead chip, which is swiped then', { card: 'chip-dead' }, 'approved'],
  ['a card that is swiped although there is a reader', { card: 'approved', inserts: false }, 'approved'],
  ['a card that declines', { card: 'chip-declines' }, 'declined'],
  ['a card that is taken out while it is read', { pullsAt: 'reading-chip' }, 'cancelled'],
  ['a card that is taken out before its first cryptogram is heard', { fault: { deeds: ['pull at AE'] } }, 'cancelled'],
])('%s', (_, errand, outcome) => {
  const world = sell(errand);
  expect(world.results.at(-1)?.outcome).toBe(outcome);
  expect(held(world)).toEqual(outcome === 'approved' ? ['1234'] : []);
});
