/**
 * U68 and U70: a PIN that the card checks itself, enciphered here for the card (our own extension, PIN pad sheet 11).
 *
 * `U687[seq 2]<FS>[hex, ≤192]` is the next piece of the card's modulus, answered by U691, or by U69 and a status as in
 * PIN pad sheet 7: 2 out of sequence, 6 flag, 7 content. `U686[seq 2][min 2][max 2][null Y/N]<FS>[seconds 3]<FS>[amount]
 * <FS>[exponent]<FS>[challenge 16]` asks for the PIN; `U69.0[digits 3]` says how long the ciphertext is, and otherwise an
 * entry ends as with U60, without the count of a bypass. `U70[seq 2]` fetches the ciphertext, `U71[6 last, 7 more][seq 2]
 * <FS>[hex, ≤192]`, as often as it likes until any other message comes.
 *
 * The character after `U69.E`: 6 timeout, 8 lengths, bypass flag or amount, K a key or a challenge that is none.
 */
import { encipherPin, fillLength, isCardKey } from '../crypto/offline-pin.ts';
import { fromHex, toHex } from '../crypto/hex.ts';
import { FS } from './frame.ts';
import { isUpperHex, type Message, type Messages, type Outcome, type Pad, reply, silence } from './message.ts';
import { pinRules } from './pin-entry.ts';

const PIECE_DIGITS_MAX = 192;
/** Of 64 to 248 bytes: the keys that EMV Book 2 allows cards. */
const [MODULUS_DIGITS_MIN, MODULUS_DIGITS_MAX] = [128, 496];

/** Between the messages of one PIN. */
export type OfflinePinState =
  | { readonly type: 'key'; readonly digits: string; readonly next: number }
  | { readonly type: 'ciphertext'; readonly digits: string };

const message = (handle: (body: string, pad: Pad) => Outcome): Message => ({
  envelope: 'transaction',
  handle: (body, pad) => (pad.entropy === undefined ? silence : handle(body, pad)),
});

export const offlinePinMessages: Messages = { U68: message(take), U70: message(give) };

/** Ids that go on with a PIN under way; every other message ends it. */
export const OFFLINE_PIN_IDS: ReadonlySet<string> = new Set(Object.keys(offlinePinMessages));

function take(body: string, pad: Pad): Outcome {
  const [, flag, sequence = '', head = ''] = /^(\d)(\d\d)([^\u001c]*)/.exec(body) ?? [];
  const fields = body.split(FS).slice(1);
  if (flag === '7' && head === '') return takePiece(Number(sequence), fields, pad);
  if (flag !== '6') return reply('U696');
  const state = pad.offlinePin;
  pad.offlinePin = undefined;
  if (state?.type !== 'key' || state.next !== Number(sequence)) return reply('U692');
  return ask(state.digits, head, fields, pad);
}

function takePiece(sequence: number, [hex = '', ...more]: readonly string[], pad: Pad): Outcome {
  const before = sequence === 0 ? ({ type: 'key', digits: '', next: 0 } as const) : pad.offlinePin;
  pad.offlinePin = undefined;
  if (before?.type !== 'key' || before.next !== sequence) return reply('U692');
  const digits = before.digits + hex;
  const isPiece = isUpperHex(hex) && hex.length % 2 === 0 && hex.length <= PIECE_DIGITS_MAX && more.length === 0;
  if (!isPiece || digits.length > MODULUS_DIGITS_MAX) return reply('U697');
  pad.offlinePin = { type: 'key', digits, next: sequence + 1 };
  return reply('U691');
}

function ask(modulusDigits: string, head: string, fields: readonly string[], pad: Pad): Outcome {
  const [seconds = '', amountText = '', exponent = '', challenge = ''] = fields;
  const rules = pinRules(head.slice(0, 2), head.slice(2, 4), head.slice(4));
  if (!rules || fields.length !== 4 || !/^[\x20-\x7e]{0,16}$/.test(amountText)) return reply('U69.E8');
  if (!/^\d{3}$/.test(seconds) || seconds === '000') return reply('U69.E6');
  const isKey = /^(?:[\dA-F]{2}){1,3}$/.test(exponent) && modulusDigits.length >= MODULUS_DIGITS_MIN;
  const key = { modulus: fromHex(modulusDigits), exponent: fromHex(isKey ? exponent : '') };
  if (!isKey || !isCardKey(key) || !/^[\dA-F]{16}$/.test(challenge)) return reply('U69.EK');
  return {
    type: 'entry',
    request: {
      ...rules,
      answerId: 'U69',
      timeoutMs: Number(seconds) * 1000,
      amountText,
      lines: [],
      entered: (pin) => {
        const fill = pad.entropy?.(fillLength(key)) ?? new Uint8Array();
        const digits = toHex(encipherPin(pin, fromHex(challenge), key, fill));
        pad.offlinePin = { type: 'ciphertext', digits };
        return reply(`U69.0${String(digits.length).padStart(3, '0')}`);
      },
    },
  };
}

function give(sequence: string, pad: Pad): Outcome {
  if (!/^\d\d$/.test(sequence)) return silence;
  if (pad.offlinePin?.type !== 'ciphertext') return reply('U712');
  const start = Number(sequence) * PIECE_DIGITS_MAX;
  const piece = pad.offlinePin.digits.slice(start, start + PIECE_DIGITS_MAX);
  if (piece === '') return reply('U712');
  const isLast = start + piece.length === pad.offlinePin.digits.length;
  return reply(`U71${isLast ? 6 : 7}${sequence}${FS}${piece}`);
}
