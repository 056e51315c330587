/** Track encryption (dialect sheet 6.3): which 16 digits of a track are encrypted, and putting the result back. */
import { Secret } from '../domain/secret.ts';

const BLOCK_DIGITS = 16;

/** A track with the place of its block. Short tracks have been filled with `F` on the left, so there always is one. */
export interface PreparedTrack {
  readonly block: Secret<string>;
  /** The track with this block, 16 upper-case hex digits, in place of the clear one. */
  with(encryptedBlock: string): Secret<string>;
}

/**
 * The block ends just before the last byte of the packed track: one digit (odd length) or two (even length) before
 * the end.
 *
 * @param track digits with `D` as separator, without sentinels.
 */
export function prepareTrack(track: Secret<string>): PreparedTrack {
  const clear = track.reveal();
  const tailDigits = clear.length % 2 === 1 ? 1 : 2;
  const filled = clear.padStart(BLOCK_DIGITS + tailDigits, 'F');
  const end = filled.length - tailDigits;
  const start = end - BLOCK_DIGITS;
  return {
    block: Secret.of(filled.slice(start, end), 'TRACK-BLOCK'),
    with: (encryptedBlock) => Secret.of(filled.slice(0, start) + encryptedBlock + filled.slice(end), 'TRACK2'),
  };
}
