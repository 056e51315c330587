import type { Clock } from '../../domain/clock.ts';
import { nextStan } from '../../domain/stan.ts';
import { findInBatch } from '../kernel/batch-log.ts';
import type { Memory } from '../kernel/run.ts';
import type { Identity, SwipeEvent, SwipeReaderPort } from '../ports.ts';
import type { OriginalFacts } from '../transaction/events.ts';
import type { TransactionKind } from '../transaction/types.ts';

export type AllotTrace = (answer: (trace: Identity) => void) => void;

/** The next trace number and the batch in force. It counts as used once `TraceAllotted` is in the journal. */
export const traceAllotter =
  (memory: Memory, clock: Clock): AllotTrace =>
  (answer) => {
    clock.after(0, () => answer({ stan: nextStan(memory.facts.lastStan), batch: memory.facts.batch }));
  };

export type FindOriginal = (
  voucher: number,
  follows: TransactionKind | undefined,
  answer: (original: OriginalFacts | undefined) => void,
) => void;

/** Looks a voucher number up in the batch in force. */
export const originalFinder =
  (memory: Memory, clock: Clock): FindOriginal =>
  (voucher, kind, answer) => {
    clock.after(0, () => {
      const found = findInBatch(memory.facts.batchLog, { batch: memory.facts.batch, voucher, kind });
      if (found === undefined) return answer(undefined);
      const { kind: _, undone: __, ...original } = found;
      return answer(original);
    });
  };

/** Swipes come unasked; only one that somebody waits for is looked at. */
export class SwipeSlot {
  #waiting: ((event: SwipeEvent) => void) | undefined;
  #lost: SwipeEvent | undefined;
  readonly #clock: Clock;

  constructor(reader: SwipeReaderPort, clock: Clock) {
    this.#clock = clock;
    reader.onSwipe((event) => {
      if (event.type === 'lost') this.#lost = event;
      const waiting = this.#waiting;
      this.#waiting = undefined;
      waiting?.(event);
    });
  }

  /** Takes the next swipe; whoever waited before is forgotten. */
  await(answer: (event: SwipeEvent) => void): void {
    this.#waiting = answer;
    const lost = this.#lost;
    if (lost !== undefined) this.#clock.after(0, () => answer(lost));
  }

  /** Nobody waits any more. */
  release(): void {
    this.#waiting = undefined;
  }
}
