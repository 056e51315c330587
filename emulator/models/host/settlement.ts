/** Settlement totals: the host's own, the terminal's in field 48, and whether they agree (dialect sheet 9.4). */
import { Bug } from '../../../src/domain/result.ts';
import { hasEffect, type Entry } from './ledger-entry.ts';
import { totalsOf } from './transactions.ts';

interface SideTotals {
  readonly debitMinor: bigint;
  readonly debitCount: number;
  readonly creditMinor: bigint;
  readonly creditCount: number;
}

export interface Totals {
  readonly domestic: SideTotals;
  readonly foreign: SideTotals;
}

export type Side = keyof Totals;

/** Answer digit of a side: 1 balanced, 2 not. */
export interface Balanced {
  readonly domestic: boolean;
  readonly foreign: boolean;
}

const SIDE_DIGITS = 30;
const FIELD_48 = /^\d{30}0\d{30}0$/;
const COUNT_MAX = 999;
const AMOUNT_MAX = 999_999_999_999n;

const nothing: SideTotals = { debitMinor: 0n, debitCount: 0, creditMinor: 0n, creditCount: 0 };

/** Whether an entry moved money that is settled: approved, not reversed. A void counts beside what it voids. */
export const isSettled = (entry: Entry): boolean =>
  entry.transaction !== undefined && totalsOf(entry.transaction) !== 'none' && hasEffect(entry);

export const sideOf = ({ foreign }: Entry): Side => (foreign === true ? 'foreign' : 'domestic');

export function totalsOfEntries(entries: readonly Entry[]): Totals {
  const totals = { domestic: nothing, foreign: nothing };
  for (const entry of entries.filter(isSettled)) {
    const side = sideOf(entry);
    totals[side] = added(totals[side], entry);
  }
  return totals;
}

function added(totals: SideTotals, { amountMinor, transaction }: Entry): SideTotals {
  if (transaction === undefined) throw new Bug('A settled entry is a transaction.');
  return totalsOf(transaction) === 'debit'
    ? { ...totals, debitMinor: totals.debitMinor + amountMinor, debitCount: totals.debitCount + 1 }
    : { ...totals, creditMinor: totals.creditMinor + amountMinor, creditCount: totals.creditCount + 1 };
}

/** Field 48 of a request; `undefined` when it is none. */
export function readTotals(field48: string): Totals | undefined {
  if (!FIELD_48.test(field48)) return undefined;
  const side = (at: number): SideTotals => ({
    debitMinor: BigInt(field48.slice(at, at + 12)),
    debitCount: Number(field48.slice(at + 12, at + 15)),
    creditMinor: BigInt(field48.slice(at + 15, at + 27)),
    creditCount: Number(field48.slice(at + 27, at + 30)),
  });
  return { domestic: side(0), foreign: side(SIDE_DIGITS + 1) };
}

export function compareTotals(one: Totals, other: Totals): Balanced {
  const balanced = (side: Side): boolean => digitsOf(one[side]) === digitsOf(other[side]);
  return { domestic: balanced('domestic'), foreign: balanced('foreign') };
}

/** Field 48 of the answer: the terminal's totals come back where they are right, the host's own where they are not. */
export function answeredTotals(host: Totals, balanced: Balanced): string {
  const side = (name: Side): string => digitsOf(host[name]) + (balanced[name] ? '1' : '2');
  return side('domestic') + side('foreign');
}

/** Amount 12 and count 3, of debits and of credits. What does not fit says so in nines. */
function digitsOf({ debitMinor, debitCount, creditMinor, creditCount }: SideTotals): string {
  const amount = (minor: bigint): string => (minor > AMOUNT_MAX ? AMOUNT_MAX : minor).toString().padStart(12, '0');
  const count = (number: number): string => Math.min(number, COUNT_MAX).toString().padStart(3, '0');
  return amount(debitMinor) + count(debitCount) + amount(creditMinor) + count(creditCount);
}

/** For reports. */
interface SideTotalsJson {
  readonly debitMinor: string;
  readonly debitCount: number;
  readonly creditMinor: string;
  readonly creditCount: number;
}

export interface TotalsJson {
  readonly domestic: SideTotalsJson;
  readonly foreign: SideTotalsJson;
}

export function totalsJson({ domestic, foreign }: Totals): TotalsJson {
  const side = ({ debitMinor, creditMinor, ...counts }: SideTotals): SideTotalsJson => ({
    ...counts,
    debitMinor: debitMinor.toString(),
    creditMinor: creditMinor.toString(),
  });
  return { domestic: side(domestic), foreign: side(foreign) };
}
