/** The list of cardholder verification methods, and when a rule of it applies (EMV Book 3, 10.5 and annex C3). */
import { bytesNumber, equal } from './bytes.ts';
import type { Session } from './session.ts';

export type CvmMethod =
  | 'fail'
  | 'plaintext-pin'
  | 'online-pin'
  | 'plaintext-pin-and-signature'
  | 'enciphered-pin'
  | 'enciphered-pin-and-signature'
  | 'signature'
  | 'none';

export interface CvmRule {
  /** Undefined: a code that nobody here knows. */
  readonly method: CvmMethod | undefined;
  readonly code: number;
  readonly condition: number;
  /** Whether the next rule is tried if this one fails. */
  readonly goesOn: boolean;
}

export interface CvmList {
  readonly x: number;
  readonly y: number;
  readonly rules: readonly CvmRule[];
}

/** Annex C3, bits 6 to 1. */
const METHODS: Readonly<Record<number, CvmMethod>> = {
  0x00: 'fail',
  0x01: 'plaintext-pin',
  0x02: 'online-pin',
  0x03: 'plaintext-pin-and-signature',
  0x04: 'enciphered-pin',
  0x05: 'enciphered-pin-and-signature',
  0x1e: 'signature',
  0x1f: 'none',
};

/** Undefined: an odd number of bytes, which is no list. One without rules counts as none at all. */
export function parseCvmList(bytes: Uint8Array): CvmList | undefined {
  if (bytes.length < 8 || bytes.length % 2 !== 0) return undefined;
  const rules = Array.from({ length: (bytes.length - 8) / 2 }, (_, index): CvmRule => {
    const [code = 0, condition = 0] = bytes.subarray(8 + index * 2, 10 + index * 2);
    return { method: METHODS[code & 0x3f], code, condition, goesOn: (code & 0x40) !== 0 };
  });
  return { x: bytesNumber(bytes.subarray(0, 4)), y: bytesNumber(bytes.subarray(4, 8)), rules };
}

/** Whether the terminal can do it (9F33). */
export function isSupported(method: CvmMethod, session: Session): boolean {
  switch (method) {
    case 'fail':
      return true;
    case 'plaintext-pin':
      return session.capability('plaintextPinByCard');
    case 'online-pin':
      return session.capability('encipheredPinOnline');
    case 'plaintext-pin-and-signature':
      return session.capability('plaintextPinByCard') && session.capability('signature');
    case 'enciphered-pin':
      return session.capability('encipheredPinByCard');
    case 'enciphered-pin-and-signature':
      return session.capability('encipheredPinByCard') && session.capability('signature');
    case 'signature':
      return session.capability('signature');
    case 'none':
      return session.capability('noCvm');
  }
}

/** Annex C3, table 40. What it does not know, and what it needs data for that are not there, does not apply. */
export function applies({ condition, method }: CvmRule, { x, y }: CvmList, session: Session): boolean {
  const isCash = session.input.transactionType === '01';
  const isUnattended = /^[123][456]$/.test(session.settings.terminalType);
  const isCashback = session.input.transactionType === '09' || Number(session.input.amountOther) > 0;
  const own = session.get('9F42');
  const isOwnCurrency = own !== undefined && equal(own, session.get('5F2A') ?? new Uint8Array());
  const amount = session.amountMinor;
  switch (condition) {
    case 0x00:
      return true;
    case 0x01:
      return isCash && isUnattended;
    case 0x02:
      return !isCash && !isCashback;
    case 0x03:
      return method !== undefined && isSupported(method, session);
    case 0x04:
      return isCash && !isUnattended;
    case 0x05:
      return isCashback && !isCash;
    case 0x06:
      return isOwnCurrency && amount < x;
    case 0x07:
      return isOwnCurrency && amount > x;
    case 0x08:
      return isOwnCurrency && amount < y;
    case 0x09:
      return isOwnCurrency && amount > y;
    default:
      return false;
  }
}
