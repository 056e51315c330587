/** The PIN block that a card deciphers and checks itself: ISO 9564-1 format 2, and its way there (EMV Book 2, 7.2). */
import { Bug } from '../../../src/domain/result.ts';
import { fromHex, toHex } from './hex.ts';
import { isPin } from './pin-block.ts';

export interface CardPublicKey {
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
}

const HEADER = 0x7f;
const CHALLENGE_LENGTH = 8;
/** Header, PIN block and challenge: what stands before the fill. */
const OCCUPIED_LENGTH = 17;

/** Format 2: control, length, PIN, filler; no PAN in it. @throws Bug unless the PIN has 4 to 12 digits; it is not quoted. */
function buildPinBlock2(pin: string): Uint8Array {
  if (!isPin(pin)) throw new Bug('A PIN block holds 4 to 12 digits.');
  return fromHex(`2${pin.length.toString(16)}${pin}`.padEnd(16, 'F'));
}

/** How many bytes of chance {@link encipherPin} needs for this key. */
export const fillLength = ({ modulus }: CardPublicKey): number => modulus.length - OCCUPIED_LENGTH;

/** @throws Bug for a challenge or a fill of another length than the block has room for. */
export function encipherPin(pin: string, challenge: Uint8Array, key: CardPublicKey, fill: Uint8Array): Uint8Array {
  if (challenge.length !== CHALLENGE_LENGTH || fill.length !== fillLength(key)) {
    throw new Bug(`A challenge of ${challenge.length} bytes and a fill of ${fill.length} make no block for this key.`);
  }
  return rsaPublic(key, Uint8Array.of(HEADER, ...buildPinBlock2(pin), ...challenge, ...fill));
}

/** A block that a key can carry must be a smaller number than its modulus, whose highest bit is therefore set. */
export const isCardKey = ({ modulus, exponent }: CardPublicKey): boolean =>
  (modulus[0] ?? 0) >= 0x80 && isOdd(modulus) && isOdd(exponent);

const isOdd = (bytes: Uint8Array): boolean => ((bytes.at(-1) ?? 0) & 1) === 1;

/** By squaring; the exponents of cards are 3 and 65537. */
function rsaPublic({ modulus, exponent }: CardPublicKey, block: Uint8Array): Uint8Array {
  const [n, base] = [numberOf(modulus), numberOf(block)];
  let result = 1n;
  for (const bit of numberOf(exponent).toString(2)) {
    result = (result * result) % n;
    if (bit === '1') result = (result * base) % n;
  }
  return fromHex(result.toString(16).padStart(2 * modulus.length, '0'));
}

const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(bytes)}`);
