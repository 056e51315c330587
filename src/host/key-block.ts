/** Field 62 of a sign-in answer: the working keys, still encrypted under the terminal master key (dialect sheet 5.4). */
import { fail, ok, type Result } from '../domain/result.ts';
import { Secret } from '../domain/secret.ts';
import type { WorkingKey } from './host-port.ts';
import { keyFormOf, type KeyForm, type SignInKeys } from './messages/setup.ts';

const CHECK_VALUE_DIGITS = 8;

/**
 * Reads the key block.
 *
 * @param hex field 62.
 * @param signInKeys 60.3 of the sign-in, which fixes the length: 24 bytes for `001`, 40 for `003` and `005`, 60 for
 *   `004` and `006`.
 * @returns the keys, or how the length is wrong (never the content).
 */
export function parseKeyBlock(hex: string, signInKeys: SignInKeys): Result<readonly WorkingKey[], string> {
  const form = keyFormOf(signInKeys);
  const { placeDigits, usages } = form;
  const entryDigits = placeDigits + CHECK_VALUE_DIGITS;
  const digits = usages.length * entryDigits;
  if (hex.length !== digits) {
    return fail(`The key block has ${hex.length / 2} bytes; sign-in ${signInKeys} brings ${digits / 2}.`);
  }
  return ok(
    usages.map((usage, index) => {
      const entry = hex.slice(index * entryDigits, (index + 1) * entryDigits);
      return { usage, ...keyOf(entry.slice(0, placeDigits), form), checkValue: entry.slice(placeDigits) };
    }),
  );
}

/**
 * SM4 keys fill their places. A DES key whose second half is zeros is of single length, and the zeros are filler
 * (dialect sheet 5.4, and conflict 10 of 13); that goes for every usage.
 */
function keyOf(hex: string, { cipher }: KeyForm): Pick<WorkingKey, 'algorithm' | 'encrypted'> {
  if (cipher === 'sm4') return { algorithm: 'S', encrypted: Secret.of(hex, 'WORKING-KEY') };
  const single = /^0*$/.test(hex.slice(16));
  return {
    algorithm: single ? 'D' : 'T',
    encrypted: Secret.of(single ? hex.slice(0, 16) : hex, 'WORKING-KEY'),
  };
}
