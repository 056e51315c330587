/**
 * Every personality of a chip card through the whole terminal: what the card, the host and the books prescribe.
 *
 * The registers are those of EMV Book 3, annex C5 (TVR) and C6 (TSI), and of the CVM results of Book 4, annex A4.
 */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { TransactionResult } from '../../src/domain/outcome.ts';
import type { JournalRow } from '../../src/flows/journal.ts';
import { loadCards } from '../cards.ts';
import { loadChipCards } from '../chip-cards.ts';
import { paperText } from '../models/printer/paper-text.ts';
import { MemoryJournal } from './memory-journal.ts';
import type { Errand } from './person.ts';
import { SimulatedWorld, type WorldOptions } from './world.ts';

const cards = loadCards();
const FIXTURES = join(import.meta.dirname, '..', '..', 'fixtures', 'chip-cards');

function live(errands: readonly Errand[], options: Partial<WorldOptions> = {}) {
  const journal = new MemoryJournal();
  const world = new SimulatedWorld({ seed: 'chips', cards, chipReader: true, journal, ...options }, errands);
  world.live();
  world.settle();
  return { world, rows: journal.rows() };
}

const sale = (card: string, more: Partial<Errand> = {}): Errand => ({
  item: 'sale',
  amount: '1234',
  card,
  inserts: true,
  ...more,
});

const moneyOf = (world: SimulatedWorld): readonly string[] =>
  world.device.host.ledgerJson().entries.map(({ amountMinor, state }) => `${state} ${amountMinor}`);

const endOf = (rows: readonly JournalRow[]) => {
  const event = rows.findLast((row) => row.event.type === 'ChipEnded')?.event;
  return event?.type === 'ChipEnded' ? event.end : undefined;
};

type Row = readonly [
  card: string,
  outcome: TransactionResult['outcome'],
  why: string | undefined,
  tvr: string | undefined,
  tsi: string | undefined,
  cvmResults: string | undefined,
  money: readonly string[],
];

const APPROVED = ['held 1234'];
const TAKEN_BACK = ['reversed 1234'];
const REFUSED = ['declined 1234'];
const NOT_ASKED: readonly string[] = [];

describe('a sale with', () => {
  test.each<Row>([
    // The floor limit is zero, so TVR byte 4 is always 80: exceeded.
    ['chip-credit', 'approved', '00', '0000048000', 'F800', '420300', APPROVED],
    ['chip-debit', 'approved', '00', '0000048000', 'F800', '020300', APPROVED],
    ['chip-blocks', 'approved', '00', '0000048000', 'F800', '020300', APPROVED],
    ['chip-two-applications', 'approved', '00', '0000048000', 'F800', '020300', APPROVED],
    ['chip-slow', 'approved', '00', '0000048000', 'F800', '420300', APPROVED],
    ['chip-cda', 'approved', '00', '0000008000', 'E800', '440302', APPROVED],
    ['chip-offline-pin', 'approved', '00', '0000008000', 'F800', '440302', APPROVED],
    ['chip-pin-blocked', 'approved', '00', '0000208000', 'F800', '1E0300', APPROVED],
    ['chip-sda-only', 'approved', '00', '0200048000', 'F800', '420300', APPROVED],
    // Authentication has failed: the action codes send it online, and the host decides.
    ['chip-wrong-signature', 'approved', '00', '0800048000', 'F800', '420300', APPROVED],
    ['chip-wrong-static-signature', 'approved', '00', '4200048000', 'F800', '420300', APPROVED],
    ['chip-revoked-certificate', 'approved', '00', '0800048000', 'F800', '420300', APPROVED],
    ['chip-expired', 'declined', '54', '0040048000', 'F800', '420300', REFUSED],
    ['chip-number-mismatch', 'declined', '14', '0800048000', 'E800', '420300', REFUSED],
    ['chip-declines', 'declined', 'card-declined', '0000048000', 'E800', '420300', NOT_ASKED],
    // The host has approved, and the card will not have it.
    ['chip-demands-issuer', 'reversed', 'card-declined', '0000048000', 'E800', '420300', TAKEN_BACK],
    ['chip-refuses-issuer', 'reversed', 'card-declined', '0000048040', 'F800', '420300', TAKEN_BACK],
    ['chip-application-blocked', 'failed', 'application-blocked', undefined, undefined, undefined, NOT_ASKED],
    ['chip-card-blocked', 'failed', 'application-blocked', undefined, undefined, undefined, NOT_ASKED],
    // After the first cryptogram no stripe stands in for it.
    ['chip-mute', 'failed', 'chip-not-readable', '0000048000', 'C800', '420300', NOT_ASKED],
    // Before it, one does.
    ['chip-dead', 'approved', '00', undefined, undefined, undefined, APPROVED],
    ['chip-wrong-length', 'approved', '00', '0000000000', '0000', '3F0000', APPROVED],
    ['chip-wrong-locator', 'approved', '00', '0000000000', '0000', '3F0000', APPROVED],
  ])('%s is %s (%s): TVR %s, TSI %s, CVM %s, money %j', (card, outcome, why, tvr, tsi, cvmResults, money) => {
    const { rows, world } = live([sale(card)]);
    const result = world.results.at(-1);
    expect([result?.outcome, result?.reason ?? result?.responseCode]).toEqual([outcome, why]);
    const registers = endOf(rows)?.registers;
    expect([registers?.tvr, registers?.tsi, registers?.cvmResults]).toEqual([tvr, tsi, cvmResults]);
    expect(moneyOf(world)).toEqual(money);
    expect(world.pieces).toHaveLength(outcome === 'approved' ? 2 : 0);
  });

  test('any of them is in the table', () => {
    // A card that is added without an expectation would be a card that nobody looks at.
    expect(loadChipCards()).toHaveLength(23);
  });
});

describe('fallback', () => {
  test.each([
    ['chip-dead', true],
    ['chip-credit', false],
  ])('%s says so in 60.5: %s', (card, fallback) => {
    const { rows } = live([sale(card)]);
    const read = rows.findLast(({ event }) => event.type === 'CardRead')?.event;
    expect(read?.type === 'CardRead' && (read.card.fallback ?? false)).toBe(fallback);
  });

  test('is refused where the parameters say so', () => {
    const configure: WorldOptions['configure'] = (config) => ({
      ...config,
      transactions: { ...config.transactions, fallback: false },
    });
    const { world } = live([sale('chip-dead')], { configure });
    expect(world.results.at(-1)).toMatchObject({ outcome: 'failed', reason: 'chip-not-readable' });
  });
});

test('a swiped card with a chip is asked to be inserted', () => {
  const { rows, world } = live([sale('chip-credit', { inserts: false })]);
  expect(rows.some(({ event }) => event.type === 'CardHasChip')).toBe(true);
  expect([world.results.at(-1)?.outcome, moneyOf(world)]).toEqual(['cancelled', []]);
});

const PIN = '908172';

test('a PIN that the card checks in the clear is keyed on its reader, and nowhere in the terminal', () => {
  const card = JSON.parse(readFileSync(join(FIXTURES, 'chip-debit.json'), 'utf8')) as object;
  const file = join(mkdtempSync(join(tmpdir(), 'slipway-chip-')), 'plaintext-pin.json');
  // CVM list: plaintext PIN, always (EMV Book 3, 10.5).
  writeFileSync(file, JSON.stringify({ ...card, pin: PIN }).replace('00000000000000000203', '00000000000000000103'));
  const configure: WorldOptions['configure'] = ({ devices, ...config }) => {
    const { chipReader } = devices;
    return { ...config, devices: { ...devices, ...(chipReader && { chipReader: { ...chipReader, keypad: true } }) } };
  };
  const { rows, world } = live([sale(file, { pins: [PIN] })], { configure });
  expect(world.results.at(-1)).toMatchObject({ outcome: 'approved' });
  expect(endOf(rows)?.registers?.cvmResults).toBe('010302');
  expect(`${JSON.stringify(rows)}${world.log}`).not.toContain(PIN);
});

describe('a card that is taken out', () => {
  test.each(['reading-chip', 'confirm', 'enter-pin', 'transmitting', 'authorizing', 'telling-card', 'printing'])(
    'at the screen %s leaves money and paper in agreement',
    (pullsAt) => {
      const { world } = live([sale('chip-credit', { pullsAt })]);
      const [result] = world.results;
      const money = moneyOf(world).filter((entry) => entry.startsWith('held'));
      expect(money).toHaveLength(result?.outcome === 'approved' ? 1 : 0);
      expect(world.pieces).toHaveLength(result?.outcome === 'approved' ? 2 : 0);
      expect(world.device.host.discrepancies()).toEqual([]);
    },
  );
});

test('the slip carries what the card has said (dialect sheet 11.4)', () => {
  const { rows, world } = live([sale('chip-credit')]);
  const end = endOf(rows);
  const [merchant = '', cardholder = ''] = world.pieces.map((piece) => paperText(piece).replaceAll(/\s+/g, ' '));
  for (const slip of [merchant, cardholder]) {
    expect(slip).toContain(`ARQC:${end?.arqc}`);
    expect(slip).toContain('AID:A000000333010102');
    expect(slip).toContain('TVR:0000048000');
    expect(slip).toContain('TSI:F800');
    expect(slip).toContain(`ATC:${end?.slip['9F36']}`);
    expect(slip).toContain('APPLAB:');
  }
});

test('a stripe that has stood in for a chip leaves nothing of it on the slip', () => {
  const { world } = live([sale('chip-wrong-locator')]);
  expect(world.pieces.map((piece) => paperText(piece)).join('')).not.toContain('ARQC');
});

test('nothing of the card is written down in the clear', () => {
  const { rows, world } = live(loadChipCards().map(({ name }) => sale(name)));
  const written = `${JSON.stringify(rows)}${world.log}`;
  expect(written).toContain('ChipEnded');
  for (const { pan } of loadChipCards()) expect(written).not.toContain(pan);
});
