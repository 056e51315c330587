/** What the terminal asks of a chip card reader, one row per CCID message (CCID 1.1, 6.1), and how its replies read (6.2). */
import { fail, ok, type Result } from '../../domain/result.ts';
import { MESSAGE_DATA_MAX } from './frame.ts';

export interface MessageRow {
  readonly code: number;
  readonly reply: number;
  /** From the last byte of the command, or of an extension, to the reply. The reference driver waits as long. */
  readonly replyTimeoutMs: number;
  /**
   * `blindly`: the same frame goes out again when nothing answers, since a second execution changes nothing.
   * `when-refused`: it reaches the card, and a card counts. It is sent again only when the reader says that it has not
   * taken it.
   */
  readonly repeat: 'blindly' | 'when-refused';
}

const [DATA_BLOCK, SLOT_STATUS, PARAMETERS, ESCAPE] = [0x80, 0x81, 0x82, 0x83];

export const MESSAGES = {
  powerOn: { code: 0x62, reply: DATA_BLOCK, replyTimeoutMs: 3_000, repeat: 'blindly' },
  powerOff: { code: 0x63, reply: SLOT_STATUS, replyTimeoutMs: 3_000, repeat: 'blindly' },
  slotStatus: { code: 0x65, reply: SLOT_STATUS, replyTimeoutMs: 1_000, repeat: 'blindly' },
  transfer: { code: 0x6f, reply: DATA_BLOCK, replyTimeoutMs: 3_000, repeat: 'when-refused' },
  getParameters: { code: 0x6c, reply: PARAMETERS, replyTimeoutMs: 3_000, repeat: 'blindly' },
  setParameters: { code: 0x61, reply: PARAMETERS, replyTimeoutMs: 3_000, repeat: 'blindly' },
  resetParameters: { code: 0x6d, reply: PARAMETERS, replyTimeoutMs: 3_000, repeat: 'blindly' },
  /** Beyond the time that the cardholder has for his PIN (CCID's bTimeOut). */
  secure: { code: 0x69, reply: DATA_BLOCK, replyTimeoutMs: 5_000, repeat: 'when-refused' },
  /** The first of them finds out whether there is a reader at all. */
  escape: { code: 0x6b, reply: ESCAPE, replyTimeoutMs: 2_000, repeat: 'blindly' },
  abort: { code: 0x72, reply: SLOT_STATUS, replyTimeoutMs: 1_000, repeat: 'blindly' },
} as const satisfies Readonly<Record<string, MessageRow>>;

/** A message to be sent; its sequence number is the link's business. */
export interface Request {
  readonly row: MessageRow;
  /** The three bytes of the header whose meaning is the message's own. */
  readonly own?: readonly [number, number, number];
  readonly data?: Uint8Array;
  /** A person has so much time, on top of that of the row. */
  readonly personMs?: number;
}

const SLOT = 0;
const HEADER_LENGTH = 10;

export function encodeMessage(
  { row, own = [0, 0, 0], data = new Uint8Array(0) }: Request,
  sequence: number,
): Uint8Array {
  const length = [data.length & 0xff, data.length >> 8, 0, 0];
  return Uint8Array.of(row.code, ...length, SLOT, sequence, ...own, ...data);
}

export interface Reply {
  readonly code: number;
  readonly sequence: number;
  /** bmICCStatus. */
  readonly card: 'active' | 'inactive' | 'absent';
  /** bmCommandStatus. */
  readonly status: 'ok' | 'failed' | 'extension';
  /** bError, when it failed. */
  readonly error: number;
  /** Byte 9: chain parameter, protocol or clock state. */
  readonly own: number;
  readonly data: Uint8Array;
}

const CARD_STATES = ['active', 'inactive', 'absent'] as const;
const COMMAND_STATES = ['ok', 'failed', 'extension'] as const;

/** Bit 7 tells the two directions apart: without it a message is a command, the echo of one of ours. */
export const isCommand = (message: Uint8Array): boolean => ((message[0] ?? 0) & 0x80) === 0;

/** The error names what is wrong with the message. */
export function parseReply(message: Uint8Array): Result<Reply, string> {
  const [code = 0, , , , , slot, sequence = 0, bits = 0, error = 0, own = 0] = message;
  if (message.length < HEADER_LENGTH || message.length > HEADER_LENGTH + MESSAGE_DATA_MAX) return fail('length');
  if (slot !== SLOT) return fail('slot');
  const card = CARD_STATES[bits & 0x03];
  const status = COMMAND_STATES[bits >> 6];
  // Bits 2 to 5 are reserved, and a reader may leave anything there.
  if (card === undefined || status === undefined) return fail('status');
  return ok({ code, sequence, card, status, error, own, data: message.slice(HEADER_LENGTH) });
}

/** bError (CCID 6.2.6) in words, for logs. */
const ERRORS: Readonly<Record<number, string>> = {
  0xff: 'aborted',
  0xfe: 'card mute',
  0xfd: 'parity error',
  0xfc: 'overrun',
  0xfb: 'hardware error',
  0xf8: 'bad TS in the answer to reset',
  0xf7: 'bad check byte in the answer to reset',
  0xf6: 'protocol not supported',
  0xf5: 'voltage class not supported',
  0xf4: 'procedure byte conflict',
  0xf3: 'deactivated protocol',
  0xf2: 'busy with an automatic sequence',
  0xf0: 'PIN timeout',
  0xef: 'PIN cancelled',
  0xe0: 'slot busy',
  0x00: 'message not supported',
};

export function describeError(error: number): string {
  const words = ERRORS[error] ?? (error < 0x80 ? `wrong byte ${error}` : 'unknown');
  return `${error.toString(16).padStart(2, '0').toUpperCase()} ${words}`;
}
