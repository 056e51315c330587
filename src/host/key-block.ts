/** Field 62 of a sign-in answer: the working keys, still encrypted under the terminal master key (dialect sheet 5.4). */
import { fail, ok, type Result } from '../domain/result.ts';
import { Secret } from '../domain/secret.ts';
import type { WorkingKey } from './host-port.ts';

/** Per key: 16 bytes of key, 4 of check value. */
const KEY_DIGITS = 32;
const ENTRY_DIGITS = KEY_DIGITS + 8;

/** In the order of the block; 60.3 says how many are there. */
const usages = { '003': ['P', 'M'], '004': ['P', 'M', 'D'] } as const;

/**
 * Reads the key block.
 *
 * @param hex field 62.
 * @param networkCode 60.3 of the sign-in, which fixes the length: 40 bytes for `003`, 60 for `004`.
 * @returns the keys, or how the length is wrong (never the content).
 */
export function parseKeyBlock(hex: string, networkCode: '003' | '004'): Result<readonly WorkingKey[], string> {
  const expected = usages[networkCode];
  const digits = expected.length * ENTRY_DIGITS;
  if (hex.length !== digits) {
    return fail(`The key block has ${hex.length / 2} bytes; sign-in ${networkCode} brings ${digits / 2}.`);
  }
  return ok(
    expected.map((usage, index) => {
      const entry = hex.slice(index * ENTRY_DIGITS, (index + 1) * ENTRY_DIGITS);
      return { usage, ...keyOf(entry.slice(0, KEY_DIGITS)), checkValue: entry.slice(KEY_DIGITS) };
    }),
  );
}

/** A second half of zeros is filler: the key is single length (dialect sheet 5.4, and conflict 10 of 13). */
function keyOf(hex: string): Pick<WorkingKey, 'algorithm' | 'encrypted'> {
  const single = /^0+$/.test(hex.slice(16));
  return {
    algorithm: single ? 'D' : 'T',
    encrypted: Secret.of(single ? hex.slice(0, 16) : hex, 'WORKING-KEY'),
  };
}
