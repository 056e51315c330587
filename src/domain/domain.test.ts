import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CNY, formatAmount, parseAmount, toAmountMinor } from './money.ts';
import { isPanShaped, maskPan, passesLuhn } from './pan.ts';
import { responseMeaning } from './response-code.ts';
import { Secret } from './secret.ts';
import { nextStan, sixDigits } from './stan.ts';
import { parseTrack2 } from './track2.ts';

describe('an amount', () => {
  test.each([
    ['12.34', '1234'],
    ['12', '1200'],
    ['0.5', '50'],
    ['0.01', '1'],
    [' 7.00 ', '700'],
    ['9999999999.99', '999999999999'],
  ])('%s is %s fen', (text, minor) => {
    expect(parseAmount(text, CNY)).toEqual({ ok: true, value: minor });
  });

  test.each([
    ['', 'not-an-amount'],
    ['abc', 'not-an-amount'],
    ['-1', 'not-an-amount'],
    ['1,50', 'not-an-amount'],
    ['1e3', 'not-an-amount'],
    ['.5', 'not-an-amount'],
    ['1.234', 'too-many-decimals'],
    ['0', 'zero'],
    ['0.00', 'zero'],
    ['10000000000', 'too-large'],
  ])('%j is refused as %s', (text, problem) => {
    expect(parseAmount(text, CNY)).toEqual({ ok: false, error: problem });
  });

  test('survives being shown and keyed again', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 999_999_999_999n }), (minor) => {
        const amount = toAmountMinor(minor);
        expect(parseAmount(formatAmount(amount, CNY), CNY)).toEqual({ ok: true, value: amount });
      }),
    );
  });

  test.each([-1n, 1_000_000_000_000n])('of %s minor units is a bug', (minor) => {
    expect(() => toAmountMinor(minor)).toThrow(RangeError);
  });
});

describe('a trace number', () => {
  test.each([
    [0, 1],
    [1, 2],
    [999_998, 999_999],
    [999_999, 1],
  ])('after %i comes %i', (stan, next) => {
    expect(nextStan(stan)).toBe(next);
  });

  test('is written with six digits', () => expect(sixDigits(123)).toBe('000123'));
});

describe('a PAN', () => {
  test('passes the Luhn check of ISO/IEC 7812-1', () => {
    expect(passesLuhn('6212345678901232')).toBe(true);
    expect(passesLuhn('6212345678901233')).toBe(false);
    expect(passesLuhn('')).toBe(false);
  });

  test.each([
    ['6222021234567890123', '622202*********0123'],
    ['621234567890', '621234**7890'],
    // Fails closed: not a PAN that we know, so nothing of it is shown.
    ['62123456789', '***********'],
    ['62220212345678901234', '********************'],
    ['6222 0212', '*********'],
    ['', ''],
  ])('%j is shown as %j', (pan, masked) => {
    expect(maskPan(pan)).toBe(masked);
  });

  test('has 12 to 19 digits', () => {
    expect(isPanShaped('6'.repeat(11))).toBe(false);
    expect(isPanShaped('6'.repeat(12))).toBe(true);
    expect(isPanShaped('6'.repeat(20))).toBe(false);
  });
});

describe('track 2', () => {
  test.each(['=', 'D', '>'])('is read with the separator %s and kept with D', (separator) => {
    const track = parseTrack2(`6222021234567890123${separator}30122010000012345`);
    if (!track.ok) throw new Error(track.error);
    expect(track.value.pan.reveal()).toBe('6222021234567890123');
    expect(track.value.data.reveal()).toBe('6222021234567890123D30122010000012345');
    expect(track.value.expiry).toBe('3012');
    expect(track.value.serviceCode).toBe('201');
  });

  test.each([
    ['6222021234567890123', 'no-separator'],
    ['622202=30122010000', 'bad-pan'],
    ['6222021234567890123=3013201', 'bad-expiry'],
    ['6222021234567890123=301220', 'bad-service-code'],
    ['6222021234567890123=3012201x', 'not-digits'],
    ['6222021234567890123=301220100000123456', 'too-long'],
  ])('%s is refused as %s', (text, problem) => {
    expect(parseTrack2(text)).toEqual({ ok: false, error: problem });
  });
});

describe('a secret', () => {
  const secret = Secret.of('6222021234567890123', 'PAN');

  test.each<[string, () => string]>([
    ['in a template', () => `card ${String(secret)}`],
    ['as JSON', () => JSON.stringify({ deep: [{ secret }] })],
    ['under inspect', () => inspect({ deep: { secret } }, { showHidden: true, depth: null })],
    ['as an error message', () => new Error(`bad ${secret.toString()}`).message],
    ['in a clone', () => inspect(structuredClone({ secret }), { showHidden: true })],
    ['by its keys', () => JSON.stringify(Object.entries(secret))],
  ])('does not show %s', (_, show) => {
    expect(show()).not.toContain('622202');
  });

  test('gives its value only when asked', () => expect(secret.reveal()).toBe('6222021234567890123'));
});

describe('a response code', () => {
  test.each([
    ['00', 'approved'],
    ['11', 'approved'],
    ['A4', 'approved'],
    ['10', 'partial'],
    ['51', 'declined'],
    ['A0', 'declined'],
    ['??', 'declined'],
    ['', 'declined'],
  ])('%j means %s', (code, category) => {
    expect(responseMeaning(code).category).toBe(category);
  });

  test.each(['77', '99', 'A0'])('%s asks for a new sign-in', (code) => {
    expect(responseMeaning(code).action).toBe('sign-in-again');
  });
});
