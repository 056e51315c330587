/** Track encryption in place: one block of the packed track, the rest in clear (dialect sheet 6.3). */
import { fail, ok, type Result } from '../../../src/domain/result.ts';
import type { BlockKey } from './block-key.ts';
import { fromHex, toHex } from './hex.ts';

export type TrackProblem = 'not-track-digits' | 'too-short';

/**
 * With DES 16 digits change, so that a track needs 17, or 18 when their number is even; with SM4 32 change, and 33 or
 * 34 are needed. What becomes of a shorter track under SM4 no source says: `too-short`.
 *
 * @param track digits with `D`, `=` or `>` as separator; the answer has the same length, `D`, and may hold A to F.
 */
export function encryptTrack(key: BlockKey, track: string): Result<string, TrackProblem> {
  const digits = track.replaceAll(/[=>]/g, 'D');
  if (!/^[\dD]+$/.test(digits)) return fail('not-track-digits');
  return throughCipher(digits, key.blockLength, (block) => key.encrypt(block));
}

/** The track again, with `D`. Under the wrong key it comes out as other hex digits: compare it with the card. */
export function decryptTrack(key: BlockKey, track: string): Result<string, TrackProblem> {
  const digits = track.toUpperCase();
  if (!/^[\dA-F]+$/.test(digits)) return fail('not-track-digits');
  return throughCipher(digits, key.blockLength, (block) => key.decrypt(block));
}

function throughCipher(
  digits: string,
  blockLength: number,
  cipher: (block: Uint8Array) => Uint8Array,
): Result<string, TrackProblem> {
  // The block ends just before the last byte of the packed field, which holds one digit or two.
  const end = digits.length - (digits.length % 2 === 0 ? 2 : 1);
  const start = end - 2 * blockLength;
  if (start < 0) return fail('too-short');
  return ok(digits.slice(0, start) + toHex(cipher(fromHex(digits.slice(start, end)))) + digits.slice(end));
}
