/**
 * The link against a scripted reader: whatever a card does, each command ends, once.
 *
 * Mutations that these tests noticed: no time limit, or one that outlives its command; silence or bad characters taken
 * for the end with T=1; the waiting times left out; no IFS request; no warm reset, or endless ones; the inverse
 * convention lost; BWI and CWI exchanged; answers taken after the end; a reader that is not let go.
 */
import { describe, expect, test } from 'vitest';
import type { Cancel, Clock } from '../domain/clock.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { fromHex, toHex } from '../emv/bytes.ts';
import { CardLink, COMMAND_TIME_MAX_MS, type LinkFailure } from './card-link.ts';
import type {
  PinOnReader,
  PinVerification,
  ReaderAnswer,
  ReaderFailure,
  ReaderProtocol,
  TransportReader,
} from './port-types.ts';

/** Hex, or why not; `nothing`: the reader does not answer. */
type Reply = string;

const REASONS: readonly string[] = [
  'unsupported',
  'no-card',
  'card-removed',
  'card-mute',
  'card-error',
  'no-answer',
  'reader-lost',
];

class TestClock implements Clock {
  #timers: { readonly atMs: number; readonly action: () => void }[] = [];
  #nowMs = 0;

  now(): number {
    return this.#nowMs;
  }

  after(ms: number, action: () => void): Cancel {
    const timer = { atMs: this.#nowMs + ms, action };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  get pending(): number {
    return this.#timers.length;
  }

  /** Everything that is armed, in its order. */
  run(): void {
    for (;;) {
      const [next] = this.#timers.toSorted((left, right) => left.atMs - right.atMs);
      if (next === undefined) return;
      this.#timers = this.#timers.filter((each) => each !== next);
      this.#nowMs = next.atMs;
      next.action();
    }
  }
}

/** Plays a script: one reply for each request; after the last one the last one again. */
class ScriptedReader implements TransportReader {
  readonly sent: string[] = [];
  readonly protocols: ReaderProtocol[] = [];
  cancels = 0;
  readonly #clock: Clock;
  readonly #replies: Reply[];

  constructor(clock: Clock, replies: readonly Reply[]) {
    this.#clock = clock;
    this.#replies = [...replies];
  }

  #reply<Value>(answer: ReaderAnswer<Value>, valueOf: (hex: string) => Value): void {
    const reply = this.#replies.length > 1 ? this.#replies.shift() : this.#replies[0];
    if (reply === undefined || reply === 'nothing') return;
    const result: Result<Value, ReaderFailure> = REASONS.includes(reply)
      ? fail({ reason: reply as ReaderFailure['reason'], detail: reply })
      : ok(valueOf(reply));
    this.#clock.after(10, () => answer(result));
  }

  onEvent(): void {}

  powerOn(answer: ReaderAnswer<Uint8Array>): void {
    this.sent.push('on');
    this.#reply(answer, fromHex);
  }

  useProtocol(protocol: ReaderProtocol, _options: { readonly pps: boolean }, answer: ReaderAnswer<undefined>): void {
    this.protocols.push(protocol);
    this.#clock.after(1, () => answer(ok(undefined)));
  }

  transmit(unit: Uint8Array, answer: ReaderAnswer<Uint8Array>, options?: { readonly waitingTimes: number }): void {
    this.sent.push(toHex(unit) + (options === undefined ? '' : ` ${options.waitingTimes}`));
    this.#reply(answer, fromHex);
  }

  /** Hex, a reason, or what the reader itself says. */
  verifyPin(verification: PinVerification, answer: ReaderAnswer<PinOnReader>): void {
    const { template, prologue = [], timeoutSeconds, language } = verification;
    this.sent.push(`pin ${toHex(Uint8Array.of(...prologue))} ${toHex(template)} ${timeoutSeconds} ${language}`);
    this.#reply(answer, (reply): PinOnReader =>
      reply === 'cancelled' || reply === 'timed-out' ? { type: reply } : { type: 'answered', bytes: fromHex(reply) },
    );
  }

  powerOff(): void {}

  cancel(): void {
    this.cancels += 1;
  }
}

const TEMPLATE = '002000800820FFFFFFFFFFFFFF';

/** Opens, has a PIN keyed, and sends a READ RECORD where no failure forbids it. */
function verify(...replies: readonly Reply[]) {
  const clock = new TestClock();
  const reader = new ScriptedReader(clock, replies);
  const link = new CardLink(reader, clock);
  const ends: string[] = [];
  link.open(() => {
    link.verifyOnReader(fromHex(TEMPLATE), 'en', (result) => {
      if (!result.ok) return void ends.push(result.error.reason);
      ends.push(result.value.type === 'answered' ? toHex(result.value.response) : result.value.type);
      link.transmit(fromHex('00B2010C00'), (next) => ends.push(next.ok ? toHex(next.value) : next.error.reason));
    });
  });
  clock.run();
  return { ends, reader, clock };
}

const T0 = '3B600000';
const T1 = '3BE000FF8131FE4514';
const IFS = '00E101FE1E';
const ATR_WITHOUT_TB1 = '3B00';

/** Opens, and sends a READ RECORD if that succeeds. @returns all ends and what the reader was sent. */
function run(...replies: readonly Reply[]) {
  const clock = new TestClock();
  const reader = new ScriptedReader(clock, replies);
  const link = new CardLink(reader, clock);
  const ends: string[] = [];
  const note = (result: Result<Uint8Array | undefined, LinkFailure>): void => {
    ends.push(result.ok ? toHex(result.value ?? new Uint8Array()) : result.error.reason);
  };
  link.open((opened) => {
    note(opened);
    if (opened.ok) link.transmit(fromHex('00B2010C00'), note);
  });
  clock.run();
  return { ends, reader, clock };
}

describe('a reset', () => {
  test('chooses T=0 as the answer says', () => {
    expect(run(T0, '9000').reader.protocols).toEqual([
      { protocol: 'T=0', fiDi: 0x11, inverse: false, guardTime: 0, waitingInteger: 10 },
    ]);
  });

  test('chooses T=1 as the answer says, and announces the size of blocks', () => {
    const { reader } = run(T1, IFS, 'nothing');
    expect(reader.protocols).toEqual([
      { protocol: 'T=1', fiDi: 0x11, inverse: false, guardTime: 255, waitingIntegers: 0x45, cardFieldMax: 254 },
    ]);
    expect(reader.sent[1]).toBe('00C101FE3E');
  });

  test('tells the reader of the inverse convention', () => {
    expect(run('3F600000', '9000').reader.protocols).toMatchObject([{ protocol: 'T=0', inverse: true }]);
  });

  test('is made again, warm, when EMV refuses the first answer', () => {
    const { ends, reader } = run(ATR_WITHOUT_TB1, ATR_WITHOUT_TB1, '9000');
    expect([ends, reader.sent]).toEqual([
      ['', '9000'],
      ['on', 'on', '00B2010C00'],
    ]);
  });

  test('is given up when EMV refuses the second answer too', () => {
    const { ends, reader } = run('3BFF');
    expect([ends, reader.sent]).toEqual([['answer-to-reset-refused'], ['on', 'on']]);
  });

  test.each([
    ['card-mute', 'card-mute'],
    ['no-card', 'card-removed'],
    ['reader-lost', 'reader-failed'],
    ['no-answer', 'reader-failed'],
    ['card-error', 'card-error'],
    ['nothing', 'card-error'],
  ])('that ends with %s is over: %s', (reply, reason) => {
    const { ends, clock } = run(reply);
    expect([ends, clock.pending]).toEqual([[reason], 0]);
  });
});

describe('a command with T=0', () => {
  test.each([
    [['9000'], '9000', 1],
    [['6C02', 'AABB9000'], 'AABB9000', 2],
    [['6102', 'AABB9000'], 'AABB9000', 2],
    [['90'], 'card-error', 1],
    [['6C02', '6C02'], 'card-error', 2],
    [['6101', 'AA6101'], 'card-error', 17],
    [['card-mute'], 'card-mute', 1],
    [['card-removed'], 'card-removed', 1],
    [['nothing'], 'card-error', 1],
  ])('answered %j ends with %s after %i units', (replies, end, units) => {
    const { ends, reader } = run(T0, ...replies);
    expect([ends, reader.sent.length]).toEqual([['', end], 1 + units]);
  });
});

describe('a command with T=1', () => {
  /** An I-block with 9000 in it. */
  const DONE = '000002900092';

  test.each([
    ['at once', [DONE], '9000', 1],
    ['after a block with a wrong check', ['000002900093', DONE], '9000', 2],
    ['after a silence', ['card-mute', DONE], '9000', 2],
    ['after characters that made no block', ['card-error', DONE], '9000', 2],
    ['never, but silence', ['card-mute'], 'card-mute', 6],
    ['never, but blocks with a wrong check', ['000002900093'], 'card-mute', 6],
    ['never, but blocks of the other number', ['004002900092'.replace('92', 'D2')], 'card-mute', 6],
    ['never, but an abort', ['00C200C2'], 'card-error', 1],
    ['never, but a resynchronisation', ['card-mute', 'card-mute', 'card-mute', '00E000E0'], 'card-error', 4],
    ['never, but the card is gone', ['card-removed'], 'card-removed', 1],
    ['never, but nothing', ['nothing'], 'card-error', 1],
  ])('answered %s', (_, replies, end, units) => {
    const { ends, reader, clock } = run(T1, IFS, ...replies);
    expect([ends, reader.sent.length, clock.pending]).toEqual([['', end], 2 + units, 0]);
  });

  test('lets the reader wait as long as the card has asked', () => {
    const { ends, reader } = run(T1, IFS, '00C30107C5', DONE);
    expect([ends, reader.sent.at(-1)]).toEqual([['', '9000'], '00E30107E5 7']);
  });

  test('that the card chains without end is given up', () => {
    const clock = new TestClock();
    let number = 0;
    const endless = Array.from({ length: 20_000 }, () => (number++ % 2 === 0 ? '00200020' : '00600060'));
    const reader = new ScriptedReader(clock, [T1, IFS, ...endless]);
    const link = new CardLink(reader, clock);
    const ends: string[] = [];
    link.open(() =>
      link.transmit(fromHex('00B2010C00'), (result) => ends.push(result.ok ? 'ok' : result.error.detail)),
    );
    clock.run();
    expect(ends).toEqual(['it does not come to an end']);
    expect(reader.cancels).toBe(1);
    expect(clock.now()).toBeLessThan(COMMAND_TIME_MAX_MS + 1_000);
  });
});

test('a link that is closed answers nothing, and lets the reader go', () => {
  const clock = new TestClock();
  const reader = new ScriptedReader(clock, [T0]);
  const link = new CardLink(reader, clock);
  let answers = 0;
  link.open(() => answers++);
  link.close();
  clock.run();
  expect([answers, reader.cancels]).toEqual([0, 1]);
});

describe('a PIN on the reader', () => {
  const READ = '00B2010C00';

  test.each([
    ['9000', '9000'],
    ['63C2', '63C2'],
    ['6983', '6983'],
    ['cancelled', 'cancelled'],
    ['timed-out', 'timed-out'],
    ['unsupported', 'no-keypad'],
  ])('with T=0, told %s, ends with %s and the card goes on', (reply, end) => {
    const { ends, reader, clock } = verify(T0, reply, '9000');
    expect(reader.sent).toEqual(['on', `pin  ${TEMPLATE} 60 1033`, READ]);
    expect([ends, clock.pending]).toEqual([[end, '9000'], 0]);
  });

  /** The card's I-blocks, by their number, around a status. */
  const FIRST = '000002900092';
  const SECOND = '0040029000D2';

  test('with T=1 is the information of a block, and the next block has the next number', () => {
    const { ends, reader } = verify(T1, IFS, FIRST, SECOND);
    expect(reader.sent.slice(2)).toEqual([`pin 00000D ${TEMPLATE} 60 1033`, '00400500B2010C00FA']);
    expect(ends).toEqual(['9000', '9000']);
  });

  test.each([
    ['cancelled', 'cancelled'],
    ['timed-out', 'timed-out'],
    ['unsupported', 'no-keypad'],
    ['6403', '6403'],
  ])('with T=1, told %s, has sent no block: the next one has its number', (reply, end) => {
    const { ends, reader } = verify(T1, IFS, reply, FIRST);
    expect(reader.sent[3]).toBe('00000500B2010C00BA');
    expect(ends).toEqual([end, '9000']);
  });

  test('waits for a card that asks for time', () => {
    const { ends, reader } = verify(T1, IFS, '00C30103C1', FIRST, SECOND);
    expect(reader.sent[3]).toBe('00E30103E1 3');
    expect(ends).toEqual(['9000', '9000']);
  });

  test('has a garbled answer repeated, not the PIN', () => {
    const { ends, reader } = verify(T1, IFS, '000002900093', FIRST, SECOND);
    expect(reader.sent[3]).toBe('00810081');
    expect(ends).toEqual(['9000', '9000']);
  });

  test('is given up when the card has not understood the block: a template in its place would be a wrong PIN', () => {
    const { ends, reader, clock } = verify(T1, IFS, '00810081');
    expect([ends, reader.sent.length, clock.pending]).toEqual([['card-error'], 3, 0]);
  });

  test.each([
    ['card-removed', 'card-removed'],
    ['reader-lost', 'reader-failed'],
    ['no-answer', 'reader-failed'],
    ['nothing', 'card-error'],
  ])('that ends with %s is over: %s', (reply, reason) => {
    const { ends, clock } = verify(T0, reply);
    expect([ends, clock.pending]).toEqual([[reason], 0]);
  });

  test('has its own time, and a card after it', () => {
    const { clock } = verify(T0, 'nothing');
    expect(clock.now()).toBeGreaterThan(COMMAND_TIME_MAX_MS + 60_000);
  });
});
