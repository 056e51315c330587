/** Real-time commands: found at reception, wherever in the stream they stand, even inside picture data (printer sheet 2). */

export type RealTimeRequest =
  | { readonly type: 'status'; readonly n: 1 | 2 | 3 | 4 }
  /** DLE ENQ 1: go on where the error happened. */
  | { readonly type: 'recover' }
  /** DLE ENQ 2: clear the buffers and recover. */
  | { readonly type: 'recover-and-clear' }
  /** DLE DC4 8, whose seven bytes guard against an accident. */
  | { readonly type: 'clear' };

const SEQUENCES: readonly { readonly bytes: readonly number[]; readonly request: RealTimeRequest }[] = [
  { bytes: [0x10, 0x04, 0x01], request: { type: 'status', n: 1 } },
  { bytes: [0x10, 0x04, 0x02], request: { type: 'status', n: 2 } },
  { bytes: [0x10, 0x04, 0x03], request: { type: 'status', n: 3 } },
  { bytes: [0x10, 0x04, 0x04], request: { type: 'status', n: 4 } },
  { bytes: [0x10, 0x05, 0x01], request: { type: 'recover' } },
  { bytes: [0x10, 0x05, 0x02], request: { type: 'recover-and-clear' } },
  { bytes: [0x10, 0x14, 0x08, 0x01, 0x03, 0x14, 0x01, 0x06, 0x02, 0x08], request: { type: 'clear' } },
];
const LONGEST = Math.max(...SEQUENCES.map(({ bytes }) => bytes.length));

export class RealTimeScanner {
  #last: number[] = [];

  reset(): void {
    this.#last = [];
  }

  /** Takes one byte; gives the request that it completes, if it does. */
  push(byte: number): RealTimeRequest | undefined {
    this.#last.push(byte);
    if (this.#last.length > LONGEST) this.#last.shift();
    const found = SEQUENCES.find(({ bytes }) => {
      const from = this.#last.length - bytes.length;
      return from >= 0 && bytes.every((expected, at) => this.#last[from + at] === expected);
    });
    if (found !== undefined) this.reset();
    return found?.request;
  }
}
