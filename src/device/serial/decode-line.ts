/** Feeds a line into a decoder and gives it the inter-byte timeout, which a decoder without a clock cannot have. */
import type { Cancel, Clock } from '../../domain/clock.ts';
import type { Line } from '../../domain/line.ts';

/** Bytes in, items out. Never throws, and never holds more than one maximal frame. */
export interface Decoder<Item> {
  push(chunk: Uint8Array): readonly Item[];
  /** The line has fallen silent: what is held will not be completed. Nothing is held afterwards. */
  idle(): readonly Item[];
  /** True while the start of a frame is held. */
  readonly holding: boolean;
}

/**
 * Silence after which half a frame is given up. A character takes 8.3 ms at 1200 baud and a USB adapter holds bytes
 * back for 16 ms; without this timeout a lost end of frame swallows the repeats that were meant to repair it.
 */
const INTER_BYTE_TIMEOUT_MS = 120;

export interface DecodedListener<Item> {
  readonly item: (item: Item) => void;
  readonly closed: (reason: string) => void;
}

export function listenDecoded<Item>(
  line: Line,
  clock: Clock,
  decoder: Decoder<Item>,
  listener: DecodedListener<Item>,
): void {
  let cancelTimeout: Cancel | undefined;
  line.listen({
    bytes: (chunk) => {
      cancelTimeout?.();
      const items = decoder.push(chunk);
      // Armed before the items are handed on: whoever takes one may close the line or write to it.
      cancelTimeout = decoder.holding
        ? clock.after(INTER_BYTE_TIMEOUT_MS, () => decoder.idle().forEach(listener.item))
        : undefined;
      items.forEach(listener.item);
    },
    closed: (reason) => {
      cancelTimeout?.();
      listener.closed(reason);
    },
  });
}
