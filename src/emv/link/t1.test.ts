/**
 * The link against a card written here from the other end.
 * Mutations that these tests caught: sequence not flipped by an answer, IFS request ignored, acknowledgement of the
 * wrong number taken, a command sent again after a resynchronisation, no bound on waiting time extensions.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, fromHex, toHex } from '../bytes.ts';
import { type Bit, type Block, decodeBlock, encodeBlock } from './t1-block.ts';
import { announceBlockSize, openT1, receiveT1, type T1Effect, type T1State, transmitT1 } from './t1.ts';

const other = (bit: Bit): Bit => (bit === 0 ? 1 : 0);

/** A card that answers a command with what `execute` makes of it, and counts how often. */
class Card {
  executed: string[] = [];
  #expects: Bit = 0;
  #own: Bit = 0;
  #in = new Uint8Array();
  #out: Uint8Array | undefined;
  #last: Block = { type: 'R', expects: 0, problem: 'none' };
  #delays: number;
  readonly #answerBytesMax: number;
  readonly #execute: (command: Uint8Array) => Uint8Array;

  constructor(execute: (command: Uint8Array) => Uint8Array, { delays = 0, answerBytesMax = 254 } = {}) {
    this.#execute = execute;
    this.#delays = delays;
    this.#answerBytesMax = answerBytesMax;
  }

  receive(bytes: Uint8Array): Uint8Array {
    const block = decodeBlock(bytes);
    this.#last =
      typeof block === 'string' ? { type: 'R', expects: this.#expects, problem: block } : this.#answer(block);
    return encodeBlock(this.#last);
  }

  #answer(block: Block): Block {
    if (block.type === 'I') {
      if (block.sequence !== this.#expects) return { type: 'R', expects: this.#expects, problem: 'other' };
      // A new command acknowledges the last block of the answer before it.
      if (this.#out !== undefined) this.#acknowledged();
      this.#expects = other(this.#expects);
      this.#in = concat(this.#in, block.information) as Uint8Array<ArrayBuffer>;
      if (block.more) return { type: 'R', expects: this.#expects, problem: 'none' };
      this.executed.push(toHex(this.#in));
      this.#out = this.#execute(this.#in);
      this.#in = new Uint8Array();
      return this.#next();
    }
    if (block.type === 'R') {
      if (this.#out === undefined) return { type: 'R', expects: this.#expects, problem: 'none' };
      if (block.expects !== this.#own) this.#acknowledged();
      return this.#next();
    }
    if (block.request === 'resynch' && !block.isResponse) {
      [this.#expects, this.#own, this.#in, this.#out] = [0, 0, new Uint8Array(), undefined];
      return { ...block, isResponse: true };
    }
    if (block.request === 'ifs' && !block.isResponse) return { ...block, isResponse: true };
    return this.#next();
  }

  #acknowledged(): void {
    const rest = this.#out?.subarray(this.#answerBytesMax) ?? new Uint8Array();
    this.#own = other(this.#own);
    this.#out = rest.length === 0 ? undefined : rest;
  }

  #next(): Block {
    if (this.#out === undefined) return { type: 'R', expects: this.#expects, problem: 'none' };
    if (this.#delays-- > 0) return { type: 'S', request: 'wtx', isResponse: false, information: Uint8Array.of(2) };
    const information = this.#out.subarray(0, this.#answerBytesMax);
    return { type: 'I', sequence: this.#own, more: information.length < this.#out.length, information };
  }
}

type Fault = 'none' | 'lost' | 'spoilt';
const spoilt = (bytes: Uint8Array): Uint8Array =>
  bytes.map((byte, index) => (index === bytes.length - 1 ? byte ^ 1 : byte));

interface Exchange {
  readonly state: T1State;
  readonly end: T1Effect;
  readonly sent: number;
}

function exchange(start: readonly [T1State, readonly T1Effect[]], card: Card, faults: readonly Fault[] = []): Exchange {
  let [state, effects] = start;
  let sent = 0;
  let at = 0;
  for (;;) {
    const end = effects.find(({ type }) => type !== 'send');
    const out = effects.find(({ type }) => type === 'send');
    if (out?.type === 'send') sent += 1;
    if (end !== undefined || out?.type !== 'send') return { state, end: end ?? { type: 'ready' }, sent };
    if (sent > 2000) throw new Error('This exchange does not end.');
    const there = faults[at++] ?? 'none';
    const back = faults[at++] ?? 'none';
    const answer = there === 'lost' ? undefined : card.receive(there === 'spoilt' ? spoilt(out.block) : out.block);
    const heard = answer === undefined || back === 'lost' ? undefined : back === 'spoilt' ? spoilt(answer) : answer;
    [state, effects] = receiveT1(state, heard === undefined ? { type: 'silence' } : { type: 'block', bytes: heard });
  }
}

const echo = (command: Uint8Array): Uint8Array => concat(command, fromHex('9000'));
const hexOf = (effect: T1Effect): string => (effect.type === 'done' ? toHex(effect.response) : effect.type);

describe('a block', () => {
  test.each<[string, Block]>([
    ['0000040102030400', { type: 'I', sequence: 0, more: false, information: fromHex('01020304') }],
    ['0060010061', { type: 'I', sequence: 1, more: true, information: fromHex('00') }],
    ['00900090', { type: 'R', expects: 1, problem: 'none' }],
    ['00810081', { type: 'R', expects: 0, problem: 'edc' }],
    ['00C101FE3E', { type: 'S', request: 'ifs', isResponse: false, information: fromHex('FE') }],
    ['00E30105E7', { type: 'S', request: 'wtx', isResponse: true, information: fromHex('05') }],
    ['00C000C0', { type: 'S', request: 'resynch', isResponse: false, information: fromHex('') }],
  ])('%s is read and written', (hex, block) => {
    expect(decodeBlock(fromHex(hex))).toEqual(block);
    expect(toHex(encodeBlock(block))).toBe(hex);
  });

  test.each([
    ['', 'other'],
    ['000001', 'other'],
    ['00000201', 'other'],
    ['0000000000', 'other'],
    ['00000001', 'edc'],
    ['01000001', 'other'],
    ['00010001', 'other'],
    ['00830083', 'other'],
    ['00A000A0', 'other'],
    ['0080010081', 'other'],
    ['00C100C1', 'other'],
    ['00C400C4', 'other'],
  ])('%s is none', (hex, problem) => {
    expect(decodeBlock(fromHex(hex))).toBe(problem);
  });
});

describe('T=1', () => {
  test('announces the size of our blocks', () => {
    const { state, end, sent } = exchange(announceBlockSize(openT1(32)), new Card(echo));
    expect([end.type, state.phase, sent]).toEqual(['ready', 'idle', 1]);
  });

  test.each([
    ['one block each way', 10, 32, 254, 1],
    ['a chained command', 100, 32, 254, 4],
    ['a chained answer', 60, 254, 20, 4],
    ['both chained', 200, 16, 50, 17],
    ['a command that fills its last block', 64, 32, 254, 2],
  ])('carries %s', (_, length, cardBlockBytesMax, answerBytesMax, blocks) => {
    const command = Uint8Array.from({ length }, (_, index) => index);
    const card = new Card(echo, { answerBytesMax });
    const { end, sent } = exchange(transmitT1(openT1(cardBlockBytesMax), command), card);
    expect([hexOf(end), card.executed, sent]).toEqual([`${toHex(command)}9000`, [toHex(command)], blocks]);
  });

  test('carries one command after the other, the sequence numbers going on', () => {
    const card = new Card(echo);
    let state = openT1(32);
    const seen = ['00A4', '00B2', '0084'].map((hex) => {
      const result = exchange(transmitT1(state, fromHex(hex)), card);
      state = result.state;
      return hexOf(result.end);
    });
    expect(seen).toEqual(['00A49000', '00B29000', '00849000']);
  });

  test('grants waiting time, and says to the reader how much', () => {
    const [first] = transmitT1(openT1(32), fromHex('00A4'));
    const [, effects] = receiveT1(first, { type: 'block', bytes: fromHex('00C30107C5') });
    expect(effects).toEqual([{ type: 'send', block: fromHex('00E30107E5'), waitMultiplier: 7 }]);
  });

  test('does not grant it for ever', () => {
    const { end, sent } = exchange(transmitT1(openT1(32), fromHex('00A4')), new Card(echo, { delays: 1e9 }));
    expect([end, sent]).toEqual([{ type: 'failed', code: 'lost-by-resynch' }, 102]);
  });

  test('sends smaller blocks from the moment that the card asks for them', () => {
    const command = Uint8Array.from({ length: 60 }, (_, index) => index);
    let [state, effects] = transmitT1(openT1(32), command);
    [state, effects] = receiveT1(state, { type: 'block', bytes: fromHex('00C10110D0') });
    expect(effects).toEqual([{ type: 'send', block: fromHex('00E10110F0'), waitMultiplier: 1 }]);
    [state, effects] = receiveT1(state, { type: 'block', bytes: fromHex('00900090') });
    const [out] = effects;
    expect(out?.type === 'send' && decodeBlock(out.block)).toMatchObject({
      sequence: 1,
      more: true,
      information: command.subarray(32, 48),
    });
    expect(state.cardBlockBytesMax).toBe(16);
  });

  test('answers an abort and gives up', () => {
    const [first] = transmitT1(openT1(32), fromHex('00A4'));
    const [state, effects] = receiveT1(first, { type: 'block', bytes: fromHex('00C200C2') });
    expect(effects).toEqual([
      { type: 'send', block: fromHex('00E200E2'), waitMultiplier: 1 },
      { type: 'failed', code: 'aborted-by-card' },
    ]);
    expect(state.phase).toBe('dead');
  });

  test.each(['00C000C0', '00E30105E7', '00400040', '00C1010FCF', '00C101FF3F'])('complains about %s', (hex) => {
    const [first] = transmitT1(openT1(32), fromHex('00A4'));
    const [, effects] = receiveT1(first, { type: 'block', bytes: fromHex(hex) });
    expect(effects).toEqual([{ type: 'send', block: fromHex('00820082'), waitMultiplier: 1 }]);
  });

  test('after two repetitions resynchronises, and gives up this exchange only', () => {
    const card = new Card(echo);
    const faults: Fault[] = ['lost', 'none', 'lost', 'none', 'lost', 'none'];
    const lost = exchange(transmitT1(openT1(32), fromHex('00A4')), card, faults);
    expect([lost.end, lost.sent, card.executed]).toEqual([{ type: 'failed', code: 'lost-by-resynch' }, 4, []]);
    expect(hexOf(exchange(transmitT1(lost.state, fromHex('00B2')), card).end)).toBe('00B29000');
  });

  test('to a mute card ends after three resynchronisations', () => {
    const faults = Array<Fault>(40).fill('lost');
    const { state, end, sent } = exchange(transmitT1(openT1(32), fromHex('00A4')), new Card(echo), faults);
    expect([end, sent, state.phase]).toEqual([{ type: 'failed', code: 'card-mute' }, 6, 'dead']);
    expect(transmitT1(state, fromHex('00A4'))[1]).toEqual([{ type: 'failed', code: 'card-mute' }]);
  });

  test('over any line carries a command whole and once, or says that it did not', () => {
    const fault = fc.constantFrom<Fault>('none', 'none', 'none', 'lost', 'spoilt');
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 4, maxLength: 120 }),
        fc.array(fault, { maxLength: 60 }),
        fc.integer({ min: 16, max: 40 }),
        fc.integer({ min: 5, max: 60 }),
        (command, faults, cardBlockBytesMax, answerBytesMax) => {
          const card = new Card(echo, { answerBytesMax, delays: 1 });
          const { end } = exchange(transmitT1(openT1(cardBlockBytesMax), command), card, faults);
          expect(card.executed.length).toBeLessThanOrEqual(1);
          const carried = [`${toHex(command)}9000`, [toHex(command)]];
          expect(end.type === 'failed' ? carried : [hexOf(end), card.executed]).toEqual(carried);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('over a line that spoils one block now and then always carries it', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 4, maxLength: 120 }),
        fc.array(fc.constantFrom<Fault>('lost', 'spoilt'), { maxLength: 8 }),
        (command, bad) => {
          const faults = bad.flatMap<Fault>((each) => [each, 'none', 'none', 'none', 'none', 'none', 'none', 'none']);
          const card = new Card(echo, { answerBytesMax: 20 });
          const { end } = exchange(transmitT1(openT1(16), command), card, faults);
          expect([hexOf(end), card.executed]).toEqual([`${toHex(command)}9000`, [toHex(command)]]);
        },
      ),
    );
  });

  test('with anything that is no card never throws', () => {
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 8 }),
      fc.constantFrom('00C000C0', '00900090', '00800080', '00C200C2').map(fromHex),
    );
    fc.assert(
      fc.property(fc.array(noise, { maxLength: 40 }), (answers) => {
        let [state, effects] = transmitT1(openT1(32), fromHex('00A4040001AA00'));
        for (const bytes of answers) [state, effects] = receiveT1(state, { type: 'block', bytes });
        expect(effects.length).toBeLessThanOrEqual(2);
      }),
    );
  });
});
