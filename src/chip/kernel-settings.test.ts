import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toAmountMinor } from '../domain/money.ts';
import { testSettings } from '../emv/testing/settings.ts';
import { type ChipTerminal, inputOf, settingsOf } from './kernel-settings.ts';
import type { ChipRequest } from './port-types.ts';

const { applications: _applications, caKeys: _keys, ...settings } = testSettings();
const terminal: ChipTerminal = { ...settings, currencyCode: '156', currencyExponent: 2 };
const request: ChipRequest = {
  extent: 'payment',
  amount: toAmountMinor(1500n),
  transactionType: '00',
  date: '20260315',
  time: '143205',
  stan: 11,
  forcedOnline: true,
  applications: ['9F0605'],
  caKeys: ['9F0605A000000333'],
  isOnBlacklist: () => false,
};

test('the kernel gets the request, and chance for the card to sign', () => {
  let next = 0;
  const input = inputOf(terminal, request, (length) => Uint8Array.from({ length }, () => (next += 1)));
  expect(input).toEqual({
    amount: '1500',
    amountOther: '0',
    transactionType: '00',
    currencyCode: '156',
    currencyExponent: 2,
    date: '20260315',
    time: '143205',
    sequenceCounter: 11,
    unpredictableNumber: Uint8Array.of(1, 2, 3, 4),
    randomPercent: 1 + (0x05060708 % 99),
    forcedOnline: true,
  });
});

test('the percentage for random selection is 1 to 99 whatever chance brings', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 4, maxLength: 4 }), (bytes) => {
      const { randomPercent } = inputOf(terminal, request, () => bytes);
      expect(Number.isInteger(randomPercent) && randomPercent >= 1 && randomPercent <= 99).toBe(true);
    }),
  );
});

test('what the host has sent and cannot be read is left out and told of', () => {
  const reports: unknown[] = [];
  const { applications, caKeys } = settingsOf(terminal, request, (...report) => reports.push(report));
  expect([applications, caKeys]).toEqual([[], []]);
  expect(reports).toEqual([
    ['application', '9F06'],
    ['ca-key', 'DF07'],
  ]);
});
