/** For tests: a key that is no terminal's, slips, and any slip that there can be. */
import fc from 'fast-check';
import { CNY, toAmountMinor } from '../domain/money.ts';
import { Secret } from '../domain/secret.ts';
import type { Slip } from '../domain/slip.ts';
import { CHAIN_START, chainClosing, chainNext } from './codec/chain.ts';
import { nodeCrypto } from './node-crypto.ts';
import { receiptKeyOf } from './receipt-key.ts';

export const TEST_SEED = Uint8Array.from({ length: 32 }, (_, index) => index);
export const TEST_KEY = receiptKeyOf(Secret.of(TEST_SEED, 'TEST SEED'));
export const OTHER_KEY = receiptKeyOf(Secret.of(new Uint8Array(32).fill(9), 'TEST SEED'));

/** As the flows make it of an approved sale. */
export const SALE: Slip = {
  type: 'slip',
  copy: 'cardholder',
  reprint: false,
  merchantName: '滨江第二杂货店',
  merchantNumber: '898310154110001',
  terminalNumber: '31000001',
  operatorNumber: '01',
  issuer: '测试发卡行',
  acquirer: '测试收单行',
  maskedPan: '622202*********6788',
  entryMode: 'swiped',
  transactionType: { zh: '消费', en: 'SALE' },
  expiry: '3012',
  cardOrganisation: 'CUP',
  batch: 123_456,
  voucher: 123,
  authorizationCode: '654321',
  referenceNumber: '112233445566',
  dateTime: '2026-03-01 12:34:56',
  amount: toAmountMinor(123_456n),
  currency: CNY,
  givesBack: false,
  remarks: [],
  signatureLine: true,
  applicationVersion: 'SLIPWAY 0.1.0',
};

/** As a chip card's slip may say it (dialect sheet 11.4). */
export const EMV = {
  cryptogram: { name: 'TC', value: '0123456789ABCDEF' },
  aid: 'A000000333010101',
  tvr: '0080048000',
  tsi: 'E800',
  atc: '001F',
  terminalCapabilities: 'E0F8C8',
  label: 'PBOC DEBIT',
  panSequence: '01',
  aip: '7C00',
  unpredictableNumber: '1A2B3C4D',
  issuerApplicationData: '07010103A02002010A010000000000A1B2C3D4',
};

/** A batch of so many slips, ended. */
export function batchOf(
  count: number,
  start = CHAIN_START,
): { readonly records: Uint8Array[]; readonly state: typeof start } {
  const records: Uint8Array[] = [];
  let state = start;
  for (let voucher = 1; voucher <= count; voucher += 1) {
    const step = chainNext(state, { ...SALE, voucher }, TEST_KEY, nodeCrypto.sha256);
    records.push(step.record);
    ({ state } = step);
  }
  const end = chainClosing(state, SALE.batch, TEST_KEY, nodeCrypto.sha256);
  return { records: [...records, end.record], state: end.state };
}

/** Letters of one, two, three and four bytes, and what is nobody's friend. */
export const anyLetter = fc.constantFrom(...Array.from('aB7 é中国号滨😀<>"\'&*\u202e\u0000\u001b\n\uffff'));
const words = fc.string({ unit: anyLetter, maxLength: 12 });
const number = (length: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${length}}$`));
const numberOrWords = fc.oneof(number(20), words);
const pan = fc.oneof(fc.stringMatching(/^[0-9]{6}\*{2,9}[0-9]{4}$/), fc.stringMatching(/^\*{0,19}$/));
const amount = fc.bigInt({ min: 0n, max: 999_999_999_999n }).map(toAmountMinor);
const clock = fc.oneof(
  fc.stringMatching(/^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$/),
  fc.stringMatching(/^20[0-9]{2}-(0[1-9]|1[0-2])-([0-2][1-9]|3[01]) (1[0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$/),
);
const bilingual = fc.oneof(
  fc.record({ zh: words, en: words }, { noNullPrototype: true }),
  fc.constant(SALE.transactionType),
);
const currency = fc.oneof(
  fc.constant(CNY),
  fc.record({ numericCode: number(3), decimals: fc.nat({ max: 4 }), slipPrefix: words }, { noNullPrototype: true }),
);
const six = fc.nat({ max: 999_999 });

const always = {
  type: fc.constant('slip' as const),
  copy: fc.constantFrom('merchant' as const, 'cardholder' as const),
  reprint: fc.boolean(),
  merchantName: words,
  merchantNumber: numberOrWords,
  terminalNumber: numberOrWords,
  operatorNumber: numberOrWords,
  maskedPan: pan,
  entryMode: fc.constantFrom(
    'keyed' as const,
    'swiped' as const,
    'inserted' as const,
    'contactless' as const,
    'none' as const,
  ),
  transactionType: bilingual,
  cardOrganisation: words,
  batch: six,
  voucher: six,
  dateTime: clock,
  currency,
  remarks: fc.array(words, { maxLength: 3 }),
  signatureLine: fc.boolean(),
  applicationVersion: words,
};
const sometimes = {
  training: fc.boolean(),
  issuer: words,
  acquirer: words,
  receiverMaskedPan: pan,
  expiry: numberOrWords,
  authorizationCode: numberOrWords,
  referenceNumber: numberOrWords,
  amount,
  balance: fc.record({ negative: fc.boolean(), amount }, { noNullPrototype: true }),
  givesBack: fc.boolean(),
  original: fc.record(
    { voucher: numberOrWords, authorizationCode: numberOrWords, referenceNumber: numberOrWords, date: numberOrWords },
    { requiredKeys: [], noNullPrototype: true },
  ),
};

export const anySlip: fc.Arbitrary<Slip> = fc.record(
  { ...always, ...sometimes },
  { requiredKeys: Object.keys(always) as (keyof typeof always)[], noNullPrototype: true },
);
