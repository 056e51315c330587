/** The timers of one device, which die together when its power goes. */
import type { Cancel, Clock } from '../../src/domain/clock.ts';

/** A clock over another one. After {@link ClockScope.stop} its timers never run, and new ones are not taken. */
export class ClockScope implements Clock {
  readonly #clock: Clock;
  readonly #running = new Set<Cancel>();
  #stopped = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  after(ms: number, action: () => void): Cancel {
    // What is left of a device without power may still be called by the world around it; it can arm nothing.
    if (this.#stopped) return () => {};
    const cancelTimer = this.#clock.after(ms, () => {
      this.#running.delete(cancel);
      action();
    });
    const cancel = (): void => {
      this.#running.delete(cancel);
      cancelTimer();
    };
    this.#running.add(cancel);
    return cancel;
  }

  /** Cancels every timer that is still to run, for good. Harmless the second time. */
  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#running) cancel();
  }
}
