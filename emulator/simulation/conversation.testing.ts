/** For tests: the terminal's host adapter against the emulated acquirer, one message after the other, every frame kept. */
import type { Clock } from '../../src/domain/clock.ts';
import type { Line } from '../../src/domain/line.ts';
import { ok } from '../../src/domain/result.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { HostReply, HostRequest, HostSecurity, SendAnswer, WorkingKey } from '../../src/host/host-port.ts';
import type { Connect } from '../../src/host/link.ts';
import { defaultParameters, type DialectParameters } from '../../src/host/messages/setup.ts';
import { openHost, type Host } from '../../src/host/unionpay-host.ts';
import { TEST_TERMINAL } from '../device.ts';
import { DesKey } from '../models/crypto/des-key.ts';
import { fromHex, toHex } from '../models/crypto/hex.ts';
import { unionPayMac } from '../models/crypto/mac.ts';
import { buildPinBlock } from '../models/crypto/pin-block.ts';
import { unwrapKey, workingKey } from '../models/crypto/working-key.ts';
import { HostModel, type HostSetup } from '../models/host/host-model.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { memoryWire } from '../wire/memory.ts';
import { runModel } from '../wire/run-model.ts';

/** A message and its answer, hex with the length bytes. */
export interface Exchange {
  readonly name: string;
  readonly request: string;
  readonly response: string;
}

/** What the PIN pad does with the keys of a sign-in, without its line. */
class SoftPinPad implements HostSecurity {
  readonly #clock: Clock;
  readonly #keys = new Map<WorkingKey['usage'], DesKey>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  load({ usage, encrypted }: WorkingKey): void {
    const master = new DesKey(fromHex(TEST_TERMINAL.masterKey));
    this.#keys.set(usage, workingKey(unwrapKey(master, fromHex(encrypted.reveal()))));
  }

  pinBlock(pin: string, pan: string): Secret<string> {
    return Secret.of(toHex(this.#key('P').encrypt(buildPinBlock(pin, pan))), 'PIN-BLOCK');
  }

  mac(data: Uint8Array, answer: Parameters<HostSecurity['mac']>[1]): void {
    this.#clock.after(1, () => answer(ok(toHex(unionPayMac(this.#key('M'), data)))));
  }

  encryptTrackBlock(block: Secret<string>, answer: Parameters<HostSecurity['encryptTrackBlock']>[1]): void {
    this.#clock.after(1, () => answer(ok(toHex(this.#key('D').encrypt(fromHex(block.reveal()))))));
  }

  /** Of the default form of sign-in. */
  pinKeyAlgorithm(answer: Parameters<HostSecurity['pinKeyAlgorithm']>[0]): void {
    this.#clock.after(1, () => answer(ok('T')));
  }

  #key(usage: WorkingKey['usage']): DesKey {
    const key = this.#keys.get(usage);
    if (key === undefined) throw new Error(`There is no key ${usage}: sign in first.`);
    return key;
  }
}

/** Numbers itself, so that the keys are the same in every run. */
function countingEntropy(): HostSetup['entropy'] {
  let next = 1;
  return (bytes) => Uint8Array.from({ length: bytes }, () => (next = (next * 37 + 11) % 251));
}

export interface ConversationOptions {
  readonly accounts: HostSetup['accounts'];
  readonly host?: Partial<HostSetup>;
  readonly parameters?: Partial<DialectParameters>;
}

export class Conversation {
  readonly exchanges: Exchange[] = [];
  readonly pinPad: SoftPinPad;
  readonly hostModel: HostModel;
  readonly #clock = new VirtualClock(0);
  readonly #host: Host;
  #said = '';
  #heard = '';
  #surprise: unknown;

  constructor({ accounts, host, parameters }: ConversationOptions) {
    this.pinPad = new SoftPinPad(this.#clock);
    this.hostModel = new HostModel({
      accounts,
      terminals: [TEST_TERMINAL],
      now: () => '20260315143205',
      entropy: countingEntropy(),
      ...host,
    });
    this.#host = openHost({
      connect: this.#connect,
      security: this.pinPad,
      terminal: {
        tpdu: '6000030000',
        header: '603100311312',
        terminalNumber: TEST_TERMINAL.terminal,
        merchantNumber: TEST_TERMINAL.merchant,
        hardware: { certificate: '3150', serial: 'SXX-4C304119' },
      },
      parameters: { ...defaultParameters, ...parameters },
      timeouts: { connectMs: 10_000, responseMs: 60_000, interByteMs: 5_000 },
      clock: this.#clock,
    });
  }

  /** Sends one request; loads the keys that its answer brings. @throws what surprised the host. */
  asks(request: HostRequest): SendAnswer {
    this.#said = '';
    this.#heard = '';
    const answers: SendAnswer[] = [];
    this.#host.prepare(request, (prepared) => {
      if (prepared.type !== 'ready') throw new Error(`A ${request.kind} was not prepared: ${prepared.type}.`);
      this.#host.send((answer) => answers.push(answer));
    });
    this.#clock.advance(120_000);
    if (this.#surprise !== undefined) throw this.#surprise;
    const last = answers.at(-1);
    if (last === undefined) throw new Error(`A ${request.kind} was never answered.`);
    if (last.type === 'replied') for (const key of last.reply.workingKeys) this.pinPad.load(key);
    return last;
  }

  /** Asks, and keeps both frames under a name. @throws when there is no answer that the terminal can use. */
  says(name: string, request: HostRequest): HostReply {
    const answer = this.asks(request);
    if (answer.type !== 'replied') throw new Error(`"${name}" was answered by ${JSON.stringify(answer)}.`);
    this.exchanges.push({ name, request: this.#said, response: this.#heard });
    return answer.reply;
  }

  readonly #connect: Connect = (answer) =>
    this.#clock.after(1, () => {
      const { near, far } = memoryWire(this.#clock, { latencyMs: 1 });
      runModel(this.hostModel.session(), far, this.#clock, {
        onSight: () => undefined,
        onSurprise: (error) => (this.#surprise ??= error),
      });
      answer(ok(this.#overheard(near)));
    });

  #overheard(line: Line): Line {
    return {
      listen: (listener) =>
        line.listen({
          ...listener,
          bytes: (chunk) => {
            this.#heard += toHex(chunk);
            listener.bytes(chunk);
          },
          closed: (reason) => listener.closed(reason),
        }),
      write: (bytes, done) => {
        this.#said += toHex(bytes);
        line.write(bytes, done);
      },
      close: () => line.close(),
    };
  }
}
