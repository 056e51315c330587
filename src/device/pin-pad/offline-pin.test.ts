/**
 * The PIN for the card: what goes to the PIN pad, and what comes of each answer.
 *
 * Mutations that these tests caught: the flag of the last piece on all; a piece under another number taken; a ciphertext
 * shorter than announced taken; an entry begun again after its time; the entry's own time for every packet; a bypass
 * that was not offered taken; the PIN asked for again because a fetch failed.
 */
import { describe, expect, test } from 'vitest';
import { Bug } from '../../domain/result.ts';
import { cable } from '../testing/memory-line.ts';
import { StandInPinPad } from '../testing/stand-in-pin-pad.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { offlinePinTexts, readCiphertextPiece, readKeyPiece, readOfflineEntry } from './offline-pin-messages.ts';
import { openPinPad } from './pin-pad.ts';
import type { OfflinePinAnswer, OfflinePinRequest } from './port-types.ts';

const FS = '\u001c';
/** 112 bytes: two pieces. */
const MODULUS = 'C3'.repeat(96) + 'D5'.repeat(16);
const CIPHERTEXT = '1A'.repeat(96) + '2B'.repeat(16);
const REQUEST: OfflinePinRequest = {
  modulus: MODULUS,
  exponent: '03',
  challenge: '0102030405060708',
  amountText: '12.34',
  lengthMin: 4,
  lengthMax: 12,
  bypassAllowed: true,
  timeoutSeconds: 60,
};

const TEXTS = [
  `U68700${FS}${'C3'.repeat(96)}`,
  `U68701${FS}${'D5'.repeat(16)}`,
  `U686020412Y${FS}060${FS}12.34${FS}03${FS}0102030405060708`,
  'U7000',
  'U7001',
];

/** What a PIN pad says to each of them when all is well. */
const ANSWERS = ['U691', 'U691', 'U69.0224', `U71700${FS}${'1A'.repeat(96)}`, `U71601${FS}${'2B'.repeat(16)}`];

describe('texts to send', () => {
  test('say the key in pieces, then ask, then fetch', () => {
    const texts = offlinePinTexts(REQUEST);
    expect(texts.ok && [...texts.value.key, texts.value.entry, ...texts.value.fetches]).toEqual(TEXTS);
  });

  test.each([
    [64, 1],
    [96, 1],
    [97, 2],
    [248, 3],
  ])('a key of %i bytes takes %i pieces', (bytes, pieces) => {
    const texts = offlinePinTexts({ ...REQUEST, modulus: 'C3'.repeat(bytes) });
    expect(texts.ok && [texts.value.key.length, texts.value.fetches.length]).toEqual([pieces, pieces]);
  });

  test.each<[string, Partial<OfflinePinRequest>, string]>([
    ['a key of 63 bytes', { modulus: 'C3'.repeat(63) }, 'modulus'],
    ['a key of 249 bytes', { modulus: 'C3'.repeat(249) }, 'modulus'],
    ['a key that is no hex', { modulus: 'XY'.repeat(96) }, 'modulus'],
    ['half a byte', { modulus: `${MODULUS}0` }, 'modulus'],
    ['no exponent', { exponent: '' }, 'exponent'],
    ['an exponent of four bytes', { exponent: '00010001' }, 'exponent'],
    ['a challenge of seven bytes', { challenge: '01020304050607' }, 'challenge'],
  ])('%s is refused, for the card made it', (_, change, word) => {
    const texts = offlinePinTexts({ ...REQUEST, ...change });
    expect(texts.ok ? '' : texts.error).toContain(word);
  });

  test.each<[string, Partial<OfflinePinRequest>]>([
    ['three digits', { lengthMin: 3 }],
    ['no time', { timeoutSeconds: 0 }],
    ['a long amount', { amountText: '12345678901234567' }],
  ])('%s is a bug', (_, change) => {
    expect(() => offlinePinTexts({ ...REQUEST, ...change })).toThrow(Bug);
  });
});

describe('replies', () => {
  test.each([
    ['U691', 'next'],
    ['U692', 'out-of-sequence'],
    ['U697', 'U69: wrong content'],
    ['U69.0224', 'U69: not understood'],
  ])('to a piece of the key: %s is %s', (reply, expected) => {
    const read = readKeyPiece(reply);
    expect(read.ok ? read.value : read.error).toBe(expected);
  });

  test.each([
    ['U69.0224', 'entered'],
    ['U69.0222', 'U69: not understood'],
    ['U69.B', 'bypassed'],
    ['U69.C', 'cancelled'],
    ['U69.T', 'timed-out'],
    ['U69.L', 'U69: too many PIN entries in a short time'],
    ['U69.EK', 'U69: error K'],
    ['U692', 'U69: packet out of sequence'],
    ['U691', 'U69: not understood'],
  ])('to the entry: %s is %s', (reply, expected) => {
    const read = readOfflineEntry(reply, 224);
    expect(read.ok ? read.value : read.error).toBe(expected);
  });

  test.each([
    ['U71601\u001c2B2B', '2B2B'],
    ['U71701\u001c2B2B', 'U71: another piece than was asked for'],
    ['U71600\u001c2B2B', 'U71: another piece than was asked for'],
    ['U71601\u001c2B2', 'U71: not understood'],
    ['U71601\u001c', 'U71: not understood'],
    ['U712', 'U71: packet out of sequence'],
  ])('to a fetch: %s is %s', (reply, expected) => {
    const read = readCiphertextPiece(reply, 1, true);
    expect(read.ok ? read.value : read.error).toBe(expected);
  });
});

/** Asks; a PIN pad answers with what `answers` has at the place of the text, and with `usual` where it has none. */
function ask(answers: Readonly<Record<number, string>> = {}, request: Partial<OfflinePinRequest> = {}) {
  const clock = new VirtualClock();
  const line = cable(clock);
  const logged: unknown[] = [];
  const device = new StandInPinPad(line.device, clock, {
    answer: (text) => answers[TEXTS.indexOf(text)] ?? ANSWERS[TEXTS.indexOf(text)],
  });
  const pinPad = openPinPad({
    line: line.terminal,
    clock,
    masterKeySlot: 0,
    log: { warn: (fields) => logged.push(fields) },
  });
  const got: unknown[] = [];
  const note = (answer: OfflinePinAnswer): void => {
    got.push(answer.type === 'entered' ? Buffer.from(answer.data.reveal()).toString('hex').toUpperCase() : answer);
  };
  pinPad.enterOfflinePin({ ...REQUEST, ...request }, note);
  expect(got).toEqual([]);
  return { clock, device, got, logged, line, pinPad };
}

const refused = (detail: string): unknown => ({ type: 'failed', failure: { reason: 'refused', detail } });

describe('the job', () => {
  test('gives the ciphertext, put together', () => {
    const { clock, device, got } = ask();
    clock.pass(1_000);
    expect([device.executed, got]).toEqual([TEXTS, [CIPHERTEXT]]);
  });

  test.each([
    ['a bypass', { 2: 'U69.B' }, { type: 'bypassed' }],
    ['the cardholder\u2019s cancel', { 2: 'U69.C' }, { type: 'cancelled' }],
    ['a timeout', { 2: 'U69.T' }, { type: 'timed-out' }],
    ['an error', { 2: 'U69.EK' }, refused('U69: error K')],
    ['a key that the PIN pad does not take', { 1: 'U697' }, refused('U69: wrong content')],
    ['a piece of nothing', { 3: 'U712' }, refused('U71: packet out of sequence')],
    [
      'a ciphertext that is too short',
      { 4: `U71601${FS}2B` },
      refused('U71: the ciphertext is not as long as the modulus'),
    ],
  ])('ends with %s', (_, answers, expected) => {
    const { clock, device, got } = ask(answers);
    clock.pass(1_000);
    expect(got).toEqual([expected]);
    expect(device.executed.filter((text) => text.startsWith('U686')).length).toBeLessThanOrEqual(1);
  });

  test('takes no bypass that was not offered', () => {
    // The stand-in answers by place; this text is another.
    const { clock, device, got } = ask({ [-1]: 'U69.B' }, { bypassAllowed: false });
    clock.pass(1_000);
    expect(device.executed.at(-1)).toContain('0412N');
    expect(got).toEqual([refused('U69: bypass was not offered')]);
  });

  test('begins again, once, when the PIN pad has lost the thread', () => {
    const { clock, device, got } = ask({ 1: 'U692' });
    clock.pass(5_000);
    expect(device.executed).toEqual([TEXTS[0], TEXTS[1], '72', TEXTS[0], TEXTS[1], '72']);
    expect(got).toEqual([refused('U69: packet out of sequence')]);
  });

  test('fails within seconds at a PIN pad that does not know it', () => {
    const { clock, device, got } = ask({ 0: 'silence' });
    clock.pass(8_000);
    expect(got).toEqual([{ type: 'failed', failure: { reason: 'no-answer', detail: 'U68: reply-timeout' } }]);
    expect(device.executed).toEqual([TEXTS[0], '72']);
  });

  test('waits for the entry as long as it may take, and tells the PIN pad to stop after that', () => {
    const { clock, device, got } = ask({ 2: 'silence' });
    clock.pass(64_000);
    expect(got).toEqual([]);
    clock.pass(5_000);
    expect(got).toEqual([{ type: 'failed', failure: { reason: 'no-answer', detail: 'U68: reply-timeout' } }]);
    expect(device.executed.at(-1)).toBe('72');
  });

  test('does not ask for the PIN again because a fetch failed', () => {
    const { clock, device, got } = ask({ 4: 'silence' });
    clock.pass(60_000);
    expect(got).toEqual([{ type: 'failed', failure: { reason: 'no-answer', detail: 'U70: reply-timeout' } }]);
    expect(device.executed).toEqual([...TEXTS, '72']);
  });

  test('is cancelled with the entry', () => {
    const { clock, device, got, pinPad } = ask({ 2: 'silence' });
    clock.pass(1_000);
    pinPad.cancelPin();
    clock.pass(1_000);
    expect([got, device.executed.at(-1)]).toEqual([[{ type: 'cancelled' }], '72']);
  });

  test('fails with the line', () => {
    const { clock, got, line } = ask({ 2: 'silence' });
    clock.pass(1_000);
    line.unplug('gone');
    clock.pass(100);
    expect(got).toEqual([{ type: 'failed', failure: { reason: 'line-closed', detail: 'U68: gone' } }]);
  });

  test('does not send a key that is none, and says so later', () => {
    const { clock, device, got } = ask({}, { modulus: 'C3' });
    clock.pass(1_000);
    expect(got).toEqual([refused("U68: the card's modulus is not 64 to 248 bytes of hex")]);
    expect(device.executed).toEqual([]);
  });

  test('writes nothing of the ciphertext into the log', () => {
    const { clock, logged } = ask({ 4: `U71700${FS}${'2B'.repeat(16)}` });
    clock.pass(1_000);
    expect(logged).toHaveLength(1);
    expect(JSON.stringify(logged)).not.toMatch(/2B2B|1A1A/);
  });
});
