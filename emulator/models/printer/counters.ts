/** The maintenance counters of GS g (printer sheet 5): a resettable one and a cumulative one of each kind. */

type Kind = 'linesFed' | 'headEnergised' | 'cuts' | 'hours';

const KINDS: Readonly<Record<number, Kind>> = { 20: 'linesFed', 21: 'headEnergised', 50: 'cuts', 70: 'hours' };
const CUMULATIVE_OFFSET = 128;

export class MaintenanceCounters {
  readonly #values = new Map<number, number>();

  add(kind: Kind): void {
    for (const [number, name] of Object.entries(KINDS)) {
      if (name !== kind) continue;
      for (const counter of [Number(number), Number(number) + CUMULATIVE_OFFSET]) {
        this.#values.set(counter, this.read(counter) + 1);
      }
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
}
