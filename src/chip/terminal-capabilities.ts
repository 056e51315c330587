/** What the terminal says of itself to the card, from what stands on the counter (EMV Book 4, annex A2 and A3). */
import { toHex } from '../emv/bytes.ts';
import { CAPABILITY_FLAGS, Register } from '../emv/flags.ts';

export interface CounterDevices {
  /** The card reader takes PINs itself: the only way for a plaintext one, which never enters the terminal. */
  readonly readerKeypad: boolean;
  /** Whether it enciphers a PIN for the card too, or only for the host. */
  readonly pinPad: 'enciphered' | 'online-only';
}

/** 9F33 and 9F40, in hex. */
export interface Capabilities {
  readonly capabilities: string;
  readonly additionalCapabilities: string;
}

const ALWAYS = [
  'manualEntry',
  'magneticStripe',
  'contactChip',
  'encipheredPinOnline',
  'signature',
  'noCvm',
  'sda',
  'dda',
  'cda',
] as const satisfies readonly (keyof typeof CAPABILITY_FLAGS)[];

/**
 * Annex A3: cash, goods, services and cashback; keys of every kind; print and display for the attendant; code table 1.
 * None of it depends on who asks for the PIN.
 */
const ADDITIONAL = 'F000F0A001';

export function terminalCapabilities({ readerKeypad, pinPad }: CounterDevices): Capabilities {
  const register = new Register(CAPABILITY_FLAGS, 3);
  for (const name of ALWAYS) register.set(name);
  register.set('plaintextPinByCard', readerKeypad);
  register.set('encipheredPinByCard', pinPad === 'enciphered');
  return { capabilities: toHex(register.bytes()), additionalCapabilities: ADDITIONAL };
}
