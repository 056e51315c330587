/** Offline PIN through the reader's own keypad: the Secure message and what becomes of it (CCID 1.1, 6.1.11). */
import { Bug } from '../../domain/result.ts';
import { MESSAGES, type Reply, type Request } from './message-table.ts';

export interface PinVerification {
  /** 1 to 255. */
  readonly timeoutSeconds: number;
  readonly lengthMin: number;
  /** At most 12 (ISO 9564 format 2). */
  readonly lengthMax: number;
  /** USB language code, e.g. 0409 for English, 0804 for Chinese. */
  readonly language: number;
}

const VERIFY = 0x00;
/** The PIN is BCD, left-justified, from the byte after the first: its place in bytes. */
const FORMAT_BCD_AFTER_FIRST_BYTE = 0x89;
/** The length takes four bits, and the PIN a block of seven bytes. */
const BLOCK_OF_SEVEN_WITH_LENGTH = 0x47;
/** Four bits into the block: behind the control nibble. */
const LENGTH_AFTER_CONTROL = 0x04;
const ENDS_WITH_KEY = 0x02;
const ONE_MESSAGE = 0x01;
/** EMV Book 3, 6.5.12: VERIFY with a plaintext PIN block, which the reader fills in. */
const VERIFY_TEMPLATE = [0x00, 0x20, 0x00, 0x80, 0x08, 0x20, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];

/** @throws Bug when the lengths or the time are none that a reader can be asked for. */
export function verifyPin({ timeoutSeconds, lengthMin, lengthMax, language }: PinVerification): Request {
  if (!(lengthMin >= 4 && lengthMin <= lengthMax && lengthMax <= 12)) {
    throw new Bug(`A PIN of ${lengthMin} to ${lengthMax} digits cannot be asked for.`);
  }
  if (!(timeoutSeconds >= 1 && timeoutSeconds <= 0xff)) throw new Bug(`${timeoutSeconds} s is no time for a PIN.`);
  const head = [VERIFY, timeoutSeconds, FORMAT_BCD_AFTER_FIRST_BYTE, BLOCK_OF_SEVEN_WITH_LENGTH, LENGTH_AFTER_CONTROL];
  const entry = [lengthMax, lengthMin, ENDS_WITH_KEY, ONE_MESSAGE, language & 0xff, language >> 8, 0];
  // bTeoPrologue: for T=1 at the APDU level it is not used.
  const prologue = [0, 0, 0];
  return { row: MESSAGES.secure, data: Uint8Array.of(...head, ...entry, ...prologue, ...VERIFY_TEMPLATE) };
}

export type PinOutcome =
  /** The card's status word: 9000, or 63Cx with x tries left, or another. */
  | { readonly type: 'answered'; readonly status: number }
  | { readonly type: 'timed-out' }
  | { readonly type: 'cancelled' }
  /** This reader has no keypad, or the card is gone. */
  | { readonly type: 'failed'; readonly error: number };

/** Some readers say by status words of their own, 6400 and 6401, what others say by bError. */
export function pinOutcomeOf({ data, error, status }: Reply): PinOutcome {
  if (status === 'failed') {
    if (error === 0xf0) return { type: 'timed-out' };
    return error === 0xef ? { type: 'cancelled' } : { type: 'failed', error };
  }
  const [high, low] = data;
  if (data.length !== 2 || high === undefined || low === undefined) return { type: 'failed', error };
  const word = high * 0x100 + low;
  if (word === 0x6400) return { type: 'timed-out' };
  return word === 0x6401 ? { type: 'cancelled' } : { type: 'answered', status: word };
}
