/** What the printer says, told apart by first bytes: the only safe framing rule (printer sheet 4). */
import { automaticFlags, type StatusFlag } from './status-tables.ts';

export type StatusAnswer =
  | { readonly type: 'xon' }
  | { readonly type: 'xoff' }
  /** GS a: the printer spoke by itself. */
  | { readonly type: 'automatic'; readonly flags: readonly StatusFlag[] }
  /** DLE EOT: which one it answers is known to whoever asked. */
  | { readonly type: 'real-time'; readonly byte: number }
  /** GS r and GS I: one byte, in its turn among the data. */
  | { readonly type: 'buffered'; readonly byte: number }
  /** GS ( H function 48: everything before this id is on paper. */
  | { readonly type: 'process-id'; readonly id: string }
  /** DLE DC4 8: the buffers are empty. */
  | { readonly type: 'cleared' }
  /** GS ( H function 49. */
  | { readonly type: 'went-offline' }
  /** Any other block, without its NUL. */
  | { readonly type: 'block'; readonly bytes: readonly number[] }
  | { readonly type: 'discarded'; readonly reason: DiscardReason; readonly bytes: readonly number[] };

export type DiscardReason =
  | 'unknown-byte'
  | 'broken-automatic-status'
  | 'broken-block'
  | 'block-too-long'
  | 'unfinished';

/** The beginning of an answer of several bytes. */
type Pending = readonly number[];

export const BLOCK_BYTES_MAX = 80;
const AUTOMATIC_BYTES = 4;
const XON = 0x11;
const XOFF = 0x13;
const BLOCK_HEADERS: readonly number[] = [0x35, 0x37, 0x3b, 0x3d, 0x5f];

/** Never throws, and never holds more than {@link BLOCK_BYTES_MAX} bytes. */
export class StatusClassifier {
  #pending: Pending = [];

  /** Whether an answer has begun and not ended: then `idle` is due after a silence. */
  get isWaiting(): boolean {
    return this.#pending.length > 0;
  }

  push(byte: number): readonly StatusAnswer[] {
    // Flow control may come between the bytes of an answer, and no status byte can equal it.
    if (byte === XON) return [{ type: 'xon' }];
    if (byte === XOFF) return [{ type: 'xoff' }];
    if (this.#pending.length === 0) return this.#first(byte);
    return isAutomatic(this.#pending[0] ?? 0) ? this.#automatic(byte) : this.#block(byte);
  }

  /** The line has been silent too long for the rest of an answer to come. */
  idle(): readonly StatusAnswer[] {
    return this.#pending.length === 0 ? [] : [this.#discard('unfinished')];
  }

  #first(byte: number): readonly StatusAnswer[] {
    if (isAutomatic(byte) || BLOCK_HEADERS.includes(byte)) {
      this.#pending = [byte];
      return [];
    }
    if ((byte & 0x93) === 0x12) return [{ type: 'real-time', byte }];
    if ((byte & 0x90) === 0x00) return [{ type: 'buffered', byte }];
    return [{ type: 'discarded', reason: 'unknown-byte', bytes: [byte] }];
  }

  #automatic(byte: number): readonly StatusAnswer[] {
    // What was held cannot be classified afresh: each of its bytes would pass for the answer to a fence.
    if ((byte & 0x90) !== 0) return [this.#discard('broken-automatic-status'), ...this.#first(byte)];
    const bytes = [...this.#pending, byte];
    this.#pending = bytes.length < AUTOMATIC_BYTES ? bytes : [];
    return bytes.length < AUTOMATIC_BYTES ? [] : [{ type: 'automatic', flags: automaticFlags(bytes) }];
  }

  #block(byte: number): readonly StatusAnswer[] {
    if (byte === 0) {
      const bytes = this.#pending;
      this.#pending = [];
      return [blockAnswer(bytes)];
    }
    if (byte < 0x20 || byte > 0x7f) return [this.#discard('broken-block'), ...this.#first(byte)];
    this.#pending = [...this.#pending, byte];
    return this.#pending.length < BLOCK_BYTES_MAX ? [] : [this.#discard('block-too-long')];
  }

  #discard(reason: DiscardReason): StatusAnswer {
    const bytes = this.#pending;
    this.#pending = [];
    return { type: 'discarded', reason, bytes };
  }
}

const isAutomatic = (byte: number): boolean => (byte & 0x93) === 0x10;

/** Blocks headed 37 are told apart by their second byte (printer sheet 6 and 7). */
function blockAnswer(bytes: readonly number[]): StatusAnswer {
  const [header, kind, ...content] = bytes;
  if (header === 0x37 && kind === 0x22 && content.length === 4) {
    return { type: 'process-id', id: String.fromCharCode(...content) };
  }
  if (header === 0x37 && kind === 0x25 && content.length === 0) return { type: 'cleared' };
  if (header === 0x37 && kind === 0x23) return { type: 'went-offline' };
  return { type: 'block', bytes };
}
