/**
 * The last net before paper: whoever makes a paper masks its card numbers, and what was not masked is masked here. Long
 * numbers that a paper must show, such as the merchant's, do not pass through here.
 */
import { maskPan, passesLuhn } from '../domain/pan.ts';

/** First six and last four (dialect sheet 11.3). */
const VISIBLE_DIGITS_MAX = 10;

/** A card number, masked already. With more digits than a masked one has, in whatever notation, it is masked again. */
export function maskedForPaper(text: string): string {
  const digits = text.replaceAll(/\D/g, '');
  return digits.length > VISIBLE_DIGITS_MAX ? maskPan(digits) : text;
}

/** Words of the host. One number in ten that is no PAN is masked too: that is the price. */
export const hostTextForPaper = (text: string): string =>
  text.replaceAll(/\d{13,19}/g, (run) => (passesLuhn(run) ? maskPan(run) : run));
