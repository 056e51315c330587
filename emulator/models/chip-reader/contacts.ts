/** What passes the contacts of a card: bytes of a transport on one side, the card's application on the other. */
import type { CardResponse } from './emulated-card.ts';

export interface Contacts {
  /** @returns nothing when the card stays mute: what came was no command, or not whole. */
  exchange(bytes: Uint8Array): CardResponse | undefined;
}
