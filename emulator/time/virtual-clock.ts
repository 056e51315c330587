/** Time that moves only when a simulation says so, and then at once. */
import type { Cancel, Clock } from '../../src/domain/clock.ts';
import { Bug } from '../../src/domain/result.ts';
import { ClockScope } from './clock-scope.ts';

/** More timers than this without time moving on is a livelock. */
const TIMERS_PER_INSTANT_MAX = 100_000;

/** How many timers {@link VirtualClock.runUntilIdle} runs, unless told otherwise, before it calls it a livelock. */
const STEPS_MAX = 1_000_000;

/** The simulation runs on and on without getting anywhere. */
export class Livelock extends Error {
  override readonly name = 'Livelock';
}

interface Timer {
  readonly atMs: number;
  readonly action: () => void;
}

/** Timers of the same instant run in the order in which they were armed, so a run is a function of its inputs alone. */
export class VirtualClock implements Clock {
  #nowMs: number;
  /** By time, then by insertion. */
  readonly #timers: Timer[] = [];
  #timersInThisInstant = 0;

  /** @param startMs milliseconds since 1970-01-01 UTC. */
  constructor(startMs = 0) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  /** How many timers are still to run. */
  get pending(): number {
    return this.#timers.length;
  }

  /**
   * Time is whole milliseconds: `ms` is rounded up, and below zero counts as zero.
   *
   * @throws Bug when `ms` is not a finite number.
   */
  after(ms: number, action: () => void): Cancel {
    if (!Number.isFinite(ms)) throw new Bug(`A timer of ${ms} ms cannot be armed.`);
    const timer: Timer = { atMs: this.#nowMs + Math.max(0, Math.ceil(ms)), action };
    const behind = this.#timers.findLastIndex((other) => other.atMs <= timer.atMs);
    this.#timers.splice(behind + 1, 0, timer);
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index >= 0) this.#timers.splice(index, 1);
    };
  }

  /** A clock over this one whose timers can be cancelled all at once, for a device that can lose its power. */
  scope(): ClockScope {
    return new ClockScope(this);
  }

  /**
   * Moves to the next timer and runs it. What the timer throws comes out here.
   *
   * @returns false when there is none.
   * @throws Livelock after 100,000 timers without time moving on.
   */
  runNext(): boolean {
    const timer = this.#timers.shift();
    if (timer === undefined) return false;
    this.#moveTo(timer.atMs);
    this.#timersInThisInstant += 1;
    if (this.#timersInThisInstant > TIMERS_PER_INSTANT_MAX) {
      throw new Livelock(
        `${TIMERS_PER_INSTANT_MAX} timers ran at ${this.#nowMs} ms without time moving on: ` +
          'something arms itself again with no delay.',
      );
    }
    timer.action();
    return true;
  }

  /**
   * Runs until no timer is left. Not for a world in which something polls for ever: use {@link runUntil} there.
   *
   * @throws Livelock after `stepsMax` timers.
   */
  runUntilIdle(stepsMax: number = STEPS_MAX): void {
    for (let step = 0; step < stepsMax; step++) if (!this.runNext()) return;
    if (this.#timers.length === 0) return;
    throw new Livelock(
      `${stepsMax} timers ran and ${this.#timers.length} still wait at ${this.#nowMs} ms: ` +
        'the world never comes to rest. If something polls, use runUntil or advance.',
    );
  }

  /** Runs every timer of the next `ms` milliseconds, those of the last instant included, and ends exactly there. */
  advance(ms: number): void {
    this.runUntil(() => false, ms);
  }

  /**
   * Runs timers until `predicate` holds (asked before the first and after each), for at most `limitMs`.
   *
   * @returns whether it holds. If not, all of `limitMs` has passed.
   */
  runUntil(predicate: () => boolean, limitMs: number): boolean {
    if (!Number.isFinite(limitMs)) throw new Bug(`Time cannot be advanced by ${limitMs} ms.`);
    const untilMs = this.#nowMs + limitMs;
    while (!predicate()) {
      const next = this.#timers[0];
      if (next === undefined || next.atMs > untilMs) {
        this.#moveTo(untilMs);
        return false;
      }
      this.runNext();
    }
    return true;
  }

  #moveTo(atMs: number): void {
    if (atMs <= this.#nowMs) return;
    this.#nowMs = atMs;
    this.#timersInThisInstant = 0;
  }
}
