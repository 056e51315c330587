/**
 * Mutations tried: F42 always compared, or for 00 alone; a refusal without a MAC; F4 compared for F39 = 10; missing field counted as equal; MAC only for 00;
 * GBK split by characters; control codes let through; header digit 5 for 6; F39 wanted of every answer; F48 read only
 * for F39 = 00; the batch number read from downloads; F62 of a refusal read; a partial approval of more than was asked.
 */
import { describe, expect, test } from 'vitest';
import replies from '../../fixtures/host/replies.json' with { type: 'json' };
import { toAmountMinor } from '../domain/money.ts';
import { decode } from './iso8583/codec.ts';
import { gbkFromBytes } from './iso8583/gbk.ts';
import type { Message } from './iso8583/message.ts';
import { unionpay } from './iso8583/unionpay.ts';
import { mismatchOf, needsMac, readReply } from './reply.ts';
import { messageOf } from './testing/requests.ts';
import { bytes, parameters, saleRequest, signInRequest, swipedCard } from './testing/world.ts';

const sale = messageOf(saleRequest);
const signIn = messageOf(signInRequest);

const nothing = { debitCount: 0, debitAmount: toAmountMinor(0n), creditCount: 0, creditAmount: toAmountMinor(0n) };
const totals = { domestic: nothing, foreign: nothing };

const reversal: Message = { ...sale, mti: '0400' };

const published = decode(unionpay, bytes(replies.sale.slice(4)));
if (!published.ok) throw new Error(published.error.problem);
const answer = published.value;

/** Changes fields of a message; null takes a field out. */
function having(message: Message, change: Readonly<Record<number, string | null>>): Message {
  const fields: Record<number, string> = {};
  for (const [field, value] of Object.entries({ ...message.fields, ...change })) {
    if (value !== null && value !== undefined) fields[Number(field)] = value;
  }
  return { ...message, fields };
}

const signInAnswer: Message = {
  tpdu: '6000000003',
  header: '603103311312',
  mti: '0810',
  fields: {
    11: '000001',
    12: '101530',
    13: '1122',
    39: '00',
    41: '11115007',
    42: '123456789111115',
    60: '00001437004',
    62: replies.keyBlock.encrypted,
  },
};

function read(request: Message, reply: Message) {
  const result = readReply(request, reply);
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

describe('an answer belongs to the request', () => {
  test('when everything that is compared is equal', () => {
    expect(mismatchOf(sale, answer)).toBeUndefined();
  });

  test('although its TPDU and header differ', () => {
    expect(mismatchOf(sale, { ...answer, tpdu: '6000000003', header: '603103311312' })).toBeUndefined();
  });

  test.each([
    ['the merchant number when it is no approval', { 39: '03', 42: '000000000000000' }],
    ['the merchant number missing when it is no approval', { 39: '03', 42: null }],
    ['the merchant number of a refusal that would end a reversal', { 39: '25', 42: '000000000000000' }],
    ['the amount of a partial approval', { 39: '10', 4: '000000010000' }],
  ])('whatever %s is', (_, change) => {
    expect(mismatchOf(sale, having(answer, change))).toBeUndefined();
  });

  test('of a sign-in, which has neither processing code nor amount', () => {
    expect(mismatchOf(signIn, signInAnswer)).toBeUndefined();
  });
});

describe('an answer belongs to something else', () => {
  test.each(['0200', '0230', '0410', '0110', '0000'])('when its MTI is %s', (mti) => {
    expect(mismatchOf(sale, { ...answer, mti })).toBe('mti');
  });

  test.each([
    ['field-3', { 3: '200000' }],
    ['field-3', { 3: null }],
    ['field-11', { 11: '000100' }],
    ['field-11', { 11: null }],
    ['field-41', { 41: '11115008' }],
    ['field-41', { 41: null }],
    ['field-42', { 42: '123456789111116' }],
    ['field-42', { 42: null }],
    ['field-42', { 42: '123456789111116', 39: '11' }],
    ['field-42', { 42: '123456789111116', 39: '10' }],
    ['field-4', { 4: '000000012301' }],
    ['field-4', { 4: null }],
    ['field-4', { 4: '000000010000', 39: '51' }],
    ['field-11', { 11: '000100', 39: '10' }],
    ['response-code', { 39: null }],
  ] as const)('by %s when the fields differ by %o', (mismatch, change) => {
    expect(mismatchOf(sale, having(answer, change))).toBe(mismatch);
  });
});

describe('an answer without what it need not have', () => {
  const settlement = messageOf({
    kind: 'settlement',
    stan: 9,
    batch: 1437,
    operatorNumber: '01',
    currencyCode: '156',
    totals,
  });
  const settled: Message = {
    ...signInAnswer,
    mti: '0510',
    fields: { 11: '000009', 41: '11115007', 42: '123456789111115', 48: `${'0'.repeat(30)}1${'0'.repeat(30)}2` },
  };
  const noticed = messageOf({
    kind: 'batch-notice',
    stan: 9,
    batch: 1437,
    wire: { requestMti: '0220', processingCode: '200000', conditionCode: '00', messageTypeCode: '25' },
    amount: saleRequest.amount,
    currencyCode: '156',
    card: { entryMode: 'keyed', pan: swipedCard.track2.pan },
    original: { batch: 1437, stan: 101, date: '1122' },
    referenceNumber: '123456789012',
  });
  const noticedAnswer: Message = {
    ...settled,
    mti: '0330',
    fields: { 11: '000009', 39: '00', 41: '11115007', 42: '123456789111115' },
  };

  test('to a settlement needs no field 39, and then it says 00', () => {
    expect([mismatchOf(settlement, settled), read(settlement, settled).responseCode]).toEqual([undefined, '00']);
  });

  test('to a settlement has no operator for a card organisation', () => {
    const { cardOrganisation, remarks } = read(settlement, having(settled, { 63: '01 ' }));
    expect([cardOrganisation, remarks]).toEqual([undefined, []]);
  });

  test.each(['00', '94'])('to a settlement tells the verdict whatever field 39 says: %s', (code) => {
    expect(read(settlement, having(settled, { 39: code })).settlement).toMatchObject({
      domestic: 'balanced',
      foreign: 'not-balanced',
    });
  });

  test('to a settlement that is refused needs no field 48', () => {
    const { responseCode, settlement: verdict } = read(settlement, having(settled, { 39: '77', 48: null }));
    expect([responseCode, verdict]).toEqual(['77', undefined]);
  });

  test.each([
    ['is missing', { 48: null }],
    ['is that of the request', { 48: '0'.repeat(62) }],
    ['is missing although field 39 approves', { 39: '00', 48: null }],
  ])('to a settlement is unusable when field 48 %s', (_, change) => {
    expect(readReply(settlement, having(settled, change)).ok).toBe(false);
  });

  test('to an echo has no trace number to compare', () => {
    const echo = messageOf({ kind: 'echo', stan: 9, batch: 1437 });
    expect(
      mismatchOf(echo, { ...noticedAnswer, mti: '0830', fields: { ...noticedAnswer.fields, 11: '000077' } }),
    ).toBeUndefined();
  });

  test('to a batch notice need not repeat processing code and amount', () => {
    expect(mismatchOf(noticed, noticedAnswer)).toBeUndefined();
  });

  test.each([
    ['field-3', { 3: '000000' }],
    ['field-4', { 4: '000000000001' }],
    ['field-11', { 11: '000010' }],
  ])("to a batch notice is another's by %s", (mismatch, change) => {
    expect(mismatchOf(noticed, having(noticedAnswer, change))).toBe(mismatch);
  });
});

describe('a partial approval', () => {
  test('says what was approved', () => {
    expect(read(sale, having(answer, { 39: '10', 4: '000000010000' })).amount).toBe('10000');
  });

  test('is the only answer that does', () => {
    expect([read(sale, answer).amount, read(sale, having(answer, { 39: '51' })).amount]).toEqual([
      undefined,
      undefined,
    ]);
  });

  test.each([
    ['nothing', '000000000000'],
    ['more than was asked for', '000000012301'],
    ['who knows what', null],
  ])('of %s is unusable', (_, field4) => {
    expect(readReply(sale, having(answer, { 39: '10', 4: field4 })).ok).toBe(false);
  });
});

describe('the answer to an account verification', () => {
  const verification = messageOf({
    kind: 'account-verification',
    stan: 101,
    batch: 1437,
    card: swipedCard,
    document: '01110101199001011234',
  });
  const hex = (text: string): string => Buffer.from(text).toString('hex').toUpperCase();

  test.each(['00', '11', 'A2'])('that approves with %s says the largest amount', (code) => {
    const { transferMax } = read(verification, having(answer, { 39: code, 62: hex('000000500000and more') }));
    expect(transferMax).toBe('500000');
  });

  test.each([null, hex('00000050000'), hex('00000050000X')])(
    'that approves is unusable with field 62 = %o',
    (field62) => {
      expect(readReply(verification, having(answer, { 62: field62 })).ok).toBe(false);
    },
  );

  test('that refuses needs none', () => {
    expect(read(verification, having(answer, { 39: '14' })).transferMax).toBeUndefined();
  });
});

describe('the answer to a download', () => {
  const list = messageOf({
    kind: 'download',
    stan: 9,
    batch: 1437,
    set: 'applications',
    what: { step: 'list', received: 0 },
  });
  const listed: Message = { ...signInAnswer, mti: '0830', fields: { 39: '00', 62: '319F0608A000000333010101' } };

  test('says what field 62 says, and no batch and no keys', () => {
    const { batch, download, workingKeys } = read(list, listed);
    expect([download, batch, workingKeys]).toEqual([
      { type: 'list', status: 'complete', entries: ['9F0608A000000333010101'] },
      undefined,
      [],
    ]);
  });

  test('of MTI 0810 has no batch either', () => {
    const parameters = messageOf({
      kind: 'download',
      stan: 9,
      batch: 1,
      set: 'parameters',
      what: { step: 'list', received: 0 },
    });
    const answered = { ...listed, mti: '0810', fields: { 39: '00', 60: '00001437360', 62: '31313630' } };
    expect(read(parameters, answered)).toMatchObject({ download: { values: [['11', '60']] } });
    expect(read(parameters, answered).batch).toBeUndefined();
  });

  test('is unusable when a list is half a list', () => {
    expect(readReply(list, having(listed, { 62: '319F0608A0000003330101' })).ok).toBe(false);
  });

  test('that refuses needs no list', () => {
    expect(read(list, having(listed, { 39: '40', 62: null })).download).toBeUndefined();
  });

  test('to an echo or a sign-off is none', () => {
    const echo = messageOf({ kind: 'echo', stan: 9, batch: 1 });
    const signOff = messageOf({ kind: 'sign-off', stan: 9, batch: 1 });
    expect([read(echo, listed).download, read(signOff, listed).download]).toEqual([undefined, undefined]);
  });
});

describe('an answer to a reversal', () => {
  test.each([
    ['00', 'field-42'],
    ['12', 'field-42'],
    ['25', 'field-42'],
    ['03', undefined],
  ])('with F39 = %s and another merchant number: mismatch %o', (code, mismatch) => {
    const refused = having({ ...answer, mti: '0410' }, { 39: code, 42: '123456789111116' });
    expect(mismatchOf(reversal, refused)).toBe(mismatch);
  });
});

describe('a good MAC', () => {
  test.each([
    ['00', true, true],
    ['10', true, true],
    ['11', true, true],
    ['A2', true, true],
    ['A4', true, true],
    ['A5', true, true],
    ['A6', true, true],
    ['12', true, true],
    ['25', true, true],
    ['51', true, false],
    ['A0', true, false],
    ['96', true, false],
  ])('on F39 = %s: a sale needs one %s, a reversal %s', (code, forSale, forReversal) => {
    expect([needsMac(sale, code, parameters), needsMac(reversal, code, parameters)]).toEqual([forSale, forReversal]);
  });

  test('is never needed for an answer to a request without one', () => {
    expect(needsMac(signIn, '00', parameters)).toBe(false);
  });

  test('is needed for what the parameters say', () => {
    const onlyApproval = { ...parameters, macRequiredFor: { request: ['00'], reversal: ['00'] } };
    expect(needsMac(sale, '11', onlyApproval)).toBe(false);
  });
});

describe('what an answer says', () => {
  test('is read from the 0210 of the sheet', () => {
    expect(read(sale, answer)).toEqual({
      responseCode: '00',
      referenceNumber: '123456789012',
      hostTime: '101530',
      hostDate: '1122',
      issuer: '01020000',
      acquirer: '00010000',
      cardOrganisation: 'CUP',
      acquirerCode: '00010000',
      remarks: [],
      workingKeys: [],
      processingRequirement: 0,
    });
  });

  test.each([
    ['an issuer’s cryptogram and a script', '910A0102030405060708303072059F18040000'],
    ['no data objects at all', '91FF00'],
  ])('hands field 55 on as it came: %s', (_, field55) => {
    const { field55: told, responseCode } = read(sale, having(answer, { 55: field55 }));
    expect([told, responseCode]).toEqual([bytes(field55), '00']);
  });

  test('has a field 55 when it is refused too', () => {
    expect(read(sale, having(answer, { 39: '51', 55: '9104AABBCCDD' })).field55).toEqual(bytes('9104AABBCCDD'));
  });

  test('of a sign-in brings batch, clock, keys and what the host wants next', () => {
    const { workingKeys, ...rest } = read(signIn, signInAnswer);
    expect([rest, workingKeys.map(({ usage }) => usage)]).toEqual([
      { responseCode: '00', hostTime: '101530', hostDate: '1122', remarks: [], batch: 1437, processingRequirement: 3 },
      ['P', 'M', 'D'],
    ]);
  });

  test('of a refused sign-in needs no keys', () => {
    expect(read(signIn, having(signInAnswer, { 39: '97', 62: null })).workingKeys).toEqual([]);
  });

  test.each([
    ['is missing', { 62: null }, 'The sign-in is approved without a key block.'],
    ['is too short', { 62: '00'.repeat(40) }, 'The key block has 40 bytes; sign-in 004 brings 60.'],
  ])('of an approved sign-in is unusable when the key block %s', (_, change, problem) => {
    expect(readReply(signIn, having(signInAnswer, change))).toEqual({ ok: false, error: problem });
  });

  test('has no batch in a financial answer', () => {
    expect(read(sale, answer).batch).toBeUndefined();
  });

  test('leaves out an expiry of zeros', () => {
    expect(read(sale, having(answer, { 14: '0000' })).expiry).toBeUndefined();
  });

  test('has the expiry otherwise', () => {
    expect(read(sale, having(answer, { 14: '2512' })).expiry).toBe('2512');
  });

  test.each([
    ['654321', '654321'],
    ['A1    ', 'A1'],
    ['      ', undefined],
  ])('has field 38 %o as the authorization code %o', (field38, authorizationCode) => {
    expect(read(sale, having(answer, { 38: field38 })).authorizationCode).toBe(authorizationCode);
  });
});

const latin1 = (text: Uint8Array): string => Buffer.from(text).toString('latin1');
const remarks = (field63: string): unknown => {
  const { cardOrganisation, remarks } = read(sale, having(answer, { 63: field63 }));
  return { cardOrganisation, remarks };
};

describe('field 63', () => {
  test('is cut by bytes of GBK, not by characters', () => {
    // Four characters are eight bytes, so twelve of filler make the twenty.
    const field63 = `VIS发卡行注${' '.repeat(12)}CENTRE${' '.repeat(14)}ACQUIRER`;
    expect(remarks(field63)).toEqual({ cardOrganisation: 'VIS', remarks: ['发卡行注', 'CENTRE', 'ACQUIRER'] });
  });

  test('that is absent gives neither organisation nor remarks', () => {
    const { cardOrganisation, remarks } = read(sale, having(answer, { 63: null }));
    expect([cardOrganisation, remarks]).toEqual([undefined, []]);
  });

  test('half a character at the end of a remark becomes a question mark', () => {
    const raw = latin1(Uint8Array.from([...Buffer.from('CUP' + 'x'.repeat(19)), 0xb7, 0x20]));
    expect(remarks(gbkFromBytes(raw))).toEqual({ cardOrganisation: 'CUP', remarks: [`${'x'.repeat(19)}?`] });
  });

  test('cannot carry commands to the printer', () => {
    expect(remarks('CUP\u001bp\u0000mischief')).toEqual({ cardOrganisation: 'CUP', remarks: ['p mischief'] });
  });
});
