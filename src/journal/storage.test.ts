/**
 * A journal without its key, or a key without its journal, is a terminal that has lost its memory.
 *
 * Mutations that these tests caught: no check; the key made first; an empty file taken for a journal; the journal
 * deleted instead of set aside; `newJournal` heeded where nothing is missing.
 */
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Secret } from '../domain/secret.ts';
import { SqliteJournal, type StoredRow } from './sqlite-journal.ts';
import { openStorage, type Storage } from './storage.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-storage-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const at = (name: string): string => join(directory, name);
const row = { at: 1, flow: 'transaction', event: { type: 'TransactionStarted' }, ended: false };
const pan = Secret.of('6222021234567890123', 'PAN');

let entropyCount = 0;
const entropy = (bytes: number): Uint8Array => new Uint8Array(bytes).fill((entropyCount += 1));

const open = (newJournal = false) =>
  openStorage<StoredRow>({
    journalFile: at('journal.db'),
    storageKeyFile: at('storage.key'),
    newJournal,
    entropy,
  });

function opened(newJournal = false): Storage<StoredRow> {
  const storage = open(newJournal);
  if (!storage.ok) throw new Error(storage.error);
  return storage.value;
}

/** A terminal that has been at work. @returns a card number as its journal keeps it. */
function workOnce(): string {
  const { journal, vault } = opened();
  journal.append(row);
  journal.close();
  return vault.seal(pan);
}

/** Every file and what is in it. */
const everything = (): Record<string, string> =>
  Object.fromEntries(readdirSync(directory).map((name) => [name, readFileSync(at(name), 'latin1')]));

describe('the storage of a terminal', () => {
  test('is made at the first start, and is the same after a restart', () => {
    const sealed = workOnce();
    const { journal, notice, vault } = opened();
    expect([...journal.rows()]).toHaveLength(1);
    expect(vault.holds(sealed, pan)).toBe(true);
    expect(notice).toBeUndefined();
    journal.close();
  });

  test.each([
    ['journal.db', /^The journal \S+journal\.db is missing, but its storage key \S+ is there: .*--new-journal.*\.$/],
    ['storage.key', /^The storage key \S+storage\.key is missing, but its journal \S+ is there: .*--new-journal.*\.$/],
  ])('is refused without its %s, and left as it is', (missing, sentence) => {
    workOnce();
    rmSync(at(missing));
    const before = everything();
    expect(open()).toMatchObject({ ok: false, error: expect.stringMatching(sentence) });
    expect(everything()).toEqual(before);
  });

  test('is refused where the journal has become an empty file', () => {
    workOnce();
    writeFileSync(at('journal.db'), '');
    expect(open()).toMatchObject({ ok: false, error: expect.stringContaining('is missing, but its storage key') });
    expect(readFileSync(at('journal.db'))).toHaveLength(0);
  });

  test('is made to the end after a power cut between the journal and the key', () => {
    const interrupted = SqliteJournal.open(at('journal.db'));
    if (interrupted.ok) interrupted.value.close();
    opened().journal.close();
    expect(existsSync(at('storage.key'))).toBe(true);
  });

  test('is not begun with a key when the journal cannot be made', () => {
    const failed = openStorage({
      journalFile: at('nowhere/journal.db'),
      storageKeyFile: at('storage.key'),
      newJournal: false,
      entropy,
    });
    expect(failed.ok).toBe(false);
    expect(everything()).toEqual({});
  });

  test('gives the journal back when the key cannot be used', () => {
    workOnce();
    writeFileSync(at('storage.key'), 'oops');
    expect(open()).toMatchObject({ ok: false, error: expect.stringContaining('64 hex digits') });
    const journal = SqliteJournal.open(at('journal.db'));
    expect(journal.ok).toBe(true);
    if (journal.ok) journal.value.close();
  });
});

describe('a new journal, when asked for', () => {
  test('begins where the journal is missing, with the key that is there', () => {
    const sealed = workOnce();
    rmSync(at('journal.db'));
    const { journal, vault } = opened(true);
    expect([...journal.rows()]).toEqual([]);
    expect(vault.holds(sealed, pan)).toBe(true);
    journal.close();
  });

  test('begins where the key is missing, and every row of the old journal is kept', () => {
    const { journal: old } = opened();
    old.append(row);
    // The power fails: the row stands in the write-ahead log only.
    for (const file of ['journal.db', 'journal.db-wal']) copyFileSync(at(file), at(`${file}.copy`));
    old.close();
    for (const file of ['journal.db', 'journal.db-wal']) copyFileSync(at(`${file}.copy`), at(file));
    rmSync(at('storage.key'));
    writeFileSync(at('journal.db.kept-1'), 'from an earlier time');

    const { journal, notice } = opened(true);
    expect([...journal.rows()]).toEqual([]);
    journal.close();
    expect(notice).toContain(at('journal.db.kept-2'));
    const kept = SqliteJournal.open(at('journal.db.kept-2'));
    if (!kept.ok) throw new Error(kept.error.message);
    expect([...kept.value.rows()]).toHaveLength(1);
    kept.value.close();
  });

  test('does not begin where nothing is missing', () => {
    workOnce();
    const before = everything();
    expect(open(true)).toMatchObject({ ok: false, error: expect.stringContaining('start without --new-journal') });
    expect(everything()).toEqual(before);
  });

  test('may be asked for at the first start, and again while nothing has happened', () => {
    opened(true).journal.close();
    opened(true).journal.close();
    expect(existsSync(at('journal.db'))).toBe(true);
  });
});
