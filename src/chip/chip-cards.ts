/** The chip card as the flows have it: the reader's slot watched, and one transaction at a time over it. */
import type { Clock } from '../domain/clock.ts';
import { Bug } from '../domain/result.ts';
import type { Secret } from '../domain/secret.ts';
import { transaction } from '../emv/transaction.ts';
import { CardLink } from './card-link.ts';
import { ChipTransaction } from './chip-transaction.ts';
import { nodeCrypto } from '../emv/crypto/node-crypto.ts';
import { type ChipTerminal, type Entropy, inputOf, settingsOf } from './kernel-settings.ts';
import type {
  ChipAnswer,
  ChipCardEvent,
  ChipCardPort,
  ChipRequest,
  ChipStep,
  ReaderEvent,
  TransportReader,
} from './port-types.ts';

export interface ChipCardSetup {
  readonly reader: TransportReader;
  readonly clock: Clock;
  /** For the card to sign, and for random selection. */
  readonly entropy: Entropy;
  readonly terminal: ChipTerminal;
  /** What this card has bought here offline and is not with the host yet (Book 3, 10.6.1); nothing unless given. */
  readonly earlierAmountMinor?: (pan: Secret<string>) => number;
  readonly log?: { warn(fields: Readonly<Record<string, unknown>>): void };
}

export function openChipCards(setup: ChipCardSetup): ChipCardPort {
  const cards = new ChipCards(setup);
  setup.reader.onEvent((event) => cards.onReader(event));
  return cards;
}

class ChipCards implements ChipCardPort {
  readonly #setup: ChipCardSetup;
  #listener: (event: ChipCardEvent) => void = () => undefined;
  #isCardIn = false;
  #transaction: ChipTransaction | undefined;
  /** The reader takes one request at a time: a card gets power when the one before has lost it. */
  #isPoweringOff = false;

  constructor(setup: ChipCardSetup) {
    this.#setup = setup;
  }

  onEvent(listener: (event: ChipCardEvent) => void): void {
    this.#listener = () => undefined;
    this.#setup.clock.after(0, () => {
      this.#listener = listener;
      if (this.#isCardIn) listener({ type: 'inserted' });
    });
  }

  start(request: ChipRequest, tell: (step: ChipStep) => void): void {
    if (this.#transaction !== undefined) throw new Bug('A card is under way.');
    const { clock, entropy, log, reader, terminal, earlierAmountMinor } = this.#setup;
    const settings = settingsOf(terminal, request, (what, tag) =>
      log?.warn({ event: 'chip-download-unreadable', what, tag }),
    );
    const kernel = transaction(settings, inputOf(terminal, request, entropy), {
      crypto: nodeCrypto,
      isOnExceptionFile: (pan) => request.isOnBlacklist(pan),
      earlierAmountMinor: (pan) => earlierAmountMinor?.(pan) ?? 0,
    });
    const begun = new ChipTransaction({
      kernel,
      link: new CardLink(reader, clock),
      clock,
      extent: request.extent,
      tell,
      ended: (end) => {
        this.#transaction = undefined;
        this.#powerOff();
        if (end.type === 'failed') log?.warn({ event: 'chip-failed', reason: end.reason, detail: end.detail });
        tell({ type: 'ended', end });
      },
    });
    this.#transaction = begun;
    if (!this.#isPoweringOff) begun.start();
  }

  answer(answer: ChipAnswer): void {
    this.#transaction?.answer(answer);
  }

  cancel(): void {
    this.#transaction?.cancel();
  }

  onReader(event: ReaderEvent): void {
    switch (event.type) {
      case 'reader-found':
        return;
      case 'card-inserted':
        this.#isCardIn = true;
        return this.#listener({ type: 'inserted' });
      case 'card-removed':
        this.#isCardIn = false;
        this.#transaction?.lose({ reason: 'card-removed', detail: 'taken out' });
        return this.#listener({ type: 'removed' });
      case 'reader-lost':
        this.#isCardIn = false;
        this.#transaction?.lose({ reason: 'reader-failed', detail: event.reason });
        return this.#listener({ type: 'lost', reason: event.reason });
    }
  }

  /** With a card or without, and whatever comes of it: the next power on is what has to succeed. */
  #powerOff(): void {
    if (this.#isPoweringOff) return;
    this.#isPoweringOff = true;
    this.#setup.reader.powerOff(() => {
      this.#isPoweringOff = false;
      this.#transaction?.start();
    });
  }
}
