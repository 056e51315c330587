/**
 * First six and last four digits, the rest stars (dialect sheet 11.3).
 *
 * Fails closed: what does not look like a card number is masked whole, since it may be a badly deciphered one.
 */
export const maskedPan = (text: string): string =>
  /^\d{12,19}$/.test(text) ? text.slice(0, 6) + '*'.repeat(text.length - 10) + text.slice(-4) : '*'.repeat(text.length);
