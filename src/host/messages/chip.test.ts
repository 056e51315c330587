/**
 * Chip cards in requests: dialect sheet 3.1, 4.2, 7.1, 7.2, 8.3, 9.1 and 9.5.
 *
 * Mutations tried: F55 in a void; no F55 in a reversal; 60.5 never 2, or forgotten in a reversal; F2 left out; F23 with two
 * digits; 60.1 of a notice that of its transaction; 60.4 of a notice the terminal's; 203 and 205, or 204 and 206, swapped;
 * sides of F62 swapped; 22 at the end of 61; F53 without the track of a chip.
 */
import { describe, expect, test } from 'vitest';
import { toAmountMinor } from '../../domain/money.ts';
import { Secret } from '../../domain/secret.ts';
import type { AuthorizationRequest, HostRequest, ReversalRequest } from '../host-port.ts';
import { fieldNumbers, messageOf, typed, type Of } from '../testing/requests.ts';
import { bytes, parameters, saleFacts, saleRequest, swipedCard } from '../testing/world.ts';
import { carriesMac } from './build.ts';
import { draftOf } from './draft.ts';

const FIELD_55 = '9F2608568AD7BCE66B718B9F270180';
const amount = toAmountMinor(12_300n);
const pan = Secret.of('6222021234567890123', 'PAN');

const inserted = {
  entryMode: 'inserted',
  pan,
  expiry: '2512',
  sequenceNumber: '001',
  track2: swipedCard.track2,
  field55: bytes(FIELD_55),
} as const;

const chipSale: AuthorizationRequest = { ...saleRequest, card: inserted };
const follower: AuthorizationRequest = {
  ...chipSale,
  referenceNumber: '123456789012',
  authorizationCode: '654321',
  original: { batch: 7, stan: 8, date: '1122' },
};

describe('a card that is inserted', () => {
  const chip = [2, 14, 22, 23, 35];
  test.each([
    ['inquiry', '01', [...chip, 55]],
    ['sale', '22', [...chip, 55]],
    ['pre-authorization', '10', [...chip, 55]],
    ['transfer', '47', [...chip, 55]],
    ['void', '23', chip],
    ['refund', '25', chip],
    ['pre-authorization void', '11', chip],
    ['completion', '20', chip],
    ['completion notice', '24', chip],
    ['completion void', '21', chip],
  ])('is told of in a %s by these fields', (_, messageTypeCode, numbers) => {
    const receiver = Secret.of('6222021234567800028', 'PAN');
    const message = messageOf(typed({ ...follower, receiver }, messageTypeCode));
    expect(fieldNumbers(message).filter((field) => [...chip, 55].includes(field))).toEqual(numbers);
  });

  test('has its number, expiry, sequence number, track and data as the chip told them', () => {
    const { fields } = messageOf(chipSale);
    expect([2, 14, 22, 23, 35, 53, 55].map((field) => fields[field])).toEqual([
      '6222021234567890123',
      '2512',
      '051',
      '001',
      swipedCard.track2.data.reveal(),
      '2610000000000000',
      FIELD_55,
    ]);
  });

  test('without a PIN says so in field 22', () => {
    const { pinBlock: _, ...request } = chipSale;
    expect(messageOf(request).fields[22]).toBe('052');
  });

  test('without a track sends none, and says so in field 53', () => {
    const { track2: _, ...card } = inserted;
    const { fields } = messageOf({ ...chipSale, card });
    expect([fields[35], fields[53]]).toEqual([undefined, '2600000000000000']);
  });

  test('without a track and a PIN has no field 53', () => {
    const { track2: _, ...card } = inserted;
    const { pinBlock: __, ...request } = chipSale;
    expect(messageOf({ ...request, card }).fields[53]).toBeUndefined();
  });

  test('in the simplified flow has no field 55', () => {
    const { field55: _, ...card } = inserted;
    expect(fieldNumbers(messageOf(typed({ ...follower, card }, '23')))).toEqual([
      2, 3, 4, 11, 14, 22, 23, 25, 26, 35, 37, 38, 41, 42, 49, 52, 53, 60, 61, 64,
    ]);
  });

  test('without the track as it is to be sent is a programmer error', () => {
    expect(() => draftOf(chipSale, parameters)).toThrow('inserted needs its track');
  });

  test('has 60.4 as the terminal is set up, and 60.5 = 0', () => {
    expect(messageOf(chipSale, { readingCapability: '5' }).fields[60]).toBe('22001437000500');
  });

  test('with a sequence number of two digits fills field 23 up', () => {
    expect(messageOf({ ...chipSale, card: { ...inserted, sequenceNumber: '01' } }).fields[23]).toBe('001');
  });

  test('for an account verification has no field 55', () => {
    const request: HostRequest = { kind: 'account-verification', stan: 1, batch: 1, card: inserted, document: '01110' };
    expect(fieldNumbers(messageOf(request))).toEqual([2, 3, 11, 14, 22, 23, 25, 35, 41, 42, 53, 60, 62, 64]);
  });
});

describe('a card that is swiped because its chip could not be read', () => {
  const fallback: AuthorizationRequest = { ...saleRequest, card: { ...swipedCard, fallback: true } };

  test('is swiped by field 22, and 60.5 says why', () => {
    const { fields } = messageOf(fallback);
    expect([fields[22], fields[2], fields[60]]).toEqual(['021', undefined, '22001437000220']);
  });

  test('says so in an inquiry, whose field 60 ends there', () => {
    expect(messageOf(typed(fallback, '01')).fields[60]).toBe('0100143700022');
  });
});

const reversalRequest: ReversalRequest = {
  kind: 'reversal',
  stan: 102,
  batch: 1437,
  wire: saleFacts,
  amount,
  currencyCode: '156',
  entryMode: 'inserted',
  sequenceNumber: '001',
  field55: bytes('950500000080009F36020001'),
  pinEntered: true,
  expiry: '2512',
  pan,
  reason: '06',
};

describe('the reversal', () => {
  test('of a chip sale names card and sequence number, and has data of its own', () => {
    const { fields } = messageOf(reversalRequest);
    expect(Object.keys(fields).map(Number)).toEqual([2, 3, 4, 11, 14, 22, 23, 25, 39, 41, 42, 49, 55, 60, 64]);
    expect([fields[2], fields[22], fields[23], fields[39], fields[55]]).toEqual([
      '6222021234567890123',
      '051',
      '001',
      '06',
      '950500000080009F36020001',
    ]);
  });

  test('of a chip void in the simplified flow has no data', () => {
    const { field55: _, ...request } = reversalRequest;
    const { fields } = messageOf(typed(request, '23'));
    expect([fields[23], fields[55]]).toEqual(['001', undefined]);
  });

  test('of a swipe for a chip that could not be read has the field 60 of its request', () => {
    const { sequenceNumber: _, field55: __, ...plain } = reversalRequest;
    const { fields } = messageOf({ ...plain, entryMode: 'swiped', fallback: true });
    const sale = messageOf({ ...saleRequest, card: { ...swipedCard, fallback: true } });
    expect([fields[60], fields[2], fields[23]]).toEqual([sale.fields[60], undefined, undefined]);
  });

  test('names the protection that the request had, where the acquirer wants it', () => {
    expect(messageOf(reversalRequest, { reversalSecurityField: 'send' }).fields[53]).toBe('2610000000000000');
  });
});

describe('a script notice', () => {
  const notice: Of<'script-notification'> = {
    kind: 'script-notification',
    stan: 105,
    batch: 1437,
    wire: saleFacts,
    amount,
    currencyCode: '156',
    pan,
    sequenceNumber: '001',
    field55: bytes('DF31052000000001'),
    original: { batch: 1437, stan: 102, date: '1122' },
    acquirerCode: '00010000',
    referenceNumber: '123456789012',
    authorizationCode: '654321',
  };

  test('has the fields of its column, under a MAC', () => {
    const message = messageOf(notice);
    expect([message.mti, fieldNumbers(message), carriesMac(message)]).toEqual([
      '0620',
      [2, 3, 4, 11, 22, 23, 25, 32, 37, 38, 41, 42, 49, 55, 60, 61, 64],
      true,
    ]);
  });

  test('names itself and its original', () => {
    const { fields } = messageOf(notice);
    expect([11, 22, 32, 37, 38, 55, 60, 61].map((field) => fields[field])).toEqual([
      '000105',
      '052',
      '00010000',
      '123456789012',
      '654321',
      'DF31052000000001',
      '0000143795150',
      '0014370001021122',
    ]);
  });

  test('has a shorter field 60 where the acquirer wants it', () => {
    expect(messageOf(notice, { scriptNoticeField60Digits: 11 }).fields[60]).toBe('00001437951');
  });

  test('goes without what the host had not said, and without the amount of an inquiry', () => {
    const { acquirerCode: _, referenceNumber: __, authorizationCode: ___, amount: ____, ...rest } = notice;
    expect(fieldNumbers(messageOf(rest))).toEqual([2, 3, 11, 22, 23, 25, 41, 42, 49, 55, 60, 61, 64]);
  });

  test('with SM4 keys has field 53', () => {
    expect(messageOf(notice, { signInKeys: '006' }).fields[53]).toBe('0300000000000000');
  });
});

describe('a chip transaction in the batch upload', () => {
  const result: Of<'batch-chip'> = {
    kind: 'batch-chip',
    stan: 102,
    batch: 1437,
    balanced: true,
    foreign: false,
    outcome: 'approved',
    amount,
    currencyCode: '156',
    pan,
    sequenceNumber: '001',
    field55: bytes(FIELD_55),
  };

  test.each([
    ['approved', true, false, '0000143720320', '610000000000012300156'],
    ['approved', false, true, '0000143720520', '610100000000012300156'],
    ['issuer-not-authenticated', true, true, '00001437204', '71010500000001230015622'],
    ['issuer-not-authenticated', false, false, '00001437206', '71000500000001230015622'],
  ] as const)('%s, balanced %s, foreign %s', (outcome, balanced, foreign, field60, field62) => {
    const { fields } = messageOf({ ...result, outcome, balanced, foreign });
    expect([fields[60], Buffer.from(fields[62] ?? '', 'hex').toString('ascii')]).toEqual([field60, field62]);
  });

  test('has the fields of its step under its own trace, and no MAC', () => {
    const message = messageOf(result);
    expect([message.mti, fieldNumbers(message), carriesMac(message), message.fields[11], message.fields[22]]).toEqual([
      '0320',
      [2, 4, 11, 22, 23, 41, 42, 55, 60, 62],
      false,
      '000102',
      '052',
    ]);
  });
});
