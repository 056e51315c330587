/** Field 62 of transfers (dialect sheet 4.1): the receiving card, the id document, the largest amount. */
import type { Fields } from '../../../src/host/iso8583/message.ts';
import { fromAscii, fromHex, toHex } from '../crypto/hex.ts';

/** A receiving card that was found good; the transfer carries the same trace number. */
export interface Verified {
  readonly stan: number;
  readonly pan: string;
}

/** Two digits of type, twenty characters of number. */
const DOCUMENT_LENGTH = 22;

/** Field 62 as characters. */
export const textOf = (hex: string): string => Array.from(fromHex(hex), (byte) => String.fromCharCode(byte)).join('');

export const hexOf = (text: string): string => toHex(fromAscii(text));

/** The card number in ASCII; an older form is filled up to 28 characters. */
export function receivingCard(fields: Fields): string | undefined {
  const text = textOf(fields[62] ?? '').trimEnd();
  return /^\d{12,19}$/.test(text) ? text : undefined;
}

/** What is wrong with the id document of an account verification, or `undefined`. */
export function verificationFault(fields: Fields): string | undefined {
  const text = textOf(fields[62] ?? '');
  if (text.length !== DOCUMENT_LENGTH) return `F62 has not ${DOCUMENT_LENGTH} characters`;
  return /^(0[1-7]|99)/.test(text) ? undefined : 'F62 begins with no type of id document';
}

export const verifiedReply = (amountMaxMinor: bigint): Fields => ({
  62: hexOf(amountMaxMinor.toString().padStart(12, '0')),
});
