/** The chip reader's slot, as the flows use it: one card at a time, and one that nobody looks at any more ends by itself. */
import type { Clock } from '../../domain/clock.ts';
import { Bug } from '../../domain/result.ts';
import type { ChipAnswer, ChipCardPort, ChipRequest, ChipStep } from '../chip-port.ts';

type Tell = (step: ChipStep) => void;

interface Session {
  readonly tell: Tell;
  isLeft: boolean;
  /** The card wants to know what the host has said. */
  awaitsHost: boolean;
}

export class ChipSlot {
  readonly #port: ChipCardPort | undefined;
  readonly #clock: Clock;
  #isLost = false;
  #isCardIn = false;
  /** The card that is in has carried a transaction to its end: the next one begins with a card that is put in anew. */
  #isSpent = false;
  #waiting: (() => void) | undefined;
  #session: Session | undefined;
  /** Begins when the one before, which nobody looks at, has ended. */
  #next: { readonly request: ChipRequest; readonly tell: Tell } | undefined;

  constructor(port: ChipCardPort | undefined, clock: Clock) {
    this.#port = port;
    this.#clock = clock;
    port?.onEvent((event) => {
      this.#isLost = event.type === 'lost';
      this.#isCardIn = event.type === 'inserted';
      this.#isSpent = false;
      if (this.#isCardIn) this.#offer();
    });
  }

  /** Whether chips can be read, as far as is known. */
  get isThere(): boolean {
    return this.#port !== undefined && !this.#isLost;
  }

  /** Takes the next card; whoever waited before is forgotten. */
  await(inserted: () => void): void {
    this.#waiting = inserted;
    if (this.#isCardIn && !this.#isSpent) this.#clock.after(0, () => this.#offer());
  }

  /** Nobody waits any more for a card that is put in. */
  stopWaiting(): void {
    this.#waiting = undefined;
  }

  start(request: ChipRequest, tell: Tell): void {
    this.#next = { request, tell };
    if (this.#session === undefined) this.#begin();
    else this.leave();
  }

  /** To the step that was told last. */
  answer(answer: ChipAnswer): void {
    if (this.#session === undefined || this.#session.isLeft) return;
    this.#session.awaitsHost = false;
    this.#port?.answer(answer);
  }

  /** Nobody looks at the card any more: it hears that it was cancelled, or that there was no answer. */
  leave(): void {
    const session = this.#session;
    if (session === undefined || session.isLeft) return;
    session.isLeft = true;
    if (session.awaitsHost) this.#port?.answer({ type: 'unable-to-go-online' });
    else this.#port?.cancel();
  }

  /** The flow is over, or put aside. */
  release(): void {
    this.stopWaiting();
    this.#next = undefined;
    this.leave();
  }

  #offer(): void {
    const waiting = this.#waiting;
    if (!this.#isCardIn || this.#isSpent) return;
    this.#waiting = undefined;
    waiting?.();
  }

  #begin(): void {
    const next = this.#next;
    if (next === undefined) return;
    if (this.#port === undefined) throw new Bug('A card is to be read, and there is no reader.');
    this.#next = undefined;
    const session: Session = { tell: next.tell, isLeft: false, awaitsHost: false };
    this.#session = session;
    this.#port.start(next.request, (step) => this.#told(session, step));
  }

  #told(session: Session, step: ChipStep): void {
    if (step.type === 'ended') {
      this.#session = undefined;
      this.#isSpent ||= !(step.end.type === 'failed' && step.end.reason === 'cancelled');
      if (!session.isLeft) session.tell(step);
      return this.#begin();
    }
    if (!session.isLeft) {
      session.awaitsHost = step.type === 'go-online';
      return session.tell(step);
    }
    if (step.type === 'go-online') this.#port?.answer({ type: 'unable-to-go-online' });
    else this.#port?.cancel();
  }
}
