/** A card that somebody takes out of the reader in the middle of what it does. */
import type { CardResponse, EmulatedCard } from './emulated-card.ts';

/** When a card is taken out. */
export type PullMoment =
  /** So many commands have been answered, counted since this was said or the card went in, whichever is later. */
  | { readonly type: 'after'; readonly commands: number }
  /** The card has carried this instruction out, for the `nth` time, and its answer is not heard any more. */
  | { readonly type: 'at'; readonly instruction: number; readonly nth: number };

/** Long enough for the hand to be faster. */
const ANSWER_MS = 1;

export class LooseCard implements EmulatedCard {
  readonly #card: EmulatedCard;
  readonly #pull: () => void;
  #moment: PullMoment | undefined;
  #commands = 0;
  #matches = 0;

  /** @param pull takes it out; it may do so once its caller has returned. */
  constructor(card: EmulatedCard, pull: () => void) {
    this.#card = card;
    this.#pull = pull;
  }

  isPulled(moment: PullMoment): void {
    this.#moment = moment;
    this.#commands = 0;
    this.#matches = 0;
  }

  reset(): Uint8Array {
    return this.#card.reset();
  }

  transmit(command: Uint8Array): CardResponse {
    const response = this.#card.transmit(command);
    this.#commands += 1;
    const moment = this.#moment;
    if (moment?.type === 'after' && this.#commands === moment.commands) this.#pulled();
    if (moment?.type !== 'at' || command[1] !== moment.instruction) return response;
    this.#matches += 1;
    if (this.#matches < moment.nth) return response;
    this.#pulled();
    return { ...response, delayMs: Math.max(ANSWER_MS, response.delayMs) };
  }

  removed(): void {
    this.#card.removed();
  }

  #pulled(): void {
    this.#moment = undefined;
    this.#pull();
  }
}
