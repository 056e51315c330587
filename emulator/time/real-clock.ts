/** The time of the room: what the emulator uses when it stands on real wires. */
import type { Cancel, Clock } from '../../src/domain/clock.ts';
import { Bug } from '../../src/domain/result.ts';

/** The longest wait that a Node timer can keep (about 24.8 days); longer ones would fire at once. */
const WAIT_MAX_MS = 2 ** 31 - 1;

/** A wait below zero counts as zero: a deadline that has passed. */
export const realClock: Clock = {
  now: () => Date.now(),

  /** @throws Bug when `ms` is not a number or above about 24.8 days. */
  after(ms: number, action: () => void): Cancel {
    if (!(ms <= WAIT_MAX_MS)) throw new Bug(`A timer of ${ms} ms cannot be kept; the longest is ${WAIT_MAX_MS} ms.`);
    const timer = setTimeout(action, Math.max(0, ms));
    return () => clearTimeout(timer);
  },
};
