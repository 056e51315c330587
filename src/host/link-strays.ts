/** Frames that answer nothing that is waited for: told apart, counted, logged and dropped (dialect sheet 4.3, 8.4). */
import type { HostLog, HostLogFields } from './host-port.ts';

/** Since the start of the process. */
export interface LinkCounters {
  /** Answers to a request that nobody waits for any more. */
  readonly lateAnswers: number;
  /** Readable frames that answer no request of this terminal. */
  readonly mismatches: number;
  readonly malformed: number;
}

/** What a frame is to one request. */
export interface FrameVerdict {
  readonly type: 'answer' | 'mismatch' | 'malformed';
  /** For the log: the request, and what is wrong with the frame. Never card data. */
  readonly about: Omit<HostLogFields, 'event'>;
}

export type Judge = (frame: Uint8Array) => FrameVerdict;

/** More requests than this are not remembered to have gone unanswered. */
const UNANSWERED_MAX = 8;

export class Strays {
  readonly #log: HostLog | undefined;
  readonly #unanswered: Judge[] = [];
  #counters: LinkCounters = { lateAnswers: 0, mismatches: 0, malformed: 0 };

  constructor(log: HostLog | undefined) {
    this.#log = log;
  }

  get counters(): LinkCounters {
    return this.#counters;
  }

  /** The request was sent and nobody waits for its answer any more. */
  remember(judge: Judge): void {
    this.#unanswered.push(judge);
    if (this.#unanswered.length > UNANSWERED_MAX) this.#unanswered.shift();
  }

  /**
   * @param current of the request that is waited for, if there is one.
   * @returns whether the frame was the answer to an earlier request.
   */
  drop(frame: Uint8Array, current?: Judge): boolean {
    const late = this.#unanswered.map((judge) => judge(frame)).find(({ type }) => type === 'answer');
    if (late !== undefined) {
      this.#count('lateAnswers', 'host-late-answer', late, frame);
      return true;
    }
    const verdict = (current ?? this.#unanswered.at(-1))?.(frame) ?? UNASKED;
    if (verdict.type === 'malformed') this.#count('malformed', 'host-frame-malformed', verdict, frame);
    else this.#count('mismatches', 'host-frame-mismatched', verdict, frame);
    return false;
  }

  #count(counter: keyof LinkCounters, event: string, { about }: FrameVerdict, frame: Uint8Array): void {
    this.#counters = { ...this.#counters, [counter]: this.#counters[counter] + 1 };
    this.#log?.warn({ event, ...about, bytes: frame.length, ...this.#counters });
  }
}

/** Nothing has ever been sent that it could answer. */
const UNASKED: FrameVerdict = { type: 'mismatch', about: { mismatch: 'unasked' } };
