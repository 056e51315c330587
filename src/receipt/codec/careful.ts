/** The last net before a slip is signed for good: whoever makes a slip masks its card numbers, and what was not is here. */
import { maskPan, passesLuhn } from '../../domain/pan.ts';
import type { Slip } from '../../domain/slip.ts';

/** First six and last four (dialect sheet 11.3). */
const VISIBLE_DIGITS_MAX = 10;

function maskedCard(pan: string): string {
  const digits = pan.replaceAll(/\D/g, '');
  return digits.length > VISIBLE_DIGITS_MAX ? maskPan(digits) : pan;
}

/** Words of the host. One number in ten that is no PAN is masked too: that is the price. */
const maskedWords = (text: string): string =>
  text.replaceAll(/\d{13,19}/g, (run) => (passesLuhn(run) ? maskPan(run) : run));

export const carefulSlip = (slip: Slip): Slip => ({
  ...slip,
  maskedPan: maskedCard(slip.maskedPan),
  remarks: slip.remarks.map(maskedWords),
  ...(slip.receiverMaskedPan !== undefined && { receiverMaskedPan: maskedCard(slip.receiverMaskedPan) }),
  ...(slip.issuer !== undefined && { issuer: maskedWords(slip.issuer) }),
  ...(slip.acquirer !== undefined && { acquirer: maskedWords(slip.acquirer) }),
});
