/** What `tool receipt` is given: receipts in any of their forms, and keys. */
import { existsSync, readFileSync } from 'node:fs';
import { bytesOfBase64Url } from '../../src/receipt/codec/bytes.ts';
import { RECORD_BYTES_MAX } from '../../src/receipt/codec/record.ts';
import type { ShortForm } from '../../src/receipt/codec/short-form.ts';
import { readReceiptText } from '../../src/receipt/codec/url.ts';
import { keysIn } from '../../src/receipt/page/view.ts';
import { receiptKeyOf, seedOf } from '../../src/receipt/receipt-key.ts';

export interface Keys {
  readonly publicKeys: readonly Uint8Array[];
  /** Only the terminal's own key file has it. */
  readonly shortKey?: ReturnType<typeof receiptKeyOf>['shortKey'];
}

/** @returns the keys, or a sentence without what was read: it may be a secret. */
export function keysFrom(text: string): Keys | string {
  if (/^[\da-f]{64}$/i.test(text)) return { publicKeys: keysIn(text) };
  let content: string;
  try {
    content = readFileSync(text, 'latin1');
  } catch (error) {
    return `the key ${text} is neither 64 hexadecimal digits nor a file that can be read (${messageOf(error)})`;
  }
  const seed = seedOf(content);
  if (seed !== undefined) {
    const { publicKey, shortKey } = receiptKeyOf(seed);
    return { publicKeys: [publicKey], shortKey };
  }
  const publicKeys = keysIn(content);
  return publicKeys.length === 0
    ? `the file ${text} holds no key: neither a receipt key nor 64 hexadecimal digits`
    : { publicKeys };
}

export type Subject =
  | { readonly type: 'one'; readonly record: Uint8Array }
  | { readonly type: 'short'; readonly short: ShortForm }
  | { readonly type: 'batch'; readonly records: readonly Uint8Array[] };

/** @returns what there is to verify, or a sentence. */
export function subjectFrom(text: string): Subject | string {
  if (!existsSync(text)) {
    return (
      subjectOfText(text) ??
      `${shown(text)} is neither a file nor a receipt: give the whole URL, quoted because of its #`
    );
  }
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(text);
  } catch (error) {
    return `cannot read ${text}: ${messageOf(error)}`;
  }
  // An array of four, as COSE_Sign1 begins; no text does.
  if (bytes[0] === 0x84) return { type: 'one', record: Uint8Array.from(bytes.subarray(0, RECORD_BYTES_MAX + 1)) };
  const content = Buffer.from(bytes).toString('utf8');
  if (content.trimStart().startsWith('{')) return recordsOfLines(text, content);
  return (
    subjectOfText(content) ??
    `the file ${text} holds no receipt: it must be a URL, a record, or lines of JSON as "receipt export" makes them`
  );
}

function subjectOfText(text: string): Subject | undefined {
  const read = readReceiptText(text);
  if (read.form === 'short') return { type: 'short', short: read.short };
  return read.form === 'long' ? { type: 'one', record: read.record } : undefined;
}

function recordsOfLines(file: string, content: string): Subject | string {
  const records: Uint8Array[] = [];
  for (const [index, line] of content.split('\n').entries()) {
    if (line.trim() === '') continue;
    const record = recordOfLine(line);
    if (record === undefined) return `line ${index + 1} of ${file} is not JSON with a "record"`;
    records.push(record);
  }
  return { type: 'batch', records };
}

function recordOfLine(line: string): Uint8Array | undefined {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return undefined;
  }
  const record = (json as { readonly record?: unknown } | null)?.record;
  return typeof record === 'string' ? bytesOfBase64Url(record) : undefined;
}

/** Long URLs and strange bytes do not belong into a sentence. */
const shown = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
