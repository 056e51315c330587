/** The chip cards at hand: each is made when it is first taken out, and remembers from then on what it did. */
import { chipAccount, loadChipCard, loadChipCards, loadEmvKeys } from './chip-cards.ts';
import { ChipCard } from './models/card/chip-card.ts';
import type { ChipCardFile } from './models/card/chip-card-file.ts';
import type { EmvKeys } from './models/card/emv-keys.ts';
import type { EmulatedCard } from './models/chip-reader/emulated-card.ts';
import type { HostAccount } from './models/host/issuer.ts';
import type { Random } from './time/random.ts';

/** Read once: many worlds have the same cards. */
let fixtures: { readonly cards: readonly ChipCardFile[]; readonly keys: EmvKeys } | undefined;

/** Hears each command of the terminal, as a whole APDU, with the card's answer. */
export type CommandListener = (command: Uint8Array, response: Uint8Array) => void;

export class ChipWallet {
  /** What their bank has of them. */
  readonly accounts: readonly HostAccount[];
  /** The issuer's certificate that nobody is to believe any more: RID, key index and serial number. */
  readonly revokedCertificate: string;
  readonly #cards: readonly ChipCardFile[];
  readonly #keys: EmvKeys;
  readonly #random: Random;
  readonly #onCommand: CommandListener | undefined;
  readonly #made = new Map<string, EmulatedCard>();

  /**
   * @param random makes what a card thinks up: a seeded one makes the same card every time.
   * @param cards the fixtures', unless given; they are made with the same keys.
   */
  constructor(random: Random, cards?: readonly ChipCardFile[], onCommand?: CommandListener) {
    fixtures ??= { cards: loadChipCards(), keys: loadEmvKeys() };
    this.#cards = cards ?? fixtures.cards;
    this.#keys = fixtures.keys;
    this.#random = random;
    this.#onCommand = onCommand;
    const { authority, issuer, rid } = this.#keys.file;
    this.accounts = this.#cards.map((card) => chipAccount(card, this.#keys));
    this.revokedCertificate = `${rid} ${authority.index} ${issuer.revokedSerial}`;
  }

  /** What a swipe reader reads off a card with this name. */
  stripeOf(name: string): { readonly track2: string; readonly readable: boolean } | undefined {
    const file = this.#fileOf(name);
    return file === undefined ? undefined : { track2: file.track2, readable: true };
  }

  /**
   * One card, by its name or from a file of its own (`*.json`).
   *
   * @throws Error naming the file when it is no card.
   */
  take(nameOrFile: string): EmulatedCard | undefined {
    const held = this.#made.get(nameOrFile);
    if (held !== undefined) return held;
    const card = this.#make(nameOrFile);
    if (card !== undefined) this.#made.set(nameOrFile, card);
    return card;
  }

  #fileOf(name: string): ChipCardFile | undefined {
    return this.#cards.find((card) => card.name === name);
  }

  #make(nameOrFile: string): EmulatedCard | undefined {
    if (nameOrFile.endsWith('.json')) return loadChipCard(nameOrFile);
    const file = this.#fileOf(nameOrFile);
    if (file === undefined) return undefined;
    const chance = this.#random.fork(file.name);
    const card = new ChipCard(file, this.#keys, (bytes) => chance.bytes(bytes));
    return this.#onCommand === undefined ? card : overheard(card, this.#onCommand);
  }
}

const overheard = (card: EmulatedCard, onCommand: CommandListener): EmulatedCard => ({
  reset: () => card.reset(),
  transmit(command) {
    const response = card.transmit(command);
    onCommand(command, response.bytes);
    return response;
  },
  removed: () => card.removed(),
});
