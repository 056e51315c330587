/** A slip as a map with small keys, and back: the same slip to the letter. */
import type { Bilingual } from '../../domain/bilingual.ts';
import { CNY } from '../../domain/money.ts';
import type { Slip } from '../../domain/slip.ts';
import { isMap, type Cbor, type CborMap } from './cbor.ts';
import { decodeFields, encodeFields, nested, type Field } from './fields.ts';
import { amount, choice, count, digits, flag, hex, maskedPan, moment, plain, text, texts, wording } from './kinds.ts';

/** These tables grow at their end only: a record holds the place of a word. */
const COPIES = ['merchant', 'cardholder', 'bank'];
const ENTRY_MODES = ['keyed', 'swiped', 'inserted', 'contactless', 'none'];
const TRANSACTION_TYPES: readonly Bilingual[] = [
  { zh: '消费', en: 'SALE' },
  { zh: '消费撤销', en: 'VOID' },
  { zh: '退货', en: 'REFUND' },
  { zh: '预授权', en: 'AUTH' },
  { zh: '预授权撤销', en: 'AUTH VOID' },
  { zh: '预授权完成', en: 'AUTH COMPLETE' },
  { zh: '预授权完成(通知)', en: 'AUTH SETTLEMENT' },
  { zh: '预授权完成撤销', en: 'COMPLETE VOID' },
  { zh: '余额查询', en: 'BALANCE' },
  { zh: '转账', en: 'TRANSFER' },
];

const ORIGINAL: readonly Field[] = [
  { key: 1, name: 'voucher', kind: digits, optional: true },
  { key: 2, name: 'authorizationCode', kind: digits, optional: true },
  { key: 3, name: 'referenceNumber', kind: digits, optional: true },
  { key: 4, name: 'date', kind: digits, optional: true },
];
const BALANCE: readonly Field[] = [
  { key: 1, name: 'negative', kind: flag, otherwise: false },
  { key: 2, name: 'amount', kind: amount },
];
const CURRENCY: readonly Field[] = [
  { key: 1, name: 'numericCode', kind: digits },
  { key: 2, name: 'decimals', kind: count },
  { key: 3, name: 'slipPrefix', kind: text },
];

const CRYPTOGRAM: readonly Field[] = [
  { key: 1, name: 'name', kind: choice(['ARQC', 'TC', 'AAC']) },
  { key: 2, name: 'value', kind: hex },
];
/** Dialect sheet 11.4. */
const EMV: readonly Field[] = [
  { key: 1, name: 'cryptogram', kind: nested(CRYPTOGRAM), optional: true },
  { key: 2, name: 'aid', kind: hex, optional: true },
  { key: 3, name: 'tvr', kind: hex, optional: true },
  { key: 4, name: 'tsi', kind: hex, optional: true },
  { key: 5, name: 'atc', kind: hex, optional: true },
  { key: 6, name: 'terminalCapabilities', kind: hex, optional: true },
  { key: 7, name: 'label', kind: text, optional: true },
  { key: 8, name: 'preferredName', kind: text, optional: true },
  { key: 9, name: 'panSequence', kind: hex, optional: true },
  { key: 10, name: 'aip', kind: hex, optional: true },
  { key: 11, name: 'unpredictableNumber', kind: hex, optional: true },
  { key: 12, name: 'issuerApplicationData', kind: hex, optional: true },
];
/** Dialect sheet 11.5. */
const WAIVER: readonly Field[] = [
  { key: 1, name: 'by', kind: choice(['device', 'limit', 'electronic-cash', 'payment-code']) },
  { key: 2, name: 'noPinUpTo', kind: amount, optional: true },
  { key: 3, name: 'noSignatureUpTo', kind: amount, optional: true },
];

/** What a slip says that has no row below, under its own name: longer, never lost. */
const OTHERS_KEY = 0;

/** Rows that the slip of today has not are for those to come. Keys below 24 take one byte: they belong to what stands on most slips. */
const SLIP: readonly Field[] = [
  { key: 1, name: 'copy', kind: choice(COPIES), otherwise: 'merchant' },
  { key: 2, name: 'merchantName', kind: text },
  { key: 3, name: 'merchantNumber', kind: digits },
  { key: 4, name: 'terminalNumber', kind: digits },
  { key: 5, name: 'operatorNumber', kind: digits },
  { key: 6, name: 'issuer', kind: text, optional: true },
  { key: 7, name: 'acquirer', kind: text, optional: true },
  { key: 8, name: 'maskedPan', kind: maskedPan },
  { key: 9, name: 'entryMode', kind: choice(ENTRY_MODES) },
  { key: 10, name: 'transactionType', kind: wording(TRANSACTION_TYPES) },
  { key: 11, name: 'expiry', kind: digits, optional: true },
  { key: 12, name: 'cardOrganisation', kind: text, otherwise: 'CUP' },
  { key: 13, name: 'batch', kind: count },
  { key: 14, name: 'voucher', kind: count },
  { key: 15, name: 'authorizationCode', kind: digits, optional: true },
  { key: 16, name: 'referenceNumber', kind: digits, optional: true },
  { key: 17, name: 'dateTime', kind: moment },
  { key: 18, name: 'amount', kind: amount, optional: true },
  { key: 19, name: 'givesBack', kind: flag, optional: true },
  { key: 20, name: 'applicationVersion', kind: text },
  { key: 21, name: 'original', kind: nested(ORIGINAL), optional: true },
  { key: 22, name: 'remarks', kind: texts, otherwise: [] },
  { key: 23, name: 'reprint', kind: plain, otherwise: false },
  { key: 24, name: 'signatureLine', kind: flag, otherwise: true },
  { key: 25, name: 'training', kind: flag, optional: true },
  { key: 26, name: 'receiverMaskedPan', kind: maskedPan, optional: true },
  { key: 27, name: 'balance', kind: nested(BALANCE), optional: true },
  { key: 28, name: 'currency', kind: nested(CURRENCY), otherwise: CNY },
  { key: 29, name: 'emv', kind: nested(EMV), optional: true },
  { key: 30, name: 'waiver', kind: nested(WAIVER), optional: true },
  { key: 31, name: 'copies', kind: count, optional: true },
  { key: 32, name: 'presented', kind: choice(['card', 'payment-code']), optional: true },
  { key: 33, name: 'paymentVoucher', kind: digits, optional: true },
];
/** How the slip leads to its record is no part of the record. */
const LEFT_OUT = 'receiptCode';
const NAMES = new Set(['type', LEFT_OUT, ...SLIP.map(({ name }) => name)]);

/** @throws Bug for a slip that is none. */
export function recordOfSlip(slip: Slip): CborMap {
  const others = Object.entries(slip).filter(([name, value]) => !NAMES.has(name) && value !== undefined);
  const map: Map<number, Cbor> = encodeFields(SLIP, slip as unknown as Readonly<Record<string, unknown>>);
  if (others.length > 0) map.set(OTHERS_KEY, plain.encode(Object.fromEntries(others)));
  return map;
}

/** Undefined for a map that `recordOfSlip` never makes. */
export function slipOfRecord(record: CborMap): Slip | undefined {
  const others = record.get(OTHERS_KEY);
  if (others !== undefined && (!isMap(others) || [...others.keys()].some((name) => NAMES.has(String(name))))) {
    return undefined;
  }
  const values = decodeFields(SLIP, new Map([...record].filter(([key]) => key !== OTHERS_KEY)));
  if (values === undefined) return undefined;
  const more = others === undefined ? {} : (plain.decode(others) as Readonly<Record<string, unknown>>);
  return { type: 'slip', ...values, ...more } as unknown as Slip;
}
