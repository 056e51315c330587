/** One connection to the host: frames in, decisions carried out, frames out, and reports of what happened. */
import { FrameReader } from '../../../src/host/iso8583/codec.ts';
import type { Action, DeviceModel } from '../model.ts';
import type { Decision } from './decisions.ts';
import { spoiltFrame, type Spoilt } from './spoilt-frame.ts';
import type { Answer, Mischief, Reading, Request } from './exchange.ts';
import type { HostDeed } from './host-deeds.ts';
import { maskedPan } from './masked-pan.ts';
import type { Head } from './unreadable.ts';

/** Answers that wait on one connection; a terminal that makes more wait is hung up on. */
export const LATE_ANSWERS_MAX = 16;

/** What the host did, for people and tests. Never a clear card number, a PIN or a key. */
export type HostSight =
  | {
      readonly type: 'request';
      readonly mti: string;
      readonly terminal?: string;
      readonly batch?: number;
      readonly stan?: number;
      readonly amountMinor?: string;
      readonly maskedPan?: string;
      /** The terminal is in training. */
      readonly isExercise?: true;
    }
  | {
      readonly type: 'answered';
      /** Of the request. */
      readonly mti: string;
      readonly terminal?: string;
      readonly stan?: number;
      readonly responseCode: string;
      readonly reason?: string;
      /** What was wrong with its frame. */
      readonly spoilt?: Spoilt;
    }
  | {
      readonly type: 'not-answered';
      readonly mti: string;
      readonly terminal?: string;
      readonly stan?: number;
      readonly decision: 'silent' | 'lose-reply' | 'hang-up';
      /** What the ledger was told and the terminal was not. */
      readonly bookedResponseCode?: string;
    }
  /** Booked now, answered in `ms`. */
  | {
      readonly type: 'delayed';
      readonly mti: string;
      readonly terminal?: string;
      readonly stan?: number;
      readonly ms: number;
    }
  /** Something came while the host was stopped. */
  | { readonly type: 'stopped' }
  /** `problem` names the field and what was wrong, never the content. */
  | { readonly type: 'unreadable'; readonly problem: string; readonly answered: boolean };

/** What a session needs of its host. */
export interface HostCore {
  readonly counters: { requests: number; answers: number; malformed: number; oversized: number };
  read(bytes: Uint8Array): Reading;
  answer(request: Request, mischief: Mischief): Answer;
  answerMalformed(head: Head): Answer;
  decide(request: Request): Decision;
  does(deed: HostDeed): void;
  isStopped(): boolean;
  /** Every answer comes so much later; 0 for at once. */
  slowMs(): number;
}

type Actions = readonly Action<HostSight>[];

/** Who a sight is about. */
interface Subject {
  readonly mti: string;
  readonly terminal?: string;
  readonly stan?: number;
}

/** An answer on its way. */
interface Outgoing {
  readonly answer: Answer;
  readonly subject: Subject;
  readonly spoilt?: Spoilt;
}

export class HostSession implements DeviceModel<HostDeed, HostSight> {
  readonly #core: HostCore;
  readonly #reader = new FrameReader();
  readonly #late = new Map<string, Outgoing>();
  #lateNumber = 0;
  #open = true;

  constructor(core: HostCore) {
    this.#core = core;
  }

  /** @throws Surprise for a well-formed message that no terminal may send. Nothing else makes it throw. */
  bytes(chunk: Uint8Array): Actions {
    if (!this.#open) return [];
    if (this.#core.isStopped()) return [{ type: 'sight', sight: { type: 'stopped' } }, ...this.#hangUp()];
    const actions: Action<HostSight>[] = [];
    for (const event of this.#reader.push(chunk)) {
      // A frame behind one that made us hang up is never looked at.
      if (!this.#open) break;
      actions.push(...(event.type === 'frame' ? this.#frame(event.bytes) : this.#oversized(event.length)));
    }
    return actions;
  }

  elapsed(timer: string): Actions {
    const late = this.#late.get(timer);
    if (late === undefined || !this.#open) return [];
    this.#late.delete(timer);
    return this.#core.isStopped() ? this.#hangUp() : this.#written(late);
  }

  /** The host is one, whichever session it is told through. */
  does(deed: HostDeed): Actions {
    this.#core.does(deed);
    return [];
  }

  #frame(bytes: Uint8Array): Actions {
    const reading = this.#core.read(bytes);
    if (reading.type === 'malformed') return this.#malformed(reading);
    this.#core.counters.requests += 1;
    const { request } = reading;
    const decision = this.#core.decide(request);
    return [{ type: 'sight', sight: requestSight(request) }, ...this.#carryOut(decision, request)];
  }

  #carryOut(decision: Decision, request: Request): Actions {
    const subject = subjectOf(request);
    if (decision.type === 'silent') return [notAnswered(subject, decision.type)];
    if (decision.type === 'hang-up') return [notAnswered(subject, decision.type), ...this.#hangUp()];
    const answer = this.#core.answer(request, mischiefOf(decision));
    if (decision.type === 'lose-reply') return [notAnswered(subject, decision.type, answer)];
    const { type } = decision;
    const spoilt = type === 'truncated' || type === 'oversized' ? { spoilt: type } : {};
    const outgoing = { answer, subject, ...spoilt };
    const delayMs = type === 'late' ? decision.ms : this.#core.slowMs();
    const sent = this.#sent(outgoing, delayMs);
    return type === 'twice' ? [...sent, ...this.#sent(outgoing, delayMs)] : sent;
  }

  #sent(outgoing: Outgoing, delayMs: number): Actions {
    // The first of two answers may have been one too many.
    if (!this.#open) return [];
    if (delayMs === 0) return this.#written(outgoing);
    if (this.#late.size >= LATE_ANSWERS_MAX) return this.#hangUp();
    this.#lateNumber += 1;
    const timer = `late-answer-${this.#lateNumber}`;
    this.#late.set(timer, outgoing);
    return [
      { type: 'sight', sight: { type: 'delayed', ...outgoing.subject, ms: delayMs } },
      { type: 'arm', timer, ms: delayMs },
    ];
  }

  #written({ answer: { bytes, responseCode, reason }, subject, spoilt }: Outgoing): Actions {
    this.#core.counters.answers += 1;
    const sight: HostSight = {
      type: 'answered',
      ...subject,
      responseCode,
      ...(reason !== undefined && { reason }),
      ...(spoilt !== undefined && { spoilt }),
    };
    return [
      { type: 'write', bytes: spoiltFrame(bytes, spoilt) },
      { type: 'sight', sight },
    ];
  }

  #malformed({ error, head }: Extract<Reading, { readonly type: 'malformed' }>): Actions {
    this.#core.counters.malformed += 1;
    const problem = `${error.field} at ${error.offset}: ${error.problem}`;
    const sight: Action<HostSight> = {
      type: 'sight',
      sight: { type: 'unreadable', problem, answered: head !== undefined },
    };
    if (head === undefined) return [sight, ...this.#hangUp()];
    const answer = this.#core.answerMalformed(head);
    const subject = { mti: head.mti, stan: Number(head.stan) };
    return [sight, ...this.#sent({ answer, subject }, this.#core.slowMs())];
  }

  #oversized(length: number): Actions {
    this.#core.counters.oversized += 1;
    const problem = `the length bytes announce ${length} bytes`;
    return [{ type: 'sight', sight: { type: 'unreadable', problem, answered: false } }, ...this.#hangUp()];
  }

  #hangUp(): Actions {
    this.#open = false;
    const timers = [...this.#late.keys()];
    this.#late.clear();
    return [...timers.map((timer) => ({ type: 'disarm', timer }) as const), { type: 'hang-up' }];
  }
}

function mischiefOf(decision: Decision): Mischief {
  if (decision.type === 'bad-mac') return { spoil: 'mac' };
  if (decision.type === 'wrong-stan') return { spoil: 'stan' };
  if (decision.type === 'wrong-terminal') return { spoil: 'terminal' };
  if (decision.type === 'approve') return { approveWith: decision.responseCode };
  return decision.type === 'refuse' ? { refuseWith: decision.responseCode } : {};
}

function notAnswered(
  subject: Subject,
  decision: 'silent' | 'lose-reply' | 'hang-up',
  booked?: Answer,
): Action<HostSight> {
  const code = booked === undefined ? {} : { bookedResponseCode: booked.responseCode };
  return { type: 'sight', sight: { type: 'not-answered', ...subject, decision, ...code } };
}

function subjectOf({ message: { mti, fields } }: Request): Subject {
  return {
    mti,
    ...(fields[41] !== undefined && { terminal: fields[41].trimEnd() }),
    ...(fields[11] !== undefined && { stan: Number(fields[11]) }),
  };
}

function requestSight(request: Request): HostSight {
  const { fields } = request.message;
  return {
    type: 'request',
    ...subjectOf(request),
    ...(fields[60] !== undefined && fields[60].length >= 8 && { batch: Number(fields[60].slice(2, 8)) }),
    ...(fields[4] !== undefined && { amountMinor: BigInt(fields[4]).toString() }),
    ...(request.card?.type === 'card' && { maskedPan: maskedPan(request.card.card.pan) }),
    ...(request.isExercise && { isExercise: true }),
  };
}
