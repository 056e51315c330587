/**
 * The terminal's chip reader adapter against the emulated reader, in virtual time, with every single fault at every
 * byte.
 *
 * Mutations that these tests noticed: no silence timeout in the reader; a slot change passed over; a swap that passes
 * for the same card, and our own power off for a swap; no search after a loss, no reconnection, no loss at all; the
 * abort left out; an answer given twice, or from inside the call; chained parts in the wrong order, or overlapping;
 * bBWI left out, or passed over by the reader; a card of another protocol that answers; a PPS at any time.
 */
import { describe, expect, test } from 'vitest';
import type { CardProtocol } from '../../src/device/chip-reader/port-types.ts';
import { ReplayCard } from '../models/chip-reader/replay-card.ts';
import { fromHex, toHex } from '../models/crypto/hex.ts';
import { loadReplayCard } from '../replay-cards.ts';
import type { Fault } from '../wire/faults.ts';
import { answerTo, Bench, CountingCard, question, T1_ATR } from './chip-reader.testing.ts';

const T0: CardProtocol = { protocol: 'T=0', fiDi: 0x11, guardTime: 0, waitingInteger: 10 };
const T1: CardProtocol = { protocol: 'T=1', fiDi: 0x11, guardTime: 0xff, waitingIntegers: 0x45, cardFieldMax: 254 };

const success = (bytes: Uint8Array): unknown => ({ ok: true, value: bytes });
const hexOf = (outcome: ReturnType<Bench['transmit']>): string =>
  outcome.ok ? toHex(outcome.value) : outcome.error.reason;

const withLrc = (hex: string): Uint8Array => {
  const block = fromHex(hex);
  return Uint8Array.of(
    ...block,
    block.reduce((sum, byte) => sum ^ byte, 0),
  );
};

const SELECT_PSE = '00A404000E315041592E5359532E4444463031';
const PSE = '6F1C840E315041592E5359532E4444463031A50A8801015F2D047A68656E9000';

describe('a reader', () => {
  test('is found, and the card in it told of', () => {
    const bench = new Bench();
    bench.does({ type: 'insert', card: new CountingCard() });
    bench.clock.advance(100);
    expect(bench.events).toEqual([{ type: 'reader-found', firmware: 'GemTwin-V2.00-GF05' }, { type: 'card-inserted' }]);
  });

  test('tells of each card that comes and goes, within a poll', () => {
    const bench = new Bench();
    bench.clock.advance(1_000);
    expect(bench.news()).toEqual(['reader-found']);
    for (let time = 0; time < 3; time++) {
      bench.does({ type: 'insert', card: new CountingCard() });
      bench.clock.advance(500);
      expect(bench.news()).toEqual(['card-inserted']);
      bench.does({ type: 'pull' });
      bench.clock.advance(500);
      expect(bench.news()).toEqual(['card-removed']);
    }
  });

  test('that says so at once is looked at at once', () => {
    const bench = new Bench({ emulated: { slotChanges: 'at-once' } });
    bench.clock.advance(1_000);
    bench.news();
    for (let time = 0; time < 10; time++) {
      bench.does({ type: 'insert', card: new CountingCard() });
      bench.clock.advance(10);
      expect(bench.news()).toEqual(['card-inserted']);
      bench.does({ type: 'pull' });
      bench.clock.advance(33);
      expect(bench.news()).toEqual(['card-removed']);
    }
  });

  test.each(['as-told', 'at-once'] as const)(
    'that tells of them %s does not hide a swap between two looks',
    (slotChanges) => {
      const bench = new Bench({ emulated: { slotChanges } });
      bench.does({ type: 'insert', card: new CountingCard() });
      bench.clock.advance(1_000);
      bench.news();
      bench.does({ type: 'pull' });
      bench.clock.advance(1);
      bench.does({ type: 'insert', card: new CountingCard() });
      bench.clock.advance(500);
      expect(bench.news()).toEqual(['card-removed', 'card-inserted']);
    },
  );

  test('tells a later listener how things stand', () => {
    const bench = new Bench();
    bench.start(new CountingCard());
    const heard: string[] = [];
    bench.chipReader.onEvent(({ type }) => heard.push(type));
    expect(heard).toEqual([]);
    bench.clock.advance(0);
    expect(heard).toEqual(['reader-found', 'card-inserted']);
  });

  test('is quiet once it is closed', () => {
    const bench = new Bench();
    bench.clock.advance(100);
    bench.chipReader.close();
    bench.news();
    bench.does({ type: 'insert', card: new CountingCard() });
    bench.clock.advance(10_000);
    expect(bench.news()).toEqual([]);
    expect(bench.clock.pending).toBe(0);
  });
});

describe.each([{ echoes: true }, { echoes: false }])('a session, echo $echoes', ({ echoes }) => {
  test('with T=0 fetches what the card has', () => {
    const bench = new Bench({ echoes });
    bench.start(loadReplayCard('fixtures/cards-replay/unionpay-t0.json'));
    expect(bench.ask((answer) => bench.chipReader.useProtocol(T0, { pps: false }, answer))).toMatchObject({ ok: true });
    expect(hexOf(bench.transmit(fromHex(SELECT_PSE)))).toBe('611E');
    expect(hexOf(bench.transmit(fromHex('00C000001E')))).toBe(PSE);
    expect(hexOf(bench.transmit(fromHex('00B2010C00')))).toBe('6C22');
    expect(hexOf(bench.transmit(fromHex('00B2010C22')))).toMatch(/^7020611E.*9000$/);
    expect(bench.surprises).toEqual([]);
  });

  test('with T=1 speaks in blocks', () => {
    const bench = new Bench({ echoes });
    bench.start(loadReplayCard('fixtures/cards-replay/unionpay-t1.json'));
    expect(bench.ask((answer) => bench.chipReader.useProtocol(T1, { pps: true }, answer))).toMatchObject({ ok: true });
    expect(hexOf(bench.transmit(fromHex('00C101FE3E')))).toBe('00E101FE1E');
    expect(hexOf(bench.transmit(fromHex(`000014${SELECT_PSE}00DD`)))).toBe(`000020${PSE}66`);
  });
});

test.each([
  [3, toHex(withLrc('00000403049000'))],
  [0, 'card-mute'],
])('a T=1 card that asks for time gets it when the reader is told of %i waiting times', (waitingTimes, end) => {
  const bench = new Bench();
  const card = new CountingCard(T1_ATR);
  bench.start(card);
  bench.ask((answer) => bench.chipReader.useProtocol(T1, { pps: false }, answer));
  card.delayMs = 3_500;
  expect(hexOf(bench.transmit(withLrc('0000050084030402')))).toBe(toHex(withLrc('00C30103')));
  const granted = withLrc('00E30103');
  const outcome = bench.ask<Uint8Array>((answer) => bench.chipReader.transmit(granted, answer, { waitingTimes }));
  expect(hexOf(outcome)).toBe(end);
});

describe('a card', () => {
  test('answers with its answer to reset, as often as it gets power', () => {
    const bench = new Bench();
    const card = new CountingCard();
    bench.start(card);
    expect(bench.ask((answer) => bench.chipReader.powerOn(answer))).toEqual(success(fromHex('3B600000')));
    expect(bench.ask((answer) => bench.chipReader.powerOff(answer))).toEqual({ ok: true, value: undefined });
    expect(card.resets).toBe(2);
    expect(bench.sights.at(-1)).toEqual({ type: 'card-power', on: false });
    bench.clock.advance(2_000);
    expect(bench.news()).toEqual(['reader-found', 'card-inserted']);
  });

  test('is asked for a PPS first or not at all', () => {
    const bench = new Bench();
    bench.start(new CountingCard());
    bench.transmit(question(1, 1));
    const outcome = bench.ask((answer) => bench.chipReader.useProtocol(T0, { pps: true }, answer));
    expect(outcome).toMatchObject({ error: { reason: 'card-mute' } });
  });

  test('that is not there gets no power', () => {
    const bench = new Bench();
    bench.clock.advance(100);
    expect(bench.ask((answer) => bench.chipReader.powerOn(answer))).toMatchObject({ error: { reason: 'no-card' } });
    expect(hexOf(bench.transmit(question(1, 1)))).toBe('no-card');
  });

  test('that is dead is mute', () => {
    const bench = new Bench();
    bench.does({ type: 'insert', card: new CountingCard('') });
    bench.clock.advance(500);
    expect(bench.ask((answer) => bench.chipReader.powerOn(answer))).toMatchObject({ error: { reason: 'card-mute' } });
  });

  test('that knows T=1 alone is mute to T=0, and T=0 cannot be set up for it', () => {
    const bench = new Bench();
    bench.start(new CountingCard(T1_ATR));
    expect(hexOf(bench.transmit(question(1, 1)))).toBe('card-mute');
    expect(bench.ask((answer) => bench.chipReader.useProtocol(T0, { pps: false }, answer))).toMatchObject({
      error: { reason: 'unsupported', detail: '07 wrong byte 7' },
    });
  });

  test.each(['byte', 'message'] as const)(
    'may think for half a minute while the reader asks for time by a %s',
    (timeExtension) => {
      const bench = new Bench({ emulated: { timeExtension } });
      const card = new CountingCard();
      bench.start(card);
      card.delayMs = 30_000;
      expect(bench.transmit(question(1, 2), 31_000)).toEqual(success(answerTo(1, 2)));
    },
  );

  test('that thinks for ever is given up', () => {
    const bench = new Bench();
    const card = new CountingCard();
    bench.start(card);
    card.delayMs = 10_000_000;
    expect(bench.transmit(question(1, 2), 200_000)).toMatchObject({
      error: { reason: 'no-answer', detail: 'extension-limit' },
    });
  });

  test.each([1, 700, 1_999])('pulled %i ms into a command is told of, and the next one works', (ms) => {
    const bench = new Bench();
    const card = new CountingCard();
    bench.start(card);
    bench.news();
    card.delayMs = 2_000;
    bench.clock.after(ms + 2, () => bench.does({ type: 'pull' }));
    expect(hexOf(bench.transmit(question(1, 1)))).toBe('card-removed');
    expect(bench.news()).toEqual(['card-removed']);
    expect(card.removals).toBe(1);
    bench.start(new CountingCard());
    expect(bench.transmit(question(3, 4))).toEqual(success(answerTo(3, 4)));
    expect(bench.news()).toEqual(['card-inserted']);
  });

  test('exchanged for another between two looks is told of as two', () => {
    const bench = new Bench();
    bench.start(new CountingCard());
    bench.clock.advance(1_000);
    bench.news();
    bench.does({ type: 'insert', card: new CountingCard() });
    bench.clock.advance(500);
    expect(bench.news()).toEqual(['card-removed', 'card-inserted']);
    expect(hexOf(bench.transmit(question(1, 1)))).toBe('card-mute');
  });

  test('exchanged for another just before a command fails it', () => {
    const bench = new Bench();
    bench.start(new CountingCard());
    const other = new CountingCard();
    bench.does({ type: 'insert', card: other });
    expect(hexOf(bench.transmit(question(1, 1)))).toBe('card-removed');
    expect(other.given.size).toBe(0);
  });
});

describe('requests', () => {
  test('are made one at a time', () => {
    const bench = new Bench();
    bench.start(new CountingCard());
    const told: string[] = [];
    bench.chipReader.transmit(question(1, 1), (result) => told.push(`first ${result.ok}`));
    bench.chipReader.transmit(question(2, 2), (result) => told.push(`second ${result.ok ? '' : result.error.reason}`));
    bench.clock.advance(500);
    expect(told).toEqual(['second busy', 'first true']);
  });

  test('may follow one another from inside an answer', () => {
    const bench = new Bench();
    bench.start(new CountingCard());
    const answers: string[] = [];
    const ask = (left: number): void =>
      bench.chipReader.transmit(question(left, 7), (result) => {
        answers.push(hexOf(result));
        if (left > 0) ask(left - 1);
      });
    ask(3);
    bench.clock.advance(1_000);
    expect(answers).toEqual(['03079000', '02079000', '01079000', '00079000']);
  });

  test('wait for the look at the slot that is under way', () => {
    const bench = new Bench();
    bench.start(new CountingCard());
    const outcomes: string[] = [];
    // At every millisecond of a poll and its pause.
    for (let ms = 0; ms < 420; ms++) {
      bench.clock.advance(ms);
      outcomes.push(hexOf(bench.transmit(question(1, ms & 0xff), 50)));
    }
    expect(outcomes).toEqual(outcomes.map((_, ms) => toHex(answerTo(1, ms & 0xff))));
  });

  test.each([0, 1, 2, 5, 1_000])('that are cancelled after %i ms end so, and the reader takes the next', (ms) => {
    const bench = new Bench();
    const card = new CountingCard();
    bench.start(card);
    card.delayMs = 60_000;
    bench.clock.after(ms, () => bench.chipReader.cancel());
    expect(bench.transmit(question(1, 1))).toMatchObject({ error: { reason: 'cancelled' } });
    card.delayMs = 0;
    expect(bench.transmit(question(2, 2))).toEqual(success(answerTo(2, 2)));
    expect(bench.surprises).toEqual([]);
  });

  test('cancelled under way are answered once', () => {
    const bench = new Bench();
    const card = new CountingCard();
    bench.start(card);
    card.delayMs = 60_000;
    const told: string[] = [];
    bench.chipReader.transmit(question(1, 1), (result) => told.push(hexOf(result)));
    bench.clock.advance(1_000);
    bench.chipReader.cancel();
    expect(told).toEqual([]);
    bench.clock.advance(5_000);
    expect(told).toEqual(['cancelled']);
  });

  test('cancelled in the instant in which they are made end once, and not from inside the call', () => {
    const bench = new Bench();
    bench.start(new CountingCard());
    const told: string[] = [];
    bench.chipReader.transmit(question(1, 1), (result) => told.push(hexOf(result)));
    bench.chipReader.cancel();
    bench.chipReader.cancel();
    expect(told).toEqual([]);
    bench.clock.advance(5_000);
    expect(told).toEqual(['cancelled']);
  });

  test('that no reader could send are a bug', () => {
    const bench = new Bench();
    bench.start(new CountingCard());
    expect(() => bench.transmit(new Uint8Array(0))).toThrow('cannot go to a card');
    expect(() => bench.transmit(new Uint8Array(262))).toThrow('cannot go to a card');
  });
});

describe('a reader of the APDU level', () => {
  test('takes what is long in parts, and gives it so', () => {
    const emulated = { level: 'extended-apdu', replyDataMax: 20 } as const;
    const bench = new Bench({ emulated, terminal: { level: 'extended-apdu' } });
    const response = Uint8Array.from({ length: 101 }, (_, index) => index);
    const command = Uint8Array.from({ length: 700 }, (_, index) => (index * 7) & 0xff);
    const exchanges = [{ command, response, delayMs: 700 }];
    bench.start(new ReplayCard({ provenance: 'made here', atr: fromHex('3B600000'), exchanges, match: 'exact' }));
    const heard: Uint8Array[] = [];
    const card = new CountingCard();
    card.transmit = (given) => {
      heard.push(given);
      return { bytes: response, delayMs: 700 };
    };
    bench.start(card);
    expect(bench.transmit(command)).toEqual(success(response));
    expect(heard).toEqual([command]);
  });
});

describe('a reader that refuses frames', () => {
  test.each([
    [1, '01019000', 1],
    [2, '01019000', 1],
    [3, 'no-answer', 0],
  ])('%i times', (frames, outcome, given) => {
    const bench = new Bench();
    const card = new CountingCard();
    bench.start(card);
    bench.does({ type: 'refuse', frames });
    expect(hexOf(bench.transmit(question(1, 1)))).toBe(outcome);
    expect(card.given.get('1 1') ?? 0).toBe(given);
    bench.clock.advance(2_000);
    expect(bench.news()).toEqual(['reader-found', 'card-inserted']);
  });

  test('for good is lost after a named number of frames, and not asked faster than before', () => {
    const bench = new Bench();
    bench.clock.advance(1_000);
    bench.does({ type: 'refuse', frames: 1_000_000 });
    const before = bench.line.counts('outgoing').transmitted;
    bench.clock.advance(60_000);
    expect(bench.news()).toEqual(['reader-found', 'reader-lost']);
    // 14 bytes and at most three of them in a search, and a search every second.
    expect(bench.line.counts('outgoing').transmitted - before).toBeLessThan(60 * 3 * 14);
  });
});

describe('a reader that goes away', () => {
  test('is lost, and found again with its card', () => {
    const bench = new Bench();
    bench.start(new CountingCard());
    bench.news();
    bench.does({ type: 'power', on: false });
    bench.clock.advance(5_000);
    expect(bench.news()).toEqual(['reader-lost']);
    expect(bench.ask((answer) => bench.chipReader.powerOn(answer))).toMatchObject({ error: { reason: 'reader-lost' } });
    bench.does({ type: 'power', on: true });
    bench.clock.advance(10_000);
    expect(bench.news()).toEqual(['reader-found', 'card-inserted']);
    expect(hexOf(bench.transmit(question(1, 1)))).toBe('card-mute');
    expect(bench.ask((answer) => bench.chipReader.powerOn(answer))).toMatchObject({ ok: true });
  });

  test('in the middle of a command leaves it unanswered', () => {
    const bench = new Bench();
    const card = new CountingCard();
    bench.start(card);
    card.delayMs = 1_000;
    bench.clock.after(500, () => bench.does({ type: 'power', on: false }));
    expect(hexOf(bench.transmit(question(1, 1)))).toBe('no-answer');
    bench.clock.advance(5_000);
    expect(bench.news().at(-1)).toBe('reader-lost');
  });

  test.each([1, 10, 60_000])('with its port is looked for until the port is back, %i ms later', (ms) => {
    const bench = new Bench();
    const card = new CountingCard();
    bench.start(card);
    card.delayMs = 1_000;
    bench.news();
    bench.clock.after(500, () => {
      bench.plugged = false;
      // The next byte finds the plug pulled.
      bench.line.inflict({ type: 'unplug', direction: 'incoming' });
    });
    expect(hexOf(bench.transmit(question(1, 1)))).toBe('reader-lost');
    expect(bench.news()).toEqual(['reader-lost']);
    bench.clock.advance(ms);
    bench.plugged = true;
    bench.clock.advance(5_000);
    expect(bench.news()).toEqual(['reader-found', 'card-inserted']);
  });
});

describe('with one fault in an exchange', () => {
  const lengths = { outgoing: 18, incoming: 18 + 17 };
  const faults = (['outgoing', 'incoming'] as const).flatMap((direction) =>
    Array.from(
      { length: lengths[direction] },
      (_, at) =>
        [
          { type: 'drop', direction, at },
          { type: 'duplicate', direction, at },
          { type: 'flip', direction, at, bit: 0 },
          { type: 'flip', direction, at, bit: 7 },
          { type: 'delay', direction, at, ms: 200 },
        ] satisfies readonly Fault[],
    ),
  );

  test.each([{ echoes: true }, { echoes: false }])('nothing reaches the card twice, echo $echoes', ({ echoes }) => {
    const unanswered: Fault[] = [];
    for (const fault of faults.flat()) {
      const bench = new Bench({ echoes });
      const card = new CountingCard();
      bench.start(card);
      bench.line.inflict(fault);
      const outcome = hexOf(bench.transmit(question(1, 1)));
      const given = card.given.get('1 1') ?? 0;
      bench.line.heal();
      bench.clock.advance(10_000);
      const next = hexOf(bench.transmit(question(2, 2)));
      const news = bench.news();
      expect({ fault, outcome, given, next, news }).toEqual({
        fault,
        outcome: given === 1 ? '01019000' : 'no-answer',
        given: outcome === 'no-answer' ? 0 : 1,
        next: '02029000',
        news: ['reader-found', 'card-inserted'],
      });
      if (outcome === 'no-answer') unanswered.push(fault);
    }
    // Without its first byte a frame is noise, and nobody says a word about it.
    expect(unanswered.map(({ type, direction }) => `${type} ${direction}`)).toEqual([
      'drop outgoing',
      'flip outgoing',
      'flip outgoing',
    ]);
    expect(unanswered.every((fault) => 'at' in fault && fault.at === 0)).toBe(true);
  });
});

test.each([0.001, 0.01])(
  'with noise at a rate of %f every request settles, rightly or as a failure, at most once',
  (rate) => {
    const ends: string[] = [];
    for (let seed = 0; seed < 40; seed++) {
      const bench = new Bench({ seed: `noise ${seed}`, echoes: seed % 2 === 0 });
      const card = new CountingCard();
      bench.start(card);
      for (const direction of ['outgoing', 'incoming'] as const) {
        bench.line.inflict({
          type: 'noise',
          direction,
          flipRate: rate,
          dropRate: rate,
          garbageRate: rate,
          faultsMax: 1_000,
        });
      }
      for (let number = 0; number < 25; number++) {
        const outcome = hexOf(bench.transmit(question(seed, number), 60_000));
        const right = toHex(answerTo(seed, number));
        ends.push(outcome === right || !/^[\dA-F]+$/.test(outcome) ? outcome.replace(right, 'right') : 'wrong');
        if (outcome === 'reader-lost') bench.clock.advance(30_000);
        if (outcome !== right) bench.ask((answer) => bench.chipReader.powerOn(answer), 60_000);
      }
      expect(Math.max(...card.given.values())).toBe(1);
      bench.line.heal();
      bench.clock.advance(60_000);
      expect(bench.ask((answer) => bench.chipReader.powerOn(answer))).toMatchObject({ ok: true });
      expect(bench.surprises).toEqual([]);
    }
    expect(ends.filter((end) => end === 'wrong')).toEqual([]);
    expect(ends.filter((end) => end === 'right').length / ends.length).toBeGreaterThan(rate < 0.005 ? 0.98 : 0.6);
  },
);
