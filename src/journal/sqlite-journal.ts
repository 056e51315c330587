/** The journal on disk: append-only rows in SQLite, each durable before `append` returns. */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { fail, ok, type Result } from '../domain/result.ts';

/** What a row must have; what its event says is the flows' business. */
export interface StoredRow {
  readonly seq: number;
  readonly at: number;
  readonly flow: string;
  readonly flowId: number;
  readonly event: { readonly type: string };
  readonly ended: boolean;
}

export type NewRow<Row extends StoredRow> = Omit<Row, 'seq' | 'flowId'> & { readonly flowId?: number };

export interface JournalFailure {
  readonly reason: 'newer-version' | 'locked' | 'damaged' | 'unreadable';
  readonly message: string;
}

/**
 * Each entry brings the file from version `index` to `index + 1`, in one transaction. Never edit one that has shipped;
 * an event that changes its shape gets an entry that rewrites the old rows.
 */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE journal (
     seq     INTEGER PRIMARY KEY,
     at      INTEGER NOT NULL,
     flow    TEXT    NOT NULL,
     flow_id INTEGER NOT NULL,
     type    TEXT    NOT NULL,
     body    TEXT    NOT NULL CHECK (json_valid(body)),
     ended   INTEGER NOT NULL CHECK (ended IN (0, 1))
   ) STRICT;
   CREATE INDEX journal_by_flow ON journal (flow_id, seq);`,
];

export class SqliteJournal<Row extends StoredRow> {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  #lastSeq: number;

  private constructor(database: DatabaseSync) {
    this.#database = database;
    this.#insert = database.prepare('INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?)');
    const last = database.prepare('SELECT coalesce(max(seq), 0) AS seq FROM journal').get();
    this.#lastSeq = Number(last?.['seq'] ?? 0);
  }

  /** Opens or creates the file and brings it to this version. One process at a time: the file is locked. */
  static open<Row extends StoredRow>(file: string): Result<SqliteJournal<Row>, JournalFailure> {
    let database: DatabaseSync | undefined;
    try {
      database = new DatabaseSync(file);
      database.exec('PRAGMA locking_mode = EXCLUSIVE');
      // Before anything is written: a file from the future must not even get a new journal mode.
      const version = versionOf(database);
      if (version > MIGRATIONS.length) {
        database.close();
        return fail({
          reason: 'newer-version',
          message: `The journal ${file} has version ${version}, this program knows versions up to ${MIGRATIONS.length}: update the program. The file was left as it is.`,
        });
      }
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
      migrate(database, version);
      return ok(new SqliteJournal<Row>(database));
    } catch (error) {
      if (database?.isOpen === true) database.close();
      return fail(explain(file, error));
    }
  }

  append(row: NewRow<Row>): Row {
    const seq = this.#lastSeq + 1;
    const flowId = row.flowId ?? seq;
    const body = JSON.stringify(row.event);
    this.#insert.run(seq, row.at, row.flow, flowId, row.event.type, body, row.ended ? 1 : 0);
    this.#lastSeq = seq;
    return { ...row, seq, flowId } as unknown as Row;
  }

  rows(): readonly Row[] {
    const rows = this.#database.prepare('SELECT seq, at, flow, flow_id, body, ended FROM journal ORDER BY seq').all();
    return rows.map(
      (row) =>
        ({
          seq: row['seq'],
          at: row['at'],
          flow: row['flow'],
          flowId: row['flow_id'],
          event: JSON.parse(String(row['body'])),
          ended: row['ended'] === 1,
        }) as unknown as Row,
    );
  }

  close(): void {
    this.#database.close();
  }
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
}

function migrate(database: DatabaseSync, version: number): void {
  for (const [index, migration] of MIGRATIONS.entries()) {
    if (index < version) continue;
    database.exec(`BEGIN EXCLUSIVE; ${migration} PRAGMA user_version = ${index + 1}; COMMIT;`);
  }
}

function explain(file: string, error: unknown): JournalFailure {
  const message = error instanceof Error ? error.message : String(error);
  if (/locked|busy/i.test(message)) {
    return { reason: 'locked', message: `The journal ${file} is in use by another process: stop that terminal first.` };
  }
  if (/not a database|malformed/i.test(message)) {
    return {
      reason: 'damaged',
      message: `The journal ${file} is damaged (${message}): keep the file and call support.`,
    };
  }
  return {
    reason: 'unreadable',
    message: `The journal ${file} cannot be opened (${message}): check the path and its rights.`,
  };
}
