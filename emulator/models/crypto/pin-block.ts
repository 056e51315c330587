/** The PIN blocks of ISO 9564-1 formats 0 and 3, clear, and format 0 stretched to a block of SM4. */
import { Bug, fail, ok, type Result } from '../../../src/domain/result.ts';
import { fromHex, toHex, xor } from './hex.ts';

export const PIN_LENGTH_MIN = 4;
export const PIN_LENGTH_MAX = 12;

export const isPin = (text: string): boolean => /^\d{4,12}$/.test(text);

/**
 * Format 0 (PIN pad sheet 5, dialect sheet 6.1).
 *
 * @param blockLength 16 gives what public examples encrypt with SM4: the length, the PIN and its F over sixteen bytes,
 *   the twelve PAN digits at the right (fixtures/crypto/sm4.json). Whether the block of F59 A1 is that one no public
 *   source says (dialect sheet 6.1, 14): a question for the acquirer, so nothing here takes it without being told to.
 * @throws Bug unless the PIN has 4 to 12 digits and the PAN digits only; neither is quoted.
 */
export function buildPinBlock(pin: string, pan: string, blockLength: 8 | 16 = 8): Uint8Array {
  const field = `0${lengthDigit(pin)}${pin}`.padEnd(2 * blockLength, 'F');
  return xor(fromHex(field), panField(pan, blockLength));
}

/** A block that was not made for this PAN, or not under this key, fails on its length, its digits or its filler. */
export function parsePinBlock(block: Uint8Array, pan: string): Result<string, 'not-a-pin-block'> {
  if (block.length !== 8 && block.length !== 16) return fail('not-a-pin-block');
  return readPinField('0', toHex(xor(block, panField(pan, block.length))), /^F*$/);
}

/**
 * Format 3: format 0 with a random fill, so that equal PINs of one card do not look alike.
 *
 * @param fill ten random digits `A` to `F`, of which the first are used.
 * @throws Bug as {@link buildPinBlock} does, and for another fill.
 */
export function buildPinBlock3(pin: string, pan: string, fill: string): Uint8Array {
  if (!/^[A-F]{10}$/.test(fill)) throw new Bug('Format 3 is filled with ten digits A to F.');
  return xor(fromHex(`3${lengthDigit(pin)}${pin}${fill}`.slice(0, 16)), panField(pan, 8));
}

/** As {@link parsePinBlock}, with any fill that format 3 allows. */
export function parsePinBlock3(block: Uint8Array, pan: string): Result<string, 'not-a-pin-block'> {
  if (block.length !== 8) return fail('not-a-pin-block');
  return readPinField('3', toHex(xor(block, panField(pan, 8))), /^[A-F]*$/);
}

function lengthDigit(pin: string): string {
  if (!isPin(pin)) throw new Bug('A PIN block holds 4 to 12 digits.');
  return pin.length.toString(16);
}

function readPinField(control: string, text: string, fill: RegExp): Result<string, 'not-a-pin-block'> {
  const length = Number.parseInt(text.slice(1, 2), 16);
  const pin = text.slice(2, 2 + length);
  return text.startsWith(control) && isPin(pin) && fill.test(text.slice(2 + length))
    ? ok(pin)
    : fail('not-a-pin-block');
}

/** The twelve digits left of the check digit, zero-filled on the left. */
function panField(pan: string, blockLength: 8 | 16): Uint8Array {
  if (!/^\d+$/.test(pan)) throw new Bug('The PAN of a PIN block is digits.');
  return fromHex(
    pan
      .slice(0, -1)
      .slice(-12)
      .padStart(2 * blockLength, '0'),
  );
}
