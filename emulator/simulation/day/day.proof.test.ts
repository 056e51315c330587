/** Whole days of 200 transactions: all books agree, with replies lost too, and do not when a row of the journal is lost. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { JournalPort, JournalRow } from '../../../src/flows/journal.ts';
import { SqliteJournal } from '../../../src/journal/sqlite-journal.ts';
import { paperText } from '../../models/printer/paper-text.ts';
import { dayDifferences } from './books.ts';
import { dayOf, dayWithoutRow, onlyTerminal, roundTrips } from './day.testing.ts';
import { DAY_ROWS } from './plan.ts';
import { summaryOf } from './summary.ts';

const TRANSACTIONS = 200;

test.each([
  ['with every reply', 0, 'whole'],
  ['with 5 % of the replies lost', 5, 'whole'],
  ['with 5 % of the replies lost, another', 5, 'another'],
  ['with 20 % of the replies lost', 20, 'whole'],
])('a day %s ends balanced, agrees to the fen, and all its frames round-trip', (_, dropPercent, seed) => {
  const day = dayOf({ transactions: TRANSACTIONS, dropPercent, seed });
  const { kinds, outcomes, ...rest } = summaryOf(day, 1000);
  expect(rest).toMatchObject({ differences: [], ledgerDifferences: 0, settlements: { balanced: 1, notBalanced: 0 } });
  expect(Object.keys(kinds)).toEqual(
    expect.arrayContaining(['void', 'refund of a part', 'completion void', 'transfer']),
  );
  expect(Object.keys(outcomes)).toEqual(expect.arrayContaining(['approved', 'declined', 'cancelled', 'reversed']));
  const { broken, changed, whole } = roundTrips(day);
  expect(changed).toEqual([]);
  expect(whole).toBeGreaterThan(2 * TRANSACTIONS);
  expect(broken).toBeLessThanOrEqual(kinds['sale, half a reply'] ?? 0);
});

test('every kind of errand comes on such a day', () => {
  const { kinds } = summaryOf(dayOf({ transactions: TRANSACTIONS, seed: 'whole' }), 1000);
  const missing = DAY_ROWS.filter(({ isAside, name }) => isAside !== true && kinds[name] === undefined);
  // What has to wait for an original may wait in vain, and a sale stands in its place.
  expect(missing.filter(({ original }) => original === undefined)).toEqual([]);
  expect(missing.length).toBeLessThan(4);
});

test('twenty terminals at which half of the cards are chips agree with the host, replies lost or not', () => {
  const many = { terminals: 20, transactions: 800, chipPercent: 50 };
  expect(dayDifferences(dayOf(many))).toEqual([]);
  expect(dayDifferences(dayOf({ ...many, dropPercent: 5 }))).toEqual([]);
});

test('twenty terminals against one host agree with it, replies lost or not', () => {
  const many = { terminals: 20, transactions: 800 };
  expect(dayDifferences(dayOf(many))).toEqual([]);
  expect(dayDifferences(dayOf({ ...many, dropPercent: 5 }))).toEqual([]);
});

/** A journal on disk that can be closed, and opened again under the terminal's feet. */
class JournalOnDisk implements JournalPort {
  readonly #file: string;
  #open: SqliteJournal<JournalRow>;

  constructor(file: string) {
    this.#file = file;
    this.#open = opened(file);
  }

  append(row: Parameters<JournalPort['append']>[0]): JournalRow {
    return this.#open.append(row);
  }

  rows(): Iterable<JournalRow> {
    return this.#open.rows();
  }

  rowsOf(flowId: number): readonly JournalRow[] {
    return this.#open.rowsOf(flowId);
  }

  close(): void {
    this.#open.close();
  }

  /** By hand, while the terminal is off. @returns how many rows went */
  remove(seq: number): number | bigint {
    this.close();
    const database = new DatabaseSync(this.#file);
    const { changes } = database.prepare('DELETE FROM journal WHERE seq = ?').run(seq);
    database.close();
    this.#open = opened(this.#file);
    return changes;
  }
}

function opened(file: string): SqliteJournal<JournalRow> {
  const journal = SqliteJournal.open<JournalRow>(file);
  if (!journal.ok) throw new Error(journal.error.message);
  return journal.value;
}

test('a day of which a row of the journal on disk is removed does not balance, uploads its batch and says so', () => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-day-'));
  const journal = new JournalOnDisk(join(directory, 'journal.db'));
  const removed: (number | bigint)[] = [];
  const { day, lost } = dayWithoutRow(
    { transactions: TRANSACTIONS, seed: 'whole', journal: () => journal },
    (_, seq) => void removed.push(journal.remove(seq)),
  );
  const { idleLines, world } = onlyTerminal(day);
  const { batch, terminal } = world.terminal;
  const report = day.host.batchReport(terminal, batch);
  const { domestic } = report.hostTotals;
  expect(removed).toEqual([1]);
  expect(report).toMatchObject({
    balanced: { domestic: false, foreign: true },
    // Only the side that does not balance is uploaded.
    uploads: domestic.debitCount + domestic.creditCount - 1,
    end: { saidBalanced: false, announced: report.uploads },
    missingAtHost: [],
    missingAtTerminal: [{ stan: lost.stan, amountMinor: lost.amountMinor, transaction: 'sale' }],
  });
  expect(report.matched).toHaveLength(report.uploads);
  expect(idleLines).toContain('批结算:对账不平');
  expect(world.pieces.map(paperText).join('\n')).toContain('对账不平\nNOT BALANCED');
  const { changed } = roundTrips(day);
  expect(changed).toEqual([]);
  journal.close();
  rmSync(directory, { recursive: true });
});
