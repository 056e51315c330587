import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadCards } from './cards.ts';
import { chipAccount, loadChipCards, loadEmvKeys } from './chip-cards.ts';
import { ChipCard } from './models/card/chip-card.ts';
import { HostModel } from './models/host/host-model.ts';

const keys = loadEmvKeys();
const source = join(import.meta.dirname, '..', 'fixtures', 'chip-cards', 'chip-credit.json');
let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'chip-cards-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

test('every chip card can be made, and has an account beside those of the swiped cards', () => {
  const cards = loadChipCards();
  const accounts = [
    ...loadCards().map((card) => ({ ...card, ...card.account })),
    ...cards.map((card) => chipAccount(card, keys)),
  ];
  const host = new HostModel({
    accounts,
    terminals: [],
    now: () => '20260315143205',
    entropy: (bytes) => new Uint8Array(bytes),
  });
  expect(host.ledgerJson().accounts).toHaveLength(accounts.length);
  const made = cards.map((card) => new ChipCard(card, keys, (bytes) => new Uint8Array(bytes)));
  expect(made.map((card) => card.state().applications.length)).toEqual(cards.map((card) => card.applications.length));
});

test('the bank knows the chip as the card does', () => {
  const [card] = loadChipCards().filter(({ name }) => name === 'chip-demands-issuer');
  if (card === undefined) throw new Error('The card is gone.');
  expect(chipAccount(card, keys)).toMatchObject({
    pan: card.pan,
    expiry: card.expiry,
    chip: { masterKeys: keys.file.masterKeys, sequenceNumber: '01', answer: 'none' },
  });
});

test('the bank has the stripe as the file says', () => {
  const cards = loadChipCards().map((card) => ({ ...card, account: { ...card.account, stripe: 'refused' } as const }));
  expect(cards.map((card) => chipAccount(card, keys).stripe)).toEqual(cards.map(() => 'refused'));
  expect(loadChipCards().map((card) => chipAccount(card, keys).stripe)).toEqual(cards.map(() => undefined));
});

test('two files of one card are refused', () => {
  cpSync(source, join(directory, 'one.json'));
  cpSync(source, join(directory, 'two.json'));
  expect(() => loadChipCards(directory)).toThrow('share the name or number of chip-credit');
});

test.each([
  ['no JSON', '{ "pan": "6222021234569001005"', 'cannot be read as JSON'],
  ['no card', '{}', 'bad.json: provenance is missing'],
])('a file that is %s is named, and not quoted', (_, text, words) => {
  writeFileSync(join(directory, 'bad.json'), text);
  expect(() => loadChipCards(directory)).toThrow(words);
  expect(() => loadChipCards(directory)).not.toThrow('6222');
});
