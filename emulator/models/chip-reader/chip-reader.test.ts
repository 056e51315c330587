/**
 * The emulated reader against recorded bytes.
 *
 * Mutations that these tests noticed: the echo inverted; a slot change told at once in synchronous mode; the check byte
 * not looked at; no bound on the length; no reply to a command whose card is pulled; commands taken while the card thinks.
 */
import { describe, expect, test } from 'vitest';
import fixture from '../../../fixtures/chip-reader/frames.json' with { type: 'json' };
import replay from '../../../fixtures/cards-replay/unionpay-t0.json' with { type: 'json' };
import { fromHex, toHex } from '../crypto/hex.ts';
import type { Action } from '../model.ts';
import { ChipReaderModel, type ChipReaderSight, GEMPC_TWIN } from './chip-reader.ts';
import { parseReplayCard, type ReplayCard } from './replay-card.ts';

const bytesOf = (hex: string): Uint8Array => fromHex(hex.replaceAll(' ', ''));

const written = (actions: readonly Action<ChipReaderSight>[]): string =>
  toHex(Uint8Array.from(actions.flatMap((action) => (action.type === 'write' ? [...action.bytes] : []))));

function card(): ReplayCard {
  const parsed = parseReplayCard(replay);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

function reader(profile = GEMPC_TWIN): { readonly model: ChipReaderModel; readonly send: (hex: string) => string } {
  const model = new ChipReaderModel(profile);
  return { model, send: (hex) => written(model.bytes(bytesOf(hex))) };
}

const STATUS = '03 06 65 00 00 00 00 00 02 00 00 00 62';
const ABSENT = '03 06 81 00 00 00 00 00 02 02 00 00 84';
const SYNCHRONOUS = '03 06 6B 03 00 00 00 00 01 00 00 00 01 01 01 6D';
const NAK = '031516';

const plain = { ...GEMPC_TWIN, echoes: false };

test('answers the recorded session byte for byte, after the echo of each command', () => {
  const { model, send } = reader();
  model.does({ type: 'insert', card: card() });
  for (const { name, command, reply } of fixture.session) {
    const echo = toHex(bytesOf(command.bytes));
    expect({ name, said: send(command.bytes) }).toEqual({ name, said: echo + toHex(bytesOf(reply.bytes)) });
  }
});

test('without an echo answers the same', () => {
  const { model, send } = reader(plain);
  model.does({ type: 'insert', card: card() });
  for (const { name, command, reply } of fixture.session) {
    expect({ name, said: send(command.bytes) }).toEqual({ name, said: toHex(bytesOf(reply.bytes)) });
  }
});

describe('slot changes', () => {
  test('are told at once, until the host wants them with its replies', () => {
    const { model, send } = reader(plain);
    expect(written(model.does({ type: 'insert', card: card() }))).toBe('5003');
    expect(written(model.does({ type: 'pull' }))).toBe('5002');
    send(SYNCHRONOUS);
    expect(written(model.does({ type: 'insert', card: card() }))).toBe('');
    expect(written(model.does({ type: 'pull' }))).toBe('');
    expect(send(STATUS)).toBe(`50035002${toHex(bytesOf(ABSENT))}`);
    expect(send(STATUS)).toBe(toHex(bytesOf(ABSENT)));
  });

  test('end the command that is under way', () => {
    const { model } = thinking();
    expect(written(model.does({ type: 'pull' }))).toBe(
      '5002' + toHex(bytesOf('03 06 80 00 00 00 00 00 13 42 FE 00 2A')),
    );
  });

  test('are not told of a card that is not there', () => {
    expect(reader().model.does({ type: 'pull' })).toEqual([]);
  });
});

test('a reader whose card thinks takes nothing else but the order to stop', () => {
  const { model, send } = thinking();
  expect(send(STATUS)).toMatch(/^03068100000000000240E0/);
  expect(send('03 06 72 00 00 00 00 00 03 00 00 00 74')).toMatch(/^0306810000000000030000/);
  expect(model.elapsed('card')).toEqual([]);
  expect(send(STATUS)).toMatch(/^0306810000000000020000/);
});

/** A reader that has been asked something to which its card has no quick answer. */
function thinking(): ReturnType<typeof reader> {
  const made = reader(plain);
  const slow = { reset: () => fromHex('3B600000'), transmit: () => ({ bytes: fromHex('9000'), delayMs: 500 }) };
  made.model.does({ type: 'insert', card: { ...slow, removed: () => undefined } });
  for (const wanted of ['power on at 5 V', 'SELECT of the PSE, with the Le that the driver leaves on']) {
    made.send(fixture.session.find(({ name }) => name === wanted)?.command.bytes ?? '');
  }
  return made;
}

describe('frames', () => {
  test.each([
    ['with a wrong check', STATUS.replace(/62$/, '63'), NAK],
    ['too long', '03 06 65 06 01 00 00', NAK],
    ['that neither begins nor refuses', '03 07', NAK],
    ['that is a wrong refusal', '03 15 17', NAK],
    ['that is noise', '41 42 06', ''],
  ])('%s are refused', (_, hex, said) => {
    expect(reader(plain).send(hex)).toBe(said);
  });

  test('that break off are refused after a silence', () => {
    const { model, send } = reader(plain);
    const actions = model.bytes(bytesOf(STATUS).subarray(0, 9));
    expect(actions).toEqual([{ type: 'arm', timer: 'silence', ms: 100 }]);
    expect(written(model.elapsed('silence'))).toBe(NAK);
    expect(send(STATUS)).toBe(toHex(bytesOf(ABSENT)));
  });

  test('that the host refuses are sent again', () => {
    const { send } = reader(plain);
    expect(send('03 15 16')).toBe('');
    send(STATUS);
    expect(send('03 15 16')).toBe(toHex(bytesOf(ABSENT)));
  });
});

describe('what no host may send', () => {
  test.each([
    ['an unknown message', '03 06 41 00 00 00 00 00 02 00 00 00 46'],
    ['an unknown escape', '03 06 6B 01 00 00 00 00 02 00 00 00 77 1A'],
  ])('%s is a surprise, or refused where the profile says so', (_, hex) => {
    expect(() => reader(plain).send(hex)).toThrow('does not know');
    expect(reader({ ...plain, unknownMessages: 'refused' }).send(hex)).toMatch(/^0306(81|83)00000000000242/);
  });

  test('a PIN is not asked for by a reader without a keypad', () => {
    expect(reader(plain).send(fixture.secure)).toMatch(/^0306800000000000134200/);
  });
});
