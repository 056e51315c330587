/**
 * Mutations tried: F53 kept in reversals; 60.6 left off; F61 of a reversed void from its original; F2 for swipes; second
 * half of the MAC; F22 of a keyed card without its PIN; F11 in the echo; SM4's F53 only with a PIN; the PIN block of SM4 in
 * hex; F52 with a part of it.
 */
import { describe, expect, test } from 'vitest';
import { toAmountMinor } from '../../domain/money.ts';
import { Secret } from '../../domain/secret.ts';
import requests from '../../../fixtures/host/requests.json' with { type: 'json' };
import type { AuthorizationRequest, ReversalRequest } from '../host-port.ts';
import { decode, encode, framed } from '../iso8583/codec.ts';
import type { Message } from '../iso8583/message.ts';
import { unionpay } from '../iso8583/unionpay.ts';
import { fieldNumbers, keyedCard, messageOf, typed } from '../testing/requests.ts';
import {
  bytes,
  hex,
  parameters,
  saleFacts,
  saleRequest,
  signInRequest,
  swipedCard,
  terminal,
} from '../testing/world.ts';
import { buildRequest, carriesMac, withMac } from './build.ts';
import { draftOf } from './draft.ts';
import type { DialectParameters } from './setup.ts';

function frameOf(message: Message): string {
  const result = encode(unionpay, message);
  if (!result.ok) throw new Error(`field ${result.error.field}: ${result.error.problem}`);
  return hex(framed(result.value));
}

const voidRequest: AuthorizationRequest = {
  kind: 'authorization',
  stan: 102,
  batch: 1437,
  wire: { requestMti: '0200', processingCode: '200000', conditionCode: '00', messageTypeCode: '23' },
  amount: toAmountMinor(12_300n),
  currencyCode: '156',
  card: keyedCard,
  referenceNumber: '123456789012',
  authorizationCode: '654321',
  original: { batch: 1437, stan: 101 },
};

const reversalRequest: ReversalRequest = {
  kind: 'reversal',
  stan: 102,
  batch: 1437,
  wire: saleFacts,
  amount: toAmountMinor(12_300n),
  currencyCode: '156',
  entryMode: 'swiped',
  pinEntered: true,
  expiry: '2512',
  reason: '98',
};

const reversalOf = (change: Partial<ReversalRequest>, choice: Partial<DialectParameters> = {}): Message =>
  messageOf({ ...reversalRequest, ...change }, choice);

const saleOf = (change: Partial<AuthorizationRequest>, choice: Partial<DialectParameters> = {}): Message =>
  messageOf({ ...saleRequest, ...change }, choice);

const swipedWith = (track: string): typeof swipedCard => ({
  ...swipedCard,
  track2: { ...swipedCard.track2, data: Secret.of(track, 'TRACK2') },
});

describe('golden frames', () => {
  test('the sign-in is the frame of dialect sheet 12.3', () => {
    const chosen = { ...parameters, signInKeys: '003' } as const;
    expect(frameOf(buildRequest(draftOf(signInRequest, chosen), terminal, chosen))).toBe(requests.signIn);
  });

  test('the echo is the frame of dialect sheet 12.3, without a trace number', () => {
    expect(frameOf(messageOf({ kind: 'echo', stan: 7, batch: 1 }))).toBe(requests.echo);
  });

  test('the sign-off is the frame of dialect sheet 12.3', () => {
    expect(frameOf(messageOf({ kind: 'sign-off', stan: 121, batch: 1437 }))).toBe(requests.signOff);
  });

  test('the keyed void is the frame of dialect sheet 12.3', () => {
    const message = messageOf(voidRequest, { readingCapability: '5', partialApproval: '1' });
    expect(frameOf(withMac(message, '880F989B8619AF8E'))).toBe(requests.void);
  });

  test('the reversal of a swiped sale is the frame composed by hand', () => {
    expect(frameOf(withMac(reversalOf({}), '2A75B8BA86F302C2'))).toBe(requests.reversal);
  });

  test('the sale says what the published one of dialect sheet 12.1 nr 4 says, with field 60 in its longer form', () => {
    const published = decode(
      unionpay,
      bytes(`6000030000603100311312${requests.publishedSale.macInput}3030303030303030`),
    );
    if (!published.ok) throw new Error(published.error.problem);
    const { 60: oldField60, ...expected } = published.value.fields;
    const { 60: field60, ...sale } = saleOf(
      {
        stan: 13867,
        amount: toAmountMinor(1n),
        card: swipedWith('9001100000000027D00000000000000000000'),
        pinBlock: Secret.of('3D87C8B8FA17C67C', 'PIN-BLOCK'),
      },
      { signInKeys: '003', pinLengthMax: '06' },
    ).fields;
    expect([sale, field60]).toEqual([expected, `${oldField60}200`]);
  });
});

describe('a sale', () => {
  test.each([
    ['001', true, '021', '2000000000000000'],
    ['001', false, '022', '0000000000000000'],
    ['003', true, '021', '2600000000000000'],
    ['003', false, '022', '0600000000000000'],
    ['004', true, '021', '2610000000000000'],
    ['004', false, '022', '0610000000000000'],
    ['005', false, '022', '0300000000000000'],
    ['006', false, '022', '0310000000000000'],
  ] as const)('signed in with %s, PIN %s, sends fields 22 and 53', (signInKeys, pin, field22, field53) => {
    const { pinBlock: _, ...withoutPin } = saleRequest;
    const { fields } = messageOf(pin ? saleRequest : withoutPin, { signInKeys });
    expect([fields[22], fields[53]]).toEqual([field22, field53]);
  });

  test('by swipe with a PIN carries no card number', () => {
    expect(fieldNumbers(saleOf({}))).toEqual([3, 4, 11, 22, 25, 26, 35, 41, 42, 49, 52, 53, 60, 64]);
  });

  test('without a PIN carries neither field 26 nor 52', () => {
    const { pinBlock: _, ...request } = saleRequest;
    expect(fieldNumbers(messageOf(request))).toEqual([3, 4, 11, 22, 25, 35, 41, 42, 49, 53, 60, 64]);
  });

  test('of a keyed card carries its number and expiry, and no track', () => {
    const message = saleOf({ card: { ...keyedCard, expiry: '2512' } });
    expect(fieldNumbers(message)).toEqual([2, 3, 4, 11, 14, 22, 25, 26, 41, 42, 49, 52, 53, 60, 64]);
    expect([message.fields[2], message.fields[14], message.fields[22], message.fields[53]]).toEqual([
      '6222021234567890123',
      '2512',
      '011',
      '2600000000000000',
    ]);
  });

  test('of a keyed card without a PIN and without an expiry leaves fields 14 and 53 out', () => {
    const { pinBlock: _, ...request } = saleRequest;
    const message = messageOf({ ...request, card: keyedCard });
    expect([fieldNumbers(message), message.fields[22]]).toEqual([[2, 3, 4, 11, 22, 25, 41, 42, 49, 60, 64], '012']);
  });

  test('of a swiped card without its track is a programmer error', () => {
    expect(() => draftOf(saleRequest, parameters)).toThrow('needs its track');
  });

  test('takes 60.4, 60.6 and field 26 from the parameters', () => {
    const { fields } = saleOf({}, { readingCapability: '6', partialApproval: '9', pinLengthMax: '06' });
    expect([fields[60], fields[26]]).toEqual(['22001437000609', '06']);
  });
});

describe('with SM4 keys', () => {
  const sm4 = { ...parameters, signInKeys: '006', reversalSecurityField: 'send' } as const;
  const pinBlock = Secret.of(requests.sm4Sale.pinBlock, 'PIN-BLOCK');
  const track2 = Secret.of(requests.sm4Sale.track2, 'TRACK2');

  test('the sale with a PIN is the frame composed by hand', () => {
    const message = buildRequest(draftOf({ ...saleRequest, pinBlock }, sm4, track2), terminal, sm4);
    expect(frameOf(withMac(message, requests.sm4Sale.mac))).toBe(requests.sm4Sale.frame);
  });

  test('its reversal is the frame composed by hand', () => {
    const message = reversalOf({ stan: 101 }, sm4);
    expect(frameOf(withMac(message, requests.sm4Reversal.mac))).toBe(requests.sm4Reversal.frame);
  });

  test('a sale without a PIN has field 53 and neither 52 nor 59', () => {
    const { pinBlock: _, ...withoutPin } = saleRequest;
    const message = buildRequest(draftOf(withoutPin, sm4, track2), terminal, sm4);
    expect([message.fields[53], message.fields[52], message.fields[59]]).toEqual([
      '0310000000000000',
      undefined,
      undefined,
    ]);
  });

  test('a request without PIN and track has field 53 too', () => {
    expect(messageOf(voidRequest, sm4).fields[53]).toBe('0300000000000000');
  });

  test.each(['16 digits', 'no hex'])('a PIN block of %s is a programmer error', (what) => {
    const wrong = Secret.of(what === 'no hex' ? 'G'.repeat(32) : 'C6AE31D179922380', 'PIN-BLOCK');
    const draft = draftOf({ ...saleRequest, pinBlock: wrong }, sm4, track2);
    expect(() => buildRequest(draft, terminal, sm4)).toThrow('With SM4 keys a PIN block is 32');
  });
});

describe('field 53 names the algorithm of the PIN key', () => {
  test.each([
    ['D', '2010000000000000'],
    ['T', '2610000000000000'],
  ] as const)('where the PIN pad says that it is %s', (pinAlgorithm, field53) => {
    const draft = { ...draftOf(saleRequest, parameters, swipedCard.track2.data), pinAlgorithm };
    expect(buildRequest(draft, terminal, parameters).fields[53]).toBe(field53);
  });

  test.each([
    ['001', '2000000000000000'],
    ['005', '2300000000000000'],
    ['006', '2310000000000000'],
  ] as const)('also in a reversal that is to have it, with keys %s', (signInKeys, field53) => {
    expect(reversalOf({}, { signInKeys, reversalSecurityField: 'send' }).fields[53]).toBe(field53);
  });
});

describe('further rows of dialect sheet 4.2', () => {
  const facts = { ...voidRequest, original: { batch: 7, stan: 8, date: '1122' } };
  test.each([
    ['01', 13, undefined],
    ['10', 14, undefined],
    ['23', 14, '000007000008'],
    ['25', 14, '0000070000081122'],
    ['11', 14, '0000070000081122'],
    ['20', 14, '0000070000081122'],
    ['21', 14, '0000070000081122'],
    ['24', 14, '0000070000081122'],
  ])('60.1 = %s sends %i digits of field 60 and field 61 = %s', (messageTypeCode, digits, field61) => {
    const { fields } = messageOf(typed(facts, messageTypeCode));
    expect([fields[60]?.length, fields[61]]).toEqual([digits, field61]);
  });

  test('a balance inquiry has no amount', () => {
    expect(messageOf(typed(facts, '01')).fields[4]).toBeUndefined();
  });

  test('a refund names the card organisation or 000, and has no PIN', () => {
    const { fields } = messageOf({ ...typed(facts, '25'), pinBlock: Secret.of('00', 'PIN-BLOCK') });
    expect([fields[63], fields[52], fields[26]]).toEqual(['000', undefined, undefined]);
  });

  test('a void without its original is a programmer error', () => {
    const { original: _, ...incomplete } = voidRequest;
    expect(() => messageOf(incomplete)).toThrow('A 0200 with 60.1 = 23 needs field 61');
  });

  test('a type without a row is a programmer error', () => {
    expect(() => messageOf(typed(voidRequest, '36'))).toThrow('60.1 = 36');
  });
});

describe('a reversal', () => {
  test('of a swiped sale carries no card data', () => {
    expect(fieldNumbers(reversalOf({ pan: Secret.of('6222021234567890128', 'PAN') }))).toEqual([
      3, 4, 11, 14, 22, 25, 39, 41, 42, 49, 60, 64,
    ]);
  });

  test.each(['98', 'A0', '06'] as const)('gives its reason %s in field 39', (reason) => {
    expect(reversalOf({ reason }).fields[39]).toBe(reason);
  });

  test('carries the authorization code when there is one', () => {
    expect(reversalOf({ authorizationCode: '654321' }).fields[38]).toBe('654321');
  });

  test('keeps field 53 where the acquirer wants it', () => {
    expect(reversalOf({}, { reversalSecurityField: 'send' }).fields[53]).toBe('2610000000000000');
  });

  test.each([
    ['22', undefined, undefined],
    ['10', undefined, undefined],
    ['23', undefined, '001437000102'],
    ['11', undefined, '0014370001020000'],
    ['20', '1122', '0014370001021122'],
    ['21', '1122', '0014370001021122'],
  ])('of 60.1 = %s, answered on %s, has field 61 = %s', (messageTypeCode, answeredDate, field61) => {
    const change = { original: { batch: 1437, stan: 101 }, ...(answeredDate !== undefined && { answeredDate }) };
    expect(messageOf(typed({ ...reversalRequest, ...change }, messageTypeCode)).fields[61]).toBe(field61);
  });

  test('of a void repeats the original reference where the acquirer wants it', () => {
    const request = typed({ ...reversalRequest, original: { batch: 1437, stan: 101 } }, '23');
    expect(messageOf(request, { reversalOriginal: 'resend' }).fields[61]).toBe('001437000101');
  });

  test('of a keyed sale names the card, and not its expiry when that is unknown', () => {
    const { expiry: _, ...request } = reversalRequest;
    const message = messageOf({ ...request, entryMode: 'keyed', pan: keyedCard.pan });
    expect(fieldNumbers(message)).toEqual([2, 3, 4, 11, 22, 25, 39, 41, 42, 49, 60, 64]);
  });

  test('of a transfer has nothing of the receiving card', () => {
    const { fields } = messageOf(typed(reversalRequest, '47'));
    expect([fields[60], fields[61], fields[62]]).toEqual(['47001437000200', undefined, undefined]);
  });
});

describe('a sign-in', () => {
  test('without a hardware id leaves field 62 out', () => {
    const { hardware: _, ...plain } = terminal;
    const message = buildRequest(draftOf(signInRequest, parameters), plain, parameters);
    expect(fieldNumbers(message)).toEqual([11, 41, 42, 60, 63]);
  });

  test('asks for the track key by default', () => {
    expect(messageOf(signInRequest).fields[60]).toBe('00000001004');
  });

  test('carries no MAC', () => {
    expect(carriesMac(messageOf(signInRequest))).toBe(false);
  });

  test('with too long a hardware id says what to check', () => {
    const long = { ...terminal, hardware: { certificate: '3150', serial: 'X'.repeat(96) } };
    expect(() => buildRequest(draftOf(signInRequest, parameters), long, parameters)).toThrow('hardware id');
  });
});
