/** A card's end of T=1 (ISO/IEC 7816-3 clause 11): blocks with a check, chained, repeated, and asked to wait. */
import type { CardProtocols } from './atr.ts';
import type { Contacts } from './contacts.ts';
import type { CardResponse, EmulatedCard } from './emulated-card.ts';

/** A card that thinks longer than this asks for more time ... */
const THINKING_MS = 1_000;
/** ... so many block waiting times at once, of which it uses ... */
const WAITING_TIMES = 3;
/** ... so much. */
const GRANTED_MS = 3_000;
const READER_FIELD_DEFAULT = 32;
/** An APDU of 261 bytes and nothing more, however long the host chains. */
const COMMAND_LENGTH_MAX = 261;

const MORE = 0x20;
const RESYNCH = 0xc0;
const FIELD_SIZE = 0xc1;
const ABORT = 0xc2;
const WAIT = 0xc3;
const RESPONSE = 0x20;

type Received =
  | { readonly type: 'block'; readonly nad: number; readonly pcb: number; readonly field: Uint8Array }
  | { readonly type: 'bad-check' | 'bad-block' };

export class T1Contacts implements Contacts {
  readonly #card: EmulatedCard;
  readonly #protocols: CardProtocols;
  #readerFieldMax = READER_FIELD_DEFAULT;
  #mySequence = 0;
  #hostSequence = 0;
  #command: number[] = [];
  /** What of a response has not been sent yet. */
  #response: Uint8Array | undefined;
  #thinking: { readonly response: Uint8Array; readonly leftMs: number } | undefined;
  #last: Uint8Array | undefined;
  /** Node address to answer with: the one that came, its halves exchanged. */
  #nad = 0;

  constructor(card: EmulatedCard, protocols: CardProtocols) {
    this.#card = card;
    this.#protocols = protocols;
  }

  exchange(bytes: Uint8Array): CardResponse | undefined {
    if (bytes.length === 0) return undefined;
    const received = this.#read(bytes);
    if (received.type !== 'block') return now(this.#refusal(received.type === 'bad-check' ? 1 : 2));
    this.#nad = ((received.nad & 0x07) << 4) | ((received.nad >> 4) & 0x07);
    if ((received.pcb & 0x80) === 0) return this.#information(received.pcb, received.field);
    return (received.pcb & 0x40) === 0
      ? now(this.#ready(received.pcb))
      : this.#supervisory(received.pcb, received.field);
  }

  #read(bytes: Uint8Array): Received {
    const [nad = 0, pcb = 0, length = 0] = bytes;
    const body = bytes.subarray(0, -1);
    if (bytes.length < 4) return { type: 'bad-block' };
    if (lrc(body) !== bytes.at(-1)) return { type: 'bad-check' };
    const isWhole = length === body.length - 3 && length <= Math.min(254, this.#protocols.cardFieldMax);
    return isWhole ? { type: 'block', nad, pcb, field: body.slice(3) } : { type: 'bad-block' };
  }

  #information(pcb: number, field: Uint8Array): CardResponse {
    if (((pcb >> 6) & 1) !== this.#hostSequence) return now(this.#refusal(2));
    this.#hostSequence ^= 1;
    this.#response = undefined;
    this.#command.push(...field);
    if (this.#command.length > COMMAND_LENGTH_MAX) {
      this.#command = [];
      return now(this.#send(ABORT, new Uint8Array(0)));
    }
    if ((pcb & MORE) !== 0) return now(this.#send(0x80 | (this.#hostSequence << 4), new Uint8Array(0)));
    const command = Uint8Array.from(this.#command);
    this.#command = [];
    const { bytes, delayMs } = this.#card.transmit(command);
    return this.#think(bytes, delayMs, THINKING_MS);
  }

  #think(response: Uint8Array, leftMs: number, grantedMs: number): CardResponse {
    if (leftMs <= grantedMs) {
      this.#thinking = undefined;
      this.#response = response;
      return { bytes: this.#nextPart(), delayMs: leftMs };
    }
    this.#thinking = { response, leftMs: leftMs - grantedMs };
    return { bytes: this.#send(WAIT, Uint8Array.of(WAITING_TIMES)), delayMs: grantedMs };
  }

  /** One part of the response, which stays the one to send until the host has acknowledged it. */
  #nextPart(): Uint8Array {
    const rest = this.#response ?? new Uint8Array(0);
    const part = rest.subarray(0, this.#readerFieldMax);
    this.#response = rest.length > part.length ? rest.slice(part.length) : undefined;
    const block = this.#send((this.#mySequence << 6) | (this.#response === undefined ? 0 : MORE), part);
    this.#mySequence ^= 1;
    return block;
  }

  #ready(pcb: number): Uint8Array {
    const wanted = (pcb >> 4) & 1;
    if (wanted === this.#mySequence && this.#response !== undefined) return this.#nextPart();
    return this.#last ?? this.#refusal(2);
  }

  #supervisory(pcb: number, field: Uint8Array): CardResponse {
    const thinking = this.#thinking;
    if (pcb === (WAIT | RESPONSE) && thinking !== undefined)
      return this.#think(thinking.response, thinking.leftMs, GRANTED_MS);
    switch (pcb) {
      case RESYNCH:
        [this.#mySequence, this.#hostSequence, this.#command, this.#response] = [0, 0, [], undefined];
        break;
      case FIELD_SIZE:
        this.#readerFieldMax = Math.max(1, field[0] ?? READER_FIELD_DEFAULT);
        break;
      case ABORT:
        [this.#command, this.#response] = [[], undefined];
        break;
      default:
        return now(this.#refusal(2));
    }
    return now(this.#send(pcb | RESPONSE, field));
  }

  /** An R-block that says what was wrong: 1 the check, 2 anything else. */
  #refusal(error: 1 | 2): Uint8Array {
    return this.#seal(0x80 | (this.#hostSequence << 4) | error, new Uint8Array(0));
  }

  #send(pcb: number, field: Uint8Array): Uint8Array {
    this.#last = this.#seal(pcb, field);
    return this.#last;
  }

  #seal(pcb: number, field: Uint8Array): Uint8Array {
    const body = Uint8Array.of(this.#nad, pcb, field.length, ...field);
    return Uint8Array.of(...body, lrc(body));
  }
}

const now = (bytes: Uint8Array): CardResponse => ({ bytes, delayMs: 0 });

const lrc = (body: Uint8Array): number => body.reduce((sum, byte) => sum ^ byte, 0);
