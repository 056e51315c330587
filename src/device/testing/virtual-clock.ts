/** For tests: time that moves only when told to; timers of one instant run in the order in which they were armed. */
import type { Cancel, Clock } from '../../domain/clock.ts';

export class VirtualClock implements Clock {
  #nowMs = 0;
  #timers: readonly { readonly atMs: number; readonly action: () => void }[] = [];

  now(): number {
    return this.#nowMs;
  }

  after(ms: number, action: () => void): Cancel {
    const timer = { atMs: this.#nowMs + ms, action };
    this.#timers = [...this.#timers, timer].sort((one, other) => one.atMs - other.atMs);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  /** Runs everything that falls due within `ms`. */
  pass(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (let timer = this.#timers[0]; timer !== undefined && timer.atMs <= endMs; timer = this.#timers[0]) {
      this.#timers = this.#timers.slice(1);
      this.#nowMs = timer.atMs;
      timer.action();
    }
    this.#nowMs = endMs;
  }
}
