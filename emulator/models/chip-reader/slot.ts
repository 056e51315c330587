/** The slot of the emulated reader: a card or none, its power, and the protocol that is spoken to it. */
import { readAtr, type CardProtocols } from './atr.ts';
import type { Contacts } from './contacts.ts';
import type { CardResponse, EmulatedCard } from './emulated-card.ts';
import { T0Contacts } from './t0-contacts.ts';
import { T1Contacts } from './t1-contacts.ts';

const PPS_START = 0xff;

export interface ProtocolParameters {
  readonly protocol: number;
  /** CCID 6.1.7: the structure for T=0 or for T=1. */
  readonly bytes: Uint8Array;
}

const DEFAULTS: Readonly<Record<number, Uint8Array>> = {
  0: Uint8Array.of(0x11, 0x00, 0x00, 0x0a, 0x00),
  1: Uint8Array.of(0x11, 0x10, 0x00, 0x4d, 0x00, 0x20, 0x00),
};

const defaultsOf = (protocol: number): ProtocolParameters => ({
  protocol,
  bytes: DEFAULTS[protocol] ?? new Uint8Array(0),
});

/** While the chip has power. */
interface Session {
  readonly protocols: CardProtocols;
  /** The card's end of each protocol that it offers, made when it is first used. */
  readonly contacts: Map<number, Contacts>;
  /** A PPS may come only first. */
  fresh: boolean;
}

export class Slot {
  #card: EmulatedCard | undefined;
  #session: Session | undefined;
  parameters: ProtocolParameters = defaultsOf(0);

  /** bmICCStatus: 0 present and active, 1 present and inactive, 2 absent. */
  get status(): 0 | 1 | 2 {
    if (this.#card === undefined) return 2;
    return this.#session === undefined ? 1 : 0;
  }

  insert(card: EmulatedCard): void {
    this.pull();
    this.#card = card;
  }

  /** @returns whether there was a card. */
  pull(): boolean {
    const card = this.#card;
    this.powerOff();
    this.#card = undefined;
    card?.removed();
    return card !== undefined;
  }

  /** @returns the answer to reset; nothing when there is no card, or none that speaks. */
  powerOn(): Uint8Array | undefined {
    this.powerOff();
    const atr = this.#card?.reset();
    const read = atr === undefined ? undefined : readAtr(atr);
    if (atr === undefined || read === undefined || !read.ok) return undefined;
    this.#session = { protocols: read.value, contacts: new Map(), fresh: true };
    return atr;
  }

  powerOff(): void {
    this.#session = undefined;
    this.parameters = defaultsOf(0);
  }

  resetParameters(): void {
    this.parameters = defaultsOf(0);
  }

  /** @returns whether the card speaks that protocol, and the structure is one for it. */
  setParameters({ protocol, bytes }: ProtocolParameters): boolean {
    const isOffered = this.#session?.protocols.offered.includes(protocol) ?? false;
    if (!isOffered || DEFAULTS[protocol]?.length !== bytes.length) return false;
    this.parameters = { protocol, bytes };
    return true;
  }

  /** In the transport that the parameters name. @returns nothing when the card stays mute. */
  exchange(bytes: Uint8Array): CardResponse | undefined {
    const session = this.#session;
    const card = this.#card;
    if (session === undefined || card === undefined) return undefined;
    const { fresh } = session;
    session.fresh = false;
    if (bytes[0] === PPS_START) return fresh ? answerPps(bytes, session.protocols) : undefined;
    const { protocol } = this.parameters;
    // A card that was never offered the other protocol does not understand a byte of it.
    if (!session.protocols.offered.includes(protocol)) return undefined;
    const contacts = session.contacts.get(protocol) ?? contactsOf(protocol, card, session.protocols);
    session.contacts.set(protocol, contacts);
    return contacts.exchange(bytes);
  }

  /** Around the transports: what a reader of the APDU level does. */
  transmit(command: Uint8Array): CardResponse | undefined {
    return this.#session === undefined ? undefined : this.#card?.transmit(command);
  }
}

const contactsOf = (protocol: number, card: EmulatedCard, protocols: CardProtocols): Contacts =>
  protocol === 1 ? new T1Contacts(card, protocols) : new T0Contacts(card);

/** ISO/IEC 7816-3 clause 9: the card agrees by repeating the request. */
function answerPps(request: Uint8Array, { offered }: CardProtocols): CardResponse | undefined {
  const isIntact = request.length >= 3 && request.reduce((sum, byte) => sum ^ byte, 0) === 0;
  if (!isIntact || !offered.includes((request[1] ?? 0) & 0x0f)) return undefined;
  return { bytes: request.slice(), delayMs: 0 };
}
