/**
 * Mutations tried: MAC of the request compared; a missing, different or unchecked MAC believed; every frame an answer;
 * answers of a dropped or repeated job let through; what was ready kept; the PIN key's algorithm never asked for, kept
 * over a sign-in, or taken from an answer that comes after one.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import replies from '../../fixtures/host/replies.json' with { type: 'json' };
import requests from '../../fixtures/host/requests.json' with { type: 'json' };
import { toAmountMinor } from '../domain/money.ts';
import { fail, ok } from '../domain/result.ts';
import { Secret } from '../domain/secret.ts';
import type { HostRequest, PrepareAnswer, SendAnswer } from './host-port.ts';
import { decode, encode, framed, macInput } from './iso8583/codec.ts';
import type { Fields, Message } from './iso8583/message.ts';
import { unionpay } from './iso8583/unionpay.ts';
import type { Connect } from './link.ts';
import type { DialectParameters } from './messages/setup.ts';
import {
  bytes,
  memoryConnect,
  type MemoryLine,
  MemoryLog,
  parameters,
  saleFacts,
  saleRequest,
  signInRequest,
  swipedCard,
  terminal,
  testKeys,
  testSecurity,
  unionPayMac,
  VirtualClock,
} from './testing/world.ts';
import { openHost } from './unionpay-host.ts';

const timeouts = { connectMs: 10_000, responseMs: 60_000, interByteMs: 2_000 };

const reversalRequest: HostRequest = {
  kind: 'reversal',
  stan: 101,
  batch: 1437,
  wire: saleFacts,
  amount: saleRequest.amount,
  currencyCode: '156',
  entryMode: 'swiped',
  pinEntered: true,
  expiry: '2512',
  reason: '98',
};

const refusingConnect =
  (clock: VirtualClock): Connect =>
  (answer) =>
    clock.after(1, () => answer(fail({ reason: 'refused', message: 'Nothing listens.' })));

function setUp(connectOver?: (clock: VirtualClock) => Connect, choice: Partial<DialectParameters> = {}) {
  const clock = new VirtualClock();
  const log = new MemoryLog();
  const network = memoryConnect(clock, 5);
  const security = testSecurity(clock);
  const host = openHost({
    connect: connectOver?.(clock) ?? network.connect,
    security,
    terminal,
    parameters: { ...parameters, ...choice },
    timeouts,
    clock,
    log,
  });
  const prepared: PrepareAnswer[] = [];
  const answers: SendAnswer[] = [];
  const line = (): MemoryLine => {
    const last = network.lines.at(-1);
    if (last === undefined) throw new Error('not connected');
    return last;
  };
  return {
    clock,
    log,
    network,
    security,
    host,
    prepared,
    answers,
    line,
    prepare: (request: HostRequest) => host.prepare(request, (answer) => prepared.push(answer)),
    send: () => host.send((answer) => answers.push(answer)),
  };
}

function sending(request: HostRequest) {
  const world = setUp();
  world.prepare(request);
  world.clock.advance(20);
  world.send();
  world.clock.advance(0);
  return world;
}

/** The request as the host reads it off the line. */
function requestOn(line: MemoryLine): Message {
  const frame = line.received[0];
  if (frame === undefined) throw new Error('nothing was sent');
  const message = decode(unionpay, frame.subarray(2));
  if (!message.ok) throw new Error(message.error.problem);
  return message.value;
}

/** An answer to the published sale: MAC made anew unless the change gives one. */
function answerTo(request: Message, change: Readonly<Record<number, string | null>>): Uint8Array {
  const mti = String(Number(request.mti) + 10).padStart(4, '0');
  const echoed = [3, 4, 11, 41, 42].map((field) => [field, request.fields[field] ?? null] as const);
  const fields: Record<number, string> = {};
  for (const [field, value] of [...echoed, ...Object.entries({ 39: '00', 64: '00000000', ...change })]) {
    if (value !== null && value !== undefined) fields[Number(field)] = value;
  }
  const pack = (packed: Fields): Uint8Array => {
    const result = encode(unionpay, { tpdu: '6000000003', header: '603100311312', mti, fields: packed });
    if (!result.ok) throw new Error(result.error.problem);
    return result.value;
  };
  const draft = pack(fields);
  if (change[64] !== undefined) return framed(draft);
  return framed(pack({ ...fields, 64: unionPayMac(testKeys.mac, macInput(draft)).slice(0, 8) }));
}

const types = (answers: readonly SendAnswer[]): readonly string[] => answers.map(({ type }) => type);

describe('preparing', () => {
  test('a sale encrypts the track, makes the MAC, connects and sends nothing', () => {
    const { prepare, clock, prepared, line } = setUp();
    prepare(saleRequest);
    clock.advance(20);
    expect([prepared, line().received]).toEqual([[{ type: 'ready' }], []]);
  });

  test('answers never from inside the call', () => {
    const { prepare, prepared } = setUp();
    prepare(signInRequest);
    expect(prepared).toEqual([]);
  });

  test.each([
    ['sale', saleRequest],
    ['reversal', reversalRequest],
  ])('a %s ends with the PIN pad that fails, and does not connect', (_, request) => {
    const { prepare, clock, prepared, security, network } = setUp();
    security.failing = true;
    prepare(request);
    clock.advance(20);
    expect([prepared, network.state.attempts]).toEqual([
      [{ type: 'pin-pad-failed', failure: { reason: 'refused', detail: 'U67 status 3' } }],
      0,
    ]);
  });

  test('refuses a MAC that is none', () => {
    const { prepare, clock, prepared, security } = setUp();
    security.mac = (_, answer) => void clock.after(1, () => answer({ ok: true, value: 'OK' }));
    prepare(saleRequest);
    clock.advance(20);
    expect(prepared.map(({ type }) => type)).toEqual(['pin-pad-failed']);
  });

  test('a sign-in needs no PIN pad', () => {
    const { prepare, clock, prepared, security } = setUp();
    security.failing = true;
    prepare(signInRequest);
    clock.advance(20);
    expect(prepared).toEqual([{ type: 'ready' }]);
  });

  test('a sale with a keyed card encrypts no track', () => {
    const { prepare, clock, prepared, security } = setUp();
    security.encryptTrackBlock = () => {
      throw new Error('There is no track.');
    };
    prepare({ ...saleRequest, card: { entryMode: 'keyed', pan: swipedCard.track2.pan } });
    clock.advance(20);
    expect(prepared).toEqual([{ type: 'ready' }]);
  });

  test('a sale with an inserted card encrypts the track that its chip told', () => {
    const { prepare, clock, send, line } = setUp();
    const { pan, expiry } = swipedCard.track2;
    const card = {
      entryMode: 'inserted',
      pan,
      expiry,
      sequenceNumber: '001',
      field55: bytes('95050000008000'),
    } as const;
    prepare({ ...saleRequest, card: { ...card, track2: swipedCard.track2 } });
    clock.advance(20);
    send();
    clock.advance(0);
    const { 22: entry, 35: track, 53: security } = requestOn(line()).fields;
    expect([entry, track, security]).toEqual(['051', '6222021234567890128D67214D097C91E2845', '2610000000000000']);
  });

  test('an account verification encrypts the track of a swiped card', () => {
    const { prepare, clock, line, send } = setUp();
    const document = '01110101199001011234';
    prepare({ kind: 'account-verification', stan: 30, batch: 1437, card: swipedCard, document });
    clock.advance(20);
    send();
    expect(requestOn(line()).fields[35]).toBe('6222021234567890128D67214D097C91E2845');
  });

  test('says why the host is unreachable, with the sentence in the log', () => {
    const { prepare, clock, prepared, log } = setUp(refusingConnect);
    prepare(signInRequest);
    clock.advance(1);
    expect([prepared, log.lines]).toEqual([
      [{ type: 'unreachable', reason: 'refused' }],
      [{ event: 'host-unreachable', mti: '0800', stan: 1, reason: 'refused', message: 'Nothing listens.' }],
    ]);
  });

  test('drops what was prepared before, whose answers do not come any more', () => {
    const { prepare, clock, prepared, line, send } = setUp();
    prepare(saleRequest);
    prepare(signInRequest);
    clock.advance(20);
    send();
    expect([prepared, requestOn(line()).mti]).toEqual([[{ type: 'ready' }], '0800']);
  });

  test('and dropping leaves nothing running', () => {
    const { prepare, clock, prepared, host, line } = setUp();
    prepare(saleRequest);
    clock.advance(20);
    host.drop();
    expect([prepared.length, line().closedByTerminal, clock.pending]).toEqual([1, true, 0]);
  });

  test('again forgets what was ready', () => {
    const { prepare, clock, send } = setUp();
    prepare(signInRequest);
    clock.advance(20);
    prepare(saleRequest);
    expect(send).toThrow('only what it has prepared');
  });

  test('twice the same request connects and answers once', () => {
    const { prepare, clock, prepared, network } = setUp();
    prepare(saleRequest);
    prepare(saleRequest);
    clock.advance(20);
    expect([prepared, network.state.attempts]).toEqual([[{ type: 'ready' }], 1]);
  });
});

describe('field 53', () => {
  /** What the PIN pad says that its key is, and how often it was asked. */
  function asking(algorithm: 'D' | 'T', choice: Partial<DialectParameters> = {}) {
    const world = setUp(undefined, choice);
    const state = { asked: 0 };
    world.security.pinKeyAlgorithm = (answer) => {
      state.asked += 1;
      world.clock.after(1, () => answer(ok(algorithm)));
    };
    const field53 = (request: HostRequest): string | undefined => {
      world.prepare(request);
      world.clock.advance(20);
      world.send();
      world.clock.advance(0);
      return requestOn(world.line()).fields[53];
    };
    return { ...world, state, field53 };
  }

  test.each([
    ['D', '2010000000000000'],
    ['T', '2610000000000000'],
  ] as const)('names the key that the PIN pad has: %s', (algorithm, expected) => {
    expect(asking(algorithm).field53(saleRequest)).toBe(expected);
  });

  test('asks the PIN pad once, and again after a sign-in', () => {
    const { field53, state } = asking('T');
    field53(saleRequest);
    field53(saleRequest);
    expect(state.asked).toBe(1);
    field53(signInRequest);
    field53(saleRequest);
    expect(state.asked).toBe(2);
  });

  test('that is not sent asks nobody', () => {
    const { field53, state } = asking('T');
    expect([field53(reversalRequest), field53(signInRequest), state.asked]).toEqual([undefined, undefined, 0]);
  });

  test('of keys that can be of one kind only asks nobody', () => {
    const { field53, state } = asking('T', { signInKeys: '001' });
    expect([field53(saleRequest), state.asked]).toEqual(['2000000000000000', 0]);
  });

  test('whose key the PIN pad does not tell ends the request', () => {
    const { prepare, clock, prepared, security, network } = setUp();
    security.pinKeyAlgorithm = (answer) =>
      void clock.after(1, () => answer(fail({ reason: 'refused', detail: 'UV: no key in the slot' })));
    prepare(saleRequest);
    clock.advance(20);
    expect([prepared.map(({ type }) => type), network.state.attempts]).toEqual([['pin-pad-failed'], 0]);
  });

  test('is not named after the key that a sign-in has meanwhile replaced', () => {
    const { field53, prepare, clock, state } = asking('T');
    prepare(saleRequest);
    clock.advance(1);
    expect(state.asked).toBe(1);
    field53(signInRequest);
    field53(saleRequest);
    expect(state.asked).toBe(2);
  });
});

describe('with SM4 keys', () => {
  const sm4 = { signInKeys: '006', reversalSecurityField: 'send' } as const;
  const request = { ...saleRequest, pinBlock: Secret.of(requests.sm4Sale.pinBlock, 'PIN-BLOCK') };

  function preparing(cipher: string) {
    const world = setUp(undefined, sm4);
    const blocks: string[] = [];
    world.security.encryptTrackBlock = (block, answer) => {
      blocks.push(block.reveal());
      world.clock.after(1, () => answer(ok(cipher)));
    };
    world.security.mac = (_, answer) => void world.clock.after(1, () => answer(ok(requests.sm4Sale.mac)));
    world.prepare(request);
    world.clock.advance(20);
    return { ...world, blocks };
  }

  test('the sale on the line is the frame composed by hand', () => {
    const { blocks, send, line } = preparing(requests.sm4Sale.track2.slice(4, 36));
    send();
    expect(blocks).toEqual(['021234567890128D2512101000001234']);
    expect(
      Buffer.from(line().received[0] ?? [])
        .toString('hex')
        .toUpperCase(),
    ).toBe(requests.sm4Sale.frame);
  });

  test('a track cipher of half a block is refused', () => {
    expect(preparing('67214D097C91E284').prepared).toMatchObject([
      { type: 'pin-pad-failed', failure: { detail: expect.stringContaining('is not 32 upper-case hex digits') } },
    ]);
  });
});

describe('sending', () => {
  test('puts the sale on the line, protected', () => {
    const { line } = sending(saleRequest);
    const { fields } = requestOn(line());
    // The cipher of the track differs from the sheet's vector only where the card number does: before the block.
    expect([fields[35], fields[53]]).toEqual(['6222021234567890128D67214D097C91E2845', '2610000000000000']);
  });

  test('gives field 64 the MAC over the request', () => {
    const { line } = sending(saleRequest);
    const frame = line().received[0] ?? new Uint8Array();
    const expected = unionPayMac(testKeys.mac, frame.subarray(13, frame.length - 8)).slice(0, 8);
    expect(requestOn(line()).fields[64]).toBe(expected);
  });

  test('what was not prepared is a programmer error', () => {
    expect(setUp().send).toThrow('only what it has prepared');
  });

  test('twice is a programmer error', () => {
    expect(sending(saleRequest).send).toThrow('only what it has prepared');
  });
});

describe('the answer', () => {
  test('of dialect sheet 12.3 is believed, its MAC checked', () => {
    const { line, clock, answers } = sending(saleRequest);
    line().hostSends(bytes(replies.sale));
    clock.advance(5);
    expect(answers).toEqual([
      { type: 'sent' },
      {
        type: 'replied',
        reply: {
          responseCode: '00',
          referenceNumber: '123456789012',
          hostTime: '101530',
          hostDate: '1122',
          issuer: '01020000',
          acquirer: '00010000',
          cardOrganisation: 'CUP',
          acquirerCode: '00010000',
          remarks: [],
          workingKeys: [],
          processingRequirement: 0,
        },
      },
    ]);
  });

  test('to a sign-in brings the keys', () => {
    const { line, answers } = sending(signInRequest);
    const change = { 60: '00001437004', 62: replies.keyBlock.encrypted, 64: null };
    line().hostSends(answerTo(requestOn(line()), change));
    const end = answers.at(-1);
    expect(end?.type === 'replied' && end.reply.workingKeys.map(({ usage }) => usage)).toEqual(['P', 'M', 'D']);
  });

  test('that approves a sign-in without keys is no answer', () => {
    const { line, answers } = sending(signInRequest);
    line().hostSends(answerTo(requestOn(line()), { 60: '00001437004', 64: null }));
    expect(answers.at(-1)).toEqual({ type: 'silent', reason: 'unusable-answer' });
  });

  test('to a settlement is taken without field 39', () => {
    const side = { debitCount: 0, debitAmount: toAmountMinor(0n), creditCount: 0, creditAmount: toAmountMinor(0n) };
    const totals = { domestic: side, foreign: side };
    const request = {
      kind: 'settlement',
      stan: 9,
      batch: 1437,
      operatorNumber: '01',
      currencyCode: '156',
      totals,
    } as const;
    const { line, answers } = sending(request);
    const field48 = `${'0'.repeat(30)}1${'0'.repeat(30)}1`;
    line().hostSends(answerTo(requestOn(line()), { 39: null, 48: field48, 64: null }));
    expect(answers.at(-1)).toMatchObject({
      type: 'replied',
      reply: { responseCode: '00', settlement: { domestic: 'balanced', foreign: 'balanced', totals } },
    });
  });

  test('with half a list is no answer, and the log says why without saying what', () => {
    const what = { step: 'list', received: 0 } as const;
    const { line, answers, log } = sending({ kind: 'download', stan: 9, batch: 1437, set: 'blacklist', what });
    const field62 = Buffer.from('100119622202123456789001').toString('hex').toUpperCase();
    line().hostSends(answerTo(requestOn(line()), { 62: field62, 64: null }));
    expect(answers.at(-1)).toEqual({ type: 'silent', reason: 'unusable-answer' });
    expect(log.lines.at(-1)).toMatchObject({ reason: 'unusable-answer', problem: 'Card 1 is no card number.' });
  });

  test.each([
    ['approval with a good MAC', saleRequest, {}, 'replied'],
    ['approval with a wrong MAC', saleRequest, { 64: '00000000' }, 'mac-wrong'],
    ['approval without a MAC', saleRequest, { 64: null }, 'mac-wrong'],
    ['partial approval without a MAC', saleRequest, { 39: '10', 64: null }, 'mac-wrong'],
    ['refusal with a good MAC', saleRequest, { 39: '51' }, 'replied'],
    // An approval with a damaged byte looks like this, and the host holds the money.
    ['refusal with a wrong MAC', saleRequest, { 39: '51', 64: '00000000' }, 'mac-wrong'],
    ['refusal without a MAC', saleRequest, { 39: '51', 64: null }, 'mac-wrong'],
    ['complaint about our MAC', saleRequest, { 39: 'A0', 64: null }, 'mac-wrong'],
    ['reversal done, good MAC', reversalRequest, {}, 'replied'],
    ['reversal done, wrong MAC', reversalRequest, { 64: '00000000' }, 'mac-wrong'],
    ['nothing to reverse, good MAC', reversalRequest, { 39: '25' }, 'replied'],
    ['nothing to reverse, wrong MAC', reversalRequest, { 39: '25', 64: '00000000' }, 'mac-wrong'],
    ['reversal refused without a MAC', reversalRequest, { 39: '96', 64: null }, 'replied'],
  ] as const)('%s', (_, request, change, expected) => {
    const { line, clock, answers } = sending(request);
    line().hostSends(answerTo(requestOn(line()), change));
    clock.advance(5);
    expect(types(answers)).toEqual(['sent', expected]);
  });

  test('that approves is not believed when the PIN pad cannot check it', () => {
    const { line, clock, answers, security } = sending(saleRequest);
    security.failing = true;
    line().hostSends(answerTo(requestOn(line()), {}));
    clock.advance(5);
    expect(types(answers)).toEqual(['sent', 'mac-wrong']);
  });

  test('that refuses a reversal does not need the PIN pad', () => {
    const { line, answers, security } = sending(reversalRequest);
    security.failing = true;
    line().hostSends(answerTo(requestOn(line()), { 39: '96' }));
    expect(types(answers)).toEqual(['sent', 'replied']);
  });

  test('that refuses is in the log with its code, whatever is wrong with its MAC', () => {
    const { line, log } = sending(saleRequest);
    line().hostSends(answerTo(requestOn(line()), { 39: '97', 64: null }));
    expect(log.lines.at(-1)).toMatchObject({ event: 'host-mac-wrong', responseCode: '97', problem: 'missing' });
  });

  test('to another request is dropped, and the right one after it is taken', () => {
    const { line, clock, answers, log, host } = sending(saleRequest);
    line().hostSends(answerTo(requestOn(line()), { 11: '000100' }));
    line().hostSends(answerTo(requestOn(line()), { 39: '51' }));
    clock.advance(5);
    expect(types(answers)).toEqual(['sent', 'replied']);
    expect(log.lines[0]).toMatchObject({
      event: 'host-frame-mismatched',
      mti: '0200',
      stan: 101,
      mismatch: 'field-11',
    });
    expect(host.counters).toEqual({ lateAnswers: 0, mismatches: 1, malformed: 0 });
  });

  test('to another request alone leaves the host silent', () => {
    const { line, clock, answers } = sending(saleRequest);
    line().hostSends(answerTo(requestOn(line()), { 11: '000100' }));
    clock.advance(60_000);
    expect(answers.at(-1)).toEqual({ type: 'silent', reason: 'response-timeout' });
  });

  test('that cannot be read is logged by field and offset', () => {
    const { line, log, host } = sending(saleRequest);
    line().hostSends(framed(bytes('60000300006031003113120210')));
    expect(log.lines[0]).toMatchObject({ event: 'host-frame-malformed', field: 'bitmap', offset: 13 });
    expect(host.counters).toEqual({ lateAnswers: 0, mismatches: 0, malformed: 1 });
  });

  test('to a sale that was given up is never taken for the answer to its reversal, which has the same trace', () => {
    const { host, prepare, clock, line, answers, log, send } = sending(saleRequest);
    const late = answerTo(requestOn(line()), {});
    clock.advance(60_000);
    prepare(reversalRequest);
    clock.advance(20);
    send();
    line().hostSends(late);
    expect(types(answers)).toEqual(['sent', 'silent']);
    expect(log.lines.at(-1)).toMatchObject({ event: 'host-late-answer', mti: '0200', stan: 101, lateAnswers: 1 });
    line().hostSends(answerTo(requestOn(line()), {}));
    clock.advance(5);
    expect([types(answers).at(-1), host.counters.lateAnswers]).toEqual(['replied', 1]);
  });

  test('in check when the job is dropped is not reported', () => {
    const { line, clock, answers, host } = sending(saleRequest);
    line().hostSends(answerTo(requestOn(line()), {}));
    host.drop();
    clock.advance(5);
    expect(types(answers)).toEqual(['sent']);
  });

  test('lets the next request be prepared from inside it', () => {
    const { line, clock, host, prepare, prepared } = setUp();
    prepare(saleRequest);
    clock.advance(20);
    host.send((answer) => {
      if (answer.type === 'replied') prepare(signInRequest);
    });
    line().hostSends(answerTo(requestOn(line()), { 39: '77' }));
    clock.advance(20);
    expect(prepared).toEqual([{ type: 'ready' }, { type: 'ready' }]);
  });
});

test('no log line of a whole sale shows the card number, the track, the PIN block or a key', () => {
  const { line, clock, log } = sending(saleRequest);
  line().hostSends(answerTo(requestOn(line()), { 11: '000100', 2: swipedCard.track2.pan.reveal() }));
  line().hostSends(bytes(replies.sale));
  clock.advance(5);
  const text = JSON.stringify(log.lines);
  expect(log.events).toEqual(['host-frame-mismatched', 'host-answered']);
  for (const secret of ['6222021234567890128', '2512101', 'C6AE31D1', '67214D09']) expect(text).not.toContain(secret);
});

test('garbage never throws and is never believed, whatever is flipped in a good answer', () => {
  const golden = bytes(replies.sale);
  const flips = fc.array(fc.record({ at: fc.nat(golden.length - 1), mask: fc.integer({ min: 1, max: 255 }) }), {
    minLength: 1,
    maxLength: 4,
  });
  fc.assert(
    fc.property(flips, (changes) => {
      const damaged = golden.slice();
      for (const { at, mask } of changes) damaged[at] = (damaged[at] ?? 0) ^ mask;
      // TPDU and header are outside the MAC (dialect sheet 5.6), and so is what is flipped back.
      fc.pre(damaged.some((byte, index) => (index < 2 || index > 12) && byte !== golden[index]));
      const { line, clock, answers } = sending(saleRequest);
      line().hostSends(damaged);
      clock.advance(60_000);
      const end = answers.at(-1);
      expect(answers).toHaveLength(2);
      expect(end?.type).not.toBe('replied');
    }),
    { numRuns: 300 },
  );
});

test('random bytes never throw and never answer', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
      const { line, clock, answers } = sending(saleRequest);
      line().hostSends(framed(noise));
      clock.advance(60_000);
      expect(types(answers)).toEqual(['sent', 'silent']);
    }),
  );
});
