/** The chip card reader's frames: `03 06`, a CCID message, an LRC; and what comes between them (CCID serial sheet, line and frame). */
import { Bug } from '../../domain/result.ts';
import type { Decoder } from '../serial/decode-line.ts';

const SYNC = 0x03;
const ACK = 0x06;
const NAK = 0x15;
const SLOT_CHANGE = 0x50;
const [CARD_REMOVED, CARD_INSERTED] = [0x02, 0x03];
/** A byte from here on, between frames, asks for more time. */
const EXTENSION_MIN = 0x80;

const HEADER_LENGTH = 10;
/** Most data in one message: the longest T=1 block with a CRC has 259 bytes, the longest short APDU 261. */
export const MESSAGE_DATA_MAX = 261;
const MESSAGE_LENGTH_MAX = HEADER_LENGTH + MESSAGE_DATA_MAX;
const ENVELOPE_LENGTH = 3;
export const FRAME_LENGTH_MAX = MESSAGE_LENGTH_MAX + ENVELOPE_LENGTH;

/** Asks the reader for its last frame again. */
export const NAK_FRAME: Uint8Array = Uint8Array.of(SYNC, NAK, SYNC ^ NAK);

export type Received =
  /** A whole CCID message, header included; may hold card data: not for logs. */
  | { readonly type: 'message'; readonly message: Uint8Array }
  /** `nak`: our frame was refused. */
  | { readonly type: 'nak' | 'extension' }
  /** A card came or went; whether there is one now, the slot status says. */
  | { readonly type: 'slot-changed'; readonly wentOut: boolean }
  | { readonly type: 'discarded'; readonly reason: DiscardReason; readonly bytes: number };

/** `noise` stood between frames; the others were the start of a frame that was given up. */
export type DiscardReason = 'noise' | 'bad-lrc' | 'too-long' | 'incomplete';

const xorOf = (bytes: readonly number[]): number => bytes.reduce((sum, byte) => sum ^ byte, 0);

/** @throws Bug when the message is no CCID message that fits a frame. */
export function encodeFrame(message: Uint8Array): Uint8Array {
  if (message.length < HEADER_LENGTH || message.length > MESSAGE_LENGTH_MAX) {
    throw new Bug(`A CCID message of ${message.length} bytes cannot be sent.`);
  }
  const body = [SYNC, ACK, ...message];
  return Uint8Array.of(...body, xorOf(body));
}

/**
 * After a frame that did not hold it scans again from the byte after SYNC, since the length itself may be the corrupt
 * byte. Within a refused frame only another whole frame counts: any data byte may look like a NAK, a slot change or
 * an extension.
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
      if (this.#held[0] === SYNC) this.#refuse('incomplete', this.#held.length, received);
      else this.#discard('noise', received);
      this.#scan(received);
    }
    return joinNoise(received);
  }

  #scan(received: Received[]): void {
    while (this.#held.length > 0) {
      const before = this.#held.length;
      if (this.#held[0] === SYNC) this.#scanFrame(received);
      else this.#scanBetween(received);
      // Nothing was taken: more has to come.
      if (this.#held.length === before) return;
    }
  }

  #scanBetween(received: Received[]): void {
    const [first = 0, second] = this.#held;
    if (this.#suspects > 0) return this.#discard('noise', received);
    if (first >= EXTENSION_MIN) return this.#take(1, { type: 'extension' }, received);
    if (first !== SLOT_CHANGE) return this.#discard('noise', received);
    if (second === undefined) return;
    if (second !== CARD_REMOVED && second !== CARD_INSERTED) return this.#discard('noise', received);
    this.#take(2, { type: 'slot-changed', wentOut: second === CARD_REMOVED }, received);
  }

  #scanFrame(received: Received[]): void {
    const held = this.#held;
    if (held.length < 2) return;
    if (held[1] === NAK) {
      if (held.length < NAK_FRAME.length) return;
      if (this.#suspects > 0 || held[2] !== NAK_FRAME[2]) return this.#discard('noise', received);
      return this.#take(NAK_FRAME.length, { type: 'nak' }, received);
    }
    if (held[1] !== ACK) return this.#discard('noise', received);
    if (held.length < 7) return;
    const [, , , low = 0, high = 0, higher = 0, highest = 0] = held;
    const dataLength = low + high * 0x100 + (higher + highest) * 0x10000;
    if (dataLength > MESSAGE_DATA_MAX) return this.#refuse('too-long', 7, received);
    const length = HEADER_LENGTH + dataLength + ENVELOPE_LENGTH;
    if (held.length < length) return;
    if (xorOf(held.slice(0, length)) !== 0) return this.#refuse('bad-lrc', length, received);
    this.#take(length, { type: 'message', message: Uint8Array.from(held.slice(2, length - 1)) }, received);
  }

  #take(count: number, item: Received, received: Received[]): void {
    received.push(item);
    this.#drop(count);
  }

  /** Gives up the frame that the first byte began; what follows it is looked at again. */
  #refuse(reason: DiscardReason, length: number, received: Received[]): void {
    const isFirst = this.#suspects === 0;
    this.#suspects = Math.max(this.#suspects, length);
    // One frame that did not hold is reported once, however many look like one within it.
    this.#discard(isFirst ? reason : 'noise', received);
  }

  #discard(reason: DiscardReason, received: Received[]): void {
    received.push({ type: 'discarded', reason, bytes: 1 });
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
