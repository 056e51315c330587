/** The PIN block of ISO 9564 format 0, clear (PIN pad sheet 5, dialect sheet 6.1). */
import { Bug, fail, ok, type Result } from '../../../src/domain/result.ts';
import { fromHex, toHex, xor } from './hex.ts';

export const PIN_LENGTH_MIN = 4;
export const PIN_LENGTH_MAX = 12;

export const isPin = (text: string): boolean => /^\d{4,12}$/.test(text);

/** @throws Bug unless the PIN has 4 to 12 digits and the PAN digits only; neither is quoted. */
export function buildPinBlock(pin: string, pan: string): Uint8Array {
  if (!isPin(pin)) throw new Bug('A PIN block holds 4 to 12 digits.');
  return xor(fromHex(`0${pin.length.toString(16)}${pin}`.padEnd(16, 'F')), panField(pan));
}

/** A block that was not made for this PAN, or not under this key, fails on its length, its digits or its filler. */
export function parsePinBlock(block: Uint8Array, pan: string): Result<string, 'not-a-pin-block'> {
  if (block.length !== 8) return fail('not-a-pin-block');
  const text = toHex(xor(block, panField(pan)));
  const length = Number.parseInt(text.slice(1, 2), 16);
  const pin = text.slice(2, 2 + length);
  const filler = text.slice(2 + length);
  return text.startsWith('0') && isPin(pin) && /^F*$/.test(filler) ? ok(pin) : fail('not-a-pin-block');
}

/** The twelve digits left of the check digit, zero-filled on the left. */
function panField(pan: string): Uint8Array {
  if (!/^\d+$/.test(pan)) throw new Bug('The PAN of a PIN block is digits.');
  return fromHex(pan.slice(0, -1).slice(-12).padStart(16, '0'));
}
