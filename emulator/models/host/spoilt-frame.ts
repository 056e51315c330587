/** Frames that are wrong as frames, whatever stands in them (dialect sheet 1.1). */
import { framed } from '../../../src/host/iso8583/codec.ts';

export type Spoilt = 'truncated' | 'oversized';

/** More than any message has, and more than any terminal takes. */
const LENGTH_ANNOUNCED = 0xff;

/** Length bytes and message; half of it where it is to be truncated, under 65535 as its length where oversized. */
export function spoiltFrame(bytes: Uint8Array, spoilt: Spoilt | undefined): Uint8Array {
  const frame = framed(bytes);
  if (spoilt === 'truncated') return frame.slice(0, frame.length >> 1);
  if (spoilt === 'oversized') frame.fill(LENGTH_ANNOUNCED, 0, 2);
  return frame;
}
