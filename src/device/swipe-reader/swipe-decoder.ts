/** Frames of a MagTek swipe reader: `[STX][ESC]%T1?;T2?+T3?[CR][ETX]` (serial protocols sheet, swipe reader). */
import type { Decoder } from '../serial/decode-line.ts';

const STX = 0x02;
const ETX = 0x03;

/** Tracks of 79, 40 and 107 characters with their sentinels (ISO/IEC 7813, ISO/IEC 4909), and the four controls. */
export const FRAME_LENGTH_MAX = 4 + 79 + 40 + 107 + 6;

const FRAME = /^\u001b(?:%[^?]*\?)?(?:;(?<track2>[^?]*)\?)?(?:\+[^?]*\?)?\r\u0003$/;

export type Swiped =
  /** Without sentinels; `E` when the reader could not read it, absent when there is none. Card data. */
  | { readonly type: 'swipe'; readonly track2?: string }
  /** `noise` stood between frames; the others began as a frame: somebody did swipe. */
  | { readonly type: 'discarded'; readonly reason: SwipeDiscard; readonly bytes: number };

export type SwipeDiscard = 'noise' | 'malformed' | 'too-long' | 'incomplete';

/** Tracks hold no control codes, so an STX begins a frame wherever it stands: the one before has lost its end. */
export class SwipeDecoder implements Decoder<Swiped> {
  /** What came since the STX; absent between frames. */
  #held: number[] | undefined;
  #noise = 0;

  get holding(): boolean {
    return this.#held !== undefined;
  }

  push(chunk: Uint8Array): readonly Swiped[] {
    const swiped: Swiped[] = [];
    for (const byte of chunk) {
      const held = this.#held;
      if (byte === STX) {
        this.#discard('incomplete', swiped);
        this.#held = [];
      } else if (held === undefined) {
        this.#noise++;
        continue;
      } else {
        held.push(byte);
        if (byte === ETX) this.#take(held, swiped);
        else if (held.length + 1 >= FRAME_LENGTH_MAX) this.#discard('too-long', swiped);
      }
    }
    this.#reportNoise(swiped);
    return swiped;
  }

  idle(): readonly Swiped[] {
    const swiped: Swiped[] = [];
    this.#discard('incomplete', swiped);
    return swiped;
  }

  #take(held: readonly number[], swiped: Swiped[]): void {
    const text = String.fromCharCode(...held);
    const match = FRAME.exec(text);
    if (match === null || held.some((byte) => byte > 0x7f)) {
      this.#discard('malformed', swiped);
      return;
    }
    this.#held = undefined;
    const track2 = match.groups?.['track2'];
    this.#reportNoise(swiped);
    swiped.push(track2 === undefined ? { type: 'swipe' } : { type: 'swipe', track2 });
  }

  #discard(reason: SwipeDiscard, swiped: Swiped[]): void {
    this.#reportNoise(swiped);
    if (this.#held === undefined) return;
    swiped.push({ type: 'discarded', reason, bytes: this.#held.length + 1 });
    this.#held = undefined;
  }

  #reportNoise(swiped: Swiped[]): void {
    if (this.#noise > 0) swiped.push({ type: 'discarded', reason: 'noise', bytes: this.#noise });
    this.#noise = 0;
  }
}
