/** For tests: a terminal with a chip card in it, and the card's bank. The kernel decides, the emulated world answers. */
import { openChipCards } from '../../src/chip/chip-cards.ts';
import { nodeCrypto } from '../../src/emv/crypto/node-crypto.ts';
import type { ChipTerminal } from '../../src/chip/kernel-settings.ts';
import type {
  ChipAnswer,
  ChipCardEvent,
  ChipCardPort,
  ChipEnd,
  ChipRequest,
  ChipStep,
  ReaderEvent,
  TransportReader,
} from '../../src/chip/port-types.ts';
import { terminalCapabilities } from '../../src/chip/terminal-capabilities.ts';
import { toAmountMinor } from '../../src/domain/money.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { Message } from '../../src/host/iso8583/message.ts';
import { chipAccount, loadChipCards } from '../chip-cards.ts';
import { ChipCard } from '../models/card/chip-card.ts';
import type { ChipCardFile } from '../models/card/chip-card-file.ts';
import { KEYS } from '../models/card/reader.testing.ts';
import type { CardResponse, EmulatedCard } from '../models/chip-reader/emulated-card.ts';
import { fromAscii, fromHex, toHex } from '../models/crypto/hex.ts';
import { defaultDownloads } from '../models/host/download-data.ts';
import { hostOf, TestTerminal } from '../models/host/terminal.testing.ts';
import { Bench, type BenchOptions } from './chip-reader.testing.ts';

export const CARDS: ReadonlyMap<string, ChipCardFile> = new Map(loadChipCards().map((card) => [card.name, card]));

export function cardFile(name: string, changes: Partial<ChipCardFile> = {}): ChipCardFile {
  const file = CARDS.get(name);
  if (file === undefined) throw new Error(`There is no chip card ${name}.`);
  return { ...file, ...changes };
}

/** Remembers what it was sent, as the card sees it: without GET RESPONSE and blocks. */
export class WatchedCard implements EmulatedCard {
  readonly commands: string[] = [];
  /** Its answer is on its way. */
  onCommand: (count: number) => void = () => undefined;
  readonly chip: ChipCard;

  constructor(file: ChipCardFile) {
    let next = 1;
    this.chip = new ChipCard(file, KEYS, (length) =>
      Uint8Array.from({ length }, () => (next = (next * 37 + 11) % 251)),
    );
  }

  reset(): Uint8Array {
    return this.chip.reset();
  }

  transmit(command: Uint8Array): CardResponse {
    this.commands.push(toHex(command));
    this.onCommand(this.commands.length);
    return this.chip.transmit(command);
  }

  removed(): void {
    this.chip.removed();
  }
}

const TERMINAL: ChipTerminal = {
  terminalType: '22',
  ...terminalCapabilities({ readerKeypad: false, pinPad: 'enciphered' }),
  countryCode: '0156',
  interfaceDeviceSerial: 'SLIPWAY1',
  terminalNumber: '10000001',
  merchantNumber: '898440100000001',
  merchantCategoryCode: '5411',
  merchantName: 'SLIPWAY TEST SHOP',
  acquirerNumber: '48020000',
  languages: ['zh', 'en'],
  codeTables: [1],
  asksCardholder: true,
  usesDirectory: true,
  cdaWithOnline: true,
  pinBypassAllowed: true,
  revokedCertificates: [KEYS.file.rid + KEYS.file.authority.index + KEYS.file.issuer.revokedSerial],
  currencyCode: '156',
  currencyExponent: 2,
};

const tlv = (tag: string, hex = ''): string => {
  const length = hex.length / 2;
  return `${tag}${length > 127 ? '81' : ''}${toHex(Uint8Array.of(length))}${hex}`;
};

const APPLICATIONS = defaultDownloads.applications.map(({ aid, tags }) =>
  [tlv('9F06', aid), ...tags.map(([tag, value]) => tlv(tag, value))].join(''),
);

const CA_KEYS = defaultDownloads.caKeys.map(({ rid, index, expiry, modulus, exponent, checkValue }) =>
  [
    tlv('9F06', rid),
    tlv('9F22', index),
    tlv('DF05', toHex(fromAscii(expiry))),
    tlv('DF06', '01'),
    tlv('DF07', '01'),
    tlv('DF02', modulus),
    tlv('DF04', exponent),
    tlv('DF03', checkValue),
  ].join(''),
);

export const request = (changes: Partial<ChipRequest> = {}): ChipRequest => ({
  extent: 'payment',
  amount: toAmountMinor(1500n),
  transactionType: '00',
  date: '20260315',
  time: '143205',
  stan: 11,
  forcedOnline: false,
  applications: APPLICATIONS,
  caKeys: CA_KEYS,
  isOnBlacklist: () => false,
  ...changes,
});

/** What people and the host answer; undefined: nothing for now. */
type Behaviour = (step: Exclude<ChipStep, { readonly type: 'ended' }>) => ChipAnswer | undefined;

export class Counter {
  readonly bench: Bench;
  readonly port: ChipCardPort;
  readonly events: ChipCardEvent[] = [];
  readonly steps: ChipStep[] = [];
  readonly logged: unknown[] = [];
  /** How many units the card was sent: T=0 commands or T=1 blocks. */
  units = 0;
  /** As if the reader had said it. */
  tellOfReader: (event: ReaderEvent) => void = () => undefined;
  #isInside = false;
  readonly #terminal: TestTerminal;
  readonly host = hostOf({ accounts: [...CARDS.values()].map((file) => chipAccount(file, KEYS)) });
  replies: Message[] = [];
  #stan = 100;
  #inserted: ChipCardFile | undefined;

  constructor(options: BenchOptions = {}, terminal: Partial<ChipTerminal> = {}) {
    this.bench = new Bench(options);
    this.bench.clock.advance(500);
    this.#terminal = new TestTerminal(this.host);
    this.#terminal.signIn('003');
    let next = 3;
    this.port = openChipCards({
      reader: this.#tapped(this.bench.chipReader),
      clock: this.bench.clock,
      entropy: (length) => Uint8Array.from({ length }, () => (next = (next * 37 + 11) % 251)),
      terminal: { ...TERMINAL, ...terminal },
      log: { warn: (fields) => this.logged.push(fields) },
    });
    this.port.onEvent((event) => this.events.push(event));
  }

  #tapped(reader: TransportReader): TransportReader {
    return {
      onEvent: (listener) => {
        this.tellOfReader = listener;
        reader.onEvent(listener);
      },
      powerOn: (answer) => reader.powerOn(answer),
      useProtocol: (protocol, options, answer) => reader.useProtocol(protocol, options, answer),
      transmit: (unit, answer, options) => {
        this.units += 1;
        reader.transmit(unit, answer, options);
      },
      verifyPin: (verification, answer) => reader.verifyPin(verification, answer),
      powerOff: (answer) => reader.powerOff(answer),
      cancel: () => reader.cancel(),
    };
  }

  insert(file: ChipCardFile): WatchedCard {
    this.#inserted = file;
    const card = new WatchedCard(file);
    this.bench.does({ type: 'insert', card });
    this.bench.clock.advance(500);
    return card;
  }

  begin(asked: ChipRequest = request(), behaviour: Behaviour = (step) => this.usual(step)): void {
    this.steps.length = 0;
    this.#inside(() =>
      this.port.start(asked, (step) => {
        if (this.#isInside) throw new Error('A step was told from inside a call.');
        this.steps.push(step);
        if (step.type === 'ended') return;
        const answer = behaviour(step);
        if (answer !== undefined) this.#inside(() => this.port.answer(answer));
      }),
    );
  }

  #inside(call: () => void): void {
    this.#isInside = true;
    try {
      call();
    } finally {
      this.#isInside = false;
    }
  }

  /** Lets time pass until it has ended. */
  end(patienceMs = 200_000): ChipEnd {
    this.bench.clock.runUntil(() => this.steps.at(-1)?.type === 'ended', patienceMs);
    const [ended, ...more] = this.steps.filter((step) => step.type === 'ended');
    if (ended === undefined || more.length > 0) throw new Error(`It ended ${more.length + (ended ? 1 : 0)} times.`);
    return ended.end;
  }

  pay(file: ChipCardFile, asked: ChipRequest = request(), behaviour?: Behaviour) {
    const card = this.insert(file);
    this.begin(asked, behaviour);
    return { card, end: this.end() };
  }

  get stepTypes(): readonly string[] {
    return this.steps.map(({ type }) => type);
  }

  /** A person who agrees to everything and knows the PIN, and the emulated host. */
  usual(step: Exclude<ChipStep, { readonly type: 'ended' }>): ChipAnswer {
    switch (step.type) {
      case 'choose-application':
        return { type: 'chosen', index: 0 };
      case 'confirm-application':
      case 'card-read':
        return { type: 'confirmed' };
      case 'ask-pin':
        return pinFor(step.form);
      case 'go-online':
        return this.#goOnline(step);
    }
  }

  /** With the PIN in field 52 where it was asked for. */
  #goOnline({ card, field55, onlinePin }: Extract<ChipStep, { readonly type: 'go-online' }>): ChipAnswer {
    const file = this.#inserted;
    if (file === undefined) throw new Error('There is no card.');
    this.#stan += 1;
    const sale = {
      stan: this.#stan,
      account: chipAccount(file, KEYS),
      ...(onlinePin && { pin: file.pin }),
    };
    const message = this.#terminal.sale(sale, {
      2: card.pan.reveal(),
      14: card.expiry,
      22: onlinePin ? '051' : '052',
      23: card.sequenceNumber,
      35: card.track2?.data.reveal(),
      55: toHex(field55),
    });
    const reply = this.#terminal.ask(message);
    this.replies.push(reply);
    const { 38: authorizationCode, 39: responseCode = '', 55: answer } = reply.fields;
    return {
      type: 'host-replied',
      responseCode,
      isApproved: responseCode === '00',
      ...(authorizationCode !== undefined && { authorizationCode }),
      ...(answer !== undefined && { field55: fromHex(answer) }),
    };
  }
}

/** Every emulated card's PIN, as the PIN pad would prepare it; a clear one is for the reader's keypad. */
export function pinFor(
  form: Extract<ChipStep, { readonly type: 'ask-pin' }>['form'],
  pin = '123456',
): Extract<ChipAnswer, { readonly type: 'pin-entered' | 'pin-on-reader' }> {
  if (form.type === 'online') return { type: 'pin-entered' };
  if (form.type === 'offline-plaintext') return { type: 'pin-on-reader' };
  const block = fromHex(`2${pin.length}${pin}`.padEnd(16, 'F'));
  const { challenge, exponent, modulus } = form;
  const clear = Uint8Array.of(0x7f, ...block, ...challenge, ...new Uint8Array(modulus.length - 17).fill(0xa5));
  return { type: 'pin-entered', data: Secret.of(nodeCrypto.rsaRecover(modulus, exponent, clear), 'PIN') };
}
