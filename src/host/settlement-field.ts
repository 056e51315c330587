/** Field 48, all of it digits: settlement totals and their verdict, batch details, batch count (dialect sheet 9.4, 9.5). */
import { toAmountMinor } from '../domain/money.ts';
import { Bug, fail, ok, type Result } from '../domain/result.ts';
import { sixDigits } from '../domain/stan.ts';
import type { BatchDetail, BatchTotals, SettlementAnswer, SideTotals, SideVerdict } from './host-port.ts';

const AMOUNT_DIGITS = 12;
const COUNT_MAX = 999;
/** Amount and count of debits, then of credits. */
const SIDE_DIGITS = 30;
const DETAILS_MAX = 8;
const DETAIL_PAN_DIGITS = 20;
const UPLOAD_COUNT_MAX = 9_999;

/** The 62 digits of a request: each side, then 0 for the verdict. @throws Bug for a count above 999. */
export const totalsField = ({ domestic, foreign }: BatchTotals): string =>
  `${sideField(domestic)}0${sideField(foreign)}0`;

const sideField = ({ debitAmount, debitCount, creditAmount, creditCount }: SideTotals): string =>
  debitAmount.padStart(AMOUNT_DIGITS, '0') +
  countDigits(debitCount, COUNT_MAX) +
  creditAmount.padStart(AMOUNT_DIGITS, '0') +
  countDigits(creditCount, COUNT_MAX);

/** Their count in two digits, then forty digits of each. @throws Bug unless there are 1 to 8. */
export function detailsField(details: readonly BatchDetail[]): string {
  if (details.length < 1 || details.length > DETAILS_MAX) {
    throw new Bug(`A batch upload has 1 to ${DETAILS_MAX} details in one message, not ${details.length}.`);
  }
  return details.length.toString().padStart(2, '0') + details.map(detailField).join('');
}

const detailField = ({ foreign, stan, pan, amount }: BatchDetail): string =>
  (foreign ? '01' : '00') +
  sixDigits(stan) +
  pan.reveal().padStart(DETAIL_PAN_DIGITS, '0') +
  amount.padStart(AMOUNT_DIGITS, '0');

/** How many items were uploaded, in four digits. @throws Bug above 9999. */
export const uploadCountField = (count: number): string => countDigits(count, UPLOAD_COUNT_MAX);

function countDigits(count: number, max: number): string {
  if (Number.isInteger(count) && count >= 0 && count <= max) return count.toString().padStart(`${max}`.length, '0');
  throw new Bug(`Field 48 has room for a count of 0 to ${max}, and was given ${count}.`);
}

const verdicts: Readonly<Record<string, SideVerdict>> = { '1': 'balanced', '2': 'not-balanced', '3': 'error' };

/** Reads field 48 of an answer to a settlement; or says what is wrong with it, without content. */
export function readSettlement(field48: string): Result<SettlementAnswer, string> {
  if (!/^\d{62}$/.test(field48)) return fail('Field 48 of a settlement is not 62 digits.');
  const domestic = verdicts[field48.charAt(SIDE_DIGITS)];
  const foreign = verdicts[field48.charAt(SIDE_DIGITS * 2 + 1)];
  if (domestic === undefined || foreign === undefined) {
    return fail('Field 48 of a settlement does not say of each side whether it balances.');
  }
  const totals = { domestic: readSide(field48), foreign: readSide(field48.slice(SIDE_DIGITS + 1)) };
  return ok({ domestic, foreign, totals });
}

const readSide = (digits: string): SideTotals => ({
  debitAmount: toAmountMinor(BigInt(digits.slice(0, 12))),
  debitCount: Number(digits.slice(12, 15)),
  creditAmount: toAmountMinor(BigInt(digits.slice(15, 27))),
  creditCount: Number(digits.slice(27, SIDE_DIGITS)),
});
