/** What the terminal asks of a PIN pad, one row per message (PIN pad sheet 3, 4, 7 and 11). */
import type { Envelope } from './frame.ts';

export interface MessageRow {
  readonly id: string;
  readonly envelope: Envelope;
  readonly answer: AnswerShape;
  /**
   * From ACK to answer. Six seconds for what a PIN pad answers at once: its own repeat of an answer that was lost comes
   * after five (PIN pad sheet 2). The time of an entry is that of its request.
   */
  readonly replyTimeoutMs: number;
  /** Administration exchanges end with an EOT of the PIN pad after our ACK (PIN pad sheet 2). */
  readonly eotFollows: boolean;
  /**
   * `blindly`: the same frame goes out again when nothing acknowledges it, since a second execution changes nothing.
   * `after-cancel`: the PIN pad may have begun, and only the ACK was lost. It is told to stop (72) and asked anew.
   */
  readonly repeat: 'blindly' | 'after-cancel';
}

type AnswerShape =
  /** A frame in the same envelope whose text begins with this id. */
  | { readonly kind: 'frame'; readonly id: string }
  /** The request itself comes back, and is stored on our ACK; `02?` and a code is an error (PIN pad sheet 3.1). */
  | { readonly kind: 'echo' }
  /** A frame on some models, the bare EOT on others (08). */
  | { readonly kind: 'frame-or-eot'; readonly id: string }
  /** No frame: ACK from an idle PIN pad, EOT from one that has dropped an entry (72). */
  | { readonly kind: 'ack-or-eot' };

const IMMEDIATE_MS = 6_000;
/** Default entry time of the classic messages, 270 s, and the margin of sheet 2. */
const CLASSIC_ENTRY_MS = 275_000;

const administration = (id: string, answer: AnswerShape = { kind: 'frame', id }): MessageRow => ({
  id,
  envelope: 'SI',
  answer,
  replyTimeoutMs: IMMEDIATE_MS,
  eotFollows: true,
  repeat: 'blindly',
});

const transaction = (id: string, replyId: string): MessageRow => ({
  id,
  envelope: 'STX',
  answer: { kind: 'frame', id: replyId },
  replyTimeoutMs: IMMEDIATE_MS,
  eotFollows: false,
  repeat: 'blindly',
});

const entry = (id: string, replyId: string): MessageRow => ({
  ...transaction(id, replyId),
  replyTimeoutMs: CLASSIC_ENTRY_MS,
  repeat: 'after-cancel',
});

export const MESSAGES = {
  loadMasterKey: administration('02', { kind: 'echo' }),
  checkMasterKey: administration('04'),
  selectMasterKey: administration('08', { kind: 'frame-or-eot', id: '08' }),
  cancel: { ...transaction('72', ''), answer: { kind: 'ack-or-eot' } },
  classicPin: entry('Z60', '71'),
  classicMac: transaction('Z66', 'Z67'),
  loadKey: administration('UK'),
  reportKey: administration('UV'),
  pin: entry('U60', 'U61'),
  /** The time is that of its packets with the key; the last, which is the entry, has its own. */
  offlinePin: { ...transaction('U68', 'U69'), repeat: 'after-cancel' },
  offlinePinData: transaction('U70', 'U71'),
  encrypt: transaction('U64', 'U65'),
  mac: transaction('U66', 'U67'),
} as const satisfies Readonly<Record<string, MessageRow>>;
