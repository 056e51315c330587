import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Secret } from '../domain/secret.ts';
import { SqliteJournal, type StoredRow } from './sqlite-journal.ts';
import { openVault } from './vault.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-journal-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const file = (name = 'journal.db'): string => join(directory, name);
const row = { at: 1, flow: 'transaction', event: { type: 'TransactionStarted' }, ended: false };

function opened(path = file()): SqliteJournal<StoredRow> {
  const journal = SqliteJournal.open<StoredRow>(path);
  if (!journal.ok) throw new Error(journal.error.message);
  return journal.value;
}

describe('the journal on disk', () => {
  test('gives back after a restart what was appended, in order', () => {
    const first = opened();
    const started = first.append(row);
    first.append({ ...row, at: 2, event: { type: 'AmountEntered' }, flowId: started.flowId, ended: true });
    first.close();

    const second = opened();
    expect([...second.rows()]).toEqual([
      { ...row, seq: 1, flowId: 1 },
      { ...row, at: 2, event: { type: 'AmountEntered' }, seq: 2, flowId: 1, ended: true },
    ]);
    expect(second.append(row)).toMatchObject({ seq: 3, flowId: 3 });
    second.close();
  });

  test('gives the rows of one flow alone, in order', () => {
    const journal = opened();
    const first = journal.append(row);
    const second = journal.append({ ...row, flow: 'sign-in' });
    const last = journal.append({ ...row, event: { type: 'AmountEntered' }, flowId: first.flowId });
    expect(journal.rowsOf(first.flowId)).toEqual([first, last]);
    expect(journal.rowsOf(second.flowId)).toEqual([second]);
    expect(journal.rowsOf(99)).toEqual([]);
    journal.close();
  });

  test('is read row by row: what is appended meanwhile comes, too', () => {
    const journal = opened();
    journal.append(row);
    const rows = journal.rows();
    expect(rows.next().value).toMatchObject({ seq: 1 });
    journal.append(row);
    expect(rows.next().value).toMatchObject({ seq: 2 });
    journal.close();
  });

  test('is read from the last row that keeps the facts, and a flow from before by its number', () => {
    const journal = opened();
    const kept = { ...row, event: { type: 'FactsKept' }, ended: true };
    for (const each of [row, kept, row, kept, row]) journal.append(each);
    expect([...journal.rows()].map(({ seq }) => seq)).toEqual([4, 5]);
    expect(journal.rowsOf(1)).toHaveLength(1);
    journal.close();
  });

  test('is written with WAL and full synchronisation', () => {
    const journal = opened();
    journal.append(row);
    journal.close();
    const database = new DatabaseSync(file());
    expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: 2 });
    database.close();
  });

  test('of version 1 gets the rules that its transactions were made under', () => {
    opened().close();
    const database = new DatabaseSync(file());
    const kept = { type: 'TransactionStarted', kind: 'sale', rules: { pinTriesMax: 3 } };
    for (const [seq, event] of [
      { type: 'TransactionStarted', kind: 'void' },
      kept,
      { type: 'SlipPrinted' },
    ].entries()) {
      database.exec(
        `INSERT INTO journal VALUES (${seq + 1}, 0, 'transaction', 1, '${event.type}', '${JSON.stringify(event)}', 0)`,
      );
    }
    database.exec('PRAGMA user_version = 1');
    database.close();
    const journal = opened();
    expect(journal.rowsOf(1).map(({ event }) => event)).toMatchObject([
      { kind: 'void', rules: { asksCard: true, asksPin: true, pinTriesMax: 1, takesPart: false, storesNotice: false } },
      kept,
      { type: 'SlipPrinted' },
    ]);
    journal.close();
  });

  test('of a newer version is refused and left as it is', () => {
    const database = new DatabaseSync(file());
    database.exec('PRAGMA user_version = 999; CREATE TABLE future (x)');
    database.close();
    const before = readFileSync(file());
    const journal = SqliteJournal.open(file());
    expect(journal).toMatchObject({ ok: false, error: { reason: 'newer-version' } });
    expect(readFileSync(file()).equals(before)).toBe(true);
  });

  test('in use by another terminal is refused', () => {
    const journal = opened();
    journal.append(row);
    expect(SqliteJournal.open(file())).toMatchObject({ ok: false, error: { reason: 'locked' } });
    journal.close();
  });

  test('that is no database is refused', () => {
    writeFileSync(file(), 'x'.repeat(4096));
    expect(SqliteJournal.open(file())).toMatchObject({ ok: false, error: { reason: 'damaged' } });
  });

  test('in a folder that is not there is refused', () => {
    expect(SqliteJournal.open(join(directory, 'nowhere', 'journal.db'))).toMatchObject({
      ok: false,
      error: { reason: 'unreadable' },
    });
  });
});

describe('the vault', () => {
  const pan = Secret.of('6222021234567890123', 'PAN');
  let counter = 0;
  const entropy = (bytes: number): Uint8Array => new Uint8Array(bytes).fill((counter += 1));

  const vault = () => {
    const opened = openVault(file('storage.key'), entropy);
    if (!opened.ok) throw new Error(opened.error);
    return opened.value;
  };

  test('gives back after a restart what it sealed, and shows nothing of it', () => {
    const sealed = vault().seal(pan);
    expect(Buffer.from(sealed.slice(3), 'base64').toString('latin1')).not.toContain('622202');
    const opened = vault().open(sealed);
    expect(opened?.reveal()).toBe('6222021234567890123');
    expect(String(opened)).toBe('[PAN]');
  });

  test('tells the number that it sealed from another', () => {
    const sealed = vault().seal(pan);
    expect(vault().holds(sealed, pan)).toBe(true);
    expect(vault().holds(sealed, Secret.of('6222021234567890131', 'PAN'))).toBe(false);
  });

  test('never seals the same number to the same text', () => {
    const one = vault();
    expect(one.seal(pan)).not.toBe(one.seal(pan));
  });

  test('refuses what was tampered with', () => {
    const sealed = vault().seal(pan);
    const tampered = `${sealed.slice(0, 20)}${sealed[20] === 'A' ? 'B' : 'A'}${sealed.slice(21)}`;
    expect(vault().open(tampered)).toBeUndefined();
    expect(vault().open('v1:')).toBeUndefined();
    expect(vault().holds(tampered, pan)).toBe(false);
  });

  test('keeps its key from other users', () => {
    vault();
    expect(statSync(file('storage.key')).mode & 0o777).toBe(0o600);
  });

  test('refuses a key file that holds no key', () => {
    writeFileSync(file('storage.key'), 'oops');
    expect(openVault(file('storage.key'), entropy)).toMatchObject({ ok: false });
  });
});
