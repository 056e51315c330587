/**
 * Each line of the reducer's table.
 *
 * Mutations that these tests noticed: a transfer repeated when nothing answers; a refusal repeated at once, after our
 * own NAK, and after the echo; a reply with another number taken; a limit left out (NAKs, sends, extensions); the
 * garbled echo answered by a NAK; noise answered by one before a repeat; the number not moved on; an abort cancelled.
 */
import { describe, expect, test } from 'vitest';
import { type LinkEffect, type LinkInput, type LinkState, next, START } from './link-reducer.ts';
import { encodeMessage, MESSAGES, type MessageRow, type Request } from './message-table.ts';

const TRANSFER: Request = { row: MESSAGES.transfer, data: Uint8Array.of(0, 0xb2, 1, 0x0c, 0) };
const STATUS: Request = { row: MESSAGES.slotStatus };

const reply = (row: MessageRow, sequence: number, bits = 0, code: number = row.reply): LinkInput => ({
  type: 'message',
  message: Uint8Array.of(code, 0, 0, 0, 0, 0, sequence, bits, 0, 0),
});
const echo = (request: Request, sequence = 0): LinkInput => ({
  type: 'message',
  message: encodeMessage(request, sequence),
});
const NAK: LinkInput = { type: 'nak' };
const ELAPSED: LinkInput = { type: 'elapsed' };
const GARBLED: LinkInput = { type: 'garbled' };
const EXTENSION: LinkInput = { type: 'extension' };

/** Runs the inputs and tells, for each, what it led to in a word or two. */
function run(request: Request, inputs: readonly LinkInput[], echoes = false): readonly string[] {
  let state: LinkState = START;
  const told: string[] = [];
  for (const input of [{ type: 'send', request } as const, ...inputs]) {
    const [following, effects] = next({ echoes }, state, input);
    state = following;
    told.push(effects.map(word).filter(Boolean).join(' '));
  }
  return told.slice(1);
}

function word(effect: LinkEffect): string {
  switch (effect.type) {
    case 'writeMessage':
      return 'send';
    case 'writeNak':
      return 'nak';
    case 'succeeded':
      return effect.reply.status;
    case 'failed':
      return effect.reason;
    case 'unexpected':
      return 'unexpected';
    case 'arm':
      return `${effect.ms}`;
    default:
      return '';
  }
}

const times = <Value>(count: number, value: Value): readonly Value[] => Array.from({ length: count }, () => value);

describe('an exchange', () => {
  test.each<[string, Request, readonly LinkInput[], readonly string[]]>([
    ['succeeds by its reply', TRANSFER, [reply(MESSAGES.transfer, 0)], ['ok']],
    ['succeeds by a reply that says no', TRANSFER, [reply(MESSAGES.transfer, 0, 0x40)], ['failed']],
    ['takes a slot status for a no', TRANSFER, [reply(MESSAGES.transfer, 0, 0x40, 0x81)], ['failed']],
    ['passes over a slot status that says yes', TRANSFER, [reply(MESSAGES.transfer, 0, 0, 0x81)], ['unexpected']],
    ['passes over a stale reply', TRANSFER, [reply(MESSAGES.transfer, 255)], ['unexpected']],
    [
      'passes over a reply from another slot',
      STATUS,
      [{ type: 'message', message: Uint8Array.of(0x81, 0, 0, 0, 0, 1, 0, 0, 0, 0) }],
      ['unexpected'],
    ],
    ['passes over an echo that none asked for', STATUS, [echo(STATUS)], ['unexpected']],
    [
      'is repeated, if it may be, until it is enough',
      STATUS,
      times(3, ELAPSED),
      ['send 1000', 'send 1000', 'no-reply'],
    ],
    [
      'of the card is never repeated; its reply is asked for again',
      TRANSFER,
      times(4, ELAPSED),
      ['nak 1000', 'nak 1000', 'nak 1000', 'no-reply'],
    ],
    [
      'that was refused is repeated after a pause, until it is enough',
      TRANSFER,
      [NAK, ELAPSED, NAK, ELAPSED, NAK],
      ['150', 'send 3000', '150', 'send 3000', 'refused'],
    ],
    [
      'asks again for a garbled reply, until it is enough',
      TRANSFER,
      times(4, GARBLED),
      ['nak 1000', 'nak 1000', 'nak 1000', 'garbled'],
    ],
    [
      'takes a refusal after its NAK for one of the NAK',
      TRANSFER,
      [GARBLED, NAK, NAK, NAK],
      ['nak 1000', 'nak 1000', 'nak 1000', 'refused'],
    ],
    [
      'waits longer when asked to',
      TRANSFER,
      [EXTENSION, reply(MESSAGES.transfer, 0, 0x80), reply(MESSAGES.transfer, 0)],
      ['3000', '3000', 'ok'],
    ],
    ['does not wait for its repeat any longer', TRANSFER, [NAK, EXTENSION, ELAPSED], ['150', '', 'send 3000']],
    ['asks for nothing while it waits for its repeat', TRANSFER, [NAK, GARBLED, ELAPSED], ['150', '', 'send 3000']],
  ])('%s', (_, request, inputs, told) => {
    expect(run(request, inputs)).toEqual(told);
  });

  test('does not wait for ever', () => {
    const told = run(TRANSFER, times(241, EXTENSION));
    expect(told.slice(0, 240)).toEqual(times(240, '3000'));
    expect(told[240]).toBe('extension-limit');
  });
});

describe('with a reader that echoes', () => {
  test.each<[string, readonly LinkInput[], readonly string[]]>([
    ['the echo comes first', [echo(TRANSFER), reply(MESSAGES.transfer, 0)], ['3000', 'ok']],
    ['an echo of something else is none', [echo(STATUS), echo(TRANSFER, 1)], ['unexpected', 'unexpected']],
    ['a garbled echo is passed over', [GARBLED, reply(MESSAGES.transfer, 0)], ['', 'ok']],
    ['what is garbled after a garbled echo was the reply', [GARBLED, GARBLED], ['', 'nak 1000']],
    ['what is garbled after the echo was the reply', [echo(TRANSFER), GARBLED], ['3000', 'nak 1000']],
    [
      'a refusal before the echo was of something else',
      [NAK, echo(TRANSFER), reply(MESSAGES.transfer, 0)],
      ['150', '3000', 'ok'],
    ],
    ['what was echoed is not repeated', [NAK, echo(TRANSFER), ELAPSED], ['150', '3000', 'nak 1000']],
    ['a lost echo does no harm', [reply(MESSAGES.transfer, 0)], ['ok']],
  ])('%s', (_, inputs, told) => {
    expect(run(TRANSFER, inputs, true)).toEqual(told);
  });
});

describe('a cancelled exchange', () => {
  const cancelled: readonly LinkInput[] = [{ type: 'cancel' }];

  test('ends at once, and the reader is told', () => {
    expect(run(TRANSFER, cancelled)).toEqual(['cancelled send 1000']);
  });

  test.each<[string, readonly LinkInput[], readonly string[]]>([
    ['a second cancel changes nothing', [{ type: 'cancel' }], ['']],
    ['its own reply comes too late', [reply(MESSAGES.transfer, 0)], ['unexpected']],
    ['the reader has heard', [reply(MESSAGES.abort, 1)], ['ok']],
    ['the reader is told again', times(3, ELAPSED), ['send 1000', 'send 1000', 'no-reply']],
  ])('and then %s', (_, inputs, told) => {
    expect(run(TRANSFER, [...cancelled, ...inputs]).slice(1)).toEqual(told);
  });
});

describe('an idle link', () => {
  test.each<[string, LinkInput, number]>([
    ['a message', reply(MESSAGES.slotStatus, 0), 1],
    ['a refusal', NAK, 1],
    ['noise', GARBLED, 0],
    ['a timer', ELAPSED, 0],
    ['a cancel', { type: 'cancel' }, 0],
  ])('takes note of %s at most', (_, input, notes) => {
    const [state, effects] = next({ echoes: false }, START, input);
    expect(state).toEqual(START);
    expect(effects).toEqual(times(notes, { type: 'unexpected' }));
  });

  test('counts its exchanges in one byte', () => {
    let state: LinkState = { phase: 'idle', sequence: 255 };
    [state] = next({ echoes: false }, state, { type: 'send', request: STATUS });
    [state] = next({ echoes: false }, state, reply(MESSAGES.slotStatus, 255));
    expect(state).toEqual({ phase: 'idle', sequence: 0 });
  });

  test('is needed for the next exchange', () => {
    const [state] = next({ echoes: false }, START, { type: 'send', request: STATUS });
    expect(() => next({ echoes: false }, state, { type: 'send', request: STATUS })).toThrow('under way');
  });
});
