/**
 * U68 to U71, our own extension in the manner of PIN pad sheet 11: a PIN for the card, enciphered by the PIN pad for it.
 *
 * | Text → reply | Meaning |
 * | --- | --- |
 * | `U687[seq 2]<FS>[hex, ≤192]` → `U691` | The next piece of the card's modulus; 00 begins a new one. |
 * | `U686[seq 2][min 2][max 2][null Y/N]<FS>[seconds 3]<FS>[amount or empty]<FS>[exponent]<FS>[challenge 16]` → `U69.0[digits 3]` | Asks for the PIN. So many hex digits of ciphertext wait. |
 * | `U70[seq 2]` → `U71[flag 6/7][seq 2]<FS>[hex, ≤192]` | A piece of the ciphertext, 6 the last; any may be asked for again. |
 *
 * An entry that ends otherwise: `U69.B` bypass, `C` cancel, `T` timeout, `L` rate limit, `E` and a character an error; 72
 * still cancels (EOT). A wrong packet: `U69` or `U71` and a status of Z67. Any other message lets the PIN pad forget it all.
 * What is enciphered is EMV Book 2, 7.2: 7F, the PIN block of format 2, the challenge, chance to the length of the modulus.
 */
import { fail, ok, type Result } from '../../domain/result.ts';
import { FS } from './frame.ts';
import {
  DATA_STATUSES,
  digits,
  entryRules,
  type EntryRules,
  explain,
  PACKET_DIGITS_MAX,
  type Refusal,
} from './u-messages.ts';

/** EMV Book 2, 7: no card's key is longer, and none that is shorter is any protection. */
const [MODULUS_BYTES_MIN, MODULUS_BYTES_MAX] = [64, 248];

export interface OfflineEntryRequest extends EntryRules {
  readonly modulus: string;
  readonly exponent: string;
  readonly challenge: string;
}

export interface OfflinePinTexts {
  readonly key: readonly [string, ...string[]];
  readonly entry: string;
  readonly fetches: readonly string[];
}

/** Key and challenge come from the card, so misshapen ones are an outcome and not a bug. */
export function offlinePinTexts(request: OfflineEntryRequest): Result<OfflinePinTexts, Refusal> {
  const { modulus, exponent, challenge, amountText } = request;
  const bytes = modulus.length / 2;
  if (!/^(?:[\dA-F]{2})+$/.test(modulus) || bytes < MODULUS_BYTES_MIN || bytes > MODULUS_BYTES_MAX) {
    return fail(`U68: the card's modulus is not ${MODULUS_BYTES_MIN} to ${MODULUS_BYTES_MAX} bytes of hex`);
  }
  if (!/^(?:[\dA-F]{2}){1,3}$/.test(exponent)) return fail("U68: the card's exponent is not 1 to 3 bytes of hex");
  if (!/^[\dA-F]{16}$/.test(challenge)) return fail("U68: the card's challenge is not 8 bytes of hex");
  const { lengths, seconds } = entryRules(request);
  const [first = '', ...more] = modulus.match(new RegExp(`.{1,${PACKET_DIGITS_MAX}}`, 'g')) ?? [];
  const piece = (hex: string, index: number): string => `U687${digits(index, 2)}${FS}${hex}`;
  const key = [piece(first, 0), ...more.map((hex, index) => piece(hex, index + 1))] as const;
  return ok({
    key: [key[0], ...key.slice(1)],
    entry: [`U686${digits(key.length, 2)}${lengths}`, seconds, amountText, exponent, challenge].join(FS),
    // The ciphertext is as long as the modulus.
    fetches: key.map((_, index) => `U70${digits(index, 2)}`),
  });
}

export type KeyPieceReply = 'next' | 'out-of-sequence';

export function readKeyPiece(reply: string): Result<KeyPieceReply, Refusal> {
  if (reply === 'U691') return ok('next');
  return reply === 'U692' ? ok('out-of-sequence') : fail(explain('U69', reply, DATA_STATUSES));
}

type OfflineEntryReply = 'entered' | 'bypassed' | 'cancelled' | 'timed-out';

const ENDINGS: Readonly<Record<string, OfflineEntryReply>> = {
  'U69.B': 'bypassed',
  'U69.C': 'cancelled',
  'U69.T': 'timed-out',
};

/** @param modulusDigits so many must wait, no more and no fewer. */
export function readOfflineEntry(reply: string, modulusDigits: number): Result<OfflineEntryReply, Refusal> {
  if (reply === `U69.0${digits(modulusDigits, 3)}`) return ok('entered');
  const ending = ENDINGS[reply];
  if (ending !== undefined) return ok(ending);
  if (reply === 'U69.L') return fail('U69: too many PIN entries in a short time');
  const code = /^U69\.E([\dA-Z])$/.exec(reply)?.[1];
  if (code !== undefined) return fail(`U69: error ${code}`);
  return fail(explain('U69', reply, DATA_STATUSES));
}

/** One piece in hex, whose number and flag must be those of the question. */
export function readCiphertextPiece(reply: string, index: number, isLast: boolean): Result<string, Refusal> {
  const hex = /^U71([67]\d\d)\u001c((?:[\dA-F]{2})+)$/.exec(reply);
  const isAsked = hex?.[1] === `${isLast ? 6 : 7}${digits(index, 2)}`;
  if (hex?.[2] !== undefined) return isAsked ? ok(hex[2]) : fail('U71: another piece than was asked for');
  return fail(reply.length === 4 ? explain('U71', reply, DATA_STATUSES) : 'U71: not understood');
}
