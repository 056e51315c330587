/**
 * Every key form of the sign-in, from the terminal's adapters to the emulated PIN pad and the emulated acquirer over
 * memory wires: what three ends that were written apart make of each other's keys, PIN blocks, tracks and MACs.
 *
 * Mutations tried: F53 always 6, single-length places taken for double, the PIN block of SM4 in hex, the algorithm of
 * the PIN key not asked after a restart, 60.3 of another form, the PIN pad left with DES. Each was noticed.
 */
import { describe, expect, test } from 'vitest';
import { openPinPad } from '../../src/device/pin-pad/pin-pad.ts';
import type { Line } from '../../src/domain/line.ts';
import { toAmountMinor } from '../../src/domain/money.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { HostPort, HostReply, HostRequest, WorkingKey } from '../../src/host/host-port.ts';
import { defaultParameters, keyFormOf, type SignInKeys } from '../../src/host/messages/setup.ts';
import { openHost } from '../../src/host/unionpay-host.ts';
import { loadCards } from '../cards.ts';
import { EmulatedDevice, MASTER_KEY_SLOTS, TEST_TERMINAL } from '../device.ts';
import type { KeyLengths } from '../models/host/keys.ts';
import { Random } from '../time/random.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { memoryWire } from '../wire/memory.ts';

const FORMS = ['001', '003', '004', '005', '006'] as const;
const AMOUNT = toAmountMinor(12_300n);
const TIMEOUTS = { connectMs: 10_000, responseMs: 60_000, interByteMs: 5_000 };

const card = loadCards().find(({ name }) => name === 'approved');
if (card === undefined) throw new Error('There is no card "approved".');

interface Choice {
  readonly keyLengths?: KeyLengths;
  /** Of the terminal: where it thinks its master key is. */
  readonly masterKeySlot?: number;
}

class Bench {
  readonly clock = new VirtualClock(0);
  readonly device: EmulatedDevice;
  readonly surprises: unknown[] = [];
  readonly #signInKeys: SignInKeys;
  readonly #choice: Choice;
  #pin = '';
  #terminal: ReturnType<Bench['start']>;
  #batch = 0;

  constructor(signInKeys: SignInKeys, choice: Choice = {}) {
    const random = new Random('key-forms');
    this.#signInKeys = signInKeys;
    this.#choice = choice;
    const { near, far } = this.#wires();
    this.device = new EmulatedDevice(
      {
        clock: this.clock,
        random,
        noise: random,
        cards: loadCards(),
        terminals: [{ ...TEST_TERMINAL, ...(choice.keyLengths !== undefined && { keyLengths: choice.keyLengths }) }],
        now: () => '20260302100000',
        lateMs: 90_000,
        noisyWires: false,
        onSight: ({ from, sight }) => {
          if (from === 'pin-pad' && sight.type === 'prompt') this.#keysPin();
        },
        onSurprise: (error) => this.surprises.push(error),
        hostPower: () => undefined,
      },
      far,
    );
    this.#terminal = this.start(near['pin-pad']);
  }

  start(line: Line) {
    const { clock } = this;
    const { cipher } = keyFormOf(this.#signInKeys);
    const masterKeySlot = this.#choice.masterKeySlot ?? MASTER_KEY_SLOTS[cipher];
    const pinPad = openPinPad({ line, clock, masterKeySlot, cipher });
    const host: HostPort = openHost({
      connect: (answer) =>
        clock.after(2, () => {
          const call = memoryWire(clock, { latencyMs: 1 });
          this.device.hostCalled(call.far);
          answer({ ok: true, value: call.near });
        }),
      security: pinPad,
      terminal: {
        tpdu: '6000030000',
        header: '603100311312',
        terminalNumber: TEST_TERMINAL.terminal,
        merchantNumber: TEST_TERMINAL.merchant,
        hardware: { certificate: '3150', serial: 'SXX-4C304119' },
      },
      parameters: {
        ...defaultParameters,
        signInKeys: this.#signInKeys,
        reversalSecurityField: cipher === 'sm4' ? 'send' : 'omit',
      },
      timeouts: TIMEOUTS,
      clock,
    });
    return { pinPad, host };
  }

  /** The terminal loses its power and comes back; the PIN pad keeps its keys. */
  restart(): void {
    const { near, far } = this.#wires();
    this.device.replug(far);
    this.#terminal = this.start(near['pin-pad']);
  }

  /** The reply, or what came instead of it. */
  exchange(request: HostRequest): HostReply | string {
    let result: HostReply | string = 'nothing';
    this.#terminal.host.prepare(request, (prepared) => {
      if (prepared.type !== 'ready') {
        result = prepared.type;
        return;
      }
      this.#terminal.host.send((answer) => {
        if (answer.type !== 'sent') result = answer.type === 'replied' ? answer.reply : answer.type;
      });
    });
    this.clock.advance(120_000);
    return result;
  }

  keysOfSignIn(): readonly WorkingKey[] {
    const reply = this.exchange({ kind: 'sign-in', stan: 1, batch: 0, operatorNumber: '01' });
    if (typeof reply === 'string' || reply.responseCode !== '00') throw new Error('The sign-in was not accepted.');
    this.#batch = reply.batch ?? 0;
    return reply.workingKeys;
  }

  load(key: WorkingKey): unknown {
    let result: unknown;
    this.#terminal.pinPad.loadKey(key, (answer) => (result = answer));
    this.clock.advance(30_000);
    return result;
  }

  signIn(): readonly unknown[] {
    return this.keysOfSignIn().map((key) => this.load(key));
  }

  enterPin(pin: string): Secret<string> {
    let block: Secret<string> | undefined;
    this.#pin = pin;
    const entry = { amountText: '123.00', lengthMin: 4, lengthMax: 12, bypassAllowed: false, timeoutSeconds: 60 };
    this.#terminal.pinPad.enterPin({ ...entry, pan: pan() }, (answer) => {
      if (answer.type === 'entered') block = answer.pinBlock;
    });
    this.clock.advance(120_000);
    if (block === undefined) throw new Error('No PIN was entered.');
    return block;
  }

  /** F39, or what came instead of an answer. */
  sale(stan: number, pin?: string): string {
    const pinBlock = pin === undefined ? undefined : this.enterPin(pin);
    const reply = this.exchange(saleRequest({ stan, batch: this.#batch }, pinBlock));
    return typeof reply === 'string' ? reply : reply.responseCode;
  }

  reverse(stan: number): string {
    const reply = this.exchange(reversalRequest({ stan, batch: this.#batch }));
    return typeof reply === 'string' ? reply : reply.responseCode;
  }

  held(stan: number): bigint {
    return this.device.host.heldMinor(TEST_TERMINAL.terminal, this.#batch, stan);
  }

  #keysPin(): void {
    this.device.does({ type: 'press', keys: [...(Array.from(this.#pin) as '1'[]), 'enter'] });
  }

  #wires() {
    const wire = () => memoryWire(this.clock, { latencyMs: 1 });
    const [swipe, pin, print, chip] = [wire(), wire(), wire(), wire()];
    return {
      near: { 'swipe-reader': swipe.near, 'pin-pad': pin.near, printer: print.near, 'chip-reader': chip.near },
      far: { 'swipe-reader': swipe.far, 'pin-pad': pin.far, printer: print.far, 'chip-reader': chip.far },
    };
  }
}

const pan = (): Secret<string> => Secret.of(card.pan, 'PAN');

const facts = {
  wire: { requestMti: '0200', processingCode: '000000', conditionCode: '00', messageTypeCode: '22' },
  amount: AMOUNT,
  currencyCode: '156',
  entryMode: 'swiped',
} as const;

interface Trace {
  readonly stan: number;
  readonly batch: number;
}

const saleRequest = (trace: Trace, pinBlock?: Secret<string>): HostRequest => ({
  kind: 'authorization',
  ...trace,
  ...facts,
  card: {
    entryMode: 'swiped',
    track2: {
      data: Secret.of(card.track2, 'TRACK2'),
      pan: pan(),
      expiry: card.expiry,
      serviceCode: card.serviceCode,
    },
  },
  ...(pinBlock !== undefined && { pinBlock }),
});

const reversalRequest = (trace: Trace): HostRequest => ({
  kind: 'reversal',
  ...trace,
  ...facts,
  pinEntered: true,
  expiry: card.expiry,
  reason: '98',
});

const LOADED = { type: 'loaded' };

describe.each(FORMS)('with the keys of %s', (form) => {
  test('the terminal signs in, sells with a PIN and takes the sale back', () => {
    const bench = new Bench(form);
    expect(bench.signIn()).toEqual(keyFormOf(form).usages.map(() => LOADED));
    expect([bench.sale(2, '123456'), bench.held(2)]).toEqual(['00', 12_300n]);
    expect([bench.reverse(2), bench.held(2)]).toEqual(['00', 0n]);
    expect(bench.surprises).toEqual([]);
  });

  test('the host sees a wrong PIN for what it is, and a sale without a PIN goes through', () => {
    const bench = new Bench(form);
    bench.signIn();
    expect([bench.sale(2, '654321'), bench.sale(3)]).toEqual(['55', '00']);
  });

  test('the sale also works when the terminal was off since the sign-in, and so does its reversal', () => {
    const bench = new Bench(form);
    bench.signIn();
    bench.restart();
    expect(bench.sale(2, '123456')).toBe('00');
    bench.restart();
    expect([bench.reverse(2), bench.held(2)]).toEqual(['00', 0n]);
  });

  test('any check value that is not right is found by the PIN pad', () => {
    const bench = new Bench(form);
    const keys = bench.keysOfSignIn();
    const wrong = keys.map((key) => ({
      ...key,
      checkValue: key.checkValue.replace(/^./, (digit) => (digit === '0' ? '1' : '0')),
    }));
    expect(wrong.map((key) => bench.load(key))).toEqual(keys.map(() => ({ type: 'check-value-mismatch' })));
  });

  test('the master key of the other cipher takes none of them', () => {
    const { cipher } = keyFormOf(form);
    const bench = new Bench(form, { masterKeySlot: MASTER_KEY_SLOTS[cipher === 'des' ? 'sm4' : 'des'] });
    const failure = { reason: 'refused', detail: 'UK: wrong key length or algorithm' };
    expect(bench.signIn()).toEqual(keyFormOf(form).usages.map(() => ({ type: 'failed', failure })));
  });
});

describe.each<[SignInKeys, KeyLengths]>([
  ['003', { pin: 8 }],
  ['003', { mac: 16 }],
  ['004', { track: 8 }],
  ['004', { pin: 8, mac: 16, track: 8 }],
])('with the keys of %s in these lengths: %o', (form, keyLengths) => {
  test.each(['stays on', 'is off since the sign-in'])('the sale works when the terminal %s', (what) => {
    const bench = new Bench(form, { keyLengths });
    expect(bench.signIn()).toEqual(keyFormOf(form).usages.map(() => LOADED));
    if (what !== 'stays on') bench.restart();
    expect([bench.sale(2, '123456'), bench.reverse(2), bench.held(2)]).toEqual(['00', '00', 0n]);
  });
});
