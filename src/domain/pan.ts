/** ISO/IEC 7812-1: a PAN that we accept has 12 to 19 digits. */
export const isPanShaped = (text: string): boolean => /^\d{12,19}$/.test(text);

/** ISO/IEC 7812-1 annex B, modulus 10 with double-add-double. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48;
    const weighted = index % 2 === 0 ? digit : digit * 2;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return digits.length > 0 && sum % 10 === 0;
}

/**
 * First six and last four (dialect sheet 11.3). Fails closed: what is not shaped like a PAN is masked whole, because
 * something that we could not parse may still be one.
 */
export function maskPan(text: string): string {
  if (!isPanShaped(text)) return '*'.repeat(text.length);
  return `${text.slice(0, 6)}${'*'.repeat(text.length - 10)}${text.slice(-4)}`;
}
