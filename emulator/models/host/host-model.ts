/** The acquirer host as a device: one ledger, many terminals, a session for every connection. */
import { Bug } from '../../../src/domain/result.ts';
import { Acquirer, type Answer, type Mischief, type Reading, type Request } from './acquirer.ts';
import { Decisions, type Decision, type Override } from './decisions.ts';
import { HostSession, type HostCore } from './host-session.ts';
import { Issuer, type HostAccount } from './issuer.ts';
import { Terminals, type Entropy, type RegisteredTerminal } from './keys.ts';
import { Ledger, type LedgerJson } from './ledger.ts';
import { defaultIdentity, type HostIdentity } from './replies.ts';
import type { Head } from './unreadable.ts';

/** Longer than any terminal waits. */
const LATE_MS_DEFAULT = 90_000;
/** One million yuan. */
const AMOUNT_LIMIT_MINOR_DEFAULT = '100000000';

export interface HostSetup {
  readonly accounts: readonly HostAccount[];
  readonly terminals: readonly RegisteredTerminal[];
  /** Local time as `YYYYMMDDhhmmss`. */
  readonly now: () => string;
  readonly entropy: Entropy;
  /** How late the answer to a card with the behaviour `late` is. */
  readonly lateMs?: number;
  /** The largest sale, in minor units; a larger one is F39 61. */
  readonly amountLimitMinor?: string | bigint;
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

/** What can be done to the host from outside. */
export type HostDeed = Override;

export class HostModel {
  readonly #ledger: Ledger;
  readonly #decisions: Decisions;
  readonly #core: HostCore;
  readonly #counters = { sessions: 0, requests: 0, answers: 0, malformed: 0, oversized: 0 };

  /** @throws Bug for a setup that contradicts itself. */
  constructor(setup: HostSetup) {
    if (!/^\d{14}$/.test(setup.now())) throw new Bug('The host needs its time as YYYYMMDDhhmmss.');
    const ledger = new Ledger(setup.accounts);
    const issuer = new Issuer(setup.accounts);
    const decisions = new Decisions(setup.lateMs ?? LATE_MS_DEFAULT);
    const acquirer = new Acquirer({
      ledger,
      issuer,
      terminals: new Terminals(setup.terminals),
      identity: setup.identity ?? defaultIdentity,
      amountLimitMinor: BigInt(setup.amountLimitMinor ?? AMOUNT_LIMIT_MINOR_DEFAULT),
      entropy: setup.entropy,
      now: setup.now,
    });
    const counters = this.#counters;
    this.#ledger = ledger;
    this.#decisions = decisions;
    this.#core = {
      counters,
      read: (bytes: Uint8Array): Reading => acquirer.read(bytes),
      answer: (request: Request, mischief: Mischief): Answer => acquirer.answer(request, mischief),
      answerMalformed: (head: Head): Answer => acquirer.answerMalformed(head),
      decide: (request: Request): Decision => decisions.decide(decidable(request, issuer)),
      does: (deed: HostDeed): void => this.does(deed),
    };
  }

  /** A new connection. Connections know nothing of each other; what they do meets in the ledger and the keys. */
  session(): HostSession {
    this.#counters.sessions += 1;
    return new HostSession(this.#core);
  }

  does(deed: HostDeed): void {
    this.#decisions.add(deed);
  }

  /** Deeds that no request has used up. */
  unusedDeeds(): readonly HostDeed[] {
    return this.#decisions.unused();
  }

  counters(): HostCounters {
    return { ...this.#counters };
  }

  /** What the host has taken for one request: its amount, or zero. */
  heldMinor(terminal: string, batch: number, stan: number): bigint {
    return this.#ledger.heldMinor(terminal, batch, stan);
  }

  balanceMinor(pan: string): bigint | undefined {
    return this.#ledger.balanceMinor(pan);
  }

  /** Broken invariants of the ledger; none is what must come out. */
  discrepancies(): readonly string[] {
    return this.#ledger.discrepancies();
  }

  ledgerJson(): LedgerJson {
    return this.#ledger.ledgerJson();
  }
}

function decidable({ message, row, terminal, card }: Request, issuer: Issuer) {
  const behaviour = card?.type === 'card' ? issuer.behaviour(card.card.pan) : undefined;
  return {
    mti: message.mti,
    hasStan: message.fields[11] !== undefined,
    hasMac: row.hasMac && terminal?.keys !== undefined,
    ...(behaviour !== undefined && { cardBehaviour: behaviour }),
  };
}
