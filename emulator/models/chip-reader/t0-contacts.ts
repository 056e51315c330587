/** A card's end of T=0 (ISO/IEC 7816-3 clause 10): five bytes and data in, data and status out, `61xx` and `6Cxx`. */
import type { Contacts } from './contacts.ts';
import type { CardResponse, EmulatedCard } from './emulated-card.ts';

const GET_RESPONSE = 0xc0;
const HEADER_LENGTH = 5;

/** A response that has not been fetched yet. */
interface Waiting {
  /** The command that fetches it: its first four bytes, or `get-response`. */
  readonly by: string;
  readonly response: Uint8Array;
}

const headOf = (tpdu: Uint8Array): string => tpdu.subarray(0, 4).join(' ');

/** P3 and Le: 0 stands for 256. */
const lengthOf = (byte: number): number => (byte === 0 ? 256 : byte);

export class T0Contacts implements Contacts {
  readonly #card: EmulatedCard;
  #waiting: Waiting | undefined;

  constructor(card: EmulatedCard) {
    this.#card = card;
  }

  exchange(tpdu: Uint8Array): CardResponse | undefined {
    if (tpdu.length < HEADER_LENGTH - 1) return undefined;
    const p3 = tpdu[4] ?? 0;
    if (tpdu.length > HEADER_LENGTH) return this.#withData(tpdu, p3);
    const waiting = this.#waiting;
    const fetches = waiting?.by === (tpdu[1] === GET_RESPONSE ? 'get-response' : headOf(tpdu));
    if (waiting !== undefined && fetches) return { bytes: this.#fetch(waiting, p3), delayMs: 0 };
    const { bytes, delayMs } = this.#card.transmit(tpdu.slice());
    return { bytes: this.#fetch({ by: headOf(tpdu), response: bytes }, p3), delayMs };
  }

  /** A byte more than P3 says is an Le that the host left on: no card ever sees it. */
  #withData(tpdu: Uint8Array, p3: number): CardResponse | undefined {
    const end = HEADER_LENGTH + p3;
    if (p3 === 0 || (tpdu.length !== end && tpdu.length !== end + 1)) return undefined;
    const { bytes, delayMs } = this.#card.transmit(tpdu.slice(0, end));
    if (bytes.length <= 2) {
      this.#waiting = undefined;
      return { bytes, delayMs };
    }
    this.#waiting = { by: 'get-response', response: bytes };
    return { bytes: Uint8Array.of(0x61, (bytes.length - 2) & 0xff), delayMs };
  }

  #fetch({ by, response }: Waiting, p3: number): Uint8Array {
    const available = response.length - 2;
    const wanted = lengthOf(p3);
    this.#waiting = undefined;
    if (available === 0 || wanted === available) return response;
    if (wanted > available || by !== 'get-response') {
      this.#waiting = { by, response };
      return Uint8Array.of(0x6c, available & 0xff);
    }
    this.#waiting = { by, response: response.slice(wanted) };
    return Uint8Array.of(...response.subarray(0, wanted), 0x61, (available - wanted) & 0xff);
  }
}
