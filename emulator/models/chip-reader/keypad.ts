/** The reader's own keypad: what Secure asks of it, and the command that a keyed PIN makes (CCID 1.1, 6.1.11). */

export type KeypadKey = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | 'enter' | 'clear' | 'cancel';

export interface PinEntry {
  readonly timeoutMs: number;
  readonly lengthMin: number;
  readonly lengthMax: number;
  /** USB language code. */
  readonly language: number;
  /** T=1: node address, protocol control byte, length. */
  readonly prologue: Uint8Array;
  /** The command, with a place in its data for length and PIN. */
  readonly template: Uint8Array;
}

/** Place of the first byte of the structure in the message: errors count from there. */
const STRUCTURE_START = 10;
const TEMPLATE_START = 15;
/** Five bytes of header, and the block. */
const TEMPLATE_LENGTH = 13;
const SECONDS_BY_DEFAULT = 30;
/** What this reader can do to a PIN: bytes, left, BCD, from byte 1; a length of four bits behind the control nibble; seven bytes. */
const FORMAT: readonly (readonly [place: number, value: number])[] = [
  [0, 0x00],
  [2, 0x89],
  [3, 0x47],
  [4, 0x04],
  [7, 0x02],
];
const [CLASS, INSTRUCTION, BLOCK_LENGTH, CONTROL] = [0x00, 0x20, 0x08, 0x20];
const PIN_LENGTHS = { min: 4, max: 12 } as const;

/** @returns the place of the first byte that is wrong, as bError has it. */
export function readSecure(data: Uint8Array): PinEntry | { readonly wrongByte: number } {
  const wrong = (place: number): { readonly wrongByte: number } => ({ wrongByte: STRUCTURE_START + place });
  if (data.length !== TEMPLATE_START + TEMPLATE_LENGTH) return { wrongByte: 1 };
  const misfit = FORMAT.find(([place, value]) => data[place] !== value);
  if (misfit !== undefined) return wrong(misfit[0]);
  const [, seconds = 0, , , , lengthMax = 0, lengthMin = 0] = data;
  if (lengthMax > PIN_LENGTHS.max) return wrong(5);
  if (lengthMin < PIN_LENGTHS.min || lengthMin > lengthMax) return wrong(6);
  const template = data.slice(TEMPLATE_START);
  const isVerify =
    template[0] === CLASS &&
    template[1] === INSTRUCTION &&
    template[4] === BLOCK_LENGTH &&
    template[5] === CONTROL &&
    template.subarray(6).every((byte) => byte === 0xff);
  if (!isVerify) return wrong(TEMPLATE_START);
  return {
    timeoutMs: 1000 * (seconds === 0 ? SECONDS_BY_DEFAULT : seconds),
    lengthMin,
    lengthMax,
    language: (data[9] ?? 0) + (data[10] ?? 0) * 0x100,
    prologue: data.slice(12, TEMPLATE_START),
    template,
  };
}

/** The command as the card gets it: length and digits in the places that the format names, filler behind them. */
export function fillIn({ template }: PinEntry, pin: string): Uint8Array {
  const command = template.slice();
  command[5] = CONTROL | pin.length;
  Array.from(pin, Number).forEach((digit, index) => {
    const at = 6 + (index >> 1);
    const other = command[at] ?? 0xff;
    command[at] = index % 2 === 0 ? (digit << 4) | (other & 0x0f) : (other & 0xf0) | digit;
  });
  return command;
}

/** In a block of T=1: the prologue that the host has given, the command, the check. */
export function inBlock({ prologue }: PinEntry, command: Uint8Array): Uint8Array {
  const body = Uint8Array.of(...prologue, ...command);
  return Uint8Array.of(
    ...body,
    body.reduce((sum, byte) => sum ^ byte, 0),
  );
}

export type KeyEffect =
  | { readonly type: 'keyed'; readonly pin: string }
  /** The key does nothing now. */
  | { readonly type: 'refused' }
  | { readonly type: 'entered' | 'cancelled' };

/** There is no way to go without a PIN but to cancel. */
export function pressKey({ lengthMin, lengthMax }: PinEntry, pin: string, key: KeypadKey): KeyEffect {
  switch (key) {
    case 'cancel':
      return { type: 'cancelled' };
    case 'clear':
      return { type: 'keyed', pin: '' };
    case 'enter':
      return { type: pin.length < lengthMin ? 'refused' : 'entered' };
    default:
      return pin.length < lengthMax ? { type: 'keyed', pin: pin + key } : { type: 'refused' };
  }
}

/** What the reader itself answers in place of the card: PC/SC part 10, 2.5.6. */
export const TIMED_OUT: Uint8Array = Uint8Array.of(0x64, 0x00);
export const CANCELLED: Uint8Array = Uint8Array.of(0x64, 0x01);
