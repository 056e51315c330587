/** For the tests of this folder: virtual time, a line held in memory, and a PIN pad's cryptography under test keys. */
import { createCipheriv } from 'node:crypto';
import type { Cancel, Clock } from '../../domain/clock.ts';
import type { Line, LineListener } from '../../domain/line.ts';
import { toAmountMinor, type AmountMinor } from '../../domain/money.ts';
import { ok, type Result } from '../../domain/result.ts';
import { Secret } from '../../domain/secret.ts';
import type {
  AuthorizationRequest,
  HostLog,
  HostLogFields,
  HostSecurity,
  PinPadFailure,
  SignInRequest,
} from '../host-port.ts';
import type { Connect } from '../link.ts';
import type { DialectParameters, TerminalIdentity } from '../messages/setup.ts';
import { defaultParameters } from '../messages/setup.ts';

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();
export const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

export class VirtualClock implements Clock {
  #now = 0;
  #sequence = 0;
  readonly #due: { readonly at: number; readonly order: number; readonly action: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, action: () => void): Cancel {
    const entry = { at: this.#now + ms, order: this.#sequence++, action };
    this.#due.push(entry);
    return () => {
      const index = this.#due.indexOf(entry);
      if (index >= 0) this.#due.splice(index, 1);
    };
  }

  /** Lets `ms` pass; what falls due runs in the order of time, then of arrangement. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      this.#due.sort((a, b) => a.at - b.at || a.order - b.order);
      const next = this.#due[0];
      if (next === undefined || next.at > until) break;
      this.#due.shift();
      this.#now = next.at;
      next.action();
    }
    this.#now = until;
  }

  /** How many actions are still arranged: zero means that nothing was left running. */
  get pending(): number {
    return this.#due.length;
  }
}

/** The host's end of a line in memory. What it does reaches the terminal at once; the tests call from outside. */
export class MemoryLine implements Line {
  readonly received: Uint8Array[] = [];
  /** How long writes take to drain; never, for a peer that does not read. */
  drainMs: number | 'never' = 0;
  closedByTerminal = false;
  #listener: LineListener | undefined;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  listen(listener: LineListener): void {
    this.#listener = listener;
  }

  write(chunk: Uint8Array, done?: () => void): void {
    this.received.push(chunk);
    if (this.drainMs !== 'never') this.#clock.after(this.drainMs, () => done?.());
  }

  close(): void {
    this.closedByTerminal = true;
  }

  hostSends(chunk: Uint8Array): void {
    if (!this.closedByTerminal) this.#listener?.bytes(chunk);
  }

  hostCloses(): void {
    if (!this.closedByTerminal) this.#listener?.closed('The host closed the connection.');
  }
}

/** Connects after `ms`; without it, never. Remembers its lines and how often it was given up. */
export function memoryConnect(clock: Clock, ms?: number) {
  const lines: MemoryLine[] = [];
  const state = { lines, attempts: 0, cancelled: 0 };
  const connect: Connect = (answer) => {
    state.attempts += 1;
    const cancel =
      ms === undefined
        ? undefined
        : clock.after(ms, () => {
            const line = new MemoryLine(clock);
            lines.push(line);
            answer(ok(line));
          });
    return () => {
      state.cancelled += 1;
      cancel?.();
    };
  };
  return { ...state, connect, state };
}

/** One DES operation: triple DES with three equal keys is single DES. */
function des(key: string, block: Uint8Array): Uint8Array {
  const material = key.length === 16 ? key.repeat(3) : key + key.slice(0, 16);
  const cipher = createCipheriv('des-ede3-ecb', Buffer.from(material, 'hex'), null).setAutoPadding(false);
  return Buffer.concat([cipher.update(block), cipher.final()]);
}

/** Dialect sheet 5.6, written out a second time for the tests. */
export function unionPayMac(key: string, data: Uint8Array): string {
  const fold = new Uint8Array(8);
  data.forEach((byte, index) => {
    fold[index % 8] = (fold[index % 8] ?? 0) ^ byte;
  });
  const text = Buffer.from(hex(fold), 'ascii');
  const first = des(key, text.subarray(0, 8));
  return hex(
    des(
      key,
      Uint8Array.from(first, (byte, index) => byte ^ (text[8 + index] ?? 0)),
    ),
  );
}

export const testKeys = {
  mac: '7F52E3201FDF045E',
  track: '0123456789ABCDEFFEDCBA9876543210',
} as const;

/** Answers after a millisecond; `failing` makes it refuse from then on. */
export function testSecurity(clock: Clock): HostSecurity & { failing: boolean } {
  const answerWith = <Value>(
    value: Value,
    failing: boolean,
    answer: (answer: Result<Value, PinPadFailure>) => void,
  ): void => {
    clock.after(1, () =>
      answer(failing ? { ok: false, error: { reason: 'refused', detail: 'U67 status 3' } } : ok(value)),
    );
  };
  return {
    failing: false,
    mac(data, answer) {
      answerWith(unionPayMac(testKeys.mac, data), this.failing, answer);
    },
    encryptTrackBlock(block, answer) {
      answerWith(hex(des(testKeys.track, bytes(block.reveal()))), this.failing, answer);
    },
    pinKeyAlgorithm(answer) {
      answerWith('T', this.failing, answer);
    },
  };
}

export class MemoryLog implements HostLog {
  readonly lines: HostLogFields[] = [];
  info(fields: HostLogFields): void {
    this.lines.push(fields);
  }
  warn(fields: HostLogFields): void {
    this.lines.push(fields);
  }
  get events(): readonly string[] {
    return this.lines.map((line) => line.event);
  }
}

export const terminal: TerminalIdentity = {
  tpdu: '6000030000',
  header: '603100311312',
  terminalNumber: '11115007',
  merchantNumber: '123456789111115',
  hardware: { certificate: '3150', serial: 'SXX-4C304119' },
};

export const parameters: DialectParameters = defaultParameters;

export const saleFacts = {
  requestMti: '0200',
  processingCode: '000000',
  conditionCode: '00',
  messageTypeCode: '22',
} as const;

const track = '6222021234567890128D25121010000012345';

export const swipedCard: Extract<AuthorizationRequest['card'], { readonly entryMode: 'swiped' }> = {
  entryMode: 'swiped',
  track2: {
    data: Secret.of(track, 'TRACK2'),
    pan: Secret.of(track.slice(0, 19), 'PAN'),
    expiry: '2512',
    serviceCode: '101',
  },
};

/** The request that the derived 0210 of dialect sheet 12.3 answers. */
export const saleRequest: AuthorizationRequest & { readonly amount: AmountMinor } = {
  kind: 'authorization',
  stan: 101,
  batch: 1437,
  wire: saleFacts,
  amount: toAmountMinor(12_300n),
  currencyCode: '156',
  card: swipedCard,
  pinBlock: Secret.of('C6AE31D179922380', 'PIN-BLOCK'),
};

export const signInRequest: SignInRequest = { kind: 'sign-in', stan: 1, batch: 1, operatorNumber: '01' };
