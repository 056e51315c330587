/** The reader's messages: what the host's fields are, and how a reply is laid out (CCID 1.1, 6.1 and 6.2). */

/** bError (CCID 6.2.6, and table 6.2-2): a number below 80h is the place of the wrong byte in the message. */
export const ERROR = {
  unsupported: 0x00,
  protocol: 0x07,
  level: 0x08,
  mute: 0xfe,
  busy: 0xe0,
  aborted: 0xff,
  tooLong: 0x01,
} as const;

/** wLevelParameter of a command and bChainParameter of a reply (CCID 6.1.4, 6.2.1). */
export const CHAIN = { whole: 0x00, begins: 0x01, ends: 0x02, continues: 0x03, next: 0x10 } as const;

/** A message of the host's, cut at the fields that every message has. */
export interface Command {
  readonly code: number;
  readonly slot: number;
  readonly sequence: number;
  /** The three bytes whose meaning is the message's own. */
  readonly own: Uint8Array;
  readonly data: Uint8Array;
}

export interface Answer {
  readonly data?: Uint8Array;
  readonly error?: number;
  /** Byte 9: chain parameter, protocol or clock state. */
  readonly own?: number;
}

/** Which reply answers which message; whatever else comes is answered with the slot's status. */
const REPLY_CODES: Readonly<Record<number, number>> = {
  0x62: 0x80,
  0x6f: 0x80,
  0x69: 0x80,
  0x61: 0x82,
  0x6c: 0x82,
  0x6d: 0x82,
  0x6b: 0x83,
};

export function messageOf(
  command: Command,
  status: number,
  { data = new Uint8Array(0), error = 0, own = 0 }: Answer,
): Uint8Array {
  const code = REPLY_CODES[command.code] ?? 0x81;
  const length = [data.length & 0xff, data.length >> 8, 0, 0];
  return Uint8Array.of(code, ...length, command.slot, command.sequence, status, error, own, ...data);
}

export const commandOf = (message: Uint8Array): Command => ({
  code: message[0] ?? 0,
  slot: message[5] ?? 0,
  sequence: message[6] ?? 0,
  own: message.slice(7, 10),
  data: message.slice(10),
});
