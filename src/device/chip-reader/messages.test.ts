/** Messages and replies against recorded bytes, and the offline PIN. */
import { describe, expect, test } from 'vitest';
import fixture from '../../../fixtures/chip-reader/frames.json' with { type: 'json' };
import { fromHex, toHex } from '../testing/bytes.ts';
import { encodeFrame } from './frame.ts';
import { describeError, encodeMessage, isCommand, MESSAGES, parseReply, type Reply } from './message-table.ts';
import { parametersOf, transfer, useProtocol } from './scripts.ts';
import type { PinVerification } from './port-types.ts';
import { verifyPin } from './secure.ts';

const packed = (hex: string): Uint8Array => fromHex(hex.replaceAll(/../g, '$& '));

/** The message of a frame, without its envelope. */
const messageOf = (frame: string): Uint8Array => fromHex(frame).slice(2, -1);

describe('the recorded session', () => {
  test.each(fixture.session)('$name is asked in the same bytes', ({ command }) => {
    const row = MESSAGES[command.message as keyof typeof MESSAGES];
    const [first = 0, second = 0, third = 0] = packed(command.own);
    const message = encodeMessage({ row, own: [first, second, third], data: packed(command.data) }, command.sequence);
    expect(toHex(encodeFrame(message))).toBe(command.bytes);
    expect(isCommand(message)).toBe(true);
  });

  test.each(fixture.session)('$name is answered, and the answer understood', ({ command, reply }) => {
    const { card, status, error, own, data } = reply;
    const parsed = parseReply(messageOf(reply.bytes));
    const code = MESSAGES[command.message as keyof typeof MESSAGES].reply;
    const wanted = { code, sequence: command.sequence, card, status, error, own, data: packed(data) };
    expect(parsed).toEqual({ ok: true, value: wanted });
    expect(isCommand(messageOf(reply.bytes))).toBe(false);
  });

  test('T=1 is set up in the same bytes', () => {
    const data = parametersOf({
      protocol: 'T=1',
      fiDi: 0x11,
      guardTime: 0xff,
      waitingIntegers: 0x45,
      cardFieldMax: 0xfe,
    });
    const message = encodeMessage({ row: MESSAGES.setParameters, own: [1, 0, 0], data }, 0x27);
    expect(toHex(encodeFrame(message))).toBe(fixture.parametersT1);
  });

  test('a card of the inverse convention is set up as such', () => {
    const times = { fiDi: 0x11, guardTime: 0 };
    const one = {
      ...times,
      protocol: 'T=1',
      inverse: true,
      waitingIntegers: 0x4d,
      cardFieldMax: 32,
    } as const;
    const zero = { ...times, protocol: 'T=0', inverse: true, waitingInteger: 10 } as const;
    expect(parametersOf(one)[1]).toBe(0x12);
    expect(parametersOf(zero)[1]).toBe(0x02);
  });
});

test.each([
  [1, 'done'],
  [0, 'unsupported'],
])('a reader that stays with T=%i after T=1 was set has done it: %s', (own, end) => {
  const script = useProtocol(
    { protocol: 'T=1', fiDi: 0x11, guardTime: 0, waitingIntegers: 0x4d, cardFieldMax: 32 },
    false,
  );
  const reply = {
    code: 0x82,
    sequence: 0,
    card: 'active',
    status: 'ok',
    error: 0,
    own,
    data: new Uint8Array(7),
  } as const;
  const step = script.onReply(reply);
  if (step.type !== 'done') throw new Error('there is no next message');
  expect(step.result.ok ? 'done' : step.result.error.reason).toBe(end);
});

test.each([
  ['goes on without end', 0x03, 0, 'card-error'],
  ['is marked as none can be', 0x07, 4, 'card-error'],
  ['goes on', 0x03, 4, 'next'],
  ['ends', 0x02, 4, 'done'],
])('a chain that %s is seen as such', (_, own, length, end) => {
  const reply = {
    code: 0x80,
    sequence: 0,
    card: 'active',
    status: 'ok',
    error: 0,
    own,
    data: new Uint8Array(length),
  } as const;
  const step = transfer(Uint8Array.of(0), 'extended-apdu').onReply(reply);
  const ended = step.type === 'done' && !step.result.ok ? step.result.error.reason : step.type;
  expect(ended).toBe(end);
});

describe('a message that is no reply', () => {
  test.each([
    ['too short', '81 00 00 00 00 00 00 00 00', 'length'],
    ['for another slot', '81 00 00 00 00 01 00 00 00 00', 'slot'],
    ['with no card state', '81 00 00 00 00 00 00 03 00 00', 'status'],
    ['with no command state', '81 00 00 00 00 00 00 C0 00 00', 'status'],
  ])('%s is refused', (_, hex, error) => {
    expect(parseReply(fromHex(hex))).toEqual({ ok: false, error });
  });
});

test.each([
  [0xfe, 'FE card mute'],
  [0x07, '07 wrong byte 7'],
  [0x00, '00 message not supported'],
  [0x90, '90 unknown'],
])('error %i is described', (error, words) => {
  expect(describeError(error)).toBe(words);
});

describe('an offline PIN', () => {
  const wanted: PinVerification = {
    template: packed('002000800820FFFFFFFFFFFFFF'),
    timeoutSeconds: 30,
    lengthMin: 4,
    lengthMax: 12,
    language: 0x0409,
  };

  test('is asked for in the recorded bytes', () => {
    expect(toHex(encodeFrame(encodeMessage(verifyPin(wanted).request, 0x13)))).toBe(fixture.secure);
  });

  test('with T=1 has the prologue of its block before the template', () => {
    const { data = new Uint8Array() } = verifyPin({ ...wanted, prologue: [0x00, 0x40, 0x0d] }).request;
    expect(toHex(data.slice(12, 20))).toBe('00 40 0D 00 20 00 80 08');
  });

  test('gives the cardholder his time', () => {
    expect(verifyPin({ ...wanted, timeoutSeconds: 60 }).request.personMs).toBe(60_000);
  });

  test.each([
    { lengthMin: 3 },
    { lengthMax: 13 },
    { lengthMin: 8, lengthMax: 6 },
    { timeoutSeconds: 0 },
    { timeoutSeconds: 256 },
  ])('is not asked for with %o', (change) => {
    expect(() => verifyPin({ ...wanted, ...change })).toThrow(/cannot be asked for|no time/);
  });

  const reply = (data: readonly number[], error?: number): Reply => ({
    code: 0x80,
    sequence: 0,
    card: 'active',
    status: error === undefined ? 'ok' : 'failed',
    error: error ?? 0,
    own: 0,
    data: Uint8Array.from(data),
  });
  const answered = (...bytes: readonly number[]) => ({ type: 'answered', bytes: Uint8Array.from(bytes) });

  test.each([
    ['right', reply([0x90, 0x00]), answered(0x90, 0x00)],
    ['wrong', reply([0x63, 0xc2]), answered(0x63, 0xc2)],
    ['answered in a block', reply([0, 0, 2, 0x64, 0x01, 0x67]), answered(0, 0, 2, 0x64, 0x01, 0x67)],
    ['too slow, in the reader\u2019s words', reply([0x64, 0x00]), { type: 'timed-out' }],
    ['too slow', reply([], 0xf0), { type: 'timed-out' }],
    ['cancelled, in the reader\u2019s words', reply([0x64, 0x01]), { type: 'cancelled' }],
    ['cancelled', reply([], 0xef), { type: 'cancelled' }],
  ])('that is %s is told', (_, answer, value) => {
    expect(verifyPin(wanted).onReply(answer)).toEqual({ type: 'done', result: { ok: true, value } });
  });

  test.each([
    ['impossible here', reply([], 0x00), 'unsupported'],
    ['asked for in words that the reader does not know', reply([], 0x0d), 'unsupported'],
    ['met by a mute card', reply([], 0xfe), 'card-mute'],
    ['met by no card', { ...reply([], 0xfe), card: 'absent' as const }, 'no-card'],
  ])('that is %s fails', (_, answer, reason) => {
    expect(verifyPin(wanted).onReply(answer)).toMatchObject({ type: 'done', result: { ok: false, error: { reason } } });
  });
});
