/** The short form of a receipt: which slip it is, and a MAC over its record, for the merchant's electronic copy to prove. */
import type { Slip } from '../../domain/slip.ts';
import { sixDigits } from '../../domain/stan.ts';
import { areEqual, base64UrlOf, bytesOfBase64Url } from './bytes.ts';
import { readRecord } from './record.ts';

/** HMAC-SHA-256. */
export type Hmac = (key: Uint8Array, data: Uint8Array) => Uint8Array;

export interface ShortForm {
  readonly batch: number;
  readonly voucher: number;
  /** M merchant, C cardholder, B bank. */
  readonly copy: string;
  readonly mac: Uint8Array;
}

/** 128 bits. */
const MAC_BYTES = 16;
const LETTERS: Readonly<Record<string, string>> = { merchant: 'M', cardholder: 'C', bank: 'B' };

/** 35 characters: batch, voucher, copy, MAC. */
export function shortText(slip: Slip, record: Uint8Array, key: Uint8Array, hmac: Hmac): string {
  return `${slipCode(slip)}${base64UrlOf(macOf(record, key, hmac))}`;
}

/** Undefined for what is no short form. */
export function readShortText(text: string): ShortForm | undefined {
  const [, batch, voucher, copy = '', code = ''] = /^(\d{6})(\d{6})([MCB])([\w-]{22})$/.exec(text) ?? [];
  const mac = bytesOfBase64Url(code);
  if (batch === undefined || mac?.length !== MAC_BYTES) return undefined;
  return { batch: Number(batch), voucher: Number(voucher), copy, mac };
}

export type ShortVerdict =
  | { readonly type: 'good'; readonly record: Uint8Array }
  /** The electronic copy has no such slip. */
  | { readonly type: 'unknown-slip' }
  /** It has one, which is not the one that this was made for. */
  | { readonly type: 'wrong-mac' };

/**
 * Proves that the short form was made for a record of this copy. Whether the record is good itself, its signature and
 * the chain say.
 */
export function verifyShort(
  short: ShortForm,
  records: Iterable<Uint8Array>,
  key: Uint8Array,
  hmac: Hmac,
): ShortVerdict {
  const code = `${sixDigits(short.batch)}${sixDigits(short.voucher)}${short.copy}`;
  let isKnown = false;
  for (const record of records) {
    const read = readRecord(record);
    if (!read.ok || read.value.content.type !== 'slip' || slipCode(read.value.content) !== code) continue;
    if (areEqual(macOf(record, key, hmac), short.mac)) return { type: 'good', record };
    isKnown = true;
  }
  return { type: isKnown ? 'wrong-mac' : 'unknown-slip' };
}

const slipCode = ({ batch, copy, voucher }: Slip): string =>
  `${sixDigits(batch)}${sixDigits(voucher)}${LETTERS[copy] ?? '?'}`;

const macOf = (record: Uint8Array, key: Uint8Array, hmac: Hmac): Uint8Array => hmac(key, record).slice(0, MAC_BYTES);
