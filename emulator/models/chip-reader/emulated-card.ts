/** What an emulated chip card is to the reader's contacts: an application that answers commands. */

/**
 * An application behind a transport: T=0 and T=1 are made around it (`contacts.ts`), as its answer to reset says. State
 * that a reset clears is the card's own business.
 */
export interface EmulatedCard {
  /** The card gets power, or a warm reset. @returns the answer to reset; nothing at all when the chip is dead. */
  reset(): Uint8Array;
  /** One command APDU, in its short form and perhaps without Le: T=0 does not carry one beside data. */
  transmit(command: Uint8Array): CardResponse;
  /** The contacts have lost the card, with or without power. */
  removed(): void;
}

export interface CardResponse {
  /** A response APDU: data and status word; of a contact, what the transport makes of it. */
  readonly bytes: Uint8Array;
  /** How long the card thinks. */
  readonly delayMs: number;
}
