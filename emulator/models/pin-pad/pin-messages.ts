/** The requests that begin a PIN entry, and what its end answers (PIN pad sheet 4 and 11). */
import { DesKey } from '../crypto/des-key.ts';
import { fromHex, toHex } from '../crypto/hex.ts';
import { buildPinBlock, PIN_LENGTH_MAX, PIN_LENGTH_MIN } from '../crypto/pin-block.ts';
import { unwrapKey } from '../crypto/working-key.ts';
import { FS } from './frame.ts';
import { isUpperHex, type Message, type Messages, type Outcome, type Pad, reply, silence } from './message.ts';
import type { EntryEnd, PinRules } from './pin-entry.ts';

export interface PinRequest extends PinRules {
  /** 71 for the classic requests, U61 for the one with a stored key. */
  readonly answerId: '71' | 'U61';
  readonly pan: string;
  readonly key: DesKey;
  /** Over the whole entry, not per key. */
  readonly timeoutMs: number;
  /** Empty when the request had none. */
  readonly amountText: string;
  /** Prompts of Z62, shown in turn. */
  readonly lines: readonly string[];
}

/** Of the classic requests without one of their own (PIN pad sheet 4.2). */
const CLASSIC_TIMEOUT_MS = 270_000;
const CLASSIC_TIMEOUT_UNIT_MS = 30_000;

const message = (handle: (body: string, pad: Pad) => Outcome): Message => ({ envelope: 'transaction', handle });

export const pinMessages: Messages = {
  Z60: message(requestPin),
  Z62: message(requestPinWithPrompts),
  Z63: message(requestPinWithEcho),
  U60: message(requestPinWithStoredKey),
};

/** What the terminal is told at the end of an entry. */
export function answerPin(request: PinRequest, end: EntryEnd): Outcome {
  switch (end.type) {
    case 'entered': {
      const block = request.key.encrypt(buildPinBlock(end.pin, request.pan));
      return reply(`${request.answerId}.0${twoDigits(end.pin.length)}01${toHex(block)}`);
    }
    case 'bypassed':
      // The sources leave open whether a block follows; sixteen zeros are the longer of the two (PIN pad sheet 4.4).
      return reply(request.answerId === 'U61' ? 'U61.B0001' : `71.00001${'0'.repeat(16)}`);
    case 'cancelled':
      return request.answerId === 'U61' ? reply('U61.C') : { type: 'end', afterMs: 0 };
    case 'timed-out':
      return request.answerId === 'U61' ? reply('U61.T') : { type: 'end', afterMs: 0 };
  }
}

/** More PINs than the pad lets through in this time. */
export const refuseForRate = (request: PinRequest): Outcome =>
  request.answerId === 'U61' ? reply('U61.L') : { type: 'end', afterMs: 0 };

const twoDigits = (value: number): string => String(value).padStart(2, '0');

function requestPin(body: string, pad: Pad): Outcome {
  const [account = '', key = '', units, ...more] = body.split(FS);
  const timeoutMs = classicTimeoutMs(units);
  if (!body.includes(FS) || more.length > 0 || timeoutMs === undefined) return silence;
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

function classicTimeoutMs(units: string | undefined): number | undefined {
  if (units === undefined) return CLASSIC_TIMEOUT_MS;
  return /^[1-9]$/.test(units) ? Number(units) * CLASSIC_TIMEOUT_UNIT_MS : undefined;
}

function keyAndRules(settings: string): { key: string; rules: PinRules | undefined; rest: string } {
  const parts = /^([\dA-F]{32}|[\dA-F]{16})(\d\d)(\d\d)([YN])(.*)$/.exec(settings);
  const [, key = '', min = '', max = '', bypass = '', rest = ''] = parts ?? [];
  return { key, rules: pinRules(min, max, bypass), rest };
}

/** Two digits each, 04 to 12, in order. */
function pinRules(min: string, max: string, bypass: string): PinRules | undefined {
  const [lengthMin, lengthMax] = [Number(min), Number(max)];
  const inRange = lengthMin >= PIN_LENGTH_MIN && lengthMin <= lengthMax && lengthMax <= PIN_LENGTH_MAX;
  if (!inRange || !/^[YN]$/.test(bypass)) return undefined;
  return { lengthMin, lengthMax, bypassAllowed: bypass === 'Y' };
}

/** Errors of 71 as VeriFone numbers them: 1 no master key, 2 account or working key (PIN pad sheet 4.3). */
function classicRequest(
  account: string,
  wrapped: string,
  pad: Pad,
  rest: Omit<PinRequest, 'answerId' | 'pan' | 'key' | 'amountText'>,
): Outcome {
  if (!account.startsWith('.')) return silence;
  const master = pad.keys.master(pad.keys.selected);
  if (!master) return reply('711');
  const pan = account.slice(1);
  const keyFits = isUpperHex(wrapped) && [16, 32].includes(wrapped.length) && wrapped.length / 2 <= master.length;
  if (!/^\d{8,19}$/.test(pan) || !keyFits) return reply('712');
  const key = new DesKey(unwrapKey(master, fromHex(wrapped)));
  return { type: 'entry', request: { ...rest, answerId: '71', pan, key, amountText: '' } };
}

/**
 * U60. The extension leaves the character after E open; here it is UIC's for a 71: 2 and 3 account too short or long,
 * 4 not digits, 6 timeout, 8 lengths, bypass flag or amount, 9 no key in the slot, A no such slot.
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
  const timeoutMs = Number(seconds) * 1000;
  return { type: 'entry', request: { ...rules, answerId: 'U61', pan, key, timeoutMs, amountText, lines: [] } };
}
