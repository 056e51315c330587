/** The PIN pad's frames: two envelopes with a check byte, three bare answers, and the decoder for them (PIN pad sheet 1). */
import { Bug } from '../../domain/result.ts';
import type { Decoder } from '../serial/decode-line.ts';

const STX = 0x02;
const ETX = 0x03;
const SI = 0x0f;
const SO = 0x0e;

export const ACK = 0x06;
export const NAK = 0x15;
export const EOT = 0x04;

const BARE: ReadonlyMap<number, 'ack' | 'nak' | 'eot'> = new Map([
  [ACK, 'ack'],
  [NAK, 'nak'],
  [EOT, 'eot'],
]);

/** Field separator within a text. */
export const FS = '\u001c';

/** Longest frame of the family, delimiters and check byte included (PIN pad sheet 1: Z66 with a double-length key). */
export const FRAME_LENGTH_MAX = 270;

/** STX … ETX for transactions, SI … SO for administration and keys. */
export type Envelope = 'STX' | 'SI';

export interface Frame {
  readonly envelope: Envelope;
  /** Message id and data, 7-bit. May hold card data: not for logs. */
  readonly text: string;
}

export type Received =
  | ({ readonly type: 'frame' } & Frame)
  | { readonly type: 'ack' | 'nak' | 'eot' }
  | { readonly type: 'discarded'; readonly reason: DiscardReason; readonly bytes: number };

/** `noise` stood between frames; the others were the start of a frame that was given up. */
export type DiscardReason = 'noise' | 'bad-lrc' | 'too-long' | 'incomplete';

/** @throws Bug when the text cannot stand in a frame: too long, not 7-bit, or with a delimiter in it. */
export function encodeFrame({ envelope, text }: Frame): Uint8Array {
  const body = Array.from(text, (character) => character.charCodeAt(0));
  if (body.length === 0 || body.length + 3 > FRAME_LENGTH_MAX) {
    throw new Bug(`A PIN pad frame of ${body.length} characters cannot be sent.`);
  }
  const unsendable = body.find((byte) => byte > 0x7f || byte === STX || byte === ETX || byte === SI || byte === SO);
  if (unsendable !== undefined) throw new Bug(`Character code ${unsendable} cannot stand in a PIN pad frame.`);
  const [open, close] = envelope === 'STX' ? [STX, ETX] : [SI, SO];
  return Uint8Array.of(open, ...body, close, lrc(body, close));
}

/** Exclusive-or of everything after STX or SI, up to and including ETX or SO. */
const lrc = (body: readonly number[], close: number): number => body.reduce((sum, byte) => sum ^ byte, close);

/**
 * Positional, because the check byte may have the value of any control code: from STX or SI to the first ETX or SO
 * everything is text, and the byte after that is the check. After a bad check it scans again from the byte after STX,
 * for the delimiter itself may be the corrupt one; a bare answer within a refused frame is taken for noise, since
 * every text or check byte may look like one.
 */
export class FrameDecoder implements Decoder<Received> {
  readonly #held: number[] = [];
  /** How many of the held bytes, from the first, belonged to a frame that was refused. */
  #suspects = 0;

  get holding(): boolean {
    return this.#held.length > 0;
  }

  push(chunk: Uint8Array): readonly Received[] {
    const received: Received[] = [];
    // Byte by byte, so that never more than one maximal frame is held, however large the chunk.
    for (const byte of chunk) {
      this.#held.push(byte);
      this.#scan(received);
    }
    return joinNoise(received);
  }

  idle(): readonly Received[] {
    const received: Received[] = [];
    while (this.#held.length > 0) {
      this.#refuse('incomplete', this.#held.length, received);
      this.#scan(received);
    }
    return joinNoise(received);
  }

  #scan(received: Received[]): void {
    while (this.#held.length > 0) {
      const first = this.#held[0] ?? 0;
      if (first !== STX && first !== SI) {
        const bare = this.#suspects > 0 ? undefined : BARE.get(first);
        received.push(bare === undefined ? { type: 'discarded', reason: 'noise', bytes: 1 } : { type: bare });
        this.#drop(1);
        continue;
      }
      const close = this.#held.findIndex((byte, index) => index > 0 && (byte === ETX || byte === SO));
      const isWhole = close > 0 && this.#held.length >= close + 2;
      if (isWhole) this.#take(close, received);
      else if (this.#held.length >= FRAME_LENGTH_MAX) this.#refuse('too-long', this.#held.length, received);
      else return;
    }
  }

  #take(close: number, received: Received[]): void {
    const envelope = this.#held[0] === STX ? 'STX' : 'SI';
    const body = this.#held.slice(1, close);
    const closing = this.#held[close] ?? 0;
    const sevenBit = body.every((byte) => byte < 0x80);
    const matching = closing === (envelope === 'STX' ? ETX : SO);
    if (!sevenBit || !matching || this.#held[close + 1] !== lrc(body, closing)) {
      this.#refuse('bad-lrc', close + 2, received);
      return;
    }
    received.push({ type: 'frame', envelope, text: String.fromCharCode(...body) });
    this.#drop(close + 2);
  }

  /** Gives up the frame that the first byte began; what follows it is looked at again. */
  #refuse(reason: DiscardReason, length: number, received: Received[]): void {
    received.push({ type: 'discarded', reason, bytes: 1 });
    this.#suspects = Math.max(this.#suspects, length);
    this.#drop(1);
  }

  #drop(count: number): void {
    this.#held.splice(0, count);
    this.#suspects = Math.max(0, this.#suspects - count);
  }
}

function joinNoise(received: readonly Received[]): readonly Received[] {
  const joined: Received[] = [];
  for (const item of received) {
    const last = joined.at(-1);
    const isNoise = item.type === 'discarded' && item.reason === 'noise';
    if (isNoise && last?.type === 'discarded' && last.reason === 'noise') {
      joined[joined.length - 1] = { ...last, bytes: last.bytes + item.bytes };
    } else {
      joined.push(item);
    }
  }
  return joined;
}
