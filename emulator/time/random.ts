/** Seeded chance: the same seed gives the same run, for ever. */
import { Bug } from '../../src/domain/result.ts';

/** Rounds after seeding, so that similar seeds have nothing in common. */
const WARM_UP_ROUNDS = 15;

const RANGE = 2 ** 32;

/**
 * A generator of pseudo-random values (sfc32 by Chris Doty-Humphrey, PractRand). Not for keys.
 *
 * Its values must never change: `fixtures/seeds.json` names runs by their seed.
 */
export class Random {
  readonly #seed: string;
  readonly #state: Uint32Array;

  constructor(seed: number | string) {
    this.#seed = String(seed);
    this.#state = new Uint32Array([...hash(this.#seed), 1]);
    for (let round = 0; round < WARM_UP_ROUNDS; round++) this.#next();
  }

  /**
   * An independent generator for one subsystem. It depends on this one's seed and on the label alone, not on what has
   * been drawn: a new draw in the printer changes nothing on the host line.
   */
  fork(label: string): Random {
    return new Random(`${this.#seed}/${label}`);
  }

  /** A whole number from 0 to `n` - 1. @throws Bug unless `n` is a whole number from 1 to 2^32. */
  int(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > RANGE)
      throw new Bug(`int(${n}): a whole number from 1 to 2^32 is needed.`);
    // Draws above the last full multiple of n would favour small results.
    const fair = RANGE - (RANGE % n);
    for (;;) {
      const drawn = this.#next();
      if (drawn < fair) return drawn % n;
    }
  }

  /** True with probability `p` (0 never, 1 always). Takes one draw whatever `p` is. */
  chance(p: number): boolean {
    return this.#next() < p * RANGE;
  }

  /** @throws Bug when there is nothing to pick from. */
  pick<Item extends NonNullable<unknown>>(items: readonly Item[]): Item {
    const item = items[this.int(Math.max(1, items.length))];
    if (item === undefined) throw new Bug('pick: nothing to pick from.');
    return item;
  }

  bytes(n: number): Uint8Array {
    return Uint8Array.from({ length: n }, () => this.#next() >>> 24);
  }

  /** 32 bits. */
  #next(): number {
    const [a = 0, b = 0, c = 0, counter = 0] = this.#state;
    const sum = (a + b + counter) >>> 0;
    this.#state.set([b ^ (b >>> 9), c + (c << 3), ((c << 21) | (c >>> 11)) + sum, counter + 1]);
    return sum;
  }
}

/** Text to 96 bits: three FNV-1a hashes with different starts, each finished as in MurmurHash3. */
function hash(text: string): readonly number[] {
  const bytes = new TextEncoder().encode(text);
  return [0x811c9dc5, 0x9e3779b9, 0x85ebca6b].map((start) => {
    let value = start;
    for (const byte of bytes) value = Math.imul(value ^ byte, 0x01000193);
    value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
    value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
    return (value ^ (value >>> 16)) >>> 0;
  });
}
