/** Z60, Z62, Z63 and U60: the requests that begin a PIN entry under a working key (PIN pad sheet 4 and 11). */
import { DesKey } from '../crypto/des-key.ts';
import { fromHex, toHex } from '../crypto/hex.ts';
import { buildPinBlock, PIN_LENGTH_MAX, PIN_LENGTH_MIN } from '../crypto/pin-block.ts';
import { unwrapKey } from '../crypto/working-key.ts';
import { requestDukptPin } from './dukpt-messages.ts';
import { FS } from './frame.ts';
import type { PadKey } from './key-store.ts';
import { isUpperHex, type Message, type Messages, type Outcome, type Pad, reply, silence } from './message.ts';
import { type PinRules, pinRules } from './pin-entry.ts';
import { CLASSIC_TIMEOUT_MS, classicTimeoutMs, type PinRequest } from './pin-request.ts';

const message = (handle: (body: string, pad: Pad) => Outcome): Message => ({ envelope: 'transaction', handle });

export const pinMessages: Messages = {
  Z60: message(requestPin),
  Z62: message(requestPinWithPrompts),
  Z63: message(requestPinWithEcho),
  U60: message(requestPinWithStoredKey),
};

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** `[id].0[length]01[block]`. */
const pinReply =
  (answerId: '71' | 'U61', key: PadKey, pan: string) =>
  (pin: string): Outcome => {
    const block = key.encrypt(buildPinBlock(pin, pan, key.blockLength));
    return reply(`${answerId}.0${twoDigits(pin.length)}01${toHex(block)}`);
  };

/** Without a key, or with a time in its place, the request is for DUKPT. */
function requestPin(body: string, pad: Pad): Outcome {
  const [account = '', key, units, ...more] = body.split(FS);
  if (more.length > 0) return silence;
  if (key === undefined || (key.length === 1 && units === undefined)) {
    const timeoutMs = classicTimeoutMs(key);
    if (!account.startsWith('.') || timeoutMs === undefined) return silence;
    return requestDukptPin(account.slice(1), '', timeoutMs, pad);
  }
  const timeoutMs = classicTimeoutMs(units);
  if (timeoutMs === undefined) return silence;
  return classicRequest(account, key, pad, {
    timeoutMs,
    lengthMin: PIN_LENGTH_MIN,
    lengthMax: PIN_LENGTH_MAX,
    bypassAllowed: false,
    lines: [],
  });
}

function requestPinWithPrompts(body: string, pad: Pad): Outcome {
  const [account = '', settings = '', prompt2, processing, units, ...more] = body.split(FS);
  const timeoutMs = classicTimeoutMs(units);
  if (prompt2 === undefined || processing === undefined || more.length > 0 || timeoutMs === undefined) return silence;
  const { key, rules, rest: prompt1 } = keyAndRules(settings);
  if (!rules) return silence;
  return classicRequest(account, key, pad, { ...rules, timeoutMs, lines: [prompt1, prompt2] });
}

function requestPinWithEcho(body: string, pad: Pad): Outcome {
  const [account = '', settings = '', ...more] = body.split(FS);
  const { key, rules, rest: echo } = keyAndRules(settings);
  if (more.length > 0 || !rules || echo.length !== 1) return silence;
  return classicRequest(account, key, pad, { ...rules, timeoutMs: CLASSIC_TIMEOUT_MS, lines: [] });
}

function keyAndRules(settings: string): { key: string; rules: PinRules | undefined; rest: string } {
  const parts = /^([\dA-F]{32}|[\dA-F]{16})(\d\d)(\d\d)([YN])(.*)$/.exec(settings);
  const [, key = '', min = '', max = '', bypass = '', rest = ''] = parts ?? [];
  return { key, rules: pinRules(min, max, bypass), rest };
}

/** Errors of 71 as VeriFone numbers them: 1 no master key, 2 account or working key (PIN pad sheet 4.3). */
function classicRequest(
  account: string,
  wrapped: string,
  pad: Pad,
  rest: Omit<PinRequest, 'answerId' | 'entered' | 'amountText'>,
): Outcome {
  if (!account.startsWith('.')) return silence;
  const master = pad.keys.desMaster(pad.keys.selected);
  if (!master) return reply('711');
  const pan = account.slice(1);
  const keyFits = isUpperHex(wrapped) && [16, 32].includes(wrapped.length) && wrapped.length / 2 <= master.length;
  if (!/^\d{8,19}$/.test(pan) || !keyFits) return reply('712');
  const key = new DesKey(unwrapKey(master, fromHex(wrapped)));
  return {
    type: 'entry',
    request: { ...rest, answerId: '71', entered: pinReply('71', key, pan), amountText: '' },
  };
}

/**
 * U60. The extension leaves the character after E open; here it is UIC's for a 71: 2 and 3 account too short or long,
 * 4 not digits, 6 timeout, 8 lengths, bypass flag or amount, 9 no key in the slot, A no such slot. S is ours: an SM4
 * key, and this pad was not told how the block is laid out (`sm4PinBlock` of the pad's options).
 */
function requestPinWithStoredKey(body: string, pad: Pad): Outcome {
  const [account = '', settings = '', seconds = '', amountText = '', ...more] = body.split(FS);
  const wellFormed = account.startsWith('.') && settings.length === 6 && body.split(FS).length === 4;
  if (!wellFormed || more.length > 0) return silence;
  const pan = account.slice(1);
  const [slot, rules] = [settings.slice(0, 1), pinRules(settings.slice(1, 3), settings.slice(3, 5), settings.slice(5))];
  if (!/^\d*$/.test(pan)) return reply('U61.E4');
  if (pan.length < 8) return reply('U61.E2');
  if (pan.length > 19) return reply('U61.E3');
  if (!/^\d$/.test(slot)) return reply('U61.EA');
  if (!rules || !/^[\x20-\x7e]{0,16}$/.test(amountText)) return reply('U61.E8');
  if (!/^\d{3}$/.test(seconds) || seconds === '000') return reply('U61.E6');
  const key = pad.keys.working('P', slot);
  if (!key) return reply('U61.E9');
  if (key.algorithm === 'sm4' && pad.sm4PinBlock === 'unsettled') return reply('U61.ES');
  const timeoutMs = Number(seconds) * 1000;
  const entered = pinReply('U61', key, pan);
  return { type: 'entry', request: { ...rules, answerId: 'U61', entered, timeoutMs, amountText, lines: [] } };
}
