/** The acquirer host as a device: one ledger, many terminals, a session for every connection. */
import { Bug } from '../../../src/domain/result.ts';
import { Acquirer } from './acquirer.ts';
import { Batches } from './batches.ts';
import type { BatchReport } from './batch-report.ts';
import { Chips } from './chips.ts';
import { Decisions, type Decidable, type Decision, type Override } from './decisions.ts';
import { defaultDownloads } from './download-data.ts';
import { Downloads, type DownloadData } from './downloads.ts';
import { amountOf, type Answer, type Mischief, type Reading, type Request } from './exchange.ts';
import { F39Rules, type F39Rule } from './f39-rules.ts';
import { Financial } from './financial.ts';
import type { HostDeed } from './host-deeds.ts';
import { HostSession, type HostCore } from './host-session.ts';
import { Issuer, type CardState, type HostAccount } from './issuer.ts';
import { Terminals, type Entropy, type RegisteredTerminal, type Terminal } from './keys.ts';
import { Ledger } from './ledger.ts';
import type { EntryKey } from './ledger-entry.ts';
import { entryJson, type AccountJson, type EntryJson, type LedgerJson } from './ledger-json.ts';
import { defaultIdentity, type HostIdentity } from './replies.ts';
import { ScriptNotices, type ScriptNoticeJson } from './script-notices.ts';
import type { Head } from './unreadable.ts';

/** Longer than any terminal waits. */
const LATE_MS_DEFAULT = 90_000;
/** One million yuan. */
const AMOUNT_LIMIT_MINOR_DEFAULT = '100000000';
/** What is customary: hotels and car hire may capture somewhat more than they held. */
const COMPLETION_PERCENT_DEFAULT = 115;

export interface HostSetup {
  readonly accounts: readonly HostAccount[];
  readonly terminals: readonly RegisteredTerminal[];
  /** Local time as `YYYYMMDDhhmmss`. */
  readonly now: () => string;
  readonly entropy: Entropy;
  /** How late the answer to a card with the behaviour `late` is. */
  readonly lateMs?: number;
  /** The largest transaction, in minor units; a larger one is F39 61. */
  readonly amountLimitMinor?: string | bigint;
  /** What a completion may capture, in whole percent of what is held; 100 or more. */
  readonly completionPercent?: number;
  /** Whether a sale with 60.6 = 1 is approved for what there is when funds are short (F39 10). Not, unless it says so. */
  readonly partialApproval?: boolean;
  /** Whether a refund is paid although the host does not know its original. Not, unless it says so. */
  readonly refundsWithoutOriginal?: boolean;
  /** F39 of a chip whose cryptogram is wrong; 05, unless it says otherwise. */
  readonly wrongCryptogramCode?: string;
  /** Standing orders, the last of them the newest. None, unless given. */
  readonly rules?: readonly F39Rule[];
  readonly downloads?: DownloadData;
  readonly identity?: HostIdentity;
}

export interface HostCounters {
  readonly sessions: number;
  readonly requests: number;
  readonly answers: number;
  /** Frames that did not decode, answered or not. */
  readonly malformed: number;
  /** Connections closed for length bytes that no message has. */
  readonly oversized: number;
}

/** The ledger's accounts with what the bank says of their cards. */
export interface HostLedgerJson extends LedgerJson {
  readonly accounts: readonly (AccountJson & { readonly cardState: CardState; readonly wrongPins: number })[];
  /** What terminals have told of issuer scripts. */
  readonly scriptNotices: readonly ScriptNoticeJson[];
  /** The transactions that brought scripts of which none has told. */
  readonly scriptsUntold: readonly EntryKey[];
}

export class HostModel {
  readonly #ledger: Ledger;
  readonly #issuer: Issuer;
  readonly #chips: Chips;
  readonly #scriptNotices: ScriptNotices;
  readonly #accounts: readonly HostAccount[];
  readonly #terminals: Terminals;
  readonly #batches: Batches;
  readonly #rules = new F39Rules();
  readonly #decisions: Decisions;
  readonly #core: HostCore;
  readonly #counters = { sessions: 0, requests: 0, answers: 0, malformed: 0, oversized: 0 };
  #isStopped = false;
  #partialApproval: boolean;
  #slowMs = 0;

  /** @throws Bug for a setup that contradicts itself. */
  constructor(setup: HostSetup) {
    if (!/^\d{14}$/.test(setup.now())) throw new Bug('The host needs its time as YYYYMMDDhhmmss.');
    this.#accounts = setup.accounts;
    this.#ledger = new Ledger(setup.accounts);
    this.#issuer = new Issuer(setup.accounts);
    this.#chips = new Chips((pan) => this.#issuer.chip(pan));
    this.#scriptNotices = new ScriptNotices((setup.identity ?? defaultIdentity).acquirerId);
    this.#terminals = new Terminals(setup.terminals);
    this.#batches = new Batches(this.#ledger, this.#issuer, this.#chips);
    this.#partialApproval = setup.partialApproval ?? false;
    this.#decisions = new Decisions(setup.lateMs ?? LATE_MS_DEFAULT, this.#rules);
    for (const rule of setup.rules ?? []) this.#rules.add(rule);
    this.#core = this.#coreOf(this.#acquirerOf(setup));
  }

  /** A new connection. Connections know nothing of each other; what they do meets in the ledger and the keys. */
  session(): HostSession {
    this.#counters.sessions += 1;
    return new HostSession(this.#core);
  }

  /** @throws Bug for a deed that cannot be done: a terminal or card that the host does not have, an F39 that is none. */
  does(deed: HostDeed): void {
    switch (deed.type) {
      case 'next':
        if (deed.terminal !== undefined) this.#terminal(deed.terminal);
        this.#decisions.add(deed);
        return;
      case 'stop':
      case 'start':
        this.#isStopped = deed.type === 'stop';
        return;
      case 'slow':
        if (!(deed.ms >= 0)) throw new Bug('Slowness is some milliseconds, or none.');
        this.#slowMs = deed.ms;
        return;
      case 'rule':
        this.#rules.add(deed.rule);
        return;
      case 'forget-rules':
        this.#rules.forget();
        return;
      case 'require':
        this.#require(deed.digit, deed.terminal);
        return;
      case 'partial-approval':
        this.#partialApproval = deed.on;
        return;
      case 'card':
        this.#issuer.setState(this.#issuer.endingIn(deed.card), deed.state);
        return;
      case 'script':
        this.#chips.addScript(this.#issuer.endingIn(deed.card), deed.script);
        return;
      case 'issuer-answer':
        this.#chips.setAnswer(this.#issuer.endingIn(deed.card), deed.answer);
    }
  }

  /** Deeds that no request has used up. */
  unusedDeeds(): readonly Override[] {
    return this.#decisions.unused();
  }

  counters(): HostCounters {
    return { ...this.#counters };
  }

  /** What the host has taken for one request and not given back: captured or held, or zero. */
  heldMinor(terminal: string, batch: number, stan: number): bigint {
    return this.#ledger.heldMinor(terminal, batch, stan);
  }

  balanceMinor(pan: string): bigint | undefined {
    return this.#ledger.balanceMinor(pan);
  }

  /** What a cardholder has, held by pre-authorizations or not; `undefined` for a card without an account. */
  ownedMinor(pan: string): bigint | undefined {
    return this.#ledger.ownedMinor(pan);
  }

  /** What a merchant has coming: sales and completions less voids and refunds. */
  creditMinor(merchant: string): bigint {
    return this.#ledger.creditMinor(merchant);
  }

  /** What became of one request; `undefined` when it was never decided. */
  entryJson(terminal: string, batch: number, stan: number): EntryJson | undefined {
    const entry = this.#ledger.entry({ terminal, batch, stan });
    return entry === undefined ? undefined : entryJson(entry);
  }

  /** Broken invariants of the ledger; none is what must come out. */
  discrepancies(): readonly string[] {
    return this.#ledger.discrepancies();
  }

  ledgerJson(): HostLedgerJson {
    const ledger = this.#ledger.ledgerJson();
    const states = this.#accounts.map(({ pan }) => this.#issuer.state(pan));
    return {
      ...ledger,
      scriptNotices: this.#scriptNotices.json(),
      scriptsUntold: this.#scriptNotices.untold(),
      accounts: ledger.accounts.map((account, index) => ({
        ...account,
        cardState: states[index]?.state ?? 'active',
        wrongPins: states[index]?.wrongPins ?? 0,
      })),
    };
  }

  /** What the host and the terminal each have of a batch. */
  batchReport(terminal: string, batch: number): BatchReport {
    return this.#batches.report(terminal, batch);
  }

  #require(digit: number, id: string | undefined): void {
    const terminals = id === undefined ? this.#terminals.all() : [this.#terminal(id)];
    for (const terminal of terminals) terminal.require(digit);
  }

  #terminal(id: string): Terminal {
    const terminal = this.#terminals.find(id);
    if (terminal === undefined) throw new Bug(`The host has no terminal "${id}".`);
    return terminal;
  }

  #acquirerOf(setup: HostSetup): Acquirer {
    const identity = setup.identity ?? defaultIdentity;
    const percent = setup.completionPercent ?? COMPLETION_PERCENT_DEFAULT;
    if (!Number.isInteger(percent) || percent < 100) throw new Bug('A completion captures 100 percent or more.');
    const rules = {
      amountLimitMinor: BigInt(setup.amountLimitMinor ?? AMOUNT_LIMIT_MINOR_DEFAULT),
      completionPercent: BigInt(percent),
      partialApproval: () => this.#partialApproval,
      refundsWithoutOriginal: setup.refundsWithoutOriginal ?? false,
      wrongCryptogramCode: setup.wrongCryptogramCode ?? '05',
    };
    return new Acquirer({
      ledger: this.#ledger,
      terminals: this.#terminals,
      batches: this.#batches,
      identity,
      entropy: setup.entropy,
      now: setup.now,
      financial: new Financial({
        ledger: this.#ledger,
        issuer: this.#issuer,
        chips: this.#chips,
        scriptNotices: this.#scriptNotices,
        identity,
        rules,
      }),
      scriptNotices: this.#scriptNotices,
      downloads: new Downloads(setup.downloads ?? defaultDownloads),
    });
  }

  #coreOf(acquirer: Acquirer): HostCore {
    return {
      counters: this.#counters,
      read: (bytes: Uint8Array): Reading => acquirer.read(bytes),
      answer: (request: Request, mischief: Mischief): Answer => acquirer.answer(request, mischief),
      answerMalformed: (head: Head): Answer => acquirer.answerMalformed(head),
      decide: (request: Request): Decision => this.#decisions.decide(decidable(request, this.#issuer)),
      does: (deed: HostDeed): void => this.does(deed),
      isStopped: () => this.#isStopped,
      slowMs: () => this.#slowMs,
    };
  }
}

function decidable({ message, row, terminal, card }: Request, issuer: Issuer): Decidable {
  const pan = card?.type === 'card' ? card.card.pan : undefined;
  const behaviour = pan === undefined ? undefined : issuer.behaviour(pan);
  return {
    mti: message.mti,
    hasStan: message.fields[11] !== undefined,
    hasMac: row.hasMac && terminal?.keys !== undefined,
    isTransaction: row.kind === 'transaction',
    ...(message.fields[41] !== undefined && { terminal: message.fields[41].trimEnd() }),
    ...(behaviour !== undefined && { cardBehaviour: behaviour }),
    ...(pan !== undefined && { pan }),
    ...(message.fields[4] !== undefined && { amountMinor: amountOf(message) }),
  };
}
