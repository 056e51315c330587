/** Which message each kind of request is: MTI, 60.1, 60.3 and fields, as a table (dialect sheet 3.3, 4.1). */
import { Bug } from '../../domain/result.ts';
import type { HostRequest } from '../host-port.ts';
import {
  accountVerification,
  chipUpload,
  reversalOf,
  scriptNotification,
  transactionComposition,
  uploadOf,
  type Composition,
} from './composition.ts';
import type { Draft } from './draft.ts';

/** What the request itself does not say. Where a row has no `field48` or `field62` the message has none. */
export interface RequestRow extends Pick<
  Draft,
  'mti' | 'messageTypeCode' | 'processingCode' | 'conditionCode' | 'composition' | 'entryMode' | 'field48' | 'field62'
> {
  /** 60.3; absent where the acquirer chooses it: in the sign-in. */
  readonly networkCode?: string;
}

type Content = Pick<RequestRow, 'field48' | 'field62'> & { readonly known?: readonly number[] };

/** Without a card and without a MAC (dialect sheet 5.7). */
function management(mti: string, networkCode: string | undefined, must: readonly number[], content: Content = {}) {
  const { known = [], ...fields } = content;
  const composition: Composition = { must: [41, 42, 60, ...must], known, unlessSwiped: [], field60Digits: 11 };
  const row: RequestRow = {
    mti,
    messageTypeCode: '00',
    composition,
    ...fields,
    ...(networkCode !== undefined && { networkCode }),
  };
  return row;
}

/** Of a transaction with a chip, in the upload. */
const chipResult = (networkCode: string, field60Digits: 13 | 11): RequestRow => ({
  mti: '0320',
  messageTypeCode: '00',
  networkCode,
  composition: chipUpload(field60Digits),
  entryMode: 'inserted',
  field62: 'chip-result',
});

/** Keyed by kind, and where a kind has several messages by what tells them apart. */
const rows: Readonly<Record<string, RequestRow>> = {
  'sign-in': management('0800', undefined, [11], { known: [62, 63], field62: 'hardware' }),
  'sign-off': management('0820', '002', [11]),
  // Field 11 is absent: dialect sheet 12.3.
  echo: management('0820', '301', []),
  settlement: management('0500', '201', [11, 48, 49, 63], { field48: 'totals' }),
  'batch-details': management('0320', '201', [11, 48], { field48: 'details' }),
  'batch-end balanced': management('0320', '207', [11, 48], { field48: 'count' }),
  'batch-end not-balanced': management('0320', '202', [11, 48], { field48: 'count' }),
  'batch-chip approved balanced': chipResult('203', 13),
  'batch-chip approved not-balanced': chipResult('205', 13),
  'batch-chip issuer-not-authenticated balanced': chipResult('204', 11),
  'batch-chip issuer-not-authenticated not-balanced': chipResult('206', 11),
  'parameters list': management('0800', '360', [11]),
  'ca-keys list': management('0820', '372', [11, 62], { field62: 'list-position' }),
  'ca-keys entry': management('0800', '370', [11, 62], { field62: 'entry-name' }),
  'ca-keys end': management('0800', '371', [11]),
  'sm2-keys list': management('0820', '373', [11, 62], { field62: 'list-position' }),
  'sm2-keys entry': management('0800', '370', [11, 62], { field62: 'entry-name' }),
  'sm2-keys end': management('0800', '371', [11]),
  'applications list': management('0820', '382', [11, 62], { field62: 'list-position' }),
  'applications entry': management('0800', '380', [11, 62], { field62: 'entry-name' }),
  'applications end': management('0800', '381', [11]),
  'blacklist list': management('0800', '390', [11, 62], { field62: 'next-index' }),
  'blacklist end': management('0800', '391', [11]),
  // Its 60.1 is in no source (dialect sheet 4.1); 00 claims nothing.
  'account-verification': {
    mti: '0100',
    messageTypeCode: '00',
    networkCode: '000',
    processingCode: '330000',
    conditionCode: '00',
    composition: accountVerification,
    field62: 'document',
  },
};

function nameOf(request: HostRequest): string {
  if (request.kind === 'download') return `${request.set} ${request.what.step}`;
  if (request.kind === 'batch-end') return `batch-end ${balance(request)}`;
  if (request.kind === 'batch-chip') return `batch-chip ${request.outcome} ${balance(request)}`;
  return request.kind;
}

const balance = ({ balanced }: { readonly balanced: boolean }): string => (balanced ? 'balanced' : 'not-balanced');

/** @throws Bug for a request without a row, e.g. an entry of the blacklist. */
export function rowOf(request: HostRequest): RequestRow {
  if ('wire' in request) return transactionRow(request);
  const row = rows[nameOf(request)];
  if (row === undefined) throw new Bug(`There is no message "${nameOf(request)}": see messages/rows.ts.`);
  return row;
}

/** Whatever its transaction was, 60.1 is 00 (dialect sheet 4.1). */
const scriptNotice = {
  mti: '0620',
  messageTypeCode: '00',
  networkCode: '951',
  composition: scriptNotification,
  entryMode: 'inserted',
} as const;

/** A transaction brings its wire facts; what of its composition is sent depends on which of four messages it is. */
function transactionRow({ kind, wire }: Extract<HostRequest, { readonly wire: unknown }>): RequestRow {
  const { requestMti, messageTypeCode, processingCode, conditionCode } = wire;
  if (kind === 'script-notification') return { ...scriptNotice, processingCode, conditionCode };
  const composition = transactionComposition(messageTypeCode);
  const facts = { messageTypeCode, processingCode, conditionCode, networkCode: '000' };
  if (kind === 'reversal') return { ...facts, mti: '0400', composition: reversalOf(composition) };
  if (kind === 'batch-notice') return { ...facts, mti: '0320', composition: uploadOf(composition) };
  return { ...facts, mti: requestMti, composition, field62: 'receiver' };
}
