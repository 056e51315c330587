/** The journal on disk: append-only rows in SQLite, each durable before `append` returns. */
import { existsSync } from 'node:fs';
import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite';
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

/** `absent` also when a power cut came before the file had its first table; `blank`: not a row in it yet. */
export type JournalState = 'absent' | 'blank' | 'begun';

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
  // A transaction began to carry the rules under which it is made: those before had these.
  `UPDATE journal
     SET body = json_set(body, '$.rules', json(
       '{"asksCard":true,"asksPin":true,"pinTriesMax":1,"takesPart":false,"storesNotice":false}'))
     WHERE type = 'TransactionStarted' AND json_extract(body, '$.rules') IS NULL;`,
];

/** The event that says all that the rows before it have made known. */
const KEEPING = 'FactsKept';

const SELECT = 'SELECT seq, at, flow, flow_id, body, ended FROM journal';

export class SqliteJournal<Row extends StoredRow> {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #ofFlow: StatementSync;
  #lastSeq: number;

  private constructor(database: DatabaseSync) {
    this.#database = database;
    this.#insert = database.prepare('INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?)');
    this.#ofFlow = database.prepare(`${SELECT} WHERE flow_id = ? ORDER BY seq`);
    const last = database.prepare('SELECT coalesce(max(seq), 0) AS seq FROM journal').get();
    this.#lastSeq = Number(last?.['seq'] ?? 0);
  }

  /** Opens or creates the file and brings it to this version. One process at a time: the file is locked. */
  static open<Row extends StoredRow>(file: string): Result<SqliteJournal<Row>, JournalFailure> {
    return attempt(file, (database, version) => {
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
      migrate(database, version);
      return new SqliteJournal<Row>(database);
    });
  }

  /** What stands in the file: none is made, and no row is changed. */
  static stateOf(file: string): Result<JournalState, JournalFailure> {
    if (!existsSync(file)) return ok('absent');
    return attempt(file, (database, version) => {
      const row = version === 0 ? undefined : database.prepare('SELECT EXISTS (SELECT 1 FROM journal) AS begun').get();
      database.close();
      if (row === undefined) return 'absent';
      return row['begun'] === 1 ? 'begun' : 'blank';
    });
  }

  append(row: NewRow<Row>): Row {
    const seq = this.#lastSeq + 1;
    const flowId = row.flowId ?? seq;
    const body = JSON.stringify(row.event);
    this.#insert.run(seq, row.at, row.flow, flowId, row.event.type, body, row.ended ? 1 : 0);
    this.#lastSeq = seq;
    return { ...row, seq, flowId } as unknown as Row;
  }

  /** From the last row that keeps the facts on, in order, read row by row: a journal holds a terminal's whole life. */
  *rows(): IterableIterator<Row> {
    const kept = this.#database
      .prepare('SELECT seq FROM journal WHERE type = ? ORDER BY seq DESC LIMIT 1')
      .get(KEEPING);
    const from = Number(kept?.['seq'] ?? 0);
    const rows = this.#database.prepare(`${SELECT} WHERE seq >= ? ORDER BY seq`);
    for (const row of rows.iterate(from)) yield rowOf(row) as Row;
  }

  /** The rows of one flow, in order; the index journal_by_flow finds them. */
  rowsOf(flowId: number): readonly Row[] {
    return this.#ofFlow.all(flowId).map((row) => rowOf(row) as Row);
  }

  close(): void {
    this.#database.close();
  }
}

const rowOf = (stored: Readonly<Record<string, SQLOutputValue>>): unknown => ({
  seq: stored['seq'],
  at: stored['at'],
  flow: stored['flow'],
  flowId: stored['flow_id'],
  event: JSON.parse(String(stored['body'])),
  ended: stored['ended'] === 1,
});

/** @param action gets the file locked and of a version that this program knows; when it throws, the file is closed. */
function attempt<Value>(
  file: string,
  action: (database: DatabaseSync, version: number) => Value,
): Result<Value, JournalFailure> {
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
    return ok(action(database, version));
  } catch (error) {
    if (database?.isOpen === true) database.close();
    return fail(explain(file, error));
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
