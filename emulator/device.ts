/** The emulated device and its acquirer, put together once for every wire and every clock. */
import type { Clock } from '../src/domain/clock.ts';
import type { Line } from '../src/domain/line.ts';
import { Bug } from '../src/domain/result.ts';
import type { ChipWallet } from './chip-wallet.ts';
import type { Card } from './models/cards.ts';
import {
  ChipReaderModel,
  GEMPC_TWIN,
  type ChipReaderDeed,
  type ChipReaderSight,
} from './models/chip-reader/chip-reader.ts';
import { LooseCard, type PullMoment } from './models/chip-reader/loose-card.ts';
import { HostModel } from './models/host/host-model.ts';
import type { HostSight } from './models/host/host-session.ts';
import type { HostAccount } from './models/host/issuer.ts';
import type { RegisteredTerminal } from './models/host/keys.ts';
import { PinPadModel, type PinPadDeed, type PinPadSight } from './models/pin-pad/pin-pad.ts';
import type { PrinterDeed, PrinterSight } from './models/printer/deeds.ts';
import { PrinterModel } from './models/printer/printer.ts';
import { TERMINAL_58MM, type PrinterProfile } from './models/printer/profile.ts';
import { swipeOf, SwipeReaderModel, type SwipeReaderDeed } from './models/swipe-reader/swipe-reader.ts';
import type { Deed, LineName } from './scenario/deeds.ts';
import type { Random } from './time/random.ts';
import { faultyLine, type FaultyLine } from './wire/faults.ts';
import { runModel, type RunningModel } from './wire/run-model.ts';

/** The key-loading room's work: the same master keys in the PIN pad and at the acquirer. Test keys (fixtures/host/key-blocks.json). */
export const TEST_TERMINAL: RegisteredTerminal = {
  terminal: '11115007',
  merchant: '123456789111115',
  masterKey: '44'.repeat(16),
  sm4MasterKey: '1234567890ABCDEFABCDEF0987654321',
  batch: 1437,
};

/** Where the two master keys stand in the PIN pad: a slot serves one algorithm. */
export const MASTER_KEY_SLOTS = { des: 0, sm4: 1 } as const;

export type Sight =
  | { readonly from: 'chip-reader'; readonly sight: ChipReaderSight }
  | { readonly from: 'pin-pad'; readonly sight: PinPadSight }
  | { readonly from: 'printer'; readonly sight: PrinterSight }
  | { readonly from: 'host'; readonly sight: HostSight };

export interface DeviceSetup {
  readonly clock: Clock;
  /** Makes keys. */
  readonly random: Random;
  /** Makes noise: seeded, so that a fault by name is the same fault every time. */
  readonly noise: Random;
  readonly cards: readonly Card[];
  /** None, unless given: the reader's slot then stays empty. */
  readonly chipCards?: ChipWallet;
  readonly terminals: readonly RegisteredTerminal[];
  /** An acquirer that other devices' terminals call too; one of its own, unless given. */
  readonly host?: HostModel;
  /** Local time as `YYYYMMDDhhmmss`. */
  readonly now: () => string;
  readonly lateMs: number;
  /** Whether the host approves sales for what there is; a deed can change it. Not, unless told. */
  readonly partialApproval?: boolean;
  readonly printer?: PrinterProfile;
  /** Noise on a wire can pass an eight-bit check: then an unknown message is no surprise. */
  readonly noisyWires: boolean;
  readonly onSight: (sight: Sight) => void;
  readonly onSurprise: (error: unknown) => void;
  /** The machine that the host runs on goes away or comes back. */
  readonly hostPower: (on: boolean) => void;
}

/** What the acquirer's bank has of a card. */
export const accountOf = ({ account, expiry, pan, pin }: Card): HostAccount => ({ ...account, expiry, pan, pin });

/** The device's ends of its lines. */
export type DeviceLines = Readonly<Record<LineName, Line>>;

export class EmulatedDevice {
  readonly host: HostModel;
  readonly #setup: DeviceSetup;
  #lines: Readonly<Record<LineName, FaultyLine>>;
  readonly #swipeReader: RunningModel<SwipeReaderDeed>;
  readonly #pinPad: RunningModel<PinPadDeed>;
  readonly #printer: RunningModel<PrinterDeed>;
  readonly printer: PrinterModel;
  readonly #chipReader: RunningModel<ChipReaderDeed>;
  /** The card in the slot. */
  #inserted: LooseCard | undefined;
  /** When the next card is to be taken out. */
  #pullMoment: PullMoment | undefined;

  constructor(setup: DeviceSetup, lines: DeviceLines) {
    const { cards, clock, onSight, onSurprise, random, terminals } = setup;
    const keys = random.fork('keys');
    const pinPadChance = random.fork('pin-pad');
    this.#setup = setup;
    this.host =
      setup.host ??
      new HostModel({
        accounts: [...cards.map(accountOf), ...(setup.chipCards?.accounts ?? [])],
        terminals,
        now: setup.now,
        entropy: (bytes) => keys.bytes(bytes),
        lateMs: setup.lateMs,
        partialApproval: setup.partialApproval ?? false,
      });
    this.#lines = this.#faulty(lines);
    const printer = setup.printer ?? TERMINAL_58MM;
    this.printer = new PrinterModel(printer, random.fork('print-head').bytes(printer.widthDots));
    const { masterKey, sm4MasterKey } = terminals[0] ?? TEST_TERMINAL;
    const pinPad = new PinPadModel({
      masterKeys: { [MASTER_KEY_SLOTS.des]: masterKey },
      ...(sm4MasterKey !== undefined && { sm4MasterKeys: { [MASTER_KEY_SLOTS.sm4]: sm4MasterKey } }),
      // What the emulated acquirer reads too; the real layout is a question for a real one.
      sm4PinBlock: 'x9.8',
      entropy: (bytes) => pinPadChance.bytes(bytes),
      unknownMessages: setup.noisyWires ? 'ignored' : 'surprise',
    });
    this.#swipeReader = runModel(new SwipeReaderModel(), this.#lines['swipe-reader'], clock, {
      onSight: () => undefined,
      onSurprise,
    });
    this.#pinPad = runModel(pinPad, this.#lines['pin-pad'], clock, {
      onSight: (sight) => onSight({ from: 'pin-pad', sight }),
      onSurprise,
    });
    this.#printer = runModel(this.printer, this.#lines.printer, clock, {
      onSight: (sight) => onSight({ from: 'printer', sight }),
      onSurprise,
    });
    const unknownMessages = setup.noisyWires ? 'refused' : 'surprise';
    const chipReader = new ChipReaderModel({ ...GEMPC_TWIN, keypad: true, unknownMessages });
    this.#chipReader = runModel(chipReader, this.#lines['chip-reader'], clock, {
      onSight: (sight) => onSight({ from: 'chip-reader', sight }),
      onSurprise,
    });
  }

  /** A terminal has called the host. */
  hostCalled(line: Line): void {
    runModel(this.host.session(), line, this.#setup.clock, {
      onSight: (sight) => this.#setup.onSight({ from: 'host', sight }),
      onSurprise: this.#setup.onSurprise,
    });
  }

  /** @returns what is wrong with the deed, or undefined when it is done. */
  does(deed: Deed): string | undefined {
    switch (deed.type) {
      case 'swipe': {
        const card =
          this.#setup.cards.find(({ name }) => name === deed.card) ?? this.#setup.chipCards?.stripeOf(deed.card);
        if (card === undefined) return `There is no card "${deed.card}".`;
        this.#swipeReader.does(swipeOf(card));
        return undefined;
      }
      case 'insert':
        return this.#insert(deed.card);
      case 'pull':
        return this.#pull(deed.moment);
      case 'reader-power':
        this.#chipReader.does({ type: 'power', on: deed.on });
        return undefined;
      case 'reader-press':
        for (const key of deed.keys) this.#chipReader.does({ type: 'key', key });
        return undefined;
      case 'press':
        for (const key of deed.keys) this.#pinPad.does({ type: 'key', key });
        return undefined;
      case 'printer':
        this.#printer.does(deed.deed);
        return undefined;
      case 'host':
        return complaintOf(() => this.host.does(deed.deed));
      case 'host-power':
        this.#setup.hostPower(deed.on);
        return undefined;
      case 'line':
        for (const fault of deed.faults) this.#lines[deed.line].inflict(fault);
        return undefined;
      case 'heal':
        this.#lines[deed.line].heal();
        return undefined;
    }
  }

  /** The terminal's ends have been plugged into new wires; the devices keep their state. */
  replug(lines: DeviceLines): void {
    this.#lines = this.#faulty(lines);
    this.#swipeReader.replaceLine(this.#lines['swipe-reader']);
    this.#pinPad.replaceLine(this.#lines['pin-pad']);
    this.#printer.replaceLine(this.#lines.printer);
    this.#chipReader.replaceLine(this.#lines['chip-reader']);
  }

  #insert(nameOrFile: string): string | undefined {
    let card;
    try {
      card = this.#setup.chipCards?.take(nameOrFile);
    } catch (error) {
      return (error as Error).message;
    }
    if (card === undefined) return `There is no chip card "${nameOrFile}".`;
    this.#inserted = new LooseCard(card, () => this.#pull(undefined));
    if (this.#pullMoment !== undefined) this.#inserted.isPulled(this.#pullMoment);
    this.#pullMoment = undefined;
    this.#chipReader.does({ type: 'insert', card: this.#inserted });
    return undefined;
  }

  #pull(moment: PullMoment | undefined): undefined {
    if (moment === undefined) {
      this.#inserted = undefined;
      this.#chipReader.does({ type: 'pull' });
    } else if (this.#inserted === undefined) this.#pullMoment = moment;
    else this.#inserted.isPulled(moment);
  }

  #faulty(lines: DeviceLines): Readonly<Record<LineName, FaultyLine>> {
    const { clock, noise } = this.#setup;
    const faulty = (name: LineName): FaultyLine => faultyLine(lines[name], { clock, random: noise.fork(name) });
    return {
      'swipe-reader': faulty('swipe-reader'),
      'pin-pad': faulty('pin-pad'),
      printer: faulty('printer'),
      'chip-reader': faulty('chip-reader'),
    };
  }
}

/** What a person types may name a terminal or a card that there is not. */
function complaintOf(action: () => void): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof Bug) return error.message;
    throw error;
  }
}
