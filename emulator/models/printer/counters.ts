/** The maintenance counters of GS g (printer sheet 5): a resettable one and a cumulative one of each kind. */

type Kind = 'linesFed' | 'headEnergised' | 'cuts' | 'hours';

/** Lines; dot rows for which the head was heated; cuts; hours with power. */
const KINDS: Readonly<Record<number, Kind>> = { 20: 'linesFed', 21: 'headEnergised', 50: 'cuts', 70: 'hours' };
const NUMBERS: Readonly<Record<Kind, number>> = { linesFed: 20, headEnergised: 21, cuts: 50, hours: 70 };
const CUMULATIVE_OFFSET = 128;
const HOUR_MS = 3_600_000;

export class MaintenanceCounters {
  readonly #storedEveryMs: number;
  #values = new Map<number, number>();
  /** What is in non-volatile memory. */
  #stored: ReadonlyMap<number, number> = new Map();
  #sinceStoredMs = 0;
  #sinceHourMs = 0;

  /** @param storedEveryMs how often they go to non-volatile memory; 0 at once. Power off loses what came since. */
  constructor(storedEveryMs: number) {
    this.#storedEveryMs = storedEveryMs;
  }

  add(kind: Kind, times = 1): void {
    for (const counter of [NUMBERS[kind], NUMBERS[kind] + CUMULATIVE_OFFSET]) {
      this.#values.set(counter, this.read(counter) + times);
    }
  }

  /** A counter that does not exist reads 0. */
  read(counter: number): number {
    return this.#values.get(counter) ?? 0;
  }

  /** GS g 0: the cumulative ones cannot be reset. */
  reset(counter: number): void {
    if (KINDS[counter] !== undefined) this.#values.delete(counter);
  }

  /** With power. */
  passed(ms: number): void {
    this.#sinceHourMs += ms;
    const hours = Math.floor(this.#sinceHourMs / HOUR_MS);
    this.#sinceHourMs -= hours * HOUR_MS;
    if (hours > 0) this.add('hours', hours);
    if (this.#storedEveryMs === 0) return;
    this.#sinceStoredMs += ms;
    if (this.#sinceStoredMs < this.#storedEveryMs) return;
    this.#sinceStoredMs %= this.#storedEveryMs;
    this.#stored = new Map(this.#values);
  }

  powerOff(): void {
    if (this.#storedEveryMs !== 0) this.#values = new Map(this.#stored);
    this.#sinceStoredMs = 0;
  }
}
