/**
 * The PIN that the card checks, from the keys that a person presses to TVR and CVM results: enciphered by the PIN pad, or
 * plaintext on the reader's own keypad; both ends of both devices, the kernel, the card and its bank, in virtual time.
 *
 * Mutations that these tests noticed: the header 7F, the control nibble of the PIN block, the challenge or the order of
 * the block wrong; the PIN length left out; the filled template not put into its block; the sequence number of T=1 kept
 * after the reader's block; a cancel on the keypad taken for a wrong PIN; a plaintext PIN claimed without a keypad.
 */
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { ChipEnd } from '../../src/chip/port-types.ts';
import type { CounterDevices } from '../../src/chip/terminal-capabilities.ts';
import type { ChipCardFile } from '../models/card/chip-card-file.ts';
import { cardFile } from './chip-card.testing.ts';
import { T1_ATR } from './chip-reader.testing.ts';
import { type Doing, PIN_TIMEOUT_SECONDS, PinCounter } from './offline-pin.testing.ts';

const PIN_PAD: CounterDevices = { readerKeypad: false, pinPad: 'enciphered' };
const KEYPAD: CounterDevices = { readerKeypad: true, pinPad: 'online-only' };
const BOTH: CounterDevices = { readerKeypad: true, pinPad: 'enciphered' };

const RIGHT = '123456';
const WRONG = '000000';

/** Wants enciphered PIN where there is any, else plaintext, else a signature (CVM list 4403 4103 1E03 1F00). */
const inProtocol = (protocol: string, changes: Partial<ChipCardFile> = {}): ChipCardFile =>
  cardFile('chip-offline-pin', { ...(protocol === 'T=1' && { answerToReset: T1_ATR }), ...changes });

const registersOf = ({ registers }: ChipEnd): string =>
  registers === undefined ? '-' : `${registers.tvr} ${registers.cvmResults}`;

const verdict = (end: ChipEnd): string => (end.type === 'failed' ? `${end.reason}: ${end.detail}` : end.type);

/** VERIFY as the card saw it, cut behind the control bytes of its data. */
const verifies = (commands: readonly string[]): readonly string[] =>
  commands.filter((command) => command.startsWith('0020')).map((command) => command.slice(0, 10));

/** TVR 3: bit 8 failed, bit 6 try limit, bit 5 PIN pad, bit 4 no PIN. CVM 44 enciphered, 41 plaintext, 1E signature. */
const TABLE: readonly (readonly [string, CounterDevices, readonly Doing[], string, readonly string[], number])[] = [
  // What happens, devices, what the person does, TVR and CVM results, what was asked, tries left after it
  ['a right PIN on the PIN pad', PIN_PAD, [RIGHT], '0000008000 440302', ['offline-enciphered 3'], 3],
  ['a right PIN on the reader', KEYPAD, [RIGHT], '0000008000 410302', ['offline-plaintext 3'], 3],
  [
    'a wrong PIN on the PIN pad, then the right one',
    PIN_PAD,
    [WRONG, RIGHT],
    '0000008000 440302',
    ['offline-enciphered 3', 'offline-enciphered 2 again'],
    3,
  ],
  [
    'a wrong PIN on the reader, then the right one',
    KEYPAD,
    [WRONG, RIGHT],
    '0000008000 410302',
    ['offline-plaintext 3', 'offline-plaintext 2 again'],
    3,
  ],
  [
    'three wrong PINs on the PIN pad',
    PIN_PAD,
    [WRONG, WRONG, WRONG],
    '0000208000 1E0300',
    ['offline-enciphered 3', 'offline-enciphered 2 again', 'offline-enciphered 1 again'],
    0,
  ],
  [
    'three wrong PINs on the reader',
    KEYPAD,
    [WRONG, WRONG, WRONG],
    '0000208000 1E0300',
    ['offline-plaintext 3', 'offline-plaintext 2 again', 'offline-plaintext 1 again'],
    0,
  ],
  [
    'three wrong PINs with both: the card is blocked for the second way too',
    BOTH,
    [WRONG, WRONG, WRONG],
    '0000208000 1E0300',
    ['offline-enciphered 3', 'offline-enciphered 2 again', 'offline-enciphered 1 again'],
    0,
  ],
  [
    'a PIN of twelve digits',
    PIN_PAD,
    ['999999999999', RIGHT],
    '0000008000 440302',
    ['offline-enciphered 3', 'offline-enciphered 2 again'],
    3,
  ],
  ['a bypass on the PIN pad', PIN_PAD, ['bypass'], '0000088000 1E0300', ['offline-enciphered 3'], 3],
  ['a bypass for the reader', KEYPAD, ['bypass'], '0000088000 1E0300', ['offline-plaintext 3'], 3],
  ['a bypass with both, once for all', BOTH, ['bypass'], '0000088000 1E0300', ['offline-enciphered 3'], 3],
  ['a PIN pad that is unplugged in the middle', PIN_PAD, ['unplug'], '0000108000 1E0300', ['offline-enciphered 3'], 3],
  [
    'the same, and then the reader',
    BOTH,
    ['unplug', RIGHT],
    '0000108000 410302',
    ['offline-enciphered 3', 'offline-plaintext 3'],
    3,
  ],
];

describe.each(['T=0', 'T=1'])('with %s', (protocol) => {
  test.each(TABLE)('%s', (_, devices, doings, registers, questions, triesLeft) => {
    const counter = new PinCounter(devices, doings);
    const { card, end } = counter.payWithPin(inProtocol(protocol));
    expect([verdict(end), registersOf(end), counter.questions, card.chip.state().pinTriesLeft]).toEqual([
      'approved',
      registers,
      questions,
      triesLeft,
    ]);
    expect([counter.bench.surprises, counter.pinPadSurprises]).toEqual([[], []]);
  });

  test.each([
    ['the last try', [WRONG], '0000208000 1E0300', 0],
    ['the last try, used well', [RIGHT], '0000008000 410302', 3],
  ] as const)('%s', (_, doings, registers, triesLeft) => {
    const counter = new PinCounter(KEYPAD, doings);
    const { card, end } = counter.payWithPin(inProtocol(protocol, { pinTriesLeft: 1 }));
    expect([registersOf(end), counter.questions, card.chip.state().pinTriesLeft]).toEqual([
      registers,
      ['offline-plaintext 1'],
      triesLeft,
    ]);
  });

  test('a card whose PIN is blocked is not asked', () => {
    const counter = new PinCounter(BOTH, []);
    const { card, end } = counter.payWithPin(inProtocol(protocol, { pinTriesLeft: 0 }));
    expect([registersOf(end), counter.questions, verifies(card.commands)]).toEqual(['0000208000 1E0300', [], []]);
  });

  test.each<[string, CounterDevices, Doing, string]>([
    ['cancels on the PIN pad', PIN_PAD, 'cancel', 'cancelled: cancelled'],
    ['cancels on the reader', KEYPAD, 'cancel', 'cancelled: cancelled'],
    ['leaves the PIN pad alone', PIN_PAD, 'nothing', 'cancelled: cancelled'],
    ['leaves the reader alone', KEYPAD, 'nothing', 'cancelled: pin-timed-out'],
    ['takes the card out at the PIN pad', PIN_PAD, 'pull', 'card-removed: taken out'],
    ['takes the card out at the reader', KEYPAD, 'pull', 'card-removed: taken out'],
    ['is interrupted at the PIN pad', PIN_PAD, 'terminal-cancels', 'cancelled: by the terminal'],
    ['is interrupted at the reader', KEYPAD, 'terminal-cancels', 'cancelled: by the terminal'],
  ])('somebody who %s ends it, costs no try, and the next card is served', (_, devices, doing, expected) => {
    const counter = new PinCounter(devices, [doing, RIGHT]);
    const { card, end } = counter.payWithPin(inProtocol(protocol));
    expect([verdict(end), card.chip.state().pinTriesLeft, verifies(card.commands)]).toEqual([expected, 3, []]);
    counter.bench.clock.advance(1_000 * PIN_TIMEOUT_SECONDS + 10_000);
    const next = counter.payWithPin(inProtocol(protocol));
    expect([verdict(next.end), next.end.registers?.tvr]).toEqual(['approved', '0000008000']);
  });

  test('a reader that is unplugged while a PIN is keyed is the reader\u2019s fault', () => {
    const { end } = new PinCounter(KEYPAD, ['unplug']).payWithPin(inProtocol(protocol));
    expect(end).toMatchObject({ type: 'failed', reason: 'reader-failed' });
  });

  test('a reader without the keypad that the terminal claims is a PIN pad that does not work', () => {
    const counter = new PinCounter(PIN_PAD, [], { capabilities: 'E0E8C8' });
    const { card, end } = counter.payWithPin(inProtocol(protocol));
    expect([verdict(end), registersOf(end), verifies(card.commands)]).toEqual(['approved', '0000108000 1E0300', []]);
  });

  test('a slow card has its time after the PIN', () => {
    const slow = inProtocol(protocol, { misbehaviours: [{ on: 'verify', does: 'delay', delayMs: 5_000 }] });
    expect(registersOf(new PinCounter(KEYPAD, [RIGHT]).payWithPin(slow).end)).toBe('0000008000 410302');
  });

  test('a card that falls silent at its PIN is mute', () => {
    const mute = inProtocol(protocol, { misbehaviours: [{ on: 'verify', does: 'mute' }] });
    expect(new PinCounter(KEYPAD, [RIGHT]).payWithPin(mute).end).toMatchObject({ reason: 'card-mute' });
  });

  test('a plaintext PIN is filled in by the reader and passes no line of the terminal', () => {
    const counter = new PinCounter(KEYPAD, [RIGHT]);
    const { card, end } = counter.payWithPin(inProtocol(protocol));
    expect(card.commands).toContain('002000800826123456FFFFFFFF');
    const seen = [...counter.bench.overheard, inspect([counter.steps, end, counter.logged], { depth: 12 })].join(' ');
    expect(seen).toContain('002000800820FFFFFFFFFFFFFF');
    expect(seen).not.toContain('123456FF');
  });

  test('an enciphered PIN leaves the PIN pad only as such, and never twice the same', () => {
    const counter = new PinCounter(PIN_PAD, [WRONG, WRONG, WRONG]);
    const { card } = counter.payWithPin(inProtocol(protocol));
    const sent = card.commands.filter((command) => command.startsWith('0020'));
    expect([verifies(sent), new Set(sent).size]).toEqual([Array.from({ length: 3 }, () => sent[0]?.slice(0, 10)), 3]);
    expect(sent[0]).toMatch(/^00200088/);
    const text = (hex: string): string => Buffer.from(hex, 'hex').toString('latin1');
    const seen = counter.overheardPinPad.map(text).join('');
    expect(seen).toContain('U68700');
    expect(seen).not.toContain('000000FF');
  });
});

test('the prompt on the reader is in the language that card and terminal share', () => {
  const counter = new PinCounter(KEYPAD, [RIGHT]);
  counter.payWithPin(inProtocol('T=0'));
  expect(counter.bench.sights.filter(({ type }) => type === 'pin-prompt')).toEqual([
    { type: 'pin-prompt', lengthMin: 4, lengthMax: 12, language: 0x0804 },
  ]);
});
