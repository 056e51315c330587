import { describe, expect, test } from 'vitest';
import { toHex } from '../crypto/hex.ts';
import {
  ARQC,
  certifiedKey,
  chipCard,
  COMBINED,
  CREDIT,
  DEBIT,
  hashOf,
  KEYS,
  objectsIn,
  recovered,
  TC,
  TestReader,
} from './reader.testing.ts';

const AUTHORITY = toHex(KEYS.authority.modulus);
const get = (reader: TestReader, tag: string): string => reader.seen.get(tag) ?? '';

/** From the authority's key (Book 2, 5.3). */
const issuerKey = (reader: TestReader): string =>
  certifiedKey(get(reader, '90'), AUTHORITY, 14, get(reader, '92'), get(reader, '9F32'));

/** From the issuer's (Book 2, 6.4), with the static data. */
const cardKey = (reader: TestReader): string =>
  certifiedKey(
    get(reader, '9F46'),
    issuerKey(reader),
    20,
    get(reader, '9F48'),
    get(reader, '9F47') + reader.staticData,
  );

/** Book 2, 5.4. */
function staticIsRight(reader: TestReader): boolean {
  const content = recovered(get(reader, '93'), issuerKey(reader));
  return content.startsWith('0301') && hashOf(content.slice(0, -40) + reader.staticData) === content.slice(-40);
}

/** Book 2, 6.5.2. @returns the card's dynamic data. */
function dynamicData(reader: TestReader, signature: string, terminalData: string): string {
  const content = recovered(signature, cardKey(reader));
  if (hashOf(content.slice(0, -40) + terminalData) !== content.slice(-40)) throw new Error('The hash is wrong.');
  const length = Number.parseInt(content.slice(4, 6), 16) * 2;
  return content.slice(6, 6 + length);
}

describe('certificates', () => {
  test('lead from the authority to the issuer, with the number of the card', () => {
    const reader = new TestReader(chipCard('chip-credit')).begin();
    expect(issuerKey(reader)).toBe(toHex(KEYS.issuer.modulus));
    expect(recovered(get(reader, '90'), AUTHORITY).slice(0, 20)).toBe('02622202121235000101');
  });

  test('lead from the issuer to the card, over its static data', () => {
    const reader = new TestReader(chipCard('chip-credit')).begin();
    expect(cardKey(reader)).toBe(toHex(KEYS.card.modulus));
    expect(recovered(get(reader, '9F46'), issuerKey(reader)).slice(2, 22)).toBe('6222021234569001005F');
    reader.staticData += '00';
    expect(() => cardKey(reader)).toThrow('hash');
  });

  test('a revoked one has a serial number that is on the list', () => {
    const reader = new TestReader(chipCard('chip-revoked-certificate')).begin();
    expect(recovered(get(reader, '90'), AUTHORITY).slice(14, 20)).toBe('000666');
    expect(KEYS.file).toMatchObject({ revoked: [{ rid: 'A000000333', index: get(reader, '8F'), serial: '000666' }] });
  });
});

describe('static data authentication', () => {
  test.each(['chip-credit', 'chip-sda-only'])('holds with %s', (name) => {
    expect(staticIsRight(new TestReader(chipCard(name)).begin())).toBe(true);
  });

  test('fails with a card whose signature is wrong', () => {
    expect(staticIsRight(new TestReader(chipCard('chip-wrong-static-signature')).begin())).toBe(false);
  });

  test('is all that the static card knows', () => {
    const reader = new TestReader(chipCard('chip-sda-only')).begin();
    expect(get(reader, '9F46')).toBe('');
    expect(reader.authenticate().status).toBe('6D00');
  });
});

describe('dynamic data authentication', () => {
  test.each([
    ['chip-credit', CREDIT, '80'],
    ['chip-debit', DEBIT, '9F4B'],
  ])('%s signs what the terminal makes up', (name, aid, tag) => {
    const reader = new TestReader(chipCard(name)).begin(aid);
    const signature = objectsIn(reader.authenticate().data).get(tag) ?? '';
    expect(dynamicData(reader, signature, '11223344')).toMatch(/^08.{16}$/);
    expect(() => dynamicData(reader, signature, '11223345')).toThrow('hash');
  });

  test('is never twice the same', () => {
    const reader = new TestReader(chipCard('chip-credit')).begin();
    expect(reader.authenticate().data).not.toBe(reader.authenticate().data);
  });

  test('is wrong with a card that signs wrong', () => {
    const reader = new TestReader(chipCard('chip-wrong-signature')).begin();
    const signature = objectsIn(reader.authenticate().data).get('80') ?? '';
    expect(() => dynamicData(reader, signature, '11223344')).toThrow('hash');
  });
});

describe('combined data authentication', () => {
  /** Book 2, 6.6.2: over everything sent, and the answer without its signature. */
  function combined(reader: TestReader, answer: string): string {
    const objects = objectsIn(answer);
    const signature = objects.get('9F4B') ?? '';
    const dynamic = dynamicData(reader, signature, '11223344');
    const others = (objects.get('77') ?? '').replace(`9F4B8180${signature}`, '');
    expect(dynamic.slice(-40)).toBe(hashOf(reader.sent + others));
    return dynamic;
  }

  test('signs the first cryptogram, and tells it only there', () => {
    const reader = new TestReader(chipCard('chip-cda')).begin();
    const answer = reader.generate(ARQC | COMBINED).data;
    expect(objectsIn(answer).has('9F26')).toBe(false);
    expect(combined(reader, answer).slice(18, 20)).toBe('80');
  });

  test('signs the second over both lists', () => {
    const reader = new TestReader(chipCard('chip-cda')).begin();
    reader.generate(ARQC);
    reader.values = { ...reader.values, '8A': '5933' };
    expect(combined(reader, reader.generate(TC | COMBINED, '8D').data).slice(18, 20)).toBe('40');
  });

  test('does not sign a refusal', () => {
    const reader = new TestReader(chipCard('chip-cda', { application: { declines: true } })).begin();
    expect([...objectsIn(reader.generate(ARQC | COMBINED).data).keys()]).toEqual([
      '77',
      '9F27',
      '9F36',
      '9F26',
      '9F10',
    ]);
  });

  test('is not done by a card that says that it cannot', () => {
    const reader = new TestReader(chipCard('chip-credit')).begin();
    expect(reader.first(ARQC | COMBINED).signature).toBeUndefined();
  });
});
