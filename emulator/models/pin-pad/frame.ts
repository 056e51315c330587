/** The PIN pad's line: two envelopes, their check byte, and the decoder that finds them in any chunking (PIN pad sheet 1). */
import { fromAscii } from '../crypto/hex.ts';

export const ACK = 0x06;
export const NAK = 0x15;
export const EOT = 0x04;

/** Field separator, group and record separator, and the byte that clears the display first. */
export const FS = '\u001c';
export const GS = '\u001d';
export const RS = '\u001e';
export const SUB = '\u001a';

const STX = 0x02;
const ETX = 0x03;
const SI = 0x0f;
const SO = 0x0e;

/** The whole packet, delimiters and check byte included; 270 only for Z66 with a double-length key (PIN pad sheet 1). */
export const FRAME_LENGTH_MAX = 255;
export const FRAME_LENGTH_MAX_LONG = 270;

/** STX … ETX for transactions, SI … SO for administration and keys. */
export type Envelope = 'transaction' | 'administration';

export type Received =
  | { readonly type: 'frame'; readonly envelope: Envelope | 'mixed'; readonly body: string }
  /** The check byte is wrong, or a byte of the frame had its eighth bit set. */
  | { readonly type: 'damaged' }
  | { readonly type: 'ack' }
  | { readonly type: 'nak' }
  | { readonly type: 'eot' }
  /** A byte between frames that means nothing, or a frame that outgrew every packet. */
  | { readonly type: 'discarded'; readonly reason: 'noise' | 'too-long' };

export function encodeFrame(envelope: Envelope, body: string): Uint8Array {
  const [open, close] = envelope === 'transaction' ? [STX, ETX] : [SI, SO];
  const text = fromAscii(body);
  return Uint8Array.of(open, ...text, close, checkByte(text, close));
}

/** Exclusive-or of everything after the opening delimiter, up to and including the closing one. */
const checkByte = (body: Iterable<number>, close: number): number => {
  let check = close;
  for (const byte of body) check ^= byte;
  return check;
};

/**
 * Positional, because the check byte may have the value of any control code: after STX or SI everything is body until
 * the first ETX or SO, and the byte after that is the check. Never throws; holds at most one packet.
 */
export class FrameDecoder {
  #open: number | undefined;
  #close: number | undefined;
  #body: number[] = [];

  /** A frame has begun and is not complete. */
  get midFrame(): boolean {
    return this.#open !== undefined;
  }

  push(chunk: Uint8Array): readonly Received[] {
    const received: Received[] = [];
    for (const byte of chunk) {
      const item = this.#open === undefined ? this.#between(byte) : this.#inside(this.#open, byte);
      if (item) received.push(item);
    }
    return received;
  }

  /** Forgets a frame that has begun. */
  reset(): void {
    this.#open = undefined;
    this.#close = undefined;
    this.#body = [];
  }

  #between(byte: number): Received | undefined {
    switch (byte) {
      case STX:
      case SI:
        this.#open = byte;
        return undefined;
      case ACK:
        return { type: 'ack' };
      case NAK:
        return { type: 'nak' };
      case EOT:
        return { type: 'eot' };
      default:
        return { type: 'discarded', reason: 'noise' };
    }
  }

  #inside(open: number, byte: number): Received | undefined {
    if (this.#close !== undefined) return this.#checked(open, this.#close, byte);
    if (byte === ETX || byte === SO) {
      this.#close = byte;
      return undefined;
    }
    this.#body.push(byte);
    if (this.#body.length <= FRAME_LENGTH_MAX_LONG - 3) return undefined;
    this.reset();
    return { type: 'discarded', reason: 'too-long' };
  }

  #checked(open: number, close: number, check: number): Received {
    const body = this.#body;
    this.reset();
    if (check !== checkByte(body, close) || body.some((byte) => byte > 0x7f)) return { type: 'damaged' };
    return { type: 'frame', envelope: envelopeOf(open, close), body: String.fromCharCode(...body) };
  }
}

function envelopeOf(open: number, close: number): Envelope | 'mixed' {
  if (open === STX && close === ETX) return 'transaction';
  return open === SI && close === SO ? 'administration' : 'mixed';
}
