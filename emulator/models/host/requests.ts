/** What a terminal may send to this host, as a table, and what of it this host does. */
import type { Fields, Message } from '../../../src/host/iso8583/message.ts';
import { Surprise } from '../model.ts';

export type RequestKind = 'sign-in' | 'sign-off' | 'echo' | 'sale' | 'reversal' | 'unsupported';

export interface RequestRow {
  readonly kind: RequestKind;
  /** Missing one of these is a format error, F39 30 (dialect sheet 4.2). F64 is not here: its absence is a wrong MAC. */
  readonly mandatory: readonly number[];
  /** Presence of one of these is a format error too (dialect sheet 8.3). */
  readonly forbidden: readonly number[];
  /** Whether F64 protects request and reply (dialect sheet 5.7). */
  readonly hasMac: boolean;
}

const management = (kind: RequestKind, ...mandatory: number[]): RequestRow => ({
  kind,
  mandatory: [41, 42, 60, ...mandatory],
  forbidden: [],
  hasMac: false,
});

const financial = (kind: RequestKind, mandatory: readonly number[], forbidden: readonly number[]): RequestRow => ({
  kind,
  mandatory: [3, 4, 11, 22, 25, ...mandatory, 41, 42, 49, 60],
  forbidden,
  hasMac: true,
});

const supported: Readonly<Record<string, RequestRow>> = {
  '0800 003': management('sign-in', 11),
  '0800 004': management('sign-in', 11),
  '0820 002': management('sign-off', 11),
  '0820 301': management('echo'),
  '0200 000000 00 22': financial('sale', [], []),
  '0400 000000 00 22': financial('reversal', [39], [35, 36]),
};

/** MTI, F3, F25, 60.1 (dialect sheet 4.1): legitimate, and refused by this host with F39 40. */
const legitimateFinancial: ReadonlySet<string> = new Set([
  ...['310000 00 01', '200000 00 23', '000000 06 20', '200000 06 21', '000000 00 36'].map((rest) => `0200 ${rest}`),
  ...['600000 91 45', '620000 91 47', '630000 91 46', '170000 91 51'].map((rest) => `0200 ${rest}`),
  ...['000000 65 22', '200000 65 23', '000000 64 22', '200000 64 23'].map((rest) => `0200 ${rest}`),
  ...['000000 08 22', '200000 08 23', '000000 28 22', '400000 00 47'].map((rest) => `0200 ${rest}`),
  ...['400000 66 49', '630000 00 48'].map((rest) => `0200 ${rest}`),
  ...['030000 06 10', '200000 06 11', '030000 18 10', '200000 18 11', '030000 60 10'].map((rest) => `0100 ${rest}`),
  ...['200000 00 25', '000000 06 24', '000000 00 30', '000000 00 32'].map((rest) => `0220 ${rest}`),
  ...['000000 00 34', '200000 00 27', '630000 00 48'].map((rest) => `0220 ${rest}`),
  ...['200000 00 23', '030000 06 10', '200000 06 11', '000000 06 20', '200000 06 21'].map((rest) => `0400 ${rest}`),
]);

/** MTI and 60.3 (dialect sheet 3.3). */
const legitimateManagement: ReadonlySet<string> = new Set([
  ...['001', '005', '006', '360', '370', '371', '380', '381', '390', '391'].map((code) => `0800 ${code}`),
  ...['394', '395', '396', '397', '398', '399', '401'].map((code) => `0800 ${code}`),
  ...['362', '372', '373', '382', '800', '801', '802'].map((code) => `0820 ${code}`),
  '0500 201',
  ...['201', '202', '203', '204', '205', '206', '207'].map((code) => `0320 ${code}`),
  '0620 951',
]);

const unsupportedManagement = management('unsupported');
const unsupportedFinancial = financial('unsupported', [], []);
const financialMtis: ReadonlySet<string> = new Set(['0100', '0200', '0220', '0400']);
const managementMtis: ReadonlySet<string> = new Set(['0320', '0500', '0620', '0800', '0820']);

/** Whether a terminal may open a conversation with this MTI at all. */
export const isRequestMti = (mti: string): boolean => financialMtis.has(mti) || managementMtis.has(mti);

/**
 * The row for a well-formed message.
 *
 * @throws Surprise for a message type, processing code or management code that no terminal may send.
 */
export function rowOf({ mti, fields }: Message): RequestRow {
  const f60 = fields[60] ?? '';
  if (managementMtis.has(mti)) {
    const name = `${mti} ${f60.slice(8, 11)}`;
    const row = supported[name] ?? (legitimateManagement.has(name) ? unsupportedManagement : undefined);
    if (row !== undefined) return row;
    // Without 60.3 it is not a message that we do not know but one that says too little.
    if (f60.length < 11) return unsupportedManagement;
    throw new Surprise(`No terminal may send ${mti} with 60.3 = ${f60.slice(8, 11)}.`);
  }
  if (!financialMtis.has(mti)) throw new Surprise(`No terminal may send message type ${mti}.`);
  const facts = `${fields[3] ?? '?'} ${fields[25] ?? '?'} ${f60.slice(0, 2).padEnd(2, '?')}`;
  const name = `${mti} ${facts}`;
  const row = supported[name] ?? (legitimateFinancial.has(name) ? unsupportedFinancial : undefined);
  if (row !== undefined) return row;
  if (facts.includes('?')) return unsupportedFinancial;
  throw new Surprise(`No terminal may send ${mti} with F3, F25 and 60.1 = ${facts}.`);
}

/** Why the message's shape is refused with F39 30, in words without content; `undefined` when it is sound. */
export function formatFault(row: RequestRow, fields: Fields): string | undefined {
  const missing = row.mandatory.filter((field) => fields[field] === undefined);
  if (missing.length > 0) return `fields missing: ${missing.join(', ')}`;
  const excess = row.forbidden.filter((field) => fields[field] !== undefined);
  if (excess.length > 0) return `fields that must not be sent: ${excess.join(', ')}`;
  if (fields[11] !== undefined && Number(fields[11]) === 0) return 'F11 is zero';
  if (fields[60] !== undefined && fields[60].length < 11) return 'F60 has fewer than 11 digits';
  return undefined;
}
