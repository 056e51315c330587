/**
 * Messages beyond the transactions of dialect sheet 4.2: management, settlement and upload, transfers, training.
 *
 * Mutations tried: 202 and 207 swapped; 60.3 of the SM2 list that of the RSA list; the notice with a MAC, or with field
 * 60 in full; field 60 of 49 in full; the id document not filled up; header digit 6 for 5.
 */
import { describe, expect, test } from 'vitest';
import { toAmountMinor } from '../../domain/money.ts';
import { Secret } from '../../domain/secret.ts';
import type { AuthorizationRequest, HostRequest } from '../host-port.ts';
import { fieldNumbers, keyedCard, messageOf, typed, type Of } from '../testing/requests.ts';
import { saleRequest, swipedCard, terminal } from '../testing/world.ts';
import { carriesMac } from './build.ts';

type WithoutIdentity<Request> = Request extends unknown ? Omit<Request, 'stan' | 'batch'> : never;
type Content = WithoutIdentity<Of<'download' | 'settlement' | 'batch-details' | 'batch-end'>>;

describe('a message without a card', () => {
  const amount = toAmountMinor(12_300n);
  const side = { debitCount: 1, debitAmount: amount, creditCount: 0, creditAmount: toAmountMinor(0n) };
  const download = (set: Of<'download'>['set'], what: Of<'download'>['what']): Content => ({
    kind: 'download',
    set,
    what,
  });
  const list = { step: 'list', received: 7 } as const;
  const key = '9F0605A0000003339F2201E1';
  const entry = { step: 'entry', name: `${key}DF05083230333531323331` } as const;
  const end = { step: 'end' } as const;
  const alone = [11, 41, 42, 60];

  test.each<[string, Content, string, string, readonly number[], string?]>([
    ['the parameters', download('parameters', { ...list, received: 0 }), '0800', '360', alone],
    ['the CA keys', download('ca-keys', list), '0820', '372', [...alone, 62], '313037'],
    ['one CA key', download('ca-keys', entry), '0800', '370', [...alone, 62], key],
    ['the end of the CA keys', download('ca-keys', end), '0800', '371', alone],
    ['the SM2 keys', download('sm2-keys', list), '0820', '373', [...alone, 62], '313037'],
    ['one SM2 key', download('sm2-keys', entry), '0800', '370', [...alone, 62], key],
    ['the end of the SM2 keys', download('sm2-keys', end), '0800', '371', alone],
    ['the applications', download('applications', list), '0820', '382', [...alone, 62], '313037'],
    ['one application', download('applications', entry), '0800', '380', [...alone, 62], key],
    ['the end of the applications', download('applications', end), '0800', '381', alone],
    ['the blacklist', download('blacklist', list), '0800', '390', [...alone, 62], '303037'],
    ['the end of the blacklist', download('blacklist', end), '0800', '391', alone],
    [
      'a settlement',
      { kind: 'settlement', operatorNumber: '01', currencyCode: '156', totals: { domestic: side, foreign: side } },
      '0500',
      '201',
      [11, 41, 42, 48, 49, 60, 63],
    ],
    [
      'batch details',
      {
        kind: 'batch-details',
        details: [{ foreign: false, stan: 101, pan: keyedCard.pan, amount }],
      },
      '0320',
      '201',
      [11, 41, 42, 48, 60],
    ],
    ['a batch end', { kind: 'batch-end', balanced: true, count: 12 }, '0320', '207', [11, 41, 42, 48, 60]],
    ['another batch end', { kind: 'batch-end', balanced: false, count: 12 }, '0320', '202', [11, 41, 42, 48, 60]],
  ])('for %s', (_, content, mti, networkCode, numbers, field62) => {
    const message = messageOf({ stan: 9, batch: 1437, ...content });
    expect([message.mti, message.fields[60], fieldNumbers(message), message.fields[62]]).toEqual([
      mti,
      `00001437${networkCode}`,
      numbers,
      field62,
    ]);
  });

  test('for an entry of the blacklist there is none', () => {
    expect(() => messageOf({ stan: 9, batch: 1437, ...download('blacklist', entry) })).toThrow('"blacklist entry"');
  });

  test.each([
    ['ca-keys', 100],
    ['ca-keys', -1],
    ['blacklist', 1000],
  ] as const)('for more of %s than %i entries there is none', (set, received) => {
    const request = { stan: 9, batch: 1437, ...download(set, { step: 'list', received }) };
    expect(() => messageOf(request)).toThrow('A list is asked for');
  });

  test('for an entry by what is no name of one there is none', () => {
    const request = { stan: 9, batch: 1437, ...download('ca-keys', { step: 'entry', name: '8401AA' }) };
    expect(() => messageOf(request)).toThrow('needs field 62');
  });
});

describe('a notice in the batch upload', () => {
  const notice: Of<'batch-notice'> = {
    kind: 'batch-notice',
    stan: 103,
    batch: 1437,
    wire: { requestMti: '0220', processingCode: '200000', conditionCode: '00', messageTypeCode: '25' },
    amount: toAmountMinor(100n),
    currencyCode: '156',
    card: { ...keyedCard, expiry: '2512' },
    original: { batch: 1437, stan: 101, date: '1122' },
    referenceNumber: '123456789012',
  };

  test('repeats the body of the refund under its own trace, without a MAC', () => {
    const message = messageOf(notice);
    expect([message.mti, fieldNumbers(message)]).toEqual([
      '0320',
      [2, 3, 4, 11, 14, 22, 25, 37, 41, 42, 49, 60, 61, 63],
    ]);
    expect([message.fields[11], message.fields[22], message.fields[60]]).toEqual(['000103', '012', '25001437000']);
    expect(carriesMac(message)).toBe(false);
  });

  test('of a completion has its authorization code and no reference number', () => {
    const message = messageOf({ ...typed(notice, '24'), authorizationCode: '654321' });
    expect(fieldNumbers(message)).toEqual([2, 3, 4, 11, 14, 22, 25, 38, 41, 42, 49, 60, 61]);
  });
});

describe('a transfer', () => {
  const receiver = Secret.of('6222021234567800028', 'PAN');
  const transfer = (messageTypeCode: string): AuthorizationRequest => ({
    ...typed(saleRequest, messageTypeCode),
    receiver,
  });

  test.each([
    ['47', '47001437000200'],
    ['49', '49001437'],
  ])('60.1 = %s names the receiving card, and field 60 is %s', (messageTypeCode, field60) => {
    const message = messageOf(transfer(messageTypeCode));
    expect(fieldNumbers(message)).toEqual([3, 4, 11, 22, 25, 26, 35, 41, 42, 49, 52, 53, 60, 62, 64]);
    expect([message.fields[60], message.fields[62]]).toEqual([
      field60,
      Buffer.from('6222021234567800028').toString('hex').toUpperCase(),
    ]);
  });

  test('without a receiving card is a programmer error', () => {
    expect(() => messageOf(typed(saleRequest, '47'))).toThrow('needs field 62');
  });

  describe('begins with an account verification', () => {
    const verification: Of<'account-verification'> = {
      kind: 'account-verification',
      stan: 30,
      batch: 1437,
      card: keyedCard,
      document: '01110101199001011234',
    };

    test('of a keyed card', () => {
      const message = messageOf(verification);
      expect([message.mti, fieldNumbers(message)]).toEqual(['0100', [2, 3, 11, 22, 25, 41, 42, 60, 62, 64]]);
      expect([message.fields[3], message.fields[22], message.fields[25], message.fields[60]]).toEqual([
        '330000',
        '012',
        '00',
        '00001437',
      ]);
    });

    test('of a swiped card, its track encrypted', () => {
      const message = messageOf({ ...verification, card: swipedCard });
      expect(fieldNumbers(message)).toEqual([3, 11, 22, 25, 35, 41, 42, 53, 60, 62, 64]);
      expect(message.fields[53]).toBe('0610000000000000');
    });

    test('whose id document fills 22 characters', () => {
      const { 62: field62 = '' } = messageOf(verification).fields;
      expect(Buffer.from(field62, 'hex').toString('ascii')).toBe('01110101199001011234  ');
    });

    test.each(['0111010119900101123456X', '08123', '01', '', '01中国'])('the id document %o is none', (document) => {
      expect(() => messageOf({ ...verification, document })).toThrow('An id document is its type');
    });
  });
});

describe('training', () => {
  test.each<[string, HostRequest]>([
    ['a sale', { ...saleRequest, training: true }],
    ['an echo', { kind: 'echo', stan: 1, batch: 1, training: true }],
  ])('is said in header digit 5 of %s', (_, request) => {
    expect([messageOf(request).header, terminal.header]).toEqual(['603110311312', '603100311312']);
  });

  test('is said of nothing else', () => {
    expect(messageOf({ ...saleRequest, training: false }).header).toBe(terminal.header);
  });
});
