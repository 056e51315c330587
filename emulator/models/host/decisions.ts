/**
 * How the host deals with a request: scripted overrides first, newest first, then
 * the standing orders, then the card's own habit, then an answer.
 */
import { Bug } from '../../../src/domain/result.ts';
import { approvals } from './exchange.ts';
import type { F39Rules } from './f39-rules.ts';
import type { CardBehaviour } from './issuer.ts';

/** A script that needs more overrides at once than this has gone wrong. */
export const OVERRIDES_MAX = 100;

export type Decision =
  | { readonly type: 'answer' }
  /** The request never got through: not booked, no reply. */
  | { readonly type: 'silent' }
  /** Booked, and the reply is lost. */
  | { readonly type: 'lose-reply' }
  /** Booked at once; the reply comes `ms` later. */
  | { readonly type: 'late'; readonly ms: number }
  /** Booked; field 64 of the reply is wrong. Waits for a request whose reply has one. */
  | { readonly type: 'bad-mac' }
  /** Not booked; the connection is closed without a reply. */
  | { readonly type: 'hang-up' }
  /** Booked once, and the reply is sent twice. */
  | { readonly type: 'twice' }
  /** Booked; the reply carries the next request's F11, with a right MAC. Waits for a request with F11. */
  | { readonly type: 'wrong-stan' }
  /** Booked; the reply carries another F41, with a right MAC. Waits for a request with F41. */
  | { readonly type: 'wrong-terminal' }
  /** Booked; half of the reply's frame is sent and the rest never comes. */
  | { readonly type: 'truncated' }
  /** Booked; the reply's length bytes announce more than a message can have. */
  | { readonly type: 'oversized' }
  /** Not booked as approved, whatever the card: the reply carries this F39. */
  | { readonly type: 'refuse'; readonly responseCode: string }
  /** Decided as ever; if it is approved the reply carries this F39. */
  | { readonly type: 'approve'; readonly responseCode: string };

/** `next` without `mti` is for whatever comes next. `times` is 1 unless it says otherwise. */
export interface Override {
  readonly type: 'next';
  /** Of the request, e.g. `0200`. */
  readonly mti?: string;
  /** F41 of the request; without it of any terminal. */
  readonly terminal?: string;
  readonly times?: number;
  readonly decision: Decision;
}

/** What a decision may look at. */
export interface Decidable {
  readonly mti: string;
  readonly hasStan: boolean;
  /** F41, without spaces on the right. */
  readonly terminal?: string;
  /** Not a reversal, and nothing of management. */
  readonly isTransaction: boolean;
  /** Whether field 64 protects the reply. */
  readonly hasMac: boolean;
  /** Of the card in the request, if it has one of ours. */
  readonly cardBehaviour?: CardBehaviour;
  readonly pan?: string;
  readonly amountMinor?: bigint;
}

export class Decisions {
  readonly #lateMs: number;
  readonly #rules: F39Rules;
  /** Oldest first. */
  #overrides: { readonly override: Override; left: number }[] = [];

  /** @param lateMs how late the answer for a card with the behaviour `late` is. */
  constructor(lateMs: number, rules: F39Rules) {
    this.#lateMs = lateMs;
    this.#rules = rules;
  }

  /** @throws Bug when the script overdoes it, or asks for an F39 that is none. */
  add(override: Override): void {
    const { decision, times = 1 } = override;
    if (this.#overrides.length >= OVERRIDES_MAX) throw new Bug(`More than ${OVERRIDES_MAX} host overrides wait.`);
    if (!Number.isInteger(times) || times < 1) throw new Bug('An override is for at least one request.');
    if (decision.type === 'late' && !(decision.ms > 0)) throw new Bug('A late reply is late by some milliseconds.');
    if (decision.type === 'refuse' && !/^(?!00)[0-9A-Z]{2}$/.test(decision.responseCode)) {
      throw new Bug(`"${decision.responseCode}" refuses nothing: F39 is two characters, and not 00.`);
    }
    if (decision.type === 'approve' && !approvals.has(decision.responseCode)) {
      throw new Bug(`"${decision.responseCode}" is no F39 of an approval.`);
    }
    this.#overrides.push({ override, left: times });
  }

  /** Overrides that no request has used up: a script that ends with any has not happened as it was written. */
  unused(): readonly Override[] {
    return this.#overrides.map(({ override }) => override);
  }

  decide(request: Decidable): Decision {
    return this.#overridden(request) ?? this.#ruled(request) ?? this.#habitOfCard(request) ?? { type: 'answer' };
  }

  #overridden(request: Decidable): Decision | undefined {
    const found = this.#overrides.findLast(({ override }) => isFor(override, request));
    if (found === undefined) return undefined;
    found.left -= 1;
    if (found.left === 0) this.#overrides = this.#overrides.filter((other) => other !== found);
    return found.override.decision;
  }

  #ruled(request: Decidable): Decision | undefined {
    const responseCode = this.#rules.decide(request);
    if (responseCode === undefined) return undefined;
    return { type: approvals.has(responseCode) ? 'approve' : 'refuse', responseCode };
  }

  /** Not what is sent until it is answered, a reversal or a notice: nothing would ever settle. */
  #habitOfCard({ cardBehaviour, isTransaction, mti }: Decidable): Decision | undefined {
    if (!isTransaction || mti === '0220') return undefined;
    if (cardBehaviour === 'silent') return { type: 'silent' };
    if (cardBehaviour === 'late') return { type: 'late', ms: this.#lateMs };
    return undefined;
  }
}

function isFor({ mti, terminal, decision }: Override, request: Decidable): boolean {
  if (mti !== undefined && mti !== request.mti) return false;
  if (terminal !== undefined && terminal !== request.terminal) return false;
  if (decision.type === 'bad-mac') return request.hasMac;
  if (decision.type === 'wrong-stan') return request.hasStan;
  if (decision.type === 'wrong-terminal') return request.terminal !== undefined;
  return true;
}
