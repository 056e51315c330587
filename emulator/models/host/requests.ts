/** What a terminal may send to this host, as a table, and what of it this host does. */
import type { Fields, Message } from '../../../src/host/iso8583/message.ts';
import { Surprise } from '../model.ts';
import { transactions, type TransactionRow } from './transactions.ts';

type ManagementKind =
  | 'sign-in'
  | 'sign-off'
  | 'echo'
  | 'settlement'
  | 'batch-detail'
  | 'batch-notice'
  | 'batch-chip'
  | 'batch-end'
  | 'parameters'
  | 'status-upload'
  | 'key-list'
  | 'key'
  | 'application-list'
  | 'application'
  | 'blacklist'
  | 'download-end';

export type RequestKind = ManagementKind | 'transaction' | 'reversal' | 'script-notice' | 'unsupported';

export interface RequestRow {
  readonly kind: RequestKind;
  /** Of a transaction, and of the one that a reversal takes back. */
  readonly transaction?: TransactionRow;
  /** Missing one of these is a format error, F39 30 (dialect sheet 4.2). F64 is not here: its absence is a wrong MAC. */
  readonly mandatory: readonly number[];
  /** Presence of one of these is a format error too (dialect sheet 4.2, 8.3). */
  readonly forbidden: readonly number[];
  /** Whether F64 protects request and reply (dialect sheet 5.7). */
  readonly hasMac: boolean;
  readonly f60DigitsMin: number;
}

const F60_DIGITS = 11;
const FINANCIAL = [3, 11, 22, 25, 41, 42, 60];

const management = (kind: RequestKind, ...mandatory: number[]): RequestRow => ({
  kind,
  mandatory: [41, 42, 60, ...mandatory],
  forbidden: [],
  hasMac: false,
  f60DigitsMin: F60_DIGITS,
});

const financial = (row: TransactionRow): RequestRow => ({
  kind: 'transaction',
  transaction: row,
  hasMac: true,
  mandatory: [...FINANCIAL, ...(row.effect === 'verify' ? [] : [49]), ...row.mandatory],
  forbidden: [39, ...row.forbidden],
  f60DigitsMin: row.f60DigitsMin,
});

/** F61 stands in a reversal where it stood in the original (dialect sheet 3.4). */
const reversalOf = (row: TransactionRow): RequestRow => ({
  kind: 'reversal',
  transaction: row,
  hasMac: true,
  mandatory: [...FINANCIAL, 4, 39, 49, ...(row.original === undefined ? [] : [61])],
  forbidden: [35, 36, 37].concat(row.original === undefined ? 61 : [], row.forbidden.includes(55) ? 55 : []),
  f60DigitsMin: F60_DIGITS,
});

const named = (mti: string, { processingCode, condition, type }: TransactionRow): string =>
  `${mti} ${processingCode} ${condition} ${type}`;

const supported: Readonly<Record<string, RequestRow>> = {
  '0800 001': management('sign-in', 11),
  '0800 003': management('sign-in', 11),
  '0800 004': management('sign-in', 11),
  '0800 005': management('sign-in', 11),
  '0800 006': management('sign-in', 11),
  '0800 360': management('parameters'),
  '0800 370': management('key', 62),
  '0800 371': management('download-end'),
  '0800 380': management('application', 62),
  '0800 381': management('download-end'),
  '0800 390': management('blacklist', 62),
  '0800 391': management('download-end'),
  '0820 002': management('sign-off', 11),
  '0820 301': management('echo'),
  '0820 362': management('status-upload'),
  '0820 372': management('key-list', 62),
  '0820 373': management('key-list', 62),
  '0820 382': management('application-list', 62),
  '0500 201': management('settlement', 11, 48, 49),
  '0320 201': management('batch-detail', 11, 48),
  '0320 202': management('batch-end', 11, 48),
  '0320 207': management('batch-end', 11, 48),
  // F3 and F25 are as in the original (dialect sheet 4.1), so nothing depends on them.
  '0620 951': {
    ...management('script-notice', 2, 3, 11, 22, 25, 32, 37, 49, 55, 61),
    forbidden: [14, 26, 35, 36, 39, 52],
    hasMac: true,
  },
  ...Object.fromEntries(
    ['203', '204', '205', '206'].map((code) => [`0320 ${code}`, management('batch-chip', 2, 4, 11, 22, 23, 55, 62)]),
  ),
  ...Object.fromEntries(transactions.map((row) => [named(row.mti, row), financial(row)])),
  ...Object.fromEntries(
    transactions.filter(({ reversible }) => reversible).map((row) => [named('0400', row), reversalOf(row)]),
  ),
};

/** Steps 1, 2 and 5 of the upload carry the notice itself, under its own 60.1 (dialect sheet 9.5). */
const batchNotice = management('batch-notice', 3, 4, 11);
const batchNoticeTypes: ReadonlySet<string> = new Set(['24', '25', '27', '30', '32', '34', '36']);

/** MTI, F3, F25, 60.1 (dialect sheet 4.1): legitimate, and refused by this host with F39 40. */
const legitimateFinancial: ReadonlySet<string> = new Set([
  ...['000000 00 36', '600000 91 45', '620000 91 47', '630000 91 46'].map((rest) => `0200 ${rest}`),
  ...['170000 91 51', '000000 65 22', '200000 65 23', '000000 64 22'].map((rest) => `0200 ${rest}`),
  ...['200000 64 23', '000000 08 22', '200000 08 23', '000000 28 22', '630000 00 48'].map((rest) => `0200 ${rest}`),
  ...['030000 18 10', '200000 18 11', '030000 60 10'].map((rest) => `0100 ${rest}`),
  ...['000000 00 30', '000000 00 32', '000000 00 34', '200000 00 27', '630000 00 48'].map((rest) => `0220 ${rest}`),
]);

/** MTI and 60.3 (dialect sheet 3.3). */
const legitimateManagement: ReadonlySet<string> = new Set([
  ...['394', '395', '396', '397', '398', '399', '401'].map((code) => `0800 ${code}`),
  ...['800', '801', '802'].map((code) => `0820 ${code}`),
]);

const unsupportedManagement = management('unsupported');
const unsupportedFinancial: RequestRow = {
  kind: 'unsupported',
  hasMac: true,
  mandatory: [...FINANCIAL, 4, 49],
  forbidden: [],
  f60DigitsMin: F60_DIGITS,
};
const financialMtis: ReadonlySet<string> = new Set(['0100', '0200', '0220', '0400']);
const managementMtis: ReadonlySet<string> = new Set(['0320', '0500', '0620', '0800', '0820']);

/** Whether a terminal may open a conversation with this MTI at all. */
export const isRequestMti = (mti: string): boolean => financialMtis.has(mti) || managementMtis.has(mti);

/**
 * The row for a well-formed message.
 *
 * @throws Surprise for a message type, processing code or management code that no terminal may send.
 */
export function rowOf(message: Message): RequestRow {
  if (managementMtis.has(message.mti)) return managementRow(message);
  if (financialMtis.has(message.mti)) return financialRow(message);
  throw new Surprise(`No terminal may send message type ${message.mti}.`);
}

function managementRow({ mti, fields }: Message): RequestRow {
  const f60 = fields[60] ?? '';
  const [type, code] = [f60.slice(0, 2), f60.slice(8, 11)];
  if (mti === '0320' && batchNoticeTypes.has(type) && (code === '000' || code === '201')) return batchNotice;
  const name = `${mti} ${code}`;
  const row = supported[name] ?? (legitimateManagement.has(name) ? unsupportedManagement : undefined);
  if (row !== undefined) return row;
  // Without 60.3 it is not a message that we do not know but one that says too little.
  if (f60.length < F60_DIGITS) return unsupportedManagement;
  throw new Surprise(`No terminal may send ${mti} with 60.3 = ${code}.`);
}

function financialRow({ mti, fields }: Message): RequestRow {
  const type = (fields[60] ?? '').slice(0, 2).padEnd(2, '?');
  const facts = `${fields[3] ?? '?'} ${fields[25] ?? '?'}`;
  const name = `${mti} ${facts} ${type}`;
  const row =
    supported[name] ??
    supported[`${mti} ${facts} *`] ??
    (legitimateFinancial.has(name) ? unsupportedFinancial : undefined);
  if (row !== undefined) return row;
  if (name.includes('?')) return unsupportedFinancial;
  throw new Surprise(`No terminal may send ${mti} with F3, F25 and 60.1 = ${facts} ${type}.`);
}

/** Why the message's shape is refused with F39 30, in words without content; `undefined` when it is sound. */
export function formatFault(row: RequestRow, fields: Fields): string | undefined {
  const missing = row.mandatory.filter((field) => fields[field] === undefined);
  if (missing.length > 0) return `fields missing: ${missing.join(', ')}`;
  const excess = row.forbidden.filter((field) => fields[field] !== undefined);
  if (excess.length > 0) return `fields that must not be sent: ${excess.join(', ')}`;
  if (fields[11] !== undefined && Number(fields[11]) === 0) return 'F11 is zero';
  if (fields[60] !== undefined && fields[60].length < row.f60DigitsMin) {
    return `F60 has fewer than ${row.f60DigitsMin} digits`;
  }
  return undefined;
}
