/** The U messages, which work with keys that the PIN pad keeps: texts to send, and what the replies say (PIN pad sheet 11). */
import { Bug, fail, ok, type Result } from '../../domain/result.ts';
import { FS } from './frame.ts';
import type { Cipher, KeyUsage } from './port-types.ts';

/** A refusal in words, for logs. */
export type Refusal = string;

/** Where each working key stands in the PIN pad. */
const KEY_SLOTS: Readonly<Record<KeyUsage, number>> = { P: 1, M: 2, D: 3 };

/** Hex digits of a block. */
const BLOCK_DIGITS: Readonly<Record<Cipher, number>> = { des: 16, sm4: 32 };
/** UnionPay's MAC with either cipher (PIN pad sheet 11, U66). */
const MAC_ALGORITHMS: Readonly<Record<Cipher, 'X' | 'S'>> = { des: 'X', sm4: 'S' };
/** 192 hex digits a packet, whole blocks of either cipher. */
export const PACKET_DIGITS_MAX = 192;
/** Sequence numbers 00 to 99. */
const PACKETS_MAX = 100;

/* ---- UK ----------------------------------------------------------------------------------------------------- */

export interface KeyLoad {
  readonly masterKeySlot: number;
  readonly usage: KeyUsage;
  readonly algorithm: 'D' | 'T' | 'S';
  /** Upper-case hex. */
  readonly encrypted: string;
  readonly checkValue: string;
}

/** The key comes from the host, so a misshapen one is an outcome and not a bug. */
export function keyLoadText(load: KeyLoad): Result<string, Refusal> {
  const { masterKeySlot, usage, algorithm, encrypted, checkValue } = load;
  if (algorithm === 'S' && encrypted.length !== 32) return fail('UK: the encrypted SM4 key is not 32 hex digits');
  if (!/^(?:[\dA-F]{16}){1,2}$/.test(encrypted)) return fail('UK: the encrypted key is not 16 or 32 hex digits');
  if (!/^[\dA-F]{8}$/.test(checkValue)) return fail('UK: the check value is not 8 hex digits');
  const head = `UK${masterKeySlot}${KEY_SLOTS[usage]}${usage}${algorithm}${encrypted.length / 16}`;
  return ok([head, encrypted, checkValue].join(FS));
}

const UK_STATUSES: Readonly<Record<string, string>> = {
  '2': 'the master key slot is empty',
  '3': 'wrong key length or algorithm',
  '4': 'wrong format',
  '5': 'wrong usage',
};

export type KeyLoadReply = { readonly type: 'stored'; readonly checkValue: string } | { readonly type: 'mismatch' };

export function readKeyLoadReply(reply: string): Result<KeyLoadReply, Refusal> {
  const checkValue = /^UK0\u001c([\dA-F]{8})$/.exec(reply)?.[1];
  if (checkValue !== undefined) return ok({ type: 'stored', checkValue });
  if (reply === 'UK1') return ok({ type: 'mismatch' });
  return fail(explain('UK', reply, UK_STATUSES));
}

/* ---- UV ----------------------------------------------------------------------------------------------------- */

export const keyReportText = (usage: KeyUsage): string => `UV${usage}${KEY_SLOTS[usage]}`;

const UV_STATUSES: Readonly<Record<string, string>> = {
  '2': 'no key in the slot',
  '4': 'wrong format',
  '5': 'wrong usage',
};

/** The algorithm of the key in the slot; the check value that comes with it is no secret and of no use here. */
export function readKeyReport(reply: string): Result<KeyLoad['algorithm'], Refusal> {
  const [, algorithm] = /^UV0(D1|T2|S2)\u001c[\dA-F]{8}$/.exec(reply) ?? [];
  const letter = algorithm?.charAt(0);
  return letter === 'D' || letter === 'T' || letter === 'S' ? ok(letter) : fail(explain('UV', reply, UV_STATUSES));
}

/* ---- U60, U61 ----------------------------------------------------------------------------------------------- */

/** What a person is asked, whatever becomes of the PIN. */
export interface EntryRules {
  readonly amountText: string;
  readonly lengthMin: number;
  readonly lengthMax: number;
  readonly bypassAllowed: boolean;
  readonly timeoutSeconds: number;
}

export interface EntryRequest extends EntryRules {
  /** 8 to 19 digits. */
  readonly pan: string;
}

export function entryText({ pan, ...rules }: EntryRequest): Result<string, Refusal> {
  if (!/^\d{8,19}$/.test(pan)) return fail('U60: the PAN is not 8 to 19 digits');
  const { lengths, seconds } = entryRules(rules);
  return ok([`U60.${pan}`, `${KEY_SLOTS.P}${lengths}`, seconds, rules.amountText].join(FS));
}

/** `[min 2][max 2][null Y/N]` and `[seconds 3]`. @throws Bug for what no PIN pad can be asked. */
export function entryRules(rules: EntryRules): { readonly lengths: string; readonly seconds: string } {
  const { amountText, lengthMin, lengthMax, bypassAllowed, timeoutSeconds } = rules;
  if (!isWhole(lengthMin, 4, 12) || !isWhole(lengthMax, lengthMin, 12)) {
    throw new Bug(`A PIN of ${lengthMin} to ${lengthMax} digits cannot be asked for: it has 4 to 12.`);
  }
  if (!isWhole(timeoutSeconds, 1, 999)) throw new Bug(`PIN entry cannot wait ${timeoutSeconds} s: 1 to 999.`);
  if (!/^[ -~]{0,16}$/.test(amountText)) throw new Bug('The amount on the PIN pad is at most 16 characters of ASCII.');
  const lengths = `${digits(lengthMin, 2)}${digits(lengthMax, 2)}${bypassAllowed ? 'Y' : 'N'}`;
  return { lengths, seconds: digits(timeoutSeconds, 3) };
}

export type EntryReply =
  | { readonly type: 'entered'; readonly pinBlock: string }
  | { readonly type: 'bypassed' | 'cancelled' | 'timed-out' };

/** What follows the E of an error is the PIN pad's own, but for this one. */
const ENTRY_ERRORS: Readonly<Record<string, string>> = {
  S: 'nobody has told the PIN pad how an SM4 PIN block is laid out',
};

const ENTRY_ENDINGS: Readonly<Record<string, EntryReply>> = {
  'U61.B0001': { type: 'bypassed' },
  'U61.C': { type: 'cancelled' },
  'U61.T': { type: 'timed-out' },
};

export function readEntryReply(reply: string, cipher: Cipher): Result<EntryReply, Refusal> {
  const pinBlock = /^U61\.0(?:0[4-9]|1[0-2])01([\dA-F]+)$/.exec(reply)?.[1];
  if (pinBlock?.length === BLOCK_DIGITS[cipher]) return ok({ type: 'entered', pinBlock });
  const ending = ENTRY_ENDINGS[reply];
  if (ending !== undefined) return ok(ending);
  if (reply === 'U61.L') return fail('U61: too many PIN entries in a short time');
  const code = /^U61\.E([\dA-Z])$/.exec(reply)?.[1];
  return fail(`U61: ${code === undefined ? 'not understood' : (ENTRY_ERRORS[code] ?? `error ${code}`)}`);
}

/* ---- U64 to U67 --------------------------------------------------------------------------------------------- */

/** UnionPay MAC, one text per packet; the data is filled with zeros to whole blocks. */
export function macTexts(data: Uint8Array, cipher: Cipher): readonly string[] {
  const digitCount = Math.ceil((2 * data.length) / BLOCK_DIGITS[cipher]) * BLOCK_DIGITS[cipher];
  const packets = Math.ceil(digitCount / PACKET_DIGITS_MAX);
  if (packets < 1 || packets > PACKETS_MAX) throw new Bug(`A MAC over ${data.length} bytes cannot be asked for.`);
  const hex = Array.from(data, (byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();
  const filled = hex.padEnd(digitCount, '0');
  return Array.from({ length: packets }, (_, index) => {
    const flag = index === packets - 1 ? 6 : 7;
    const part = filled.slice(index * PACKET_DIGITS_MAX, (index + 1) * PACKET_DIGITS_MAX);
    return [`U66${flag}${digits(index, 2)}${KEY_SLOTS.M}`, MAC_ALGORITHMS[cipher], part].join(FS);
  });
}

/** ECB over one block: one packet, no initial value. */
export function encryptText(block: string, cipher: Cipher): Result<string, Refusal> {
  const isBlock = /^[\dA-F]+$/.test(block) && block.length === BLOCK_DIGITS[cipher];
  if (!isBlock) return fail(`U64: the block is not ${BLOCK_DIGITS[cipher]} hex digits`);
  return ok([`U64600${KEY_SLOTS.D}`, 'E', '', block].join(FS));
}

/** Sheet 7: the same statuses as Z67, as far as they can occur with stored keys. */
export const DATA_STATUSES: Readonly<Record<string, string>> = {
  '2': 'packet out of sequence',
  '3': 'no key in the slot',
  '5': 'wrong length',
  '6': 'wrong flag',
  '7': 'wrong content',
  '8': 'wrong working key',
  '9': 'the key does not fit the algorithm',
  A: 'the key is for another usage',
};

export type DataReply =
  | { readonly type: 'next' }
  /** 16 hex digits, or 32 of SM4. */
  | { readonly type: 'block'; readonly block: string }
  /** The PIN pad counts the packets otherwise than we do. */
  | { readonly type: 'out-of-sequence' };

export function readDataReply(id: 'U65' | 'U67' | 'Z67', reply: string, cipher: Cipher): Result<DataReply, Refusal> {
  const status = reply.charAt(3);
  const rest = reply.slice(4);
  const isBlock = /^[\dA-F]+$/.test(rest) && rest.length === BLOCK_DIGITS[cipher];
  if (reply.startsWith(`${id}0`) && isBlock) return ok({ type: 'block', block: rest });
  if (reply === `${id}1`) return ok({ type: 'next' });
  if (status === '2') return ok({ type: 'out-of-sequence' });
  return fail(explain(id, reply, DATA_STATUSES));
}

/* ------------------------------------------------------------------------------------------------------------- */

/** Only the status, never the rest: what we do not understand may hold anything. */
export function explain(id: string, reply: string, statuses: Readonly<Record<string, string>>): Refusal {
  const status = reply.charAt(id.length);
  return `${id}: ${statuses[status] ?? 'not understood'}`;
}

export const digits = (value: number, width: number): string => String(value).padStart(width, '0');

const isWhole = (value: number, min: number, max: number): boolean =>
  Number.isInteger(value) && value >= min && value <= max;
