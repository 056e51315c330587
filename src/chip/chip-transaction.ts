/** One card's transaction: the kernel between the card and the flow, whose steps it tells and whose answers it takes. */
import type { Clock } from '../domain/clock.ts';
import { Bug } from '../domain/result.ts';
import type { Answer, Need } from '../emv/needs.ts';
import type { Outcome } from '../emv/transaction.ts';
import type { CardLink, LinkFailure } from './card-link.ts';
import { arqcIn, cardOf, endOf, failedEnd, NO_EVIDENCE } from './chip-end.ts';
import type { ChipAnswer, ChipEnd, ChipFailure, ChipRequest, ChipStep } from './port-types.ts';

/** INS of GENERATE AC. */
const GENERATE_AC = 0xae;

type Kernel = Generator<Need, Outcome, Answer>;

/** `card`: it, or the kernel, is at work. `person` and `host`: a step has been told and waits for its answer. */
type Turn = 'card' | 'person' | 'host' | 'over';

export interface TransactionSetup {
  readonly kernel: Kernel;
  readonly link: CardLink;
  readonly clock: Clock;
  readonly extent: ChipRequest['extent'];
  readonly tell: (step: Exclude<ChipStep, { readonly type: 'ended' }>) => void;
  readonly ended: (end: ChipEnd) => void;
}

export class ChipTransaction {
  readonly #setup: TransactionSetup;
  #turn: Turn = 'card';
  #gone: LinkFailure | undefined;
  #arqc: string | undefined;
  #isCryptogramAsked = false;

  constructor(setup: TransactionSetup) {
    this.#setup = setup;
  }

  start(): void {
    this.#setup.link.open((opened) => {
      if (opened.ok) this.#take(this.#setup.kernel.next());
      else this.#fail(opened.error);
    });
  }

  /** From the clock, so that nothing is told from inside the flow's call. */
  answer(answer: ChipAnswer): void {
    if (this.#turn === 'card') throw new Bug(`"${answer.type}" answers nothing: no step waits.`);
    this.#turn = 'card';
    this.#setup.clock.after(0, () => this.#resume(answer));
  }

  cancel(): void {
    // Once the host has been asked the card hears what it said, and the flow what the card made of that.
    if (this.#turn === 'host' || this.#arqc !== undefined) return;
    this.#setup.link.close();
    this.#setup.clock.after(0, () => this.#fail({ reason: 'cancelled', detail: 'by the terminal' }));
  }

  /** The card is out, or its reader: known to the flow at once, unless the host is being asked. */
  lose(failure: LinkFailure): void {
    this.#gone ??= failure;
    if (this.#turn === 'person') this.#fail(this.#gone);
  }

  #resume(answer: Answer): void {
    if (this.#turn === 'over') return;
    this.#take(this.#setup.kernel.next(answer));
  }

  #take(next: IteratorResult<Need, Outcome>): void {
    if (next.done === true) return this.#finish(endOf(next.value, this.#course()));
    const need = next.value;
    switch (need.type) {
      case 'transmit':
        return this.#transmit(need.apdu);
      case 'transmit-secret':
        return this.#transmit(need.apdu.reveal());
      case 'verify-on-reader':
        return this.#verifyOnReader(need);
      case 'card-read': {
        const card = cardOf(need.card);
        if (this.#setup.extent === 'reading') return this.#finish({ ...NO_EVIDENCE, type: 'read', card });
        return this.#tell('person', { type: 'card-read', card });
      }
      case 'go-online': {
        const { field55, card, onlinePin, reversalField55 } = need;
        this.#arqc = arqcIn(field55) ?? '';
        return this.#tell('host', { type: 'go-online', card: cardOf(card), field55, reversalField55, onlinePin });
      }
      default:
        this.#tell('person', need);
    }
  }

  #transmit(apdu: Uint8Array): void {
    if (this.#gone !== undefined) return this.#resume({ type: 'card-gone' });
    if (apdu[1] === GENERATE_AC) this.#isCryptogramAsked = true;
    this.#setup.link.transmit(apdu, (result) => {
      if (result.ok) return this.#resume({ type: 'response', bytes: result.value });
      this.#gone ??= result.error;
      this.#resume({ type: 'card-gone' });
    });
  }

  #verifyOnReader({ template, language }: Extract<Need, { readonly type: 'verify-on-reader' }>): void {
    if (this.#gone !== undefined) return this.#resume({ type: 'card-gone' });
    this.#setup.link.verifyOnReader(template, language, (result) => {
      if (!result.ok) {
        this.#gone ??= result.error;
        return this.#resume({ type: 'card-gone' });
      }
      const verdict = result.value;
      if (verdict.type === 'answered') this.#resume({ type: 'response', bytes: verdict.response });
      else this.#resume({ type: verdict.type === 'no-keypad' ? 'pin-pad-not-working' : verdict.type });
    });
  }

  #tell(turn: 'person' | 'host', step: Exclude<ChipStep, { readonly type: 'ended' }>): void {
    // Taken out while it was at work: nobody is asked about a card that is gone.
    if (this.#gone !== undefined) return this.#fail(this.#gone);
    this.#turn = turn;
    this.#setup.tell(step);
  }

  #fail(failure: { readonly reason: ChipFailure; readonly detail: string }): void {
    this.#finish(failedEnd(failure, this.#course()));
  }

  #course() {
    return { arqc: this.#arqc, isCryptogramAsked: this.#isCryptogramAsked, gone: this.#gone };
  }

  #finish(end: ChipEnd): void {
    if (this.#turn === 'over') return;
    this.#turn = 'over';
    this.#setup.link.close();
    this.#setup.ended(end);
  }
}
