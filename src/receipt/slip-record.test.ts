import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AMOUNT_MINOR_MAX } from '../domain/money.ts';
import type { Slip } from '../domain/slip.ts';
import { anySlip, EMV, SALE } from './receipts.testing.ts';
import { decodeCbor, encodeCbor, isMap, type Cbor } from './codec/cbor.ts';
import { recordOfSlip, slipOfRecord } from './codec/slip-record.ts';

/** Through bytes, as it is stored. */
function roundTrip(slip: Slip): Slip | undefined {
  const map = decodeCbor(encodeCbor(recordOfSlip(slip)));
  if (!isMap(map)) throw new Error('no map came back');
  return slipOfRecord(map);
}

const changed = (change: (map: Map<number | string, Cbor>) => void): Slip | undefined => {
  const map = new Map(recordOfSlip(SALE));
  change(map);
  return slipOfRecord(map);
};

describe('the record of a slip', () => {
  test('gives any slip back to the letter', () => {
    fc.assert(
      fc.property(anySlip, (slip) => {
        expect(roundTrip(slip)).toStrictEqual(slip);
      }),
    );
  });

  test('leaves out the code that leads to it', () => {
    const receiptCode = { text: 'https://r.example.cn/#x', moduleDots: 4, errorCorrection: 'medium' } as const;
    expect(encodeCbor(recordOfSlip({ ...SALE, receiptCode }))).toEqual(encodeCbor(recordOfSlip(SALE)));
  });

  test('is the same bytes whatever order the fields were made in', () => {
    const shuffled = Object.fromEntries(Object.entries(SALE).toReversed()) as unknown as Slip;
    expect(encodeCbor(recordOfSlip(shuffled))).toEqual(encodeCbor(recordOfSlip(SALE)));
  });

  test('is compact: a sale takes less than 160 bytes', () => {
    expect(encodeCbor(recordOfSlip(SALE)).length).toBeLessThan(160);
  });

  test.each([
    ['a field that has no row yet', { verification: { by: '免密免签', texts: ['NO PIN', 3, true] } }],
    ['what a chip card said', { emv: EMV }],
    ['a chip card that says more than its table knows', { emv: { ...EMV, 'tag 9F63': '00' } }],
    ['hex that is none', { emv: { ...EMV, aid: 'a0', tvr: '000', tsi: '' } }],
    ['why nobody signed', { waiver: { by: 'limit', noPinUpTo: '100000' }, copies: 3, presented: 'payment-code' }],
    ['a reprint that is counted', { reprint: 2 }],
    ['a copy for the bank', { copy: 'bank' }],
  ])('keeps %s', (_, more) => {
    const slip = { ...SALE, ...more } as unknown as Slip;
    expect(roundTrip(slip)).toStrictEqual(slip);
  });

  test.each<Partial<Slip>>([
    { merchantNumber: '0'.repeat(15) },
    { merchantNumber: '9'.repeat(16) },
    { merchantNumber: '9'.repeat(17) },
    { merchantNumber: '' },
    { dateTime: '2099-12-31 23:59:59' },
    { dateTime: '2100-01-01 00:00:00' },
    { dateTime: '1999-12-31 23:59:59' },
    { dateTime: '2026-13-01 00:00:00' },
    { dateTime: '2026-02-31 24:00:00' },
    { dateTime: '2026-00-00 00:60:00' },
    { dateTime: '2026-03-01 12:34:60' },
    { maskedPan: `622202${'*'.repeat(99)}6788` },
    { maskedPan: `622202${'*'.repeat(100)}6788` },
    { maskedPan: '6222026788' },
    { amount: AMOUNT_MINOR_MAX },
  ])('keeps what is at the edge of its kind: %j', (change) => {
    expect(roundTrip({ ...SALE, ...change })).toStrictEqual({ ...SALE, ...change });
  });

  test('leaves out a field that is there without a value', () => {
    expect(roundTrip({ ...SALE, note: undefined } as unknown as Slip)).toStrictEqual(SALE);
  });

  test.each<[string, (map: Map<number | string, Cbor>) => void]>([
    ['without its merchant', (map) => map.delete(2)],
    ['with a key that nobody knows', (map) => map.set(99, 1)],
    ['with a key that is a word', (map) => map.set('amount', 1)],
    ['with text for the batch', (map) => map.set(13, '1')],
    ['with a negative amount', (map) => map.set(18, -1)],
    ['with more than field 4 holds', (map) => map.set(18, 1_000_000_000_000)],
    ['with digits that lost their mark', (map) => map.set(3, 25)],
    ['with a time beyond the century', (map) => map.set(17, 4_000_000_000)],
    ['with a transaction type beyond the table', (map) => map.set(10, 77)],
    ['with half a transaction type', (map) => map.set(10, ['消费'])],
    ['with a remark that is no text', (map) => map.set(22, [1])],
    ['that overrides a field by its name', (map) => map.set(0, new Map([['amount', '1']]))],
    ['with other fields that are no map', (map) => map.set(0, 'amount')],
  ])('is refused %s', (_, change) => {
    expect(changed(change)).toBeUndefined();
  });
});

describe('CBOR', () => {
  test.each([
    ['keys in another order', 'a2 04 01 01 27'],
    ['a key twice', 'a2 01 01 01 02'],
    ['a number longer than it need be', '18 17'],
    ['a text longer than it need be', '78 01 61'],
    ['a list without its length', '9f 01 ff'],
    ['a fraction', 'f9 3e 00'],
    ['a whole number as a fraction', 'f9 3c 00'],
    ['a number that JavaScript cannot hold', '1b ff ff ff ff ff ff ff ff'],
    ['null', 'f6'],
    ['undefined', 'f7'],
    ['a tag', 'c1 01'],
    ['bytes after the end', '01 01'],
    ['nothing', ''],
  ])('is not read with %s', (_, hex) => {
    expect(decodeCbor(Buffer.from(hex.replaceAll(' ', ''), 'hex'))).toBeUndefined();
  });
});
