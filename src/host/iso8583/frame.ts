/** Messages on a byte stream: two big-endian length bytes, which do not count themselves, then the message. */

/** Bytes of the longest message that a {@link FrameReader} takes: more than the longest of the UnionPay dialect. */
export const FRAME_BODY_LENGTH_MAX = 8192;

const LENGTH_BYTES = 2;

/** The message with its length bytes in front (dialect sheet 1.1). */
export function framed(bytes: Uint8Array): Uint8Array {
  const frame = new Uint8Array(LENGTH_BYTES + bytes.length);
  frame[0] = bytes.length >> 8;
  frame[1] = bytes.length & 0xff;
  frame.set(bytes, LENGTH_BYTES);
  return frame;
}

export type FrameEvent =
  /** A message without its length bytes: a copy, which the receiver may keep. */
  | { readonly type: 'frame'; readonly bytes: Uint8Array }
  /** The last event: on a stream nobody can say where the next message starts. Close the connection. */
  | { readonly type: 'oversized'; readonly length: number };

/** Cuts a stream into messages, whatever its chunks are. Never throws, and never holds more than one longest frame. */
export class FrameReader {
  readonly #frame = new Uint8Array(LENGTH_BYTES + FRAME_BODY_LENGTH_MAX);
  #held = 0;
  #dead = false;

  /** Bytes held of a frame that is not complete. */
  get held(): number {
    return this.#held;
  }

  push(chunk: Uint8Array): FrameEvent[] {
    const events: FrameEvent[] = [];
    let taken = 0;
    while (taken < chunk.length && !this.#dead) {
      const wanted = this.#wanted() - this.#held;
      const part = chunk.subarray(taken, taken + wanted);
      this.#frame.set(part, this.#held);
      this.#held += part.length;
      taken += part.length;
      const event = this.#next();
      if (event !== undefined) events.push(event);
    }
    return events;
  }

  /** Bytes of the frame under way, as far as is known. */
  #wanted(): number {
    return this.#held < LENGTH_BYTES ? LENGTH_BYTES : LENGTH_BYTES + this.#bodyLength();
  }

  #bodyLength(): number {
    return ((this.#frame[0] ?? 0) << 8) | (this.#frame[1] ?? 0);
  }

  #next(): FrameEvent | undefined {
    if (this.#held < LENGTH_BYTES) return undefined;
    const length = this.#bodyLength();
    if (length > FRAME_BODY_LENGTH_MAX) {
      this.#dead = true;
      this.#forget();
      return { type: 'oversized', length };
    }
    if (this.#held < LENGTH_BYTES + length) return undefined;
    const bytes = this.#frame.slice(LENGTH_BYTES, this.#held);
    this.#forget();
    return { type: 'frame', bytes };
  }

  #forget(): void {
    this.#frame.fill(0, 0, this.#held);
    this.#held = 0;
  }
}
