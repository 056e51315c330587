/**
 * The reader's keypad against the recorded request, byte by byte.
 *
 * Mutations that these tests noticed: the length or a digit in another place; the filler lost; lengths exchanged; the
 * seconds not taken; a command that the structure does not describe let through to the card; keys taken by a reader that
 * asks for nothing; the entry not ended by an abort, a card that is pulled or a lost power.
 */
import { describe, expect, test } from 'vitest';
import fixture from '../../../fixtures/chip-reader/frames.json' with { type: 'json' };
import { fromHex, toHex } from '../crypto/hex.ts';
import type { Action } from '../model.ts';
import { ChipReaderModel, type ChipReaderProfile, type ChipReaderSight, GEMPC_TWIN } from './chip-reader.ts';
import { frameOf } from './frames.ts';
import { fillIn, inBlock, type KeypadKey, type PinEntry, readSecure } from './keypad.ts';

/** The recorded request without envelope and header. */
const SECURE = fromHex(fixture.secure.replaceAll(' ', '')).slice(12, -1);

function wanted(): PinEntry {
  const read = readSecure(SECURE);
  if ('wrongByte' in read) throw new Error(`Byte ${read.wrongByte} is wrong.`);
  return read;
}

const changed = (place: number, value: number): Uint8Array =>
  SECURE.map((byte, index) => (index === place ? value : byte));

describe('the structure of a request', () => {
  test('is read as it was recorded', () => {
    const { template, prologue, ...rest } = wanted();
    expect(rest).toEqual({ timeoutMs: 30_000, lengthMin: 4, lengthMax: 12, language: 0x0409 });
    expect([toHex(template), toHex(prologue)]).toEqual(['002000800820FFFFFFFFFFFFFF', '000000']);
  });

  test('without a time has that of the reader', () => {
    expect(readSecure(changed(1, 0))).toMatchObject({ timeoutMs: 30_000 });
    expect(readSecure(changed(1, 60))).toMatchObject({ timeoutMs: 60_000 });
  });

  test.each([
    ['another operation', changed(0, 1), 10],
    ['another format', changed(2, 0x82), 12],
    ['a block of eight', changed(3, 0x48), 13],
    ['a length in another place', changed(4, 0x00), 14],
    ['thirteen digits', changed(5, 13), 15],
    ['three digits', changed(6, 3), 16],
    ['lengths in the wrong order', changed(5, 3), 16],
    ['an end without a key', changed(7, 0x01), 17],
    ['another command', changed(16, 0xb2), 25],
    ['a block with digits in it', changed(23, 0x12), 25],
    ['no command', SECURE.slice(0, 15), 1],
  ])('with %s is refused at its place', (_, data, wrongByte) => {
    expect(readSecure(data)).toEqual({ wrongByte });
  });
});

test.each([
  ['1234', '0020008008241234FFFFFFFFFF'],
  ['12345', '00200080082512345FFFFFFFFF'],
  ['123456789012', '00200080082C123456789012FF'],
])('the PIN %s makes the command %s', (pin, command) => {
  expect(toHex(fillIn(wanted(), pin))).toBe(command);
});

test('a block has the prologue that the host gave, and its check', () => {
  const entry = { ...wanted(), prologue: Uint8Array.of(0x00, 0x40, 0x0d) };
  expect(toHex(inBlock(entry, fromHex('00200080')))).toBe('00400D00200080ED');
});

const hexOf = (actions: readonly Action<ChipReaderSight>[]): string =>
  toHex(Uint8Array.from(actions.flatMap((action) => (action.type === 'write' ? [...action.bytes] : []))));

const seen = (actions: readonly Action<ChipReaderSight>[]): readonly string[] =>
  actions.flatMap((action) => (action.type === 'sight' ? [action.sight.type] : []));

/** With a card that has power, and remembers what it was sent. */
function bench({ keypad = true, level = 'tpdu' }: Partial<Pick<ChipReaderProfile, 'keypad' | 'level'>> = {}) {
  const model = new ChipReaderModel({ ...GEMPC_TWIN, echoes: false, keypad, level });
  const commands: string[] = [];
  const transmit = (command: Uint8Array) => {
    commands.push(toHex(command));
    return { bytes: fromHex('63C2'), delayMs: 0 };
  };
  model.does({ type: 'insert', card: { reset: () => fromHex('3B600000'), transmit, removed: () => undefined } });
  const send = (hex: string, data: Uint8Array = new Uint8Array(0)) =>
    model.bytes(frameOf(Uint8Array.of(...fromHex(hex).slice(0, 10), ...data)));
  send('62000000000001010000');
  const press = (...keys: readonly KeypadKey[]) => keys.flatMap((key) => model.does({ type: 'key', key }));
  const ask = () => send('691C0000000013000000', SECURE);
  return { model, commands, send, press, ask };
}

/** A reply to the request: status, error, and its data. */
const reply = (status: string, error: string, data = ''): string =>
  toHex(frameOf(fromHex(`80${toHex(Uint8Array.of(data.length / 2))}0000000013${status}${error}00${data}`)));

describe('a cardholder', () => {
  test.each(['tpdu', 'extended-apdu'] as const)('keys a PIN, which goes to the card (%s)', (level) => {
    const { ask, commands, press } = bench({ level });
    expect(seen(ask())).toEqual(['pin-prompt']);
    const actions = press('9', 'clear', '1', '2', '3', 'enter', '4', 'enter');
    expect(seen(actions)).toEqual(['stars', 'stars', 'stars', 'stars', 'stars', 'beep', 'stars', 'pin-over']);
    expect([commands, hexOf(actions)]).toEqual([['0020008008241234FFFFFFFFFF'], reply('00', '00', '63C2')]);
  });

  test('cannot key a thirteenth digit', () => {
    const { ask, press } = bench();
    ask();
    const digits = Array.from('1234567890123') as KeypadKey[];
    expect(seen(press(...digits)).at(-1)).toBe('beep');
  });

  test('cancels, and the card hears nothing', () => {
    const { ask, commands, press } = bench();
    ask();
    expect([hexOf(press('1', 'cancel')), commands]).toEqual([reply('00', '00', '6401'), []]);
  });

  test('is too slow, and the card hears nothing', () => {
    const { ask, commands, model, press } = bench();
    expect(ask()).toContainEqual({ type: 'arm', timer: 'pin', ms: 30_000 });
    press('1', '2', '3', '4');
    expect([hexOf(model.elapsed('pin')), commands]).toEqual([reply('00', '00', '6400'), []]);
  });

  test('keys nothing when nothing is asked for, or any more', () => {
    const { ask, commands, model, press } = bench();
    expect(press('1', 'enter')).toEqual([]);
    ask();
    model.elapsed('pin');
    expect([press('1', '2', '3', '4', 'enter'), model.elapsed('pin'), commands]).toEqual([[], [], []]);
  });
});

describe('a request for a PIN', () => {
  test('is not for a reader without a keypad', () => {
    expect(hexOf(bench({ keypad: false }).ask())).toBe(reply('40', '00'));
  });

  test('is not for a card without power', () => {
    const { ask, send } = bench();
    send('63000000000002000000');
    expect(hexOf(ask())).toBe(reply('41', 'FE'));
  });

  test('that makes no sense is refused at its place', () => {
    const { send } = bench();
    expect(hexOf(send('691C0000000013000000', changed(3, 0x48)))).toBe(reply('40', '0D'));
  });

  test('keeps the reader busy for all but an abort, which ends it', () => {
    const { ask, press, send } = bench();
    ask();
    expect(hexOf(send('65000000000014000000'))).toMatch(/^03068100000000001440E0/);
    expect(seen(send('72000000000015000000'))).toEqual(['pin-over']);
    expect(press('1', '2', '3', '4', 'enter')).toEqual([]);
  });

  test('ends with the card that is pulled', () => {
    const { ask, model } = bench();
    ask();
    expect(hexOf(model.does({ type: 'pull' }))).toBe(`5002${reply('42', 'FE')}`);
  });

  test('ends with the power', () => {
    const { ask, model, press } = bench();
    ask();
    model.does({ type: 'power', on: false });
    model.does({ type: 'power', on: true });
    expect(press('1', '2', '3', '4', 'enter')).toEqual([]);
  });
});
