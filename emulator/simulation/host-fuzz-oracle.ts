/**
 * What a terminal may believe of what its host's line brought: judged from the bytes alone, with the keys that the
 * host issued, and held against what the journal says that it believed.
 */
import { responseMeaning } from '../../src/domain/response-code.ts';
import type { JournalRow } from '../../src/flows/journal.ts';
import { TRANSACTION_TYPES } from '../../src/flows/transaction/types.ts';
import { decode } from '../../src/host/iso8583/codec.ts';
import type { Message } from '../../src/host/iso8583/message.ts';
import { unionpay } from '../../src/host/iso8583/unionpay.ts';
import { DesKey } from '../models/crypto/des-key.ts';
import { fromHex, toHex } from '../models/crypto/hex.ts';
import { unionPayMacText } from '../models/crypto/mac.ts';
import { unwrapKey } from '../models/crypto/working-key.ts';
import { FIELDS_AT, joined } from './host-fuzz-draft.ts';

/** From the MTI on, without field 64 (dialect sheet 5.6). */
const MAC_INPUT_AT = 11;
const MAC_LENGTH = 8;
/** Beyond this no terminal looks for a frame (the longest message has less). */
const FRAME_LENGTH_MAX = 8192;

/** Per key: 16 bytes, and 4 of check value (dialect sheet 5.4). */
const KEY_DIGITS = 32;
const ENTRY_DIGITS = 40;

/** An answer that came to a request and may be believed. */
interface Believable {
  readonly mti: string;
  readonly stan: number;
  readonly responseCode: string;
  readonly referenceNumber: string;
}

export class HostOracle {
  readonly #master: DesKey;
  #macKey: DesKey | undefined;
  readonly #believable: Believable[] = [];
  /** Genuine answers from the MTI on, in hex. */
  readonly #genuine = new Set<string>();
  #isDeceived = false;

  constructor(masterKey: string) {
    this.#master = new DesKey(fromHex(masterKey));
  }

  /** The host has answered, whatever the terminal will get of it. */
  answered(genuine: Uint8Array): void {
    this.#genuine.add(toHex(genuine.subarray(MAC_INPUT_AT)));
    const answer = messageOf(genuine);
    const block = answer?.fields[62];
    if (answer?.mti !== '0810' || answer.fields[39] !== '00' || block === undefined) return;
    // A download brings no keys (dialect sheet 3.3).
    if (!/^00[0-9]{6}00[1-6]$/.test(answer.fields[60] ?? '')) return;
    this.#macKey = this.#keyOf(block.slice(ENTRY_DIGITS));
  }

  sign(message: Uint8Array): string | undefined {
    if (this.#macKey === undefined || message.length < FIELDS_AT + MAC_LENGTH) return undefined;
    return unionPayMacText(this.#macKey, message.subarray(MAC_INPUT_AT, message.length - MAC_LENGTH));
  }

  /**
   * Whether a terminal got an answer that says something else than the host's and has a right MAC all the same. The
   * MAC folds its input with XOR before the key comes in (dialect sheet 5.6): changes eight bytes apart can cancel out,
   * say in F37 and F39. Nobody who has only the answer can see that.
   */
  get isDeceived(): boolean {
    return this.#isDeceived;
  }

  /** All that the terminal got on the line on which it had sent `request`, and what the host had answered. */
  delivered(request: Message, chunks: readonly Uint8Array[], genuine: Uint8Array): void {
    const meant = messageOf(genuine)?.fields[39];
    for (const frame of framesOf(joined(chunks))) {
      const believable = this.believable(request, frame);
      if (believable === undefined) continue;
      // An earlier answer to the same reversal is no lie.
      const isOld = this.#genuine.has(toHex(frame.subarray(MAC_INPUT_AT)));
      this.#isDeceived ||= request.fields[64] !== undefined && believable.responseCode !== meant && !isOld;
      this.#believable.push(believable);
    }
  }

  /** What `frame`, without length bytes, says of `request`, if its approval may be believed. */
  believable(request: Message, frame: Uint8Array): Believable | undefined {
    const reply = messageOf(frame);
    if (reply === undefined || !isAnswer(request, reply) || !this.#isProven(request, frame, reply)) return undefined;
    return {
      mti: request.mti,
      stan: Number(request.fields[11]),
      responseCode: reply.fields[39] ?? '',
      referenceNumber: reply.fields[37]?.trim() ?? '',
    };
  }

  /** What the terminal believed and should not have. */
  complaints(rows: readonly JournalRow[]): readonly string[] {
    const flows = Map.groupBy(rows, ({ flowId }) => flowId);
    return [...flows.values()].flatMap((flow) => this.#complaintsOf(flow));
  }

  #complaintsOf(rows: readonly JournalRow[]): readonly string[] {
    let stan = 0;
    let reference = '';
    let reversing = false;
    let isReversed = false;
    return rows.flatMap(({ event, flow }) => {
      const isBelievable = (mtis: readonly string[], code: string, number: string): boolean =>
        this.#believable.some(
          (each) =>
            each.stan === stan &&
            mtis.includes(each.mti) &&
            each.responseCode === code &&
            each.referenceNumber === number,
        );
      switch (event.type) {
        case 'TransactionStarted':
          isReversed = TRANSACTION_TYPES[event.kind].inDoubt === 'reverse';
          return [];
        case 'TraceAllotted':
          stan = event.stan;
          return [];
        case 'HostSilent':
        case 'ReplyMacWrong':
          reversing = isReversed;
          return [];
        case 'KeysLoaded':
          return isBelievable(['0800'], '00', reference) ? [] : ['keys were loaded that no answer brought'];
        case 'HostReplied': {
          const { responseCode, referenceNumber = '' } = event.reply;
          reference = referenceNumber;
          // Sign-ins, downloads and settlements have no MAC (dialect sheet 5.7).
          if (flow !== 'transaction' || !needsProof(responseCode, reversing)) return [];
          const mtis = reversing ? ['0400'] : ['0100', '0200', '0220'];
          reversing ||= responseMeaning(responseCode).category === 'partial';
          if (isBelievable(mtis, responseCode, referenceNumber)) return [];
          return [`${responseCode} was believed of request ${stan}, and no answer says so with a right MAC`];
        }
        default:
          return [];
      }
    });
  }

  #isProven(request: Message, frame: Uint8Array, { fields }: Message): boolean {
    if (request.fields[64] === undefined) return this.#isKeyBlock(fields[62] ?? '');
    return fields[64] !== undefined && fields[64] === this.sign(frame);
  }

  /** Every key of the block is the one that its check value is of: more than that nobody can see. */
  #isKeyBlock(block: string): boolean {
    const entries = [0, 1, 2].map((index) => block.slice(index * ENTRY_DIGITS, (index + 1) * ENTRY_DIGITS));
    if (block.length !== entries.length * ENTRY_DIGITS) return false;
    return entries.every((entry) => toHex(this.#keyOf(entry).checkValue()) === entry.slice(KEY_DIGITS));
  }

  /** A second half of zeros is filler (dialect sheet 5.4). */
  #keyOf(entry: string): DesKey {
    const single = /^0+$/.test(entry.slice(16, KEY_DIGITS));
    return new DesKey(unwrapKey(this.#master, fromHex(entry.slice(0, single ? 16 : KEY_DIGITS))));
  }
}

/** An approval in whole or in part, and what ends a reversal (dialect sheet 5.7, 8.2). */
export const needsProof = (code: string, reversing: boolean): boolean =>
  reversing ? ['00', '12', '25'].includes(code) : responseMeaning(code).category !== 'declined';

/** Dialect sheet 4.3, as far as an approval is concerned. */
function isAnswer(request: Message, reply: Message): boolean {
  if (Number(reply.mti) !== Number(request.mti) + 10) return false;
  const compared = reply.fields[39] === '10' ? [3, 11, 41, 42] : [3, 4, 11, 41, 42];
  return compared.every(
    (field) => request.fields[field] === undefined || request.fields[field] === reply.fields[field],
  );
}

function messageOf(frame: Uint8Array): Message | undefined {
  const decoded = decode(unionpay, frame);
  return decoded.ok ? decoded.value : undefined;
}

/** The frames that a stream holds, up to the first that cannot be. */
export function framesOf(stream: Uint8Array): readonly Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let at = 0; at + 2 <= stream.length;) {
    const length = ((stream[at] ?? 0) << 8) | (stream[at + 1] ?? 0);
    if (length > FRAME_LENGTH_MAX || at + 2 + length > stream.length) break;
    frames.push(stream.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return frames;
}
