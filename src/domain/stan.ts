/** System trace audit number (field 11, 流水号, also the voucher number 凭证号): 1 to 999999. */
const STAN_MAX = 999_999;

/** The next trace number: wraps from 999999 to 1, zero is never used (dialect sheet 5.5). */
export const nextStan = (stan: number): number => (stan >= STAN_MAX ? 1 : stan + 1);

/** Six digits, as on the wire and on the slip. Serves batch numbers too (n6). */
export const sixDigits = (value: number): string => value.toString().padStart(6, '0');
