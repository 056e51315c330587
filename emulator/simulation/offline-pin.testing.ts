/** For tests: a counter where the card checks the PIN, with a PIN pad, a keypad on the card reader, and a person. */
import type { ChipTerminal } from '../../src/chip/kernel-settings.ts';
import type { ChipAnswer, ChipStep } from '../../src/chip/port-types.ts';
import { type CounterDevices, terminalCapabilities } from '../../src/chip/terminal-capabilities.ts';
import { openPinPad } from '../../src/device/pin-pad/pin-pad.ts';
import type { OfflinePinAnswer, PinPad } from '../../src/device/pin-pad/port-types.ts';
import type { ChipCardFile } from '../models/card/chip-card-file.ts';
import type { KeypadKey } from '../models/chip-reader/keypad.ts';
import { toHex } from '../models/crypto/hex.ts';
import { PinPadModel } from '../models/pin-pad/pin-pad.ts';
import { Random } from '../time/random.ts';
import { faultyLine } from '../wire/faults.ts';
import { memoryWire } from '../wire/memory.ts';
import { runModel } from '../wire/run-model.ts';
import { Counter, request, type WatchedCard } from './chip-card.testing.ts';
import { listenIn } from './chip-reader.testing.ts';

type AskPin = Extract<ChipStep, { readonly type: 'ask-pin' }>;

/** What a person does when a PIN is asked for: keys a number, or something else. */
export type Doing = `${number}` | 'cancel' | 'bypass' | 'nothing' | 'unplug' | 'pull' | 'terminal-cancels';

/** From the prompt to the first key. */
const THINKING_MS = 2_000;
export const PIN_TIMEOUT_SECONDS = 60;

export class PinCounter extends Counter {
  readonly asked: AskPin[] = [];
  readonly pinPadSurprises: unknown[] = [];
  /** What the terminal and the PIN pad have said to each other, in hex. */
  readonly overheardPinPad: string[] = [];
  readonly #doings: Doing[];
  readonly #pinPad: PinPad;

  /** @param doings one for each time that a PIN is asked for. */
  constructor(devices: CounterDevices, doings: readonly Doing[], terminal: Partial<ChipTerminal> = {}) {
    super({ emulated: { keypad: devices.readerKeypad } }, { ...terminalCapabilities(devices), ...terminal });
    this.#doings = [...doings];
    const { clock } = this.bench;
    const random = new Random('offline PIN');
    const { near, far } = memoryWire(clock, { latencyMs: 1 });
    const line = faultyLine(near, { clock, random, tap: listenIn(this.overheardPinPad) });
    const model = new PinPadModel({ masterKeys: {}, entropy: (bytes) => random.bytes(bytes) });
    const running = runModel(model, far, clock, {
      onSight: (sight) => {
        if (sight.type !== 'prompt') return;
        this.#act(
          (key) => running.does({ type: 'key', key }),
          () => far.close(),
        );
      },
      onSurprise: (error) => this.pinPadSurprises.push(error),
    });
    this.#pinPad = openPinPad({ line, clock, masterKeySlot: 0 });
    this.bench.onSight = (sight) => {
      if (sight.type !== 'pin-prompt') return;
      this.#act(
        (key) => this.bench.does({ type: 'key', key }),
        () => this.bench.does({ type: 'power', on: false }),
      );
    };
  }

  #act(press: (key: KeypadKey) => void, unplug: () => void): void {
    const doing = this.#doings.shift() ?? 'nothing';
    this.bench.clock.after(THINKING_MS, () => {
      switch (doing) {
        case 'nothing':
          return;
        case 'unplug':
          return unplug();
        case 'pull':
          return this.bench.does({ type: 'pull' });
        case 'terminal-cancels':
          this.#pinPad.cancelPin();
          return this.port.cancel();
        case 'cancel':
          return press('cancel');
        case 'bypass':
          return press('enter');
        default:
          for (const key of doing) press(key as KeypadKey);
          return press('enter');
      }
    });
  }

  /** As the terminal will: the PIN pad for a PIN that it enciphers, the reader for a clear one. */
  #askPin(step: AskPin): ChipAnswer | undefined {
    this.asked.push(step);
    const { form } = step;
    if (form.type === 'online') return { type: 'pin-entered' };
    if (form.type === 'offline-plaintext') {
      // Nothing to press on the reader's keypad says so: the cashier does.
      if (this.#doings[0] === 'bypass') return { type: 'pin-bypassed' };
      return { type: 'pin-on-reader' };
    }
    this.#pinPad.enterOfflinePin(
      {
        modulus: toHex(form.modulus),
        exponent: toHex(form.exponent),
        challenge: toHex(form.challenge),
        amountText: '15.00',
        lengthMin: 4,
        lengthMax: 12,
        bypassAllowed: true,
        timeoutSeconds: PIN_TIMEOUT_SECONDS,
      },
      // The end that it waits for may have come meanwhile.
      (answer) => this.port.answer(chipAnswerOf(answer)),
    );
    return undefined;
  }

  payWithPin(file: ChipCardFile) {
    const card: WatchedCard = this.insert(file);
    this.begin(request(), (step) => (step.type === 'ask-pin' ? this.#askPin(step) : this.usual(step)));
    return { card, end: this.end() };
  }

  /** Each time that a PIN was asked for: how, the tries left, and whether it was wrong before. */
  get questions(): readonly string[] {
    return this.asked.map(
      ({ form, triesLeft = '?', isSecondTry }) => `${form.type} ${triesLeft}${isSecondTry ? ' again' : ''}`,
    );
  }
}

function chipAnswerOf(answer: OfflinePinAnswer): ChipAnswer {
  switch (answer.type) {
    case 'entered':
      return { type: 'pin-entered', data: answer.data };
    case 'bypassed':
      return { type: 'pin-bypassed' };
    case 'cancelled':
    case 'timed-out':
      return { type: 'cancelled' };
    case 'failed':
      return { type: 'pin-pad-not-working' };
  }
}
