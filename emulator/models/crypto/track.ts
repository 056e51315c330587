/** Track encryption in place: eight bytes of the packed track, the rest in clear (dialect sheet 6.3). */
import { fail, ok, type Result } from '../../../src/domain/result.ts';
import type { DesKey } from './des-key.ts';
import { fromHex, toHex } from './hex.ts';

export type TrackProblem = 'not-track-digits' | 'too-short';

const BLOCK_DIGITS = 16;

/** @param track digits with `D`, `=` or `>` as separator; the answer has the same length, `D`, and may hold A to F. */
export function encryptTrack(key: DesKey, track: string): Result<string, TrackProblem> {
  const digits = track.replaceAll(/[=>]/g, 'D');
  if (!/^[\dD]+$/.test(digits)) return fail('not-track-digits');
  return throughCipher(digits, (block) => key.encrypt(block));
}

/** The track again, with `D`. Under the wrong key it comes out as other hex digits: compare it with the card. */
export function decryptTrack(key: DesKey, track: string): Result<string, TrackProblem> {
  const digits = track.toUpperCase();
  if (!/^[\dA-F]+$/.test(digits)) return fail('not-track-digits');
  return throughCipher(digits, (block) => key.decrypt(block));
}

function throughCipher(digits: string, cipher: (block: Uint8Array) => Uint8Array): Result<string, TrackProblem> {
  // The block ends just before the last byte of the packed field, which holds one digit or two.
  const end = digits.length - (digits.length % 2 === 0 ? 2 : 1);
  const start = end - BLOCK_DIGITS;
  if (start < 0) return fail('too-short');
  return ok(digits.slice(0, start) + toHex(cipher(fromHex(digits.slice(start, end)))) + digits.slice(end));
}
