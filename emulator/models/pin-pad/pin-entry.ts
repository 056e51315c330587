/** A cardholder at the keypad: what each key does to a PIN under way (PIN pad sheet 4.4). */
import { PIN_LENGTH_MAX, PIN_LENGTH_MIN } from '../crypto/pin-block.ts';

export type PinPadKey = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | 'enter' | 'clear' | 'cancel';

export interface PinRules {
  readonly lengthMin: number;
  readonly lengthMax: number;
  /** ENTER with nothing keyed ends the entry without a PIN. */
  readonly bypassAllowed: boolean;
}

/** Two digits each, 04 to 12, in order. */
export function pinRules(min: string, max: string, bypass: string): PinRules | undefined {
  const [lengthMin, lengthMax] = [Number(min), Number(max)];
  const inRange = lengthMin >= PIN_LENGTH_MIN && lengthMin <= lengthMax && lengthMax <= PIN_LENGTH_MAX;
  if (!inRange || !/^[YN]$/.test(bypass)) return undefined;
  return { lengthMin, lengthMax, bypassAllowed: bypass === 'Y' };
}

export type EntryEnd =
  | { readonly type: 'entered'; readonly pin: string }
  | { readonly type: 'bypassed' }
  | { readonly type: 'cancelled' }
  | { readonly type: 'timed-out' };

export type KeyEffect =
  /** The stars on the display are now those of `pin`. */
  | { readonly type: 'keyed'; readonly pin: string }
  /** The key is refused with a beep; nothing changes. */
  | { readonly type: 'beep' }
  | { readonly type: 'ended'; readonly end: EntryEnd };

export function pressKey(rules: PinRules, pin: string, key: PinPadKey): KeyEffect {
  if (key === 'cancel') return { type: 'ended', end: { type: 'cancelled' } };
  if (key === 'clear') return { type: 'keyed', pin: '' };
  if (key === 'enter') {
    if (pin === '' && rules.bypassAllowed) return { type: 'ended', end: { type: 'bypassed' } };
    return pin.length < rules.lengthMin ? { type: 'beep' } : { type: 'ended', end: { type: 'entered', pin } };
  }
  return pin.length < rules.lengthMax ? { type: 'keyed', pin: pin + key } : { type: 'beep' };
}
