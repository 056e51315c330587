import { fail, ok, type Result } from './result.ts';

/** A currency as a terminal needs it: ISO 4217 numeric code (field 49), decimals, and the words for the slip. */
export interface Currency {
  readonly numericCode: string;
  readonly decimals: number;
  readonly slipPrefix: string;
}

export const CNY: Currency = { numericCode: '156', decimals: 2, slipPrefix: 'RMB' };

/**
 * A whole number of minor units (fen) as a decimal string, so that it passes unharmed through JSON, the journal and
 * the wire. Never a floating-point number.
 */
export type AmountMinor = string & { readonly __brand: 'AmountMinor' };

/** Field 4 is n12. */
const MINOR_MAX = 999_999_999_999n;
export const AMOUNT_MINOR_MAX = MINOR_MAX.toString() as AmountMinor;

export type AmountProblem = 'not-an-amount' | 'too-many-decimals' | 'zero' | 'too-large';

/**
 * Reads what a person keys, e.g. `12.34`, `12`, `0.5`.
 *
 * @returns the amount in minor units, from 1 to 999,999,999,999, or what is wrong with the text.
 */
export function parseAmount(text: string, currency: Currency): Result<AmountMinor, AmountProblem> {
  const match = /^(\d{1,15})(?:\.(\d{1,15}))?$/.exec(text.trim());
  if (match === null) return fail('not-an-amount');
  const [, whole = '', fraction = ''] = match;
  if (fraction.length > currency.decimals) return fail('too-many-decimals');
  const minor = BigInt(whole + fraction.padEnd(currency.decimals, '0'));
  if (minor === 0n) return fail('zero');
  if (minor > MINOR_MAX) return fail('too-large');
  return ok(toAmountMinor(minor));
}

/** @throws RangeError outside 0 to 999,999,999,999: an amount of ours is never negative, its sign is in its type. */
export function toAmountMinor(minor: bigint): AmountMinor {
  if (minor < 0n || minor > MINOR_MAX) throw new RangeError('An amount is 0 to 999999999999 minor units.');
  return minor.toString() as AmountMinor;
}

/** `1234` as `12.34`, without prefix or grouping. */
export function formatAmount(amount: AmountMinor, currency: Currency): string {
  const digits = amount.padStart(currency.decimals + 1, '0');
  const split = digits.length - currency.decimals;
  return currency.decimals === 0 ? digits : `${digits.slice(0, split)}.${digits.slice(split)}`;
}
