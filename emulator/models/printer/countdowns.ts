/** Deeds that strike later: after so many dot rows, lines, or received bytes. */

export type DelayedDeed = 'paper-out' | 'open-cover' | 'power-off';
type Unit = 'rows' | 'lines' | 'bytes';

interface Countdown {
  readonly unit: Unit;
  left: number;
}

export class Countdowns {
  readonly #running = new Map<DelayedDeed, Countdown>();

  /** At most one of each deed: the newest. */
  start(deed: DelayedDeed, unit: Unit, left: number): void {
    this.#running.set(deed, { unit, left });
  }

  cancel(deed: DelayedDeed): void {
    this.#running.delete(deed);
  }

  /** How many dot rows can pass before the next one strikes. */
  get rowsToNext(): number {
    let rows = Number.POSITIVE_INFINITY;
    for (const { left, unit } of this.#running.values()) if (unit === 'rows') rows = Math.min(rows, left);
    return rows;
  }

  /** Gives the deeds that strike now. */
  count(unit: Unit, times: number): readonly DelayedDeed[] {
    if (this.#running.size === 0) return [];
    const struck: DelayedDeed[] = [];
    for (const [deed, countdown] of this.#running) {
      if (countdown.unit !== unit) continue;
      countdown.left -= times;
      if (countdown.left > 0) continue;
      this.#running.delete(deed);
      struck.push(deed);
    }
    return struck;
  }
}
