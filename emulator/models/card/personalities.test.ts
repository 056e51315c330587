import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseChipCard } from './chip-card-file.ts';
import { AAC, ARQC, chipCard, CREDIT, DEBIT, DIRECTORY, fileOf, objectsIn, TC, TestReader } from './reader.testing.ts';

const files = readdirSync(new URL('../../../fixtures/chip-cards/', import.meta.url));
const NAMES = files.map((file) => file.replace('.json', ''));

const begun = (name: string, aid = CREDIT): TestReader => new TestReader(chipCard(name)).begin(aid);
const seen = (reader: TestReader, tag: string): string | undefined => reader.seen.get(tag);

test.each(NAMES)('%s is called as its file is, and explains itself', (name) => {
  const { about, aboutZh, name: own, track2 } = fileOf(name);
  expect([own, about.length > 10, /[\u4e00-\u9fff]/.test(aboutZh), track2.length <= 37]).toEqual([
    name,
    true,
    true,
    true,
  ]);
});

test('no two cards share a number', () => {
  expect(new Set(NAMES.map((name) => fileOf(name).pan)).size).toBe(NAMES.length);
});

/** Cards whose fault is not in what they say of themselves. */
const ORDINARY = NAMES.filter((name) => !/dead|blocked$|wrong-length|wrong-locator|number-mismatch|mute/.test(name));

test.each(ORDINARY)('%s says the same of itself in its numbers, its track and its dates', (name) => {
  const { applications, expiry, pan, track2 } = fileOf(name);
  const reader = begun(name, applications[0]?.aid);
  expect(seen(reader, '5A')).toBe(`${pan}F`);
  expect(seen(reader, '57')?.replace(/F$/, '')).toBe(track2);
  expect(seen(reader, '5F24')).toBe(`${expiry}31`);
  expect(seen(reader, '5F34')).toBe('01');
  expect(seen(reader, '8C')).toContain('9F37');
});

describe('the cards', () => {
  test('chip-credit authenticates dynamically and always asks the bank', () => {
    const reader = begun('chip-credit');
    expect([seen(reader, '82'), reader.authenticate().status, reader.first(TC).type]).toEqual(['7C00', '9000', '80']);
  });

  test('chip-debit wants its PIN online, and the amount before it begins', () => {
    const reader = begun('chip-debit', DEBIT);
    expect([seen(reader, '8E')?.slice(16), seen(reader, '9F38')]).toEqual(['0203', '9F7A019F02065F2A02']);
    expect(reader.first(ARQC).objects.get('77')).toBeDefined();
  });

  test('chip-two-applications has two, with one counter each', () => {
    const card = chipCard('chip-two-applications');
    expect(new TestReader(card).begin(DEBIT).first(ARQC).atc).toBe('0001');
    expect(new TestReader(card).begin(CREDIT).first(ARQC).atc).toBe('0001');
    expect(card.state().applications.map(({ aid, atc }) => [aid, atc])).toEqual([
      [DEBIT, 1],
      [CREDIT, 1],
    ]);
  });

  test('chip-sda-only can nothing but static data', () => {
    expect(seen(begun('chip-sda-only'), '82')).toBe('5C00');
  });

  test('chip-cda signs cryptograms and does not want EXTERNAL AUTHENTICATE', () => {
    const reader = begun('chip-cda');
    expect([seen(reader, '82'), seen(reader, '8D')?.slice(4, 8)]).toEqual(['3900', '9108']);
  });

  test('chip-expired expired in January 2020', () => {
    expect(seen(begun('chip-expired'), '5F24')).toBe('200131');
  });

  test('chip-application-blocked is selected with a warning, and only declines', () => {
    const reader = new TestReader(chipCard('chip-application-blocked'));
    expect(reader.select(CREDIT).status).toBe('6283');
    expect(reader.begin().first(TC).type).toBe('00');
  });

  test('chip-card-blocked selects nothing', () => {
    const reader = new TestReader(chipCard('chip-card-blocked'));
    expect([DIRECTORY, CREDIT].map((name) => reader.select(name).status)).toEqual(['6A81', '6A81']);
  });

  test.each([TC, ARQC])('chip-declines answers %i with an AAC', (type) => {
    expect(begun('chip-declines').first(type).type).toBe('00');
  });

  test('chip-pin-blocked has no tries left', () => {
    const reader = begun('chip-pin-blocked');
    expect([reader.verify('123456').status, reader.send('80CA9F1700').data]).toEqual(['6983', '9F170100']);
    expect(reader.first(ARQC).issuerData.slice(10, 12)).toBe('70');
  });

  test('chip-offline-pin takes its PIN offline', () => {
    const reader = begun('chip-offline-pin');
    expect([seen(reader, '8E')?.slice(16, 24), reader.verify('123456').status]).toEqual(['44034103', '9000']);
  });

  test('chip-slow thinks 700 ms', () => {
    const card = chipCard('chip-slow');
    card.reset();
    expect(card.transmit(Uint8Array.of(0, 0x84, 0, 0, 0)).delayMs).toBe(700);
  });

  test('chip-mute falls silent at the first cryptogram', () => {
    const reader = begun('chip-mute');
    expect([reader.generate(ARQC), reader.select(CREDIT)]).toEqual([
      { data: '', status: '' },
      { data: '', status: '' },
    ]);
  });

  test('chip-wrong-length lies about the length of its records', () => {
    expect(() => begun('chip-wrong-length')).toThrow('cut off');
  });

  test('chip-wrong-locator names a record that is not there', () => {
    expect(() => begun('chip-wrong-locator')).toThrow('6A83');
  });

  test('chip-number-mismatch has another number than its track', () => {
    const reader = begun('chip-number-mismatch');
    const number = seen(reader, '5A')?.replace(/F$/, '') ?? '';
    expect(number).toHaveLength(19);
    expect(seen(reader, '57')?.startsWith(number)).toBe(false);
  });

  test('chip-dead does not answer to reset', () => {
    expect([...chipCard('chip-dead').reset()]).toEqual([]);
  });

  test('the others answer to reset, with T=0 and their name', () => {
    expect(String.fromCharCode(...chipCard('chip-credit').reset().slice(4))).toBe('SLIPWAY');
  });

  test('chip-demands-issuer declines what was approved without proof', () => {
    const reader = begun('chip-demands-issuer');
    reader.first(ARQC);
    expect(reader.second(TC).type).toBe('00');
  });

  test('an AAC is what everybody can have', () => {
    expect(begun('chip-cda').first(AAC).type).toBe('00');
  });
});

describe('a file that is no chip card', () => {
  const good: Record<string, unknown> = { ...fileOf('chip-credit') };

  test.each([
    ['a wrong check digit', { pan: '6222021234569001006' }, 'pan has a wrong check digit (Luhn)'],
    ['no applications', { applications: [] }, 'applications must not be empty'],
    ['an unknown key', { colour: 'red' }, 'colour is not a key of a chip card'],
    ['no PIN', { pin: undefined }, 'pin is missing'],
    ['a PIN too short', { pin: '12' }, 'pin must be 4 to 12 digits'],
    [
      'a misbehaviour at no command',
      { misbehaviours: [{ on: 'sneeze', does: 'mute' }] },
      'must be the name of a command',
    ],
  ])('with %s is refused in words', (_, changes, words) => {
    expect(parseChipCard({ ...good, ...changes })).toEqual({ ok: false, error: expect.stringContaining(words) });
  });

  test('is never quoted', () => {
    const parsed = parseChipCard({ ...good, pan: '6222021234569001006', track2: 'x' });
    expect(JSON.stringify(parsed)).not.toContain('62220212');
  });

  test('that is good is accepted', () => {
    expect(parseChipCard(good)).toMatchObject({ ok: true });
    expect(objectsIn('9F170103').get('9F17')).toBe('03');
  });
});
