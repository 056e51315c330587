/** Offline PIN through the reader's own keypad: the Secure message and what becomes of it (CCID 1.1, 6.1.11). */
import { Bug } from '../../domain/result.ts';
import { MESSAGES, type Reply } from './message-table.ts';
import type { PinOnReader, PinVerification } from './port-types.ts';
import { done, refused, type Script, type Step } from './scripts.ts';

const VERIFY = 0x00;
/** The PIN is BCD, left-justified, from the byte after the first: its place in bytes. */
const FORMAT_BCD_AFTER_FIRST_BYTE = 0x89;
/** The length takes four bits, and the PIN a block of seven bytes. */
const BLOCK_OF_SEVEN_WITH_LENGTH = 0x47;
/** Four bits into the block: behind the control nibble. */
const LENGTH_AFTER_CONTROL = 0x04;
const ENDS_WITH_KEY = 0x02;
const ONE_MESSAGE = 0x01;
/** T=0, and the APDU level. */
const NO_PROLOGUE = [0, 0, 0] as const;

/** @throws Bug when the lengths or the time are none that a reader can be asked for. */
export function verifyPin(verification: PinVerification): Script<PinOnReader> {
  const { timeoutSeconds, lengthMin, lengthMax, language, template, prologue = NO_PROLOGUE } = verification;
  if (!(lengthMin >= 4 && lengthMin <= lengthMax && lengthMax <= 12)) {
    throw new Bug(`A PIN of ${lengthMin} to ${lengthMax} digits cannot be asked for.`);
  }
  if (!(timeoutSeconds >= 1 && timeoutSeconds <= 0xff)) throw new Bug(`${timeoutSeconds} s is no time for a PIN.`);
  const head = [VERIFY, timeoutSeconds, FORMAT_BCD_AFTER_FIRST_BYTE, BLOCK_OF_SEVEN_WITH_LENGTH, LENGTH_AFTER_CONTROL];
  const entry = [lengthMax, lengthMin, ENDS_WITH_KEY, ONE_MESSAGE, language & 0xff, language >> 8, 0];
  const data = Uint8Array.of(...head, ...entry, ...prologue, ...template);
  return { request: { row: MESSAGES.secure, data, personMs: timeoutSeconds * 1000 }, onReply: outcomeOf };
}

/** Some readers say by status words of their own, 6400 and 6401, what others say by bError. */
function outcomeOf(reply: Reply): Step<PinOnReader> {
  const { data, error, status } = reply;
  if (status === 'failed' && error === 0xf0) return done({ type: 'timed-out' });
  if (status === 'failed' && error === 0xef) return done({ type: 'cancelled' });
  if (status !== 'ok') return refused(reply);
  const [high = 0, low = 0] = data;
  const own = data.length === 2 ? high * 0x100 + low : undefined;
  if (own === 0x6400) return done({ type: 'timed-out' });
  return own === 0x6401 ? done({ type: 'cancelled' }) : done({ type: 'answered', bytes: data });
}
