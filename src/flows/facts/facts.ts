import { Bug } from '../../domain/result.ts';
import { responseMeaning } from '../../domain/response-code.ts';
import type { JournalRow } from '../journal.ts';
import type { DownloadSet } from '../ports.ts';
import type { ReplyFacts } from '../transaction/events.ts';
import type { ServiceKind } from '../service/types.ts';
import { scriptNoticeOf, type ScriptNotice } from './script-notices.ts';
import { enterInBatch, isForeign, type BatchEntry } from './batch-log.ts';
import {
  adopt,
  downloadsOf,
  keptDownloads,
  NOTHING_DOWNLOADED,
  type DownloadedFacts,
  type KeptDownloads,
} from './downloads.ts';
import { learnHead, NEW_HEAD, type HeadFacts } from './head.ts';
import { papersLeft, papersOwedBy, type OwedPaper } from './owed-papers.ts';
import { keptPeople, learnPeople, NOBODY, peopleOf, type KeptPeople, type PeopleFacts } from './people.ts';

/** Header digit 6 (dialect sheet 1.2): what the host asks for. 3 is a sign-in; the others are not offered here. */
const REQUIREMENTS: Readonly<Record<number, 'sign-in' | DownloadSet>> = {
  1: 'parameters',
  3: 'sign-in',
  4: 'ca-keys',
  5: 'applications',
  7: 'blacklist',
};

/** Services that fetch something, so that it is known what they are when they have ended. */
const DOWNLOADS: ReadonlySet<string> = new Set<DownloadSet>([
  'parameters',
  'ca-keys',
  'sm2-keys',
  'applications',
  'blacklist',
]);
const isDownload = (kind: ServiceKind): kind is DownloadSet => DOWNLOADS.has(kind);

/** All of it as plain data, for the row with which a terminal begins to read its journal. */
export interface KeptFacts {
  readonly lastStan: number;
  readonly batch: number;
  readonly signedIn: boolean;
  readonly batchLog: readonly BatchEntry[];
  readonly scriptNotices?: readonly ScriptNotice[];
  readonly owedPapers?: readonly OwedPaper[];
  readonly people: KeptPeople;
  readonly head?: HeadFacts;
  readonly downloaded: KeptDownloads;
  readonly required: readonly DownloadSet[];
  readonly lastSlip?: number;
  readonly lastSettlement?: number;
  readonly settledBatch?: number;
}

/** What the terminal knows about itself: a fold over the journal, nothing else. */
export class TerminalFacts {
  #lastStan = 0;
  #batch = 0;
  #signedIn = false;
  #batchLog: readonly BatchEntry[] = [];
  #scriptNotices: readonly ScriptNotice[] = [];
  #owedPapers: readonly OwedPaper[] = [];
  #people = NOBODY;
  #head = NEW_HEAD;
  #downloaded = NOTHING_DOWNLOADED;
  readonly #required = new Set<DownloadSet>();
  #lastSlip: number | undefined;
  #lastSettlement: number | undefined;
  #settledBatch: number | undefined;
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

  /** Approved transactions, oldest first, that are not settled. */
  get batchLog(): readonly BatchEntry[] {
    return this.#batchLog;
  }

  /** Oldest first, what the host has not heard yet of issuers' scripts. */
  get scriptNotices(): readonly ScriptNotice[] {
    return this.#scriptNotices;
  }

  /** Oldest first. */
  get owedPapers(): readonly OwedPaper[] {
    return this.#owedPapers;
  }

  get people(): PeopleFacts {
    return this.#people;
  }

  get head(): HeadFacts {
    return this.#head;
  }

  get downloaded(): DownloadedFacts {
    return this.#downloaded;
  }

  /** What the host has asked the terminal to download, and has not got yet. */
  get required(): ReadonlySet<DownloadSet> {
    return this.#required;
  }

  /** The flow whose slip was printed last. */
  get lastSlip(): number | undefined {
    return this.#lastSlip;
  }

  get lastSettlement(): number | undefined {
    return this.#lastSettlement;
  }

  /** The batch that was settled last. */
  get settledBatch(): number | undefined {
    return this.#settledBatch;
  }

  /** Flows that have begun and not ended, oldest first: at most one of a kind. */
  get unfinished(): readonly (readonly JournalRow[])[] {
    return [...this.#unfinished.values()];
  }

  /** @throws Bug while something is unfinished: its rows would be out of sight. */
  kept(): KeptFacts {
    if (this.#unfinished.size > 0) throw new Bug('Facts are kept only when nothing is unfinished.');
    return {
      lastStan: this.#lastStan,
      batch: this.#batch,
      signedIn: this.#signedIn,
      batchLog: this.#batchLog,
      scriptNotices: this.#scriptNotices,
      owedPapers: this.#owedPapers,
      people: keptPeople(this.#people),
      head: this.#head,
      downloaded: keptDownloads(this.#downloaded),
      required: [...this.#required],
      ...(this.#lastSlip !== undefined && { lastSlip: this.#lastSlip }),
      ...(this.#lastSettlement !== undefined && { lastSettlement: this.#lastSettlement }),
      ...(this.#settledBatch !== undefined && { settledBatch: this.#settledBatch }),
    };
  }

  learn(row: JournalRow): void {
    if (row.event.type === 'FactsKept') return this.#takeOver(row.event.facts);
    this.#count(row);
    this.#people = learnPeople(this.#people, row);
    this.#head = learnHead(this.#head, row);
    const rows = this.#unfinished.get(row.flowId) ?? [];
    rows.push(row);
    if (!row.ended) {
      this.#unfinished.set(row.flowId, rows);
      return;
    }
    this.#unfinished.delete(row.flowId);
    const [first] = rows;
    if (first?.event.type === 'ServiceStarted') this.#learnService(first.event, rows);
    if (row.flow !== 'transaction') return;
    this.#batchLog = enterInBatch(this.#batchLog, rows);
    this.#owedPapers = [...this.#owedPapers, ...papersOwedBy(rows)];
    const notice = scriptNoticeOf(rows);
    if (notice !== undefined) this.#scriptNotices = [...this.#scriptNotices, notice];
    if (row.event.type === 'SlipPrinted') this.#lastSlip = row.flowId;
  }

  #takeOver(facts: KeptFacts): void {
    this.#lastStan = facts.lastStan;
    this.#batch = facts.batch;
    this.#signedIn = facts.signedIn;
    this.#batchLog = facts.batchLog;
    this.#scriptNotices = facts.scriptNotices ?? [];
    this.#owedPapers = facts.owedPapers ?? [];
    this.#people = peopleOf(facts.people);
    this.#head = facts.head ?? NEW_HEAD;
    this.#downloaded = downloadsOf(facts.downloaded);
    this.#required.clear();
    for (const kind of facts.required) this.#required.add(kind);
    this.#lastSlip = facts.lastSlip;
    this.#lastSettlement = facts.lastSettlement;
    this.#settledBatch = facts.settledBatch;
  }

  #learnService(
    { batch, items, kind }: Extract<JournalRow['event'], { readonly type: 'ServiceStarted' }>,
    rows: readonly JournalRow[],
  ): void {
    if (kind === 'forwarding') this.#noteForwarded(rows);
    if (kind === 'print-owed') this.#owedPapers = papersLeft(this.#owedPapers, rows);
    // One after the other, and the first without an answer ends it: so many answers, so many that were heard.
    if (kind === 'script-notices') this.#scriptNotices = this.#scriptNotices.slice(rows.filter(isHeard).length);
    if (kind === 'settlement' && rows.some(isSettlementAnswer)) {
      const settled = new Set(items.map(({ flowId }) => flowId));
      this.#batchLog = this.#batchLog.filter(({ flowId }) => !settled.has(flowId));
      // It has had its occasions: dropped with the batch (dialect sheet 9.1).
      this.#scriptNotices = this.#scriptNotices.filter((notice) => notice.batch !== batch);
      this.#lastSettlement = rows[0]?.flowId;
      this.#settledBatch = batch;
      // The host opens the next batch with a sign-in (dialect sheet 9.5).
      if (batch === this.#batch) this.#signedIn = false;
    }
    if (isDownload(kind) && isComplete(kind, rows)) {
      this.#downloaded = adopt(this.#downloaded, kind, rows);
      this.#required.delete(kind);
    }
  }

  /** What the host has had, or has refused for good: it is not sent again. */
  #noteForwarded(rows: readonly JournalRow[]): void {
    const answers = new Map<number, ReplyFacts>();
    let stan: number | undefined;
    for (const { event } of rows) {
      if (event.type === 'TraceKept') stan = event.stan;
      if (event.type !== 'HostReplied' || stan === undefined) continue;
      if (responseMeaning(event.reply.responseCode).action !== 'sign-in-again') answers.set(stan, event.reply);
    }
    this.#batchLog = this.#batchLog.map((entry) => {
      const reply = entry.toForward ? answers.get(entry.stan) : undefined;
      if (reply === undefined) return entry;
      // An answer may tell whose card it is; a 94 does not.
      const cardOrganisation = reply.cardOrganisation ?? entry.cardOrganisation;
      return { ...entry, toForward: false, foreign: isForeign(cardOrganisation) };
    });
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
      case 'ServiceStarted':
        // Dialect sheet 5.5: cleared whether or not an answer comes.
        if (event.kind === 'sign-off') this.#signedIn = false;
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
        const required = REQUIREMENTS[processingRequirement];
        if (required !== undefined && required !== 'sign-in') this.#required.add(required);
        if (flow === 'sign-in') {
          if (responseCode === '00' && batch !== undefined) this.#batch = batch;
        } else if (responseMeaning(responseCode).action === 'sign-in-again' || required === 'sign-in') {
          this.#signedIn = false;
        }
        break;
      }
      default:
    }
  }
}

const isHeard = ({ event }: JournalRow): boolean =>
  event.type === 'HostReplied' && responseMeaning(event.reply.responseCode).action !== 'sign-in-again';

const isSettlementAnswer = ({ event }: JournalRow): boolean =>
  event.type === 'HostReplied' && event.reply.settlement !== undefined;

/** Dialect sheet 7.3: after a full pass, which ends with a message of its own; parameters come in one answer. */
function isComplete(kind: DownloadSet, rows: readonly JournalRow[]): boolean {
  const last = rows.at(-1)?.event;
  if (last?.type !== 'HostReplied' || last.reply.responseCode !== '00') return false;
  return last.reply.download?.type === (kind === 'parameters' ? 'parameters' : 'end');
}
