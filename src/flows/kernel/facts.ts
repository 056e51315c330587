import { responseMeaning } from '../../domain/response-code.ts';
import type { JournalRow } from '../journal.ts';
import { enterInBatch, type BatchEntry } from './batch-log.ts';

/** Header digit 6 = 3: the host asks the terminal to sign in again (dialect sheet 1.2). */
const SIGN_IN_REQUIRED = 3;

/** What the terminal knows about itself: a fold over the journal, nothing else. */
export class TerminalFacts {
  #lastStan = 0;
  #batch = 0;
  #signedIn = false;
  #batchLog: readonly BatchEntry[] = [];
  /** By flow; a flow's rows are forgotten here when it has ended. */
  readonly #unfinished = new Map<number, JournalRow[]>();

  /** 0 before the first request. */
  get lastStan(): number {
    return this.#lastStan;
  }

  /** 0 until a sign-in has brought one. */
  get batch(): number {
    return this.#batch;
  }

  /** The working keys in the PIN pad are the host's current ones, as far as the terminal knows. */
  get signedIn(): boolean {
    return this.#signedIn;
  }

  /** Approved transactions, oldest first, of the batch in force and of those before that were not closed. */
  get batchLog(): readonly BatchEntry[] {
    return this.#batchLog;
  }

  /** Flows that have begun and not ended, oldest first: at most one transaction, perhaps with a sign-in after it. */
  get unfinished(): readonly (readonly JournalRow[])[] {
    return [...this.#unfinished.values()];
  }

  learn(row: JournalRow): void {
    this.#count(row);
    const rows = this.#unfinished.get(row.flowId) ?? [];
    rows.push(row);
    if (!row.ended) {
      this.#unfinished.set(row.flowId, rows);
      return;
    }
    this.#batchLog = enterInBatch(this.#batchLog, rows);
    this.#unfinished.delete(row.flowId);
  }

  #count({ event, flow }: JournalRow): void {
    switch (event.type) {
      case 'TraceAllotted':
        this.#lastStan = event.stan;
        break;
      case 'SignInStarted':
        // From here on the host may have replaced the keys, whatever we hear of it.
        this.#signedIn = false;
        break;
      case 'KeysLoaded':
        this.#signedIn = true;
        break;
      case 'ReplyMacWrong':
        // One side has other keys than the other.
        this.#signedIn = false;
        break;
      case 'PinPadFailed':
        // A PIN pad that answers and refuses has lost its working keys, because it was exchanged, say.
        if (event.refused) this.#signedIn = false;
        break;
      case 'HostReplied': {
        const { batch, processingRequirement, responseCode } = event.reply;
        if (flow === 'sign-in') {
          if (responseCode === '00' && batch !== undefined) this.#batch = batch;
        } else if (responseMeaning(responseCode).signInAgain || processingRequirement === SIGN_IN_REQUIRED) {
          this.#signedIn = false;
        }
        break;
      }
      default:
    }
  }
}
