import { isPanShaped } from './pan.ts';
import { fail, ok, type Result } from './result.ts';
import { Secret } from './secret.ts';

/** Field 35 is z..37. */
const TRACK2_LENGTH_MAX = 37;

/** A parsed track 2 (ISO/IEC 7813). The PAN and the whole stay secret; the rest is needed in the open. */
export interface Track2 {
  /** The track as on the wire: digits and the separator `D`, without sentinels (dialect sheet 1.5). */
  readonly data: Secret<string>;
  readonly pan: Secret<string>;
  /** YYMM. */
  readonly expiry: string;
  /** Three digits; a first digit of 2 or 6 means that the card carries a chip. */
  readonly serviceCode: string;
}

export type Track2Problem = 'too-long' | 'no-separator' | 'bad-pan' | 'bad-expiry' | 'bad-service-code' | 'not-digits';

/** Reads track 2 without sentinels and LRC; the separator may be `=`, `D` or `>` (dialect sheet 1.5). */
export function parseTrack2(text: string): Result<Track2, Track2Problem> {
  if (text.length > TRACK2_LENGTH_MAX) return fail('too-long');
  const separator = text.search(/[=D>]/);
  if (separator < 0) return fail('no-separator');
  const pan = text.slice(0, separator);
  const rest = text.slice(separator + 1);
  if (!isPanShaped(pan)) return fail('bad-pan');
  if (!/^\d{2}(0[1-9]|1[0-2])/.test(rest)) return fail('bad-expiry');
  if (!/^\d{4}\d{3}/.test(rest)) return fail('bad-service-code');
  if (!/^\d+$/.test(rest)) return fail('not-digits');
  return ok({
    data: Secret.of(`${pan}D${rest}`, 'TRACK2'),
    pan: Secret.of(pan, 'PAN'),
    expiry: rest.slice(0, 4),
    serviceCode: rest.slice(4, 7),
  });
}
