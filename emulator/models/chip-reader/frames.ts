/** The reader's end of the frame: `03 06`, a CCID message, and an LRC over all of it (CCID serial sheet, line and frame). */

const SYNC = 0x03;
const ACK = 0x06;
const NAK = 0x15;
const HEADER_LENGTH = 10;
/** Of a message: its header and 261 bytes (CCID serial sheet, longest message). */
const MESSAGE_LENGTH_MAX = 271;

export const REFUSAL = Uint8Array.of(SYNC, NAK, SYNC ^ NAK);

export function frameOf(message: Uint8Array): Uint8Array {
  const head = Uint8Array.of(SYNC, ACK, ...message);
  return Uint8Array.of(
    ...head,
    head.reduce((sum, byte) => sum ^ byte, 0),
  );
}

export type FromHost =
  | { readonly type: 'message'; readonly message: Uint8Array }
  /** The host has not understood our last frame. */
  | { readonly type: 'refusal' }
  /** What began like a frame was none: the host is to send it again. */
  | { readonly type: 'spoilt' };

/** Collects one frame at a time. A spoilt one is forgotten whole: the host repeats it after our refusal. */
export class FrameCollector {
  #bytes: number[] = [];

  get isCollecting(): boolean {
    return this.#bytes.length > 0;
  }

  /** What has begun will not be completed. @returns whether anything had. */
  giveUp(): boolean {
    const had = this.isCollecting;
    this.#bytes = [];
    return had;
  }

  take(byte: number): FromHost | undefined {
    if (this.#bytes.length === 0 && byte !== SYNC) return undefined;
    this.#bytes.push(byte);
    const verdict = this.#verdict();
    if (verdict !== undefined) this.#bytes = [];
    return verdict;
  }

  #verdict(): FromHost | undefined {
    const bytes = this.#bytes;
    if (bytes.length === 1) return undefined;
    if (bytes[1] === NAK) {
      if (bytes.length < 3) return undefined;
      return { type: bytes[2] === (SYNC ^ NAK) ? 'refusal' : 'spoilt' };
    }
    if (bytes[1] !== ACK) return { type: 'spoilt' };
    if (bytes.length < 7) return undefined;
    const length =
      HEADER_LENGTH + (bytes[3] ?? 0) + (bytes[4] ?? 0) * 0x100 + ((bytes[5] ?? 0) | (bytes[6] ?? 0)) * 0x10000;
    if (length > MESSAGE_LENGTH_MAX) return { type: 'spoilt' };
    if (bytes.length < length + 3) return undefined;
    const isIntact = bytes.reduce((sum, each) => sum ^ each, 0) === 0;
    return isIntact ? { type: 'message', message: Uint8Array.from(bytes.slice(2, -1)) } : { type: 'spoilt' };
  }
}
