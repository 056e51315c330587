/**
 * The ledger by itself: where money may be, and where it may not.
 *
 * Mutations tried: refusing the whole balance, money back twice, a reversal not recorded or not remembered, a second hold of
 * one key, keys without the terminal, amounts not compared, a decline over a hold, what was changed not changed back, any F61,
 * approvals without funds, refunds still held, the merchant left out of the sum. Each was noticed.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Bug } from '../../../src/domain/result.ts';
import { Ledger } from './ledger.ts';
import { keyOf, leftMinor, type Booking, type Entry, type ReversalClaim } from './ledger-entry.ts';

const pan = '6222021234567800010';
const other = '6222021234567800028';
const key = { terminal: '10000001', batch: 7, stan: 12 };
const claim = { transaction: 'sale', amountMinor: 1500n } as const;
const fresh = (): Ledger => new Ledger([{ pan, balanceMinor: '2000' }]);

const booking = (amountMinor: bigint, owner = pan): Booking => ({
  transaction: 'sale',
  state: 'held',
  amountMinor,
  requestedMinor: amountMinor,
  pan: owner,
  merchant: 'M',
  responseCode: '00',
  referenceNumber: '031500000001',
  authorizationCode: '000001',
  date: '0315',
  foreign: false,
  postings: [
    { book: 'balance', owner, minor: -amountMinor },
    { book: 'merchant', owner: 'M', minor: amountMinor },
  ],
  changes: [],
});
const sale = booking(1500n);
const refusal = { transaction: 'sale', amountMinor: 1500n, pan, responseCode: '51' } as const;

const full = (): Ledger => {
  const ledger = new Ledger([{ pan, balanceMinor: '5000' }], 1);
  ledger.book(key, sale);
  return ledger;
};

describe('an approval', () => {
  test('moves the amount from the balance to the merchant', () => {
    const ledger = fresh();
    expect(ledger.book(key, sale)).toBe('booked');
    expect([ledger.balanceMinor(pan), ledger.heldMinor('10000001', 7, 12)]).toEqual([500n, 1500n]);
  });

  test('of the whole balance is possible', () => {
    expect(fresh().book(key, booking(2000n))).toBe('booked');
  });

  test('of more than the balance is not, and moves nothing', () => {
    const ledger = fresh();
    expect(ledger.book(key, booking(2001n))).toBe('insufficient-funds');
    expect([ledger.balanceMinor(pan), ledger.heldMinor('10000001', 7, 12)]).toEqual([2000n, 0n]);
  });

  test('happens once for a terminal, batch and trace number', () => {
    const ledger = fresh();
    ledger.book(key, booking(500n));
    expect(ledger.book(key, booking(500n))).toBe('already-decided');
    expect(ledger.balanceMinor(pan)).toBe(1500n);
  });

  test.each([{ terminal: '10000002' }, { batch: 8 }, { stan: 13 }])('is another one for another %o', (difference) => {
    const ledger = fresh();
    ledger.book(key, booking(500n));
    expect(ledger.book({ ...key, ...difference }, booking(500n))).toBe('booked');
  });

  test('of a card without an account is not possible', () => {
    expect(fresh().book(key, booking(1500n, other))).toBe('no-such-account');
  });

  test.each([0n, -1n])('of %d is a bug of the caller', (amountMinor) => {
    expect(() => fresh().book(key, { ...sale, amountMinor })).toThrow(Bug);
  });
});

describe('a reversal', () => {
  test('gives the money back', () => {
    const ledger = fresh();
    ledger.book(key, sale);
    expect(ledger.reverse(key, claim)).toBe('reversed');
    expect([ledger.balanceMinor(pan), ledger.heldMinor('10000001', 7, 12)]).toEqual([2000n, 0n]);
  });

  test('again says the same and gives nothing back', () => {
    const ledger = fresh();
    ledger.book(key, sale);
    ledger.reverse(key, claim);
    expect(ledger.reverse(key, claim)).toBe('reversed');
    expect(ledger.balanceMinor(pan)).toBe(2000n);
  });

  test('of a declined request finds nothing held', () => {
    const ledger = fresh();
    ledger.decline(key, refusal);
    expect(ledger.reverse(key, claim)).toBe('nothing-held');
  });

  test('without an original is unknown, however often it comes', () => {
    const ledger = fresh();
    expect([ledger.reverse(key, claim), ledger.reverse(key, claim)]).toEqual(['unknown', 'unknown']);
  });

  test('that came first keeps its original from ever being held', () => {
    const ledger = fresh();
    ledger.reverse(key, claim);
    expect(ledger.book(key, sale)).toBe('already-decided');
    expect(ledger.reverse(key, claim)).toBe('unknown');
    expect(ledger.balanceMinor(pan)).toBe(2000n);
  });

  test.each<[string, Partial<ReversalClaim>, string]>([
    ['amount', { amountMinor: 1499n }, 'amount-differs'],
    ['transaction', { transaction: 'void' }, 'not-the-original'],
    ['F61', { originalField: '000007000099' }, 'not-the-original'],
    ['card', { pan: other }, 'not-the-original'],
  ])('with another %s than the original gives nothing back', (_, difference, outcome) => {
    const ledger = fresh();
    ledger.book(key, sale);
    expect(ledger.reverse(key, { ...claim, ...difference })).toBe(outcome);
    expect(ledger.heldMinor('10000001', 7, 12)).toBe(1500n);
  });
});

describe('a full ledger', () => {
  test('takes no further request', () => {
    expect(full().book({ ...key, stan: 13 }, sale)).toBe('full');
  });

  test('takes no reversal that it would have to remember', () => {
    expect(full().reverse({ ...key, stan: 13 }, claim)).toBe('full');
  });

  test('still reverses what it holds', () => {
    expect(full().reverse(key, claim)).toBe('reversed');
  });
});

describe('the report', () => {
  test('names no card in clear', () => {
    const ledger = fresh();
    ledger.book(key, sale);
    ledger.decline({ ...key, stan: 13 }, refusal);
    expect(JSON.stringify(ledger.ledgerJson())).not.toContain(pan);
  });

  test('tells accounts and entries with amounts as text', () => {
    const ledger = fresh();
    ledger.book(key, sale);
    expect(ledger.ledgerJson()).toEqual({
      accounts: [{ maskedPan: '622202*********0010', openingMinor: '2000', balanceMinor: '500', heldMinor: '0' }],
      merchants: [{ merchant: 'M', creditMinor: '1500' }],
      entries: [
        {
          ...key,
          state: 'held',
          amountMinor: '1500',
          maskedPan: '622202*********0010',
          transaction: 'sale',
          merchant: 'M',
          responseCode: '00',
          referenceNumber: '031500000001',
          authorizationCode: '000001',
          date: '0315',
        },
      ],
    });
  });
});

test('accounts that share a number are a bug of the setup', () => {
  const row = { pan, balanceMinor: '1' };
  expect(() => new Ledger([row, row])).toThrow(Bug);
});

test('an approval whose postings do not add up is a bug', () => {
  const lost = { ...sale, postings: sale.postings.slice(0, 1) };
  expect(() => fresh().book(key, lost)).toThrow(Bug);
});

describe('an entry that another one follows up', () => {
  const voidKey = { ...key, stan: 13 };
  const undo = (original: Entry | undefined): Booking => ({
    ...sale,
    transaction: 'void',
    state: 'booked',
    postings: sale.postings.map((posting) => ({ ...posting, minor: -posting.minor })),
    changes: original === undefined ? [] : [{ of: keyOf(original), state: 'voided', refundedMinor: 0n }],
  });
  const voided = (): Ledger => {
    const ledger = fresh();
    ledger.book(key, sale);
    ledger.book(voidKey, undo(ledger.entry(key)));
    return ledger;
  };
  const reverseVoid = (ledger: Ledger) => ledger.reverse(voidKey, { ...claim, transaction: 'void' });

  test('is marked, and nothing of it is held any more', () => {
    const ledger = voided();
    expect(ledger.entry(key)?.state).toBe('voided');
    expect([ledger.heldMinor('10000001', 7, 12), ledger.balanceMinor(pan), ledger.creditMinor('M')]).toEqual([
      0n,
      2000n,
      0n,
    ]);
  });

  test('is in force again when that one is reversed', () => {
    const ledger = voided();
    expect(reverseVoid(ledger)).toBe('reversed');
    expect(reverseVoid(ledger)).toBe('reversed');
    expect([ledger.entry(key)?.state, ledger.balanceMinor(pan)]).toEqual(['held', 500n]);
  });

  test('has nothing left for a reversal of its own', () => {
    const ledger = voided();
    expect(ledger.reverse(key, claim)).toBe('nothing-held');
    expect(ledger.balanceMinor(pan)).toBe(2000n);
  });

  test('may leave the account below zero when the money was spent in between, and only then', () => {
    const ledger = voided();
    ledger.book({ ...key, stan: 14 }, booking(1800n));
    reverseVoid(ledger);
    expect([ledger.balanceMinor(pan), ledger.discrepancies()]).toEqual([-1300n, []]);
  });

  test('is not touched by the reversal of what no longer stands as it was left', () => {
    const ledger = voided();
    const original = ledger.entry(key);
    ledger.book({ ...key, stan: 14 }, { ...undo(undefined), changes: [{ of: key, state: 'held', refundedMinor: 0n }] });
    expect(reverseVoid(ledger)).toBe('followed-up');
    expect(original === undefined ? undefined : leftMinor(original)).toBe(1500n);
  });
});

test('an entry is found by its reference number, its batch, and as a pre-authorization by its code and card', () => {
  const ledger = fresh();
  ledger.book(key, { ...sale, transaction: 'pre-authorization' });
  expect(ledger.withReference('031500000001')).toMatchObject(key);
  expect(ledger.preAuthorizations('000001', pan)).toMatchObject([key]);
  expect(ledger.preAuthorizations('000001', other)).toEqual([]);
  expect(ledger.entriesOf('10000001', 7)).toMatchObject([key]);
});

test('nothing is made or lost by any sequence of bookings, refusals and reversals, in any order', () => {
  const step = fc.record({
    what: fc.constantFrom('book', 'decline', 'reverse'),
    pan: fc.constantFrom(pan, other),
    terminal: fc.constantFrom('10000001', '10000002'),
    stan: fc.integer({ min: 1, max: 4 }),
    amountMinor: fc.bigInt({ min: 1n, max: 900n }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const ledger = new Ledger([pan, other].map((pan) => ({ pan, balanceMinor: '2000' })));
      for (const { what, terminal, stan, pan, amountMinor } of steps) {
        const key = { terminal, batch: 1, stan };
        if (what === 'book') ledger.book(key, booking(amountMinor, pan));
        else if (what === 'decline') ledger.decline(key, { ...refusal, pan, amountMinor });
        else ledger.reverse(key, { ...claim, pan, amountMinor });
      }
      const keys = ['10000001', '10000002'].flatMap((terminal) => [1, 2, 3, 4].map((stan) => ({ terminal, stan })));
      const heldMinor = keys.reduce((sum, { terminal, stan }) => sum + ledger.heldMinor(terminal, 1, stan), 0n);
      expect((ledger.balanceMinor(pan) ?? 0n) + (ledger.balanceMinor(other) ?? 0n) + heldMinor).toBe(4000n);
      expect(ledger.creditMinor('M')).toBe(heldMinor);
      expect(ledger.discrepancies()).toEqual([]);
    }),
  );
});
