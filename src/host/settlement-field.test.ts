/** Mutations tried: 0 taken for balanced; one verdict for both sides; sides swapped; a PAN filled on the right. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toAmountMinor, type AmountMinor } from '../domain/money.ts';
import { Secret } from '../domain/secret.ts';
import type { BatchDetail, BatchTotals } from './host-port.ts';
import { detailsField, readSettlement, totalsField, uploadCountField } from './settlement-field.ts';

const amount = (minor: number | bigint): AmountMinor => toAmountMinor(BigInt(minor));

const totals: BatchTotals = {
  domestic: { debitCount: 12, debitAmount: amount(345_678), creditCount: 3, creditAmount: amount(900) },
  foreign: { debitCount: 0, debitAmount: amount(0), creditCount: 999, creditAmount: amount(999_999_999_999n) },
};
const DOMESTIC = ['000000345678', '012', '000000000900', '003'].join('');
const FOREIGN = ['000000000000', '000', '999999999999', '999'].join('');

describe('a settlement', () => {
  test('asks with amount and count of debits and credits, domestic and foreign, each side with a 0', () => {
    expect(totalsField(totals)).toBe(`${DOMESTIC}0${FOREIGN}0`);
  });

  test.each([1000, -1, 0.5])('cannot ask with a count of %d', (debitCount) => {
    expect(() => totalsField({ ...totals, domestic: { ...totals.domestic, debitCount } })).toThrow('0 to 999');
  });

  test.each([
    ['1', '1', 'balanced', 'balanced'],
    ['1', '2', 'balanced', 'not-balanced'],
    ['3', '1', 'error', 'balanced'],
  ])('answered %s and %s is domestic %s, foreign %s', (one, other, domestic, foreign) => {
    expect(readSettlement(DOMESTIC + one + FOREIGN + other)).toEqual({
      ok: true,
      value: { domestic, foreign, totals },
    });
  });

  test.each([
    ['nothing', ''],
    ['61 digits', `${DOMESTIC}1${FOREIGN}`],
    ['63 digits', `${DOMESTIC}1${FOREIGN}10`],
    ['the verdict 0, as in the request', `${DOMESTIC}0${FOREIGN}0`],
    ['one verdict of two', `${DOMESTIC}1${FOREIGN}0`],
    ['the verdict 4', `${DOMESTIC}4${FOREIGN}1`],
    ['a letter', `${DOMESTIC}1${FOREIGN.replace('9', 'A')}1`],
  ])('answered with %s is refused', (_, field48) => {
    expect(readSettlement(field48).ok).toBe(false);
  });

  test('reads back whatever it can ask', () => {
    const side = fc.record({
      debitCount: fc.integer({ min: 0, max: 999 }),
      creditCount: fc.integer({ min: 0, max: 999 }),
      debitAmount: fc.bigInt({ min: 0n, max: 999_999_999_999n }).map(amount),
      creditAmount: fc.bigInt({ min: 0n, max: 999_999_999_999n }).map(amount),
    });
    fc.assert(
      fc.property(fc.record({ domestic: side, foreign: side }), (any) => {
        const asked = totalsField(any);
        const answered = readSettlement(`${asked.slice(0, 30)}1${asked.slice(31, 61)}2`);
        expect(answered).toEqual({ ok: true, value: { domestic: 'balanced', foreign: 'not-balanced', totals: any } });
      }),
    );
  });

  test('never throws, and believes nothing that is not 62 digits', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\d{0,70}$/)), (garbage) => {
        expect(!readSettlement(garbage).ok || /^\d{62}$/.test(garbage)).toBe(true);
      }),
    );
  });
});

describe('batch details', () => {
  const detail: BatchDetail = {
    foreign: false,
    stan: 101,
    pan: Secret.of('6222021234567800010', 'PAN'),
    amount: amount(12_300),
  };

  test('are their number and forty digits of each', () => {
    const visitor = { ...detail, foreign: true, stan: 7, pan: Secret.of('4111111234567892', 'PAN') };
    expect(detailsField([detail, visitor])).toBe(
      [
        '02',
        '00000101',
        '06222021234567800010',
        '000000012300',
        '01000007',
        '00004111111234567892',
        '000000012300',
      ].join(''),
    );
  });

  test('are eight at most', () => {
    expect(detailsField(Array.from({ length: 8 }, () => detail))).toHaveLength(2 + 8 * 40);
  });

  test.each([0, 9])('cannot be %i', (length) => {
    expect(() => detailsField(Array.from({ length }, () => detail))).toThrow('1 to 8');
  });
});

test.each([
  [0, '0000'],
  [37, '0037'],
  [9999, '9999'],
])('an upload of %i items ends with %s', (count, field48) => {
  expect(uploadCountField(count)).toBe(field48);
});

test('an upload of 10000 items has no field', () => {
  expect(() => uploadCountField(10_000)).toThrow('0 to 9999');
});
