/** Loads the card files of a directory. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Card, parseCard } from './models/cards.ts';
import { readCardJson } from './card-json.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'cards');

/**
 * Every `*.json` of the directory, sorted by name.
 * @throws Error naming the file when one is not a card, or when two have the same name or card number.
 */
export function loadCards(directory: string = FIXTURES): readonly Card[] {
  const cards = readdirSync(directory)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => loadCard(join(directory, file)));
  refuseTwins(cards);
  return cards;
}

function loadCard(path: string): Card {
  const parsed = parseCard(readCardJson(path));
  if (!parsed.ok) throw new Error(`${path}: ${parsed.error}.`);
  return parsed.value;
}

function refuseTwins(cards: readonly Card[]): void {
  const names = new Map<string, string>();
  for (const { name, pan } of cards) {
    const twin = names.get(pan);
    if (twin !== undefined) throw new Error(`The cards ${twin} and ${name} have the same number: give each its own.`);
    if ([...names.values()].includes(name)) throw new Error(`Two cards are called ${name}: give each its own name.`);
    names.set(pan, name);
  }
}
