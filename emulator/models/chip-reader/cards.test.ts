/**
 * Cards behind their contacts: T=0, T=1, and recorded answers.
 *
 * Mutations that these tests noticed: a command given to the application again when it is asked with the right Le; an Le
 * left on not tolerated; either block number not moved on; a chain not continued; the field size not taken over; Le
 * compared; the second recorded answer never given.
 */
import { describe, expect, test } from 'vitest';
import fixture from '../../../fixtures/chip-reader/frames.json' with { type: 'json' };
import t0Card from '../../../fixtures/cards-replay/unionpay-t0.json' with { type: 'json' };
import t1Card from '../../../fixtures/cards-replay/unionpay-t1.json' with { type: 'json' };
import { fromHex, toHex } from '../crypto/hex.ts';
import { readAtr } from './atr.ts';
import type { Contacts } from './contacts.ts';
import type { EmulatedCard } from './emulated-card.ts';
import { parseReplayCard } from './replay-card.ts';
import { T0Contacts } from './t0-contacts.ts';
import { T1Contacts } from './t1-contacts.ts';

const packed = (hex: string): Uint8Array => fromHex(hex.replaceAll(' ', ''));

/** Answers with what it is told to, and remembers what it was asked. */
function application(response: string, delayMs = 0): EmulatedCard & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    reset: () => new Uint8Array(0),
    transmit: (command) => {
      asked.push(toHex(command));
      return { bytes: packed(response), delayMs };
    },
    removed: () => undefined,
  };
}

const say = (contacts: Contacts, hex: string): string => {
  const response = contacts.exchange(packed(hex));
  return response === undefined ? 'mute' : toHex(response.bytes);
};

describe('T=0', () => {
  test.each([
    ['no data either way', '9000', ['00 20 00 80 00'], ['9000']],
    ['the right length asked for', 'AABB9000', ['00 CA 00 00 02'], ['AABB9000']],
    ['any length asked for', 'AABB9000', ['00 CA 00 00 00', '00 CA 00 00 02'], ['6C02', 'AABB9000']],
    ['too much asked for', 'AABB9000', ['00 CA 00 00 05', '00 CA 00 00 02'], ['6C02', 'AABB9000']],
    ['data both ways', 'AABB9000', ['00 A4 04 00 01 77', '00 C0 00 00 02'], ['6102', 'AABB9000']],
    ['data both ways and an Le left on', 'AABB9000', ['00 A4 04 00 01 77 00', '00 C0 00 00 02'], ['6102', 'AABB9000']],
    [
      'a response fetched in parts',
      'AABB9000',
      ['00 A4 04 00 01 77', '00 C0 00 00 01', '00 C0 00 00 01'],
      ['6102', 'AA6101', 'BB9000'],
    ],
    [
      'too much fetched',
      'AABB9000',
      ['00 A4 04 00 01 77', '00 C0 00 00 00', '00 C0 00 00 02'],
      ['6102', '6C02', 'AABB9000'],
    ],
    ['a status alone to data', '6A82', ['00 A4 04 00 01 77'], ['6A82']],
  ])('with %s', (_, response, commands, answers) => {
    const card = application(response);
    const contacts = new T0Contacts(card);
    expect(commands.map((command) => say(contacts, command))).toEqual(answers);
    expect(card.asked).toHaveLength(1);
  });

  test('another command in between is another command', () => {
    const card = application('AABB9000');
    const contacts = new T0Contacts(card);
    say(contacts, '00 A4 04 00 01 77');
    say(contacts, '00 CA 00 00 02');
    expect(say(contacts, '00 C0 00 00 02')).toBe('AABB9000');
    expect(card.asked).toEqual(['00A404000177', '00CA000002', '00C0000002']);
  });

  test.each(['00 A4 04', '00 A4 04 00 05 77', '00 A4 04 00 01 77 00 00'])('is mute to %s', (hex) => {
    expect(say(new T0Contacts(application('9000')), hex)).toBe('mute');
  });
});

describe('T=1', () => {
  const protocols = { offered: [1], cardFieldMax: 254 };
  const make = (response: string, delayMs = 0): { contacts: T1Contacts; asked: string[] } => {
    const card = application(response, delayMs);
    return { contacts: new T1Contacts(card, protocols), asked: card.asked };
  };
  /** A block with its LRC. */
  const block = (body: string): string => {
    const bytes = packed(body);
    return toHex(
      Uint8Array.of(
        ...bytes,
        bytes.reduce((sum, byte) => sum ^ byte, 0),
      ),
    );
  };

  test('takes over the size of the reader’s field, in the recorded bytes', () => {
    expect(say(make('9000').contacts, fixture.fieldSize.command)).toBe(toHex(packed(fixture.fieldSize.reply)));
  });

  test('answers a command, and the next with the other number', () => {
    const { contacts, asked } = make('9000');
    expect(say(contacts, block('00 00 05 00B2010C00'))).toBe(block('00 00 02 9000'));
    expect(say(contacts, block('00 40 05 00B2020C00'))).toBe(block('00 40 02 9000'));
    expect(asked).toEqual(['00B2010C00', '00B2020C00']);
  });

  test('gives its response in parts of the reader’s size, each on request', () => {
    const { contacts } = make('010203049000');
    say(contacts, block('00 C1 01 02'));
    expect(say(contacts, block('00 00 04 00B20100'))).toBe(block('00 20 02 0102'));
    expect(say(contacts, block('00 90 00'))).toBe(block('00 60 02 0304'));
    // The same again: it has not arrived.
    expect(say(contacts, block('00 91 00'))).toBe(block('00 60 02 0304'));
    expect(say(contacts, block('00 80 00'))).toBe(block('00 00 02 9000'));
  });

  test('collects a command that comes in parts', () => {
    const { contacts, asked } = make('9000');
    expect(say(contacts, block('00 20 02 00B2'))).toBe(block('00 90 00'));
    expect(say(contacts, block('00 40 03 010C00'))).toBe(block('00 00 02 9000'));
    expect(asked).toEqual(['00B2010C00']);
  });

  test('says its last block again when it is asked to, and does nothing twice', () => {
    const { contacts, asked } = make('9000');
    say(contacts, block('00 00 05 00B2010C00'));
    expect(say(contacts, block('00 82 00'))).toBe(block('00 00 02 9000'));
    expect(asked).toHaveLength(1);
  });

  test.each([
    ['a wrong check', '00 00 05 00B2010C00 00', '00 81 00'],
    ['a wrong length', block('00 00 04 00B2010C00'), '00 82 00'],
    ['a wrong number', block('00 40 05 00B2010C00'), '00 82 00'],
    ['too little', '00 00', '00 82 00'],
    ['a supervisory block that there is not', block('00 C7 00'), '00 82 00'],
  ])('refuses %s', (_, hex, answer) => {
    expect(say(make('9000').contacts, hex)).toBe(block(answer));
  });

  test('begins anew when it is told to', () => {
    const { contacts } = make('9000');
    say(contacts, block('00 00 05 00B2010C00'));
    expect(say(contacts, block('00 C0 00'))).toBe(block('00 E0 00'));
    expect(say(contacts, block('00 00 05 00B2010C00'))).toBe(block('00 00 02 9000'));
  });

  test('asks for time while it thinks', () => {
    const { contacts } = make('9000', 4_500);
    const exchange = (hex: string): unknown => contacts.exchange(packed(hex));
    const wait = packed(block('00 C3 01 03'));
    expect(exchange(block('00 00 05 00B2010C00'))).toEqual({ bytes: wait, delayMs: 1_000 });
    expect(exchange(block('00 E3 01 03'))).toEqual({ bytes: wait, delayMs: 3_000 });
    expect(exchange(block('00 E3 01 03'))).toEqual({ bytes: packed(block('00 00 02 9000')), delayMs: 500 });
  });

  test('exchanges the halves of the node address', () => {
    expect(say(make('9000').contacts, block('12 00 05 00B2010C00'))).toBe(block('21 00 02 9000'));
  });

  test('stops a command that is longer than any', () => {
    const { contacts } = make('9000');
    const part = '00'.repeat(254);
    expect(say(contacts, block(`00 20 FE ${part}`))).toBe(block('00 90 00'));
    expect(say(contacts, block(`00 60 FE ${part}`))).toBe(block('00 C2 00'));
  });
});

describe('an answer to reset', () => {
  test.each([
    ['3B600000', { offered: [0], cardFieldMax: 32 }],
    ['3BE000FF8131FE4514', { offered: [1], cardFieldMax: 254 }],
    ['3F1018', { offered: [0], speeds: 0x18, cardFieldMax: 32 }],
    ['3B800181', { offered: [1], cardFieldMax: 32 }],
    ['3B80800101', { offered: [0, 1], cardFieldMax: 32 }],
    ['3B8081118090', { offered: [1], cardFieldMax: 0x80 }],
  ])('%s is understood', (hex, protocols) => {
    expect(readAtr(fromHex(hex))).toEqual({ ok: true, value: protocols });
  });

  test.each([
    ['3B', 'must have 2 to 33 bytes'],
    ['3C00', 'must begin with 3B or 3F'],
    ['3B6000', 'has 3 bytes where its own format wants 4'],
    ['3B8081410141', 'asks for a CRC, which no payment card does'],
    ['3B800180', 'has a wrong check byte (TCK)'],
  ])('%s is refused', (hex, error) => {
    expect(readAtr(fromHex(hex))).toEqual({ ok: false, error });
  });
});

describe('a replay card', () => {
  const file = (change: object): unknown => ({ ...t0Card, ...change });

  test.each([t0Card, t1Card])('of the fixtures is one', (json) => {
    expect(parseReplayCard(json).ok).toBe(true);
  });

  test.each([
    ['00A404000E315041592E5359532E4444463031', '6F1C840E315041592E5359532E4444463031A50A8801015F2D047A68656E9000'],
    ['00A404000E315041592E5359532E444446303100', '6F1C840E315041592E5359532E4444463031A50A8801015F2D047A68656E9000'],
    ['00A4040005A000000333', '6A82'],
    ['00B2020C00', '6A83'],
    ['00B2030C00', '6F00'],
    ['0084000000', '6D00'],
  ])('answers %s', (command, answer) => {
    const card = parseReplayCard(t0Card);
    expect(card.ok && toHex(card.value.transmit(fromHex(command)).bytes)).toBe(answer);
  });

  test.each([
    ['header', '0101', '0101'],
    ['exact', '0101', '6F00'],
  ])('that compares by %s', (match, first, second) => {
    const exchanges = [{ command: '80AE800001AA', response: '0101' }];
    const card = parseReplayCard(file({ match, exchanges }));
    if (!card.ok) throw new Error(card.error);
    expect(toHex(card.value.transmit(fromHex('80AE800001AA00')).bytes)).toBe(first);
    expect(toHex(card.value.transmit(fromHex('80AE800001BB')).bytes)).toBe(second);
  });

  test('gives the answers to one command in their order, the last for good, and from the first after a reset', () => {
    const command = '80CA9F1700';
    const exchanges = ['0001', '0002'].map((response) => ({ command, response }));
    const card = parseReplayCard(file({ exchanges }));
    if (!card.ok) throw new Error(card.error);
    const { value } = card;
    const ask = (): string => toHex(value.transmit(fromHex(command)).bytes);
    expect([ask(), ask(), ask()]).toEqual(['0001', '0002', '0002']);
    value.reset();
    expect(ask()).toBe('0001');
  });

  test.each([
    [{ atr: '3B6000' }, 'atr has 3 bytes where its own format wants 4'],
    [{ atr: 'xyz' }, 'atr must be whole bytes of hex'],
    [{ match: 'loosely' }, 'match must be "exact" or "header"'],
    [{ exchanges: [{ command: '00A4', response: '9000' }] }, 'exchanges.0.command must be 4 to 261 bytes'],
    [{ exchanges: [{ command: '00A40000' }] }, 'exchanges.0.response is missing'],
    [{ pan: '1' }, 'pan is not a key of a replay card'],
  ])('with %o is refused', (change, error) => {
    expect(parseReplayCard(file(change))).toEqual({ ok: false, error });
  });
});
