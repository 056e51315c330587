/** GS : begins and ends the definition of a macro, GS ^ plays it. */
import type { Decoded } from './decoder.ts';

/** Bytes that a macro may be long, as on Epson printers. */
const MACRO_MAX_BYTES = 2048;

export class Macro {
  /** Lines and answers that one command may make. */
  static readonly WORK_MAX = 16_384;

  #steps: Decoded[] = [];
  #bytes = 0;
  #recording = false;

  forget(): void {
    this.#steps = [];
    this.#bytes = 0;
    this.#recording = false;
  }

  toggle(): void {
    const begins = !this.#recording;
    if (begins) this.forget();
    this.#recording = begins;
  }

  /** What is printed during a definition belongs to it. False: it has become too long, and is dropped. */
  record(decoded: Decoded): boolean {
    if (!this.#recording || (decoded.type === 'command' && (decoded.name === 'GS :' || decoded.name === 'GS ^'))) {
      return true;
    }
    this.#bytes += decoded.bytes;
    if (this.#bytes > MACRO_MAX_BYTES) {
      this.forget();
      return false;
    }
    this.#steps.push(decoded);
    return true;
  }

  /** Not while it is being defined: that ends the definition and forgets it. */
  *steps(times: number): Iterable<Decoded> {
    if (this.#recording) this.forget();
    for (let turn = 0; turn < times; turn++) yield* this.#steps;
  }
}
