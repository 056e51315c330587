import { describe, expect, test } from 'vitest';
import { toHex } from '../crypto/hex.ts';
import {
  AAC,
  ARQC,
  chipCard,
  COMBINED,
  CREDIT,
  DEBIT,
  DIRECTORY,
  expected,
  fileOf,
  KEYS,
  objectsIn,
  TC,
  TestReader,
} from './reader.testing.ts';

const begun = (name = 'chip-credit', aid = CREDIT): TestReader => new TestReader(chipCard(name)).begin(aid);

describe('selection', () => {
  test('by the directory finds every application', () => {
    const reader = new TestReader(chipCard('chip-two-applications'));
    expect(objectsIn(expected(reader.select(DIRECTORY))).get('88')).toBe('01');
    expect([1, 2].map((number) => objectsIn(reader.record(1, number).data).get('4F'))).toEqual([DEBIT, CREDIT]);
    expect(reader.record(1, 3).status).toBe('6A83');
  });

  test('answers with name, label, priority and languages', () => {
    const fci = objectsIn(expected(new TestReader(chipCard('chip-credit')).select(CREDIT)));
    expect(['84', '50', '87', '5F2D'].map((tag) => fci.get(tag))).toEqual([
      CREDIT,
      '556E696F6E50617920437265646974',
      '01',
      '7A68656E',
    ]);
  });

  test('by part of a name goes from one application to the next, and ends', () => {
    const reader = new TestReader(chipCard('chip-two-applications'));
    const names = [false, true].map((next) => objectsIn(reader.select('A000000333', next).data).get('84'));
    expect(names).toEqual([DEBIT, CREDIT]);
    expect(reader.select('A000000333', true).status).toBe('6A82');
  });

  test.each([
    ['of a name that is not there', '00A4040007A000000003101000', '6A82'],
    ['of no name at all', '00A4040000', '6A82'],
    ['of the last occurrence', `00A4040108${CREDIT}00`, '6A86'],
    ['by file identifier', '00A40000023F0000', '6A86'],
    ['whose length is wrong', '00A4040009A0000003', '6700'],
  ])('%s is refused', (_, command, status) => {
    expect(new TestReader(chipCard('chip-credit')).send(command).status).toBe(status);
  });

  test('needs no directory', () => {
    const reader = new TestReader(chipCard('chip-wrong-length'));
    expect([reader.select(DIRECTORY).status, reader.select(CREDIT).status]).toEqual(['6A82', '9000']);
  });
});

describe('before its time', () => {
  const refusedAtFirst: readonly (readonly [string, string])[] = [
    ['READ RECORD', '00B2011400'],
    ['GET PROCESSING OPTIONS', '80A8000002830000'],
    ['GET DATA', '80CA9F3600'],
    ['GENERATE AC', '80AE800000'],
    ['INTERNAL AUTHENTICATE', '00880000041122334400'],
    ['VERIFY', '002000800826123456FFFFFFFF'],
    ['EXTERNAL AUTHENTICATE', '008200000A00000000000000003030'],
    ['APPLICATION BLOCK', '841E000004AABBCCDD'],
  ];

  test.each(refusedAtFirst)('%s without an application answers 6985', (_, command) => {
    expect(new TestReader(chipCard('chip-credit')).send(command).status).toBe('6985');
  });

  test.each(refusedAtFirst.filter(([name]) => name !== 'GET PROCESSING OPTIONS' && name !== 'GET DATA'))(
    '%s without processing options answers 6985',
    (_, command) => {
      const reader = new TestReader(chipCard('chip-credit'));
      expected(reader.select(CREDIT));
      expect(reader.send(command).status).toBe('6985');
    },
  );

  test('a second GET PROCESSING OPTIONS answers 6985', () => {
    expect(begun().options().status).toBe('6985');
  });

  test('the issuer is not listened to before a request cryptogram, and then once', () => {
    const reader = begun();
    expect(reader.externalAuthenticate('00000000000000003030').status).toBe('6985');
    reader.first(ARQC);
    const statuses = [1, 2].map(() => reader.externalAuthenticate('00000000000000003030').status);
    expect(statuses).toEqual(['6300', '6985']);
  });

  test.each([
    ['after an AAC', AAC],
    ['after a TC', TC],
  ])('nothing is generated %s', (_, type) => {
    const reader = begun('chip-cda');
    reader.first(type);
    expect(reader.generate(TC, '8D').status).toBe('6985');
  });

  test('no third cryptogram, and no second request', () => {
    const reader = begun();
    reader.first(ARQC);
    expect(reader.generate(ARQC, '8D').status).toBe('6985');
    reader.second(TC);
    expect(reader.generate(AAC, '8D').status).toBe('6985');
  });

  test.each([
    ['VERIFY', '002000800826123456FFFFFFFF'],
    ['INTERNAL AUTHENTICATE', '00880000041122334400'],
  ])('%s comes too late after the first cryptogram', (_, command) => {
    const reader = begun();
    reader.first(ARQC);
    expect(reader.send(command).status).toBe('6985');
  });
});

test.each([
  ['an unknown instruction', '00FF0000', '6D00'],
  ['an unknown class', '90A40000', '6E00'],
  ['a list too short', '80AE80000400000000', '6700'],
  ['a cryptogram of no kind', '80AEC00000', '6A86'],
  ['a PIN of no known form', '002000810826123456FFFFFFFF', '6A86'],
  ['a PIN block too short', '00200080042612345F', '6700'],
  ['a record that is not there', '00B2091400', '6A83'],
  ['a record by its identifier', '00B2011000', '6A86'],
  ['data that it does not have', '80CA9F0100', '6A88'],
])('%s is refused', (_, command, status) => {
  expect(begun().send(command).status).toBe(status);
});

describe('data', () => {
  test.each([
    ['9F36', '0001'],
    ['9F13', '0000'],
    ['9F17', '03'],
    ['9F4F', '9A039F21039F02069F03069F1A025F2A029F4E149C019F3602'],
  ])('%s can be asked for', (tag, value) => {
    expect(objectsIn(begun().send(`80CA${tag}00`).data).get(tag)).toBe(value);
  });

  test('the counter grows with every transaction, and outlives power', () => {
    const card = chipCard('chip-credit');
    const counters = [1, 2, 3].map(() => new TestReader(card).begin().first(ARQC).atc);
    expect(counters).toEqual(['0001', '0002', '0003']);
  });

  test.each([
    ['removed', (card: ReturnType<typeof chipCard>) => card.removed()],
    ['reset', (card: ReturnType<typeof chipCard>) => card.reset()],
  ])('a card that was %s has forgotten its transaction', (_, happens) => {
    const reader = begun();
    happens(reader.card);
    expect(reader.generate(ARQC).status).toBe('6985');
  });
});

describe('the PIN', () => {
  test('is right or costs a try, and a right one gives them back', () => {
    const reader = begun();
    const pins = ['000000', '111111', '123456', '000000'];
    expect(pins.map((pin) => reader.verify(pin).status)).toEqual(['63C2', '63C1', '9000', '63C2']);
  });

  test('is blocked when no try is left, in other transactions too', () => {
    const reader = begun();
    expect([1, 2, 3, 4].map(() => reader.verify('000000').status)).toEqual(['63C2', '63C1', '63C0', '6983']);
    expect(new TestReader(reader.card).begin().verify('123456').status).toBe('6983');
  });

  const publicKey = toHex(KEYS.card.modulus);

  test('can be enciphered', () => {
    const reader = begun();
    expect(reader.verifyEnciphered('123456', publicKey).status).toBe('9000');
    expect(reader.verifyEnciphered('123457', publicKey).status).toBe('63C2');
  });

  test('enciphered needs a challenge right before it', () => {
    const reader = begun();
    const enciphered = `0020008880${'11'.repeat(128)}`;
    expect(reader.send(enciphered).status).toBe('6985');
    reader.send('0084000000');
    reader.send('80CA9F1700');
    expect(reader.send(enciphered).status).toBe('6985');
  });

  test.each([
    ['that is not ours', '11'.repeat(128)],
    ['that no key makes', 'FF'.repeat(128)],
  ])('enciphered as something %s is refused, and costs no try', (_, block) => {
    const reader = begun();
    reader.send('0084000000');
    expect(reader.send(`0020008880${block}`).status).toBe('6984');
    expect(reader.card.state().pinTriesLeft).toBe(3);
  });

  test.each([
    ['right', '123456', '04'],
    ['wrong', '000000', '06'],
  ])('stands in the verification results when it was %s', (_, pin, bits) => {
    const reader = begun();
    reader.verify(pin);
    expect(reader.first(ARQC).issuerData.slice(8, 10)).toBe(
      (0xa0 | Number.parseInt(bits, 16)).toString(16).toUpperCase(),
    );
  });
});

describe('the first decision', () => {
  test.each([
    ['chip-credit', TC, '80'],
    ['chip-credit', ARQC, '80'],
    ['chip-credit', AAC, '00'],
    ['chip-cda', TC, '40'],
    ['chip-cda', ARQC, '80'],
    ['chip-declines', TC, '00'],
    ['chip-declines', ARQC, '00'],
  ])('of %s, asked for %i, is %s', (name, type, answer) => {
    expect(begun(name).first(type).type).toBe(answer);
  });

  test('goes online when so many in a row have been offline', () => {
    const card = chipCard('chip-cda');
    expect([1, 2, 3, 4].map(() => new TestReader(card).begin().first(TC).type)).toEqual(['40', '40', '40', '80']);
  });

  test('goes online when their amounts add up to too much', () => {
    const card = chipCard('chip-cda');
    const types = ['000000060000', '000000040000', '000000000001'].map(
      (amount) => new TestReader(card, { '9F02': amount }).begin().first(TC).type,
    );
    expect(types).toEqual(['40', '40', '80']);
  });

  test('goes online when an authorization was never ended', () => {
    const card = chipCard('chip-cda');
    new TestReader(card).begin().first(ARQC);
    const { issuerData, type } = new TestReader(card).begin().first(TC);
    expect([type, issuerData]).toEqual(['80', '06011203A09000']);
  });

  test('goes online when the PIN is blocked', () => {
    const card = chipCard('chip-cda', { pinTriesLeft: 0 });
    expect(new TestReader(card).begin().first(TC).type).toBe('80');
  });
});

describe('the second decision', () => {
  test.each([
    ['the host approved, without proof', '3030', TC, '40'],
    ['the terminal declines', '3035', AAC, '00'],
    ['nobody could go online', '5933', TC, '40'],
    ['nobody could go online, and the terminal declines', '5A33', AAC, '00'],
  ])('when %s', (_, code, type, answer) => {
    const reader = begun();
    reader.first(ARQC);
    expect(reader.second(type, { '8A': code }).type).toBe(answer);
  });

  test('after too many in a row that could not go online is to decline', () => {
    const card = chipCard('chip-credit');
    const types = [1, 2, 3, 4].map(() => {
      const reader = new TestReader(card).begin();
      reader.first(ARQC);
      return reader.second(TC, { '8A': '5933' }).type;
    });
    expect(types).toEqual(['40', '40', '40', '00']);
  });

  test('says what the two cryptograms were', () => {
    const reader = begun();
    expect(reader.first(ARQC).issuerData).toBe('07010103A0300001');
    expect(reader.second(TC, { '8A': '5933' }).issuerData).toBe('0701010361300001');
  });
});

describe('misbehaviour', () => {
  test.each(['select', 'get-processing-options', 'read-record', 'generate-ac-1'] as const)(
    'a card can fall silent at %s, until it is reset',
    (on) => {
      const card = chipCard('chip-credit');
      const reader = new TestReader(card);
      card.misbehave({ on, does: 'mute' });
      expect(() => reader.begin().first(ARQC)).toThrow('The card answered .');
      expect(reader.send('0084000000').status).toBe('');
      card.reset();
      expect(reader.send('0084000000').status).toBe('9000');
    },
  );

  test('it can fall silent at the second cryptogram and not the first', () => {
    const reader = begun();
    reader.card.misbehave({ on: 'generate-ac-2', does: 'mute' });
    expect(reader.first(ARQC).type).toBe('80');
    expect(reader.generate(TC, '8D').status).toBe('');
  });

  test('a status word takes the place of an answer, and nothing happens', () => {
    const reader = begun();
    reader.card.misbehave({ on: 'generate-ac-1', does: 'status', status: '6F00' });
    expect(reader.generate(ARQC)).toEqual({ data: '', status: '6F00' });
    expect(reader.send('80AE800000').status).toBe('6F00');
  });

  test.each([
    ['shorten', -2],
    ['lengthen', 2],
  ] as const)('answers can %s', (does, digits) => {
    const card = chipCard('chip-credit');
    const whole = new TestReader(card).select(CREDIT).data;
    card.misbehave({ on: 'select', does });
    expect(new TestReader(card).select(CREDIT).data).toHaveLength(whole.length + digits);
  });

  test('a command can take longer than the others', () => {
    const card = chipCard('chip-slow');
    card.misbehave({ on: 'get-challenge', does: 'delay', delayMs: 5000 });
    card.reset();
    const challenge = Uint8Array.of(0, 0x84, 0, 0, 0);
    expect(card.transmit(challenge).delayMs).toBe(5700);
    expect(card.transmit(Uint8Array.of(0, 0xa4, 4, 0, 0)).delayMs).toBe(700);
  });
});

test('a card whose records leave something to nobody is a mistake', () => {
  expect(() =>
    chipCard('chip-credit', { application: { records: [{ file: 1, signed: false, tags: ['9F70'] }] } }),
  ).toThrow('tag 9F70');
});

test('what is signed stands first in its file', () => {
  const [first, ...others] = fileOf('chip-credit').applications[0]?.records ?? [];
  if (first === undefined) throw new Error('The card has no records.');
  const records = [first, { ...first, signed: true, tags: ['5A'] }, ...others];
  expect(() => chipCard('chip-credit', { application: { records } })).toThrow('first ones');
});

test('a combined signature is asked for by a bit that other cards ignore', () => {
  expect(begun().generate(ARQC | COMBINED).status).toBe('9000');
});
