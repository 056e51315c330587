/** Mutations tried: no Luhn check, track not compared with the card, twins allowed, the JSON parser's message passed on. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadCards } from './cards.ts';
import { type Card, parseCard } from './models/cards.ts';
import approvedFile from '../fixtures/cards/approved.json' with { type: 'json' };

let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-cards-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

const byName = (name: string): Card | undefined => loadCards().find((card) => card.name === name);

test.each([
  ['approved', { readable: true, pin: '123456', state: 'active', behaviour: 'answer' }],
  ['insufficient-funds', { readable: true, pin: '123456', state: 'active', behaviour: 'answer' }],
  ['wrong-pin', { readable: true, pin: '654321', state: 'active', behaviour: 'answer' }],
  ['lost-card', { readable: true, pin: '123456', state: 'lost', behaviour: 'answer' }],
  ['expired', { readable: true, pin: '123456', state: 'active', behaviour: 'answer' }],
  ['unreadable-track', { readable: false, pin: '123456', state: 'active', behaviour: 'answer' }],
  ['host-silent', { readable: true, pin: '123456', state: 'active', behaviour: 'silent' }],
  ['second', { readable: true, pin: '123456', state: 'active', behaviour: 'answer' }],
  ['foreign', { readable: true, pin: '123456', state: 'active', behaviour: 'answer' }],
  ['late-answer', { readable: true, pin: '123456', state: 'active', behaviour: 'late' }],
])('the card %s is what its name says', (name, expected) => {
  const card = byName(name);
  const { state, behaviour } = card?.account ?? {};
  expect({ readable: card?.readable, pin: card?.pin, state, behaviour }).toEqual(expected);
});

test('the expired card has expired, and the poor one is poor', () => {
  expect([byName('expired')?.expiry, byName('insufficient-funds')?.account.balanceMinor]).toEqual(['2001', '100']);
});

test('every domestic card has a number of 19 digits on our test range', () => {
  const others = loadCards().filter((card) => !/^622202\d{13}$/.test(card.pan));
  expect(others.map(({ account: { organisation }, name }) => [name, organisation])).toEqual([['foreign', 'VIS']]);
});

test('a card file is a card without its provenance', () => {
  const { provenance: _, ...card } = approvedFile;
  expect(parseCard(approvedFile)).toEqual({ ok: true, value: card });
});

const account = approvedFile.account;
test.each([
  ['not an object', 'x', 'card must be Object'],
  ['an unknown key', { ...approvedFile, colour: 'red' }, 'colour is not a key of a card'],
  ['a missing key', { ...approvedFile, pin: undefined }, 'pin is missing'],
  ['a wrong check digit', { ...approvedFile, pan: '6222021234567801110' }, 'pan has a wrong check digit (Luhn)'],
  ['letters in the PAN', { ...approvedFile, pan: '622202x' }, 'pan must be 12 to 19 digits'],
  ['a thirteenth month', { ...approvedFile, expiry: '3013' }, 'expiry must be YYMM'],
  ['a short PIN', { ...approvedFile, pin: '123' }, 'pin must be 4 to 12 digits'],
  [
    'a number for a balance',
    { ...approvedFile, account: { ...account, balanceMinor: 5 } },
    'account.balanceMinor must be string',
  ],
  [
    'another currency',
    { ...approvedFile, account: { ...account, currencyCode: '840' } },
    'account.currencyCode must be "156"',
  ],
  [
    'an unknown state',
    { ...approvedFile, account: { ...account, state: 'gone' } },
    'account.state must be active, lost, stolen or restricted',
  ],
  [
    'a track of another card',
    { ...approvedFile, expiry: '3011' },
    'track2 must be pan, D, expiry, serviceCode and then only digits',
  ],
  [
    'letters in the track',
    { ...approvedFile, track2: `${approvedFile.track2.slice(0, -1)}F` },
    'track2 must be pan, D, expiry, serviceCode and then only digits',
  ],
  ['a long track', { ...approvedFile, track2: `${approvedFile.track2}0` }, 'track2 must have at most 37 characters'],
])('%s is refused with its place', (_, json, problem) => {
  const parsed = parseCard(json);
  expect(parsed.ok ? 'accepted' : parsed.error).toContain(problem);
});

test('everything that is wrong is named, and no card data is', () => {
  const parsed = parseCard({ ...approvedFile, pan: '622202123', pin: '98' });
  expect(parsed).toEqual({ ok: false, error: 'pan must be 12 to 19 digits; pin must be 4 to 12 digits' });
});

test('the file that is no card is named', () => {
  writeFileSync(join(directory, 'bad.json'), '{}');
  expect(() => loadCards(directory)).toThrow(/bad\.json: provenance is missing/);
});

test('a file that is no JSON is named and not quoted', () => {
  writeFileSync(join(directory, 'bad.json'), '6222021234567801');
  writeFileSync(join(directory, 'worse.json'), '6222021234567801 x');
  expect(() => loadCards(directory)).toThrow(/bad\.json/);
  rmSync(join(directory, 'bad.json'));
  expect(() => loadCards(directory)).toThrow(/worse\.json cannot be read as JSON/);
  expect(() => loadCards(directory)).not.toThrow(/622202/);
});

test('two cards may not share a number', () => {
  writeFileSync(join(directory, 'a.json'), JSON.stringify(approvedFile));
  writeFileSync(join(directory, 'b.json'), JSON.stringify({ ...approvedFile, name: 'other' }));
  expect(() => loadCards(directory)).toThrow('The cards approved and other have the same number: give each its own.');
});

test('two cards may not share a name', () => {
  const lost = loadCards().find((card) => card.name === 'lost-card');
  writeFileSync(join(directory, 'a.json'), JSON.stringify(approvedFile));
  writeFileSync(join(directory, 'b.json'), JSON.stringify({ provenance: 'made', ...lost, name: 'approved' }));
  expect(() => loadCards(directory)).toThrow('Two cards are called approved: give each its own name.');
});

test('other files lie there undisturbed', () => {
  writeFileSync(join(directory, 'README.md'), 'cards');
  expect(loadCards(directory)).toEqual([]);
});
