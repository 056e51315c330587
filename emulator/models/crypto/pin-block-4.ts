/** The PIN block of ISO 9564-1 format 4: encrypted twice with AES, bound to the PAN in between. */
import { Bug, fail, ok, type Result } from '../../../src/domain/result.ts';
import type { AesKey } from './aes-key.ts';
import { fromHex, toHex, xor } from './hex.ts';
import { isPin } from './pin-block.ts';

/**
 * The plain text PIN field (ISO 9564-1:2017, 9.4.2): control digit, length, PIN, A up to eight bytes, then eight random
 * bytes. @throws Bug unless the PIN has 4 to 12 digits and there are eight random bytes; the PIN is not quoted.
 */
export function pinField4(pin: string, random: Uint8Array): Uint8Array {
  if (!isPin(pin)) throw new Bug('A PIN block holds 4 to 12 digits.');
  if (random.length !== 8) throw new Bug(`Format 4 takes 8 random bytes, not ${random.length}.`);
  return fromHex(`4${pin.length.toString(16)}${pin}`.padEnd(16, 'A') + toHex(random));
}

/**
 * The plain text PAN field (ISO 9564-1:2017, 9.4.2): how many digits more than twelve there are, the whole PAN with its
 * check digit, zeros. A shorter PAN gets zeros on its left. @throws Bug unless the PAN has 1 to 19 digits.
 */
export function panField4(pan: string): Uint8Array {
  if (!/^\d{1,19}$/.test(pan)) throw new Bug('The PAN of a PIN block is 1 to 19 digits.');
  return fromHex(`${Math.max(pan.length - 12, 0)}${pan.padStart(12, '0')}`.padEnd(32, '0'));
}

/** @param random eight bytes, new for every block. @throws Bug as the fields do. */
export function encipherPinBlock4(key: AesKey, pin: string, pan: string, random: Uint8Array): Uint8Array {
  return key.encrypt(xor(key.encrypt(pinField4(pin, random)), panField4(pan)));
}

/** A block that was not made for this PAN, or not under this key, fails on its control digit, length, digits or filler. */
export function decipherPinBlock4(key: AesKey, block: Uint8Array, pan: string): Result<string, 'not-a-pin-block'> {
  if (block.length !== 16) return fail('not-a-pin-block');
  const field = toHex(key.decrypt(xor(key.decrypt(block), panField4(pan)))).slice(0, 16);
  const length = Number.parseInt(field.slice(1, 2), 16);
  const pin = field.slice(2, 2 + length);
  const isField = field.startsWith('4') && isPin(pin) && /^A*$/.test(field.slice(2 + length));
  return isField ? ok(pin) : fail('not-a-pin-block');
}
