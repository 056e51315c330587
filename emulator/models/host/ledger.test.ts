/**
 * The ledger by itself: where money may be, and where it may not.
 *
 * Mutations tried: refusing the whole balance, money back twice, a reversal not recorded or not remembered, a second hold of
 * one key, keys without the terminal, amounts not compared, a decline over a hold. Each was noticed.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Bug } from '../../../src/domain/result.ts';
import { Ledger } from './ledger.ts';

const pan = '6222021234567800010';
const other = '6222021234567800028';
const key = { terminal: '10000001', batch: 7, stan: 12 };
const claim = { amountMinor: 1500n, processingCode: '000000' };
const sale = { pan, ...claim };
const fresh = (): Ledger => new Ledger([{ pan, balanceMinor: '2000' }]);

const full = (): Ledger => {
  const ledger = new Ledger([{ pan, balanceMinor: '5000' }], 1);
  ledger.hold(key, sale);
  return ledger;
};

describe('an approval', () => {
  test('moves the amount from the balance into a hold', () => {
    const ledger = fresh();
    expect(ledger.hold(key, sale)).toBe('held');
    expect([ledger.balanceMinor(pan), ledger.heldMinor('10000001', 7, 12)]).toEqual([500n, 1500n]);
  });

  test('of the whole balance is possible', () => {
    expect(fresh().hold(key, { ...sale, amountMinor: 2000n })).toBe('held');
  });

  test('of more than the balance is not, and moves nothing', () => {
    const ledger = fresh();
    expect(ledger.hold(key, { ...sale, amountMinor: 2001n })).toBe('insufficient-funds');
    expect([ledger.balanceMinor(pan), ledger.heldMinor('10000001', 7, 12)]).toEqual([2000n, 0n]);
  });

  test('happens once for a terminal, batch and trace number', () => {
    const ledger = fresh();
    ledger.hold(key, { ...sale, amountMinor: 500n });
    expect(ledger.hold(key, { ...sale, amountMinor: 500n })).toBe('already-decided');
    expect(ledger.balanceMinor(pan)).toBe(1500n);
  });

  test.each([{ terminal: '10000002' }, { batch: 8 }, { stan: 13 }])('is another one for another %o', (difference) => {
    const ledger = fresh();
    ledger.hold(key, { ...sale, amountMinor: 500n });
    expect(ledger.hold({ ...key, ...difference }, { ...sale, amountMinor: 500n })).toBe('held');
  });

  test('of a card without an account is not possible', () => {
    expect(fresh().hold(key, { ...sale, pan: other })).toBe('no-such-account');
  });

  test.each([0n, -1n])('of %d is a bug of the caller', (amountMinor) => {
    expect(() => fresh().hold(key, { ...sale, amountMinor })).toThrow(Bug);
  });
});

describe('a reversal', () => {
  test('gives the money back', () => {
    const ledger = fresh();
    ledger.hold(key, sale);
    expect(ledger.reverse(key, claim)).toBe('reversed');
    expect([ledger.balanceMinor(pan), ledger.heldMinor('10000001', 7, 12)]).toEqual([2000n, 0n]);
  });

  test('again says the same and gives nothing back', () => {
    const ledger = fresh();
    ledger.hold(key, sale);
    ledger.reverse(key, claim);
    expect(ledger.reverse(key, claim)).toBe('reversed');
    expect(ledger.balanceMinor(pan)).toBe(2000n);
  });

  test('of a declined request finds nothing held', () => {
    const ledger = fresh();
    ledger.decline(key, { ...sale, responseCode: '51' });
    expect(ledger.reverse(key, claim)).toBe('nothing-held');
  });

  test('without an original is unknown, however often it comes', () => {
    const ledger = fresh();
    expect([ledger.reverse(key, claim), ledger.reverse(key, claim)]).toEqual(['unknown', 'unknown']);
  });

  test('that came first keeps its original from ever being held', () => {
    const ledger = fresh();
    ledger.reverse(key, claim);
    expect(ledger.hold(key, sale)).toBe('already-decided');
    expect(ledger.reverse(key, claim)).toBe('unknown');
    expect(ledger.balanceMinor(pan)).toBe(2000n);
  });

  test.each([
    ['amount', { amountMinor: 1499n }, 'amount-differs'],
    ['processing code', { processingCode: '200000' }, 'not-the-original'],
    ['card', { pan: other }, 'not-the-original'],
  ])('with another %s than the original gives nothing back', (_, difference, outcome) => {
    const ledger = fresh();
    ledger.hold(key, sale);
    expect(ledger.reverse(key, { ...claim, ...difference })).toBe(outcome);
    expect(ledger.heldMinor('10000001', 7, 12)).toBe(1500n);
  });
});

describe('a full ledger', () => {
  test('takes no further request', () => {
    expect(full().hold({ ...key, stan: 13 }, sale)).toBe('full');
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
    ledger.hold(key, sale);
    ledger.decline({ ...key, stan: 13 }, { ...sale, responseCode: '51' });
    expect(JSON.stringify(ledger.ledgerJson())).not.toContain(pan);
  });

  test('tells accounts and entries with amounts as text', () => {
    const ledger = fresh();
    ledger.hold(key, sale);
    expect(ledger.ledgerJson()).toEqual({
      accounts: [{ maskedPan: '622202*********0010', openingMinor: '2000', balanceMinor: '500', heldMinor: '1500' }],
      entries: [
        {
          ...key,
          state: 'held',
          amountMinor: '1500',
          maskedPan: '622202*********0010',
          processingCode: '000000',
          responseCode: '00',
        },
      ],
    });
  });
});

test('accounts that share a number are a bug of the setup', () => {
  const row = { pan, balanceMinor: '1' };
  expect(() => new Ledger([row, row])).toThrow(Bug);
});

test('nothing is made or lost by any sequence of holds, refusals and reversals, in any order', () => {
  const step = fc.record({
    what: fc.constantFrom('hold', 'decline', 'reverse'),
    pan: fc.constantFrom(pan, other),
    terminal: fc.constantFrom('10000001', '10000002'),
    stan: fc.integer({ min: 1, max: 4 }),
    amountMinor: fc.bigInt({ min: 1n, max: 900n }),
    processingCode: fc.constantFrom('000000', '200000'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const ledger = new Ledger([pan, other].map((pan) => ({ pan, balanceMinor: '2000' })));
      for (const { what, terminal, stan, ...request } of steps) {
        const key = { terminal, batch: 1, stan };
        if (what === 'hold') ledger.hold(key, request);
        else if (what === 'decline') ledger.decline(key, { ...request, responseCode: '05' });
        else ledger.reverse(key, request);
      }
      const keys = ['10000001', '10000002'].flatMap((terminal) => [1, 2, 3, 4].map((stan) => ({ terminal, stan })));
      const heldMinor = keys.reduce((sum, { terminal, stan }) => sum + ledger.heldMinor(terminal, 1, stan), 0n);
      expect((ledger.balanceMinor(pan) ?? 0n) + (ledger.balanceMinor(other) ?? 0n) + heldMinor).toBe(4000n);
      expect(ledger.discrepancies()).toEqual([]);
    }),
  );
});
