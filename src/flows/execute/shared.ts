import type { Clock } from '../../domain/clock.ts';
import { nextStan } from '../../domain/stan.ts';
import type { Memory } from '../kernel/run.ts';
import type { Identity, SwipeEvent, SwipeReaderPort } from '../ports.ts';

export type AllotTrace = (answer: (trace: Identity) => void) => void;

/** The next trace number and the batch in force. It counts as used once `TraceAllotted` is in the journal. */
export const traceAllotter =
  (memory: Memory, clock: Clock): AllotTrace =>
  (answer) => {
    clock.after(0, () => answer({ stan: nextStan(memory.facts.lastStan), batch: memory.facts.batch }));
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
