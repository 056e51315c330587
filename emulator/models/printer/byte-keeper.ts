/** Bytes of a command whose length is not known beforehand, kept up to a named maximum and counted beyond it. */

const FIRST_CAPACITY = 16;

export class ByteKeeper {
  readonly #max: number;
  #kept = new Uint8Array(FIRST_CAPACITY);
  #count = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** All that have come, kept or not. */
  get count(): number {
    return this.#count;
  }

  /** 0 for what has not come or was not kept. */
  readonly at = (index: number): number => this.#kept[index] ?? 0;

  push(byte: number): void {
    if (this.#count < this.#max) {
      if (this.#count === this.#kept.length) {
        const grown = new Uint8Array(Math.min(this.#max, this.#kept.length * 2));
        grown.set(this.#kept);
        this.#kept = grown;
      }
      this.#kept[this.#count] = byte;
    }
    this.#count += 1;
  }

  bytes(): Uint8Array {
    return this.#kept.slice(0, Math.min(this.#count, this.#max));
  }
}
