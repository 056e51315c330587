/** Track encryption (dialect sheet 6.3): which digits of a track are encrypted, and putting the result back. */
import { Secret } from '../domain/secret.ts';

/** One block of the cipher. */
export const TRACK_BLOCK_DIGITS = { des: 16, sm4: 32 } as const;

/**
 * A track with the place of its block. Short tracks have been filled with `F` on the left, so there always is one; that
 * the fill goes for SM4 too, where it reaches tracks of up to 32 digits, is a question for the acquirer.
 */
export interface PreparedTrack {
  /** 16 digits, 32 for SM4. */
  readonly block: Secret<string>;
  /** The track with this block, as many upper-case hex digits, in place of the clear one. */
  with(encryptedBlock: string): Secret<string>;
}

/**
 * The block ends just before the last byte of the packed track: one digit (odd length) or two (even length) before
 * the end.
 *
 * @param track digits with `D` as separator, without sentinels.
 */
export function prepareTrack(track: Secret<string>, cipher: keyof typeof TRACK_BLOCK_DIGITS): PreparedTrack {
  const blockDigits = TRACK_BLOCK_DIGITS[cipher];
  const clear = track.reveal();
  const tailDigits = clear.length % 2 === 1 ? 1 : 2;
  const filled = clear.padStart(blockDigits + tailDigits, 'F');
  const end = filled.length - tailDigits;
  const start = end - blockDigits;
  return {
    block: Secret.of(filled.slice(start, end), 'TRACK-BLOCK'),
    with: (encryptedBlock) => Secret.of(filled.slice(0, start) + encryptedBlock + filled.slice(end), 'TRACK2'),
  };
}
