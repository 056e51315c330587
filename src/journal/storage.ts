/** What a terminal keeps: its journal and the key to it, which belong together. */
import { existsSync, renameSync } from 'node:fs';
import { fail, ok, type Result } from '../domain/result.ts';
import { SqliteJournal, type StoredRow } from './sqlite-journal.ts';
import { openVault, type Entropy, type Vault } from './vault.ts';

export interface StorageSetup {
  readonly journalFile: string;
  readonly storageKeyFile: string;
  /** Somebody has said that what the missing half told may be forgotten. */
  readonly newJournal: boolean;
  readonly entropy: Entropy;
}

export interface Storage<Row extends StoredRow> {
  readonly journal: SqliteJournal<Row>;
  readonly vault: Vault;
  /** One sentence for a person: where the journal went that was there. */
  readonly notice?: string;
}

const FORGETS = 'forgets the reversals that are still owed, and the batch';

/**
 * Opens the two, or makes both where neither is: the first start. One without the other is a terminal that has lost its
 * memory; nothing is then written, and the error says so in one sentence.
 *
 * The first start makes the journal before the key and a power cut may come between them, so a journal without a row
 * may lack its key; a key is never without its journal.
 */
export function openStorage<Row extends StoredRow>(setup: StorageSetup): Result<Storage<Row>, string> {
  const { journalFile, storageKeyFile, entropy } = setup;
  const state = SqliteJournal.stateOf(journalFile);
  if (!state.ok) return fail(state.error.message);
  const hasKey = existsSync(storageKeyFile);
  const problem = setup.newJournal
    ? hasKey && state.value === 'begun' && notNew(setup)
    : (hasKey && state.value === 'absent' && withoutJournal(setup)) ||
      (!hasKey && state.value === 'begun' && withoutKey(setup));
  if (problem !== false) return fail(problem);

  const kept = state.value === 'begun' && !hasKey ? setAside(journalFile) : undefined;
  const journal = SqliteJournal.open<Row>(journalFile);
  if (!journal.ok) return fail(journal.error.message);
  const vault = openVault(storageKeyFile, entropy);
  if (!vault.ok) {
    journal.value.close();
    return vault;
  }
  const notice = kept === undefined ? {} : { notice: `The journal whose storage key is missing was kept as ${kept}.` };
  return ok({ journal: journal.value, vault: vault.value, ...notice });
}

const withoutJournal = ({ journalFile, storageKeyFile }: StorageSetup): string =>
  `The journal ${journalFile} is missing, but its storage key ${storageKeyFile} is there: restore the journal, ` +
  `or start once with --new-journal, which ${FORGETS}.`;

const withoutKey = ({ journalFile, storageKeyFile }: StorageSetup): string =>
  `The storage key ${storageKeyFile} is missing, but its journal ${journalFile} is there: restore the key, ` +
  `or start once with --new-journal, which ${FORGETS}.`;

/** So that a service which is started with the option always does not forget one day without anybody noticing. */
const notNew = ({ journalFile }: StorageSetup): string =>
  `The journal ${journalFile} is there and has its storage key: start without --new-journal, which ${FORGETS}.`;

/** It may still show what was owed: it is renamed, never deleted. */
function setAside(journalFile: string): string {
  let count = 1;
  while (existsSync(`${journalFile}.kept-${count}`)) count += 1;
  const kept = `${journalFile}.kept-${count}`;
  renameSync(journalFile, kept);
  return kept;
}
