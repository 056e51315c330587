/** The electronic copy on disk: an append-only table in a SQLite file of its own. */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { fail, ok, type Result } from '../../domain/result.ts';
import type { ReceiptStore } from './receipt-store.ts';

/** Each entry brings the file from version `index` to `index + 1`. Never edit one that has shipped. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE receipt (
     seq      INTEGER PRIMARY KEY,
     identity TEXT NOT NULL UNIQUE,
     record   BLOB NOT NULL
   ) STRICT;
   CREATE TRIGGER receipt_stays BEFORE UPDATE ON receipt BEGIN SELECT RAISE(ABORT, 'a receipt never changes'); END;
   CREATE TRIGGER receipt_is_kept BEFORE DELETE ON receipt BEGIN SELECT RAISE(ABORT, 'a receipt is never removed'); END;`,
];

export class SqliteReceipts implements ReceiptStore {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #byIdentity: StatementSync;
  readonly #last: StatementSync;

  private constructor(database: DatabaseSync) {
    this.#database = database;
    this.#insert = database.prepare('INSERT INTO receipt (identity, record) VALUES (?, ?)');
    this.#byIdentity = database.prepare('SELECT record FROM receipt WHERE identity = ?');
    this.#last = database.prepare('SELECT record FROM receipt ORDER BY seq DESC LIMIT 1');
  }

  /** Opens or creates the file. One process at a time: two would fork the chain. */
  static open(file: string): Result<SqliteReceipts, string> {
    return attempt(file, false, (database, version) => {
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
      for (const [index, migration] of MIGRATIONS.entries()) {
        if (index >= version)
          database.exec(`BEGIN EXCLUSIVE; ${migration} PRAGMA user_version = ${index + 1}; COMMIT;`);
      }
      return new SqliteReceipts(database);
    });
  }

  /** For whoever only looks. No file is made. */
  static openToRead(file: string): Result<SqliteReceipts, string> {
    return attempt(file, true, (database) => new SqliteReceipts(database));
  }

  find(identity: string): Uint8Array | undefined {
    return bytesOf(this.#byIdentity.get(identity));
  }

  last(): Uint8Array | undefined {
    return bytesOf(this.#last.get());
  }

  append(identity: string, record: Uint8Array): void {
    this.#insert.run(identity, record);
  }

  *records(): IterableIterator<Uint8Array> {
    for (const row of this.#database.prepare('SELECT record FROM receipt ORDER BY seq').iterate()) {
      const bytes = bytesOf(row);
      if (bytes !== undefined) yield bytes;
    }
  }

  close(): void {
    this.#database.close();
  }
}

function bytesOf(row: Readonly<Record<string, unknown>> | undefined): Uint8Array | undefined {
  const record = row?.['record'];
  return record instanceof Uint8Array ? Uint8Array.from(record) : undefined;
}

function attempt<Value>(
  file: string,
  readOnly: boolean,
  action: (database: DatabaseSync, version: number) => Value,
): Result<Value, string> {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { readOnly });
    if (!readOnly) database.exec('PRAGMA locking_mode = EXCLUSIVE');
    // Before anything is written: a file from the future stays as it is.
    const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
    if (version <= MIGRATIONS.length) return ok(action(database, version));
    database.close();
    return fail(`The receipts ${file} have version ${version}, newer than this program: update the program.`);
  } catch (error) {
    if (database?.isOpen === true) database.close();
    return fail(explain(file, error instanceof Error ? error.message : String(error)));
  }
}

function explain(file: string, message: string): string {
  if (/locked|busy/i.test(message))
    return `The receipts ${file} are in use by another process: stop that terminal first.`;
  if (/not a database|malformed/i.test(message)) {
    return `The receipts ${file} are damaged (${message}): keep the file and call support.`;
  }
  return `The receipts ${file} cannot be opened (${message}): check the path and its rights.`;
}
