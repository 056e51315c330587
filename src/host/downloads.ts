/**
 * Field 62 of answers to downloads: parameters, lists, entries and the card blacklist (dialect sheet 7.3, 7.4).
 *
 * What is adopted is adopted whole, so whatever is not exactly as the sheet says is refused, in words without content.
 */
import { fail, ok, type Result } from '../domain/result.ts';
import { Secret } from '../domain/secret.ts';
import type { DownloadAnswer, ListStatus } from './host-port.ts';
import { printable } from './printable.ts';
import { readTlvs, type Tlv } from './tlv.ts';

type Reading = Result<DownloadAnswer, string>;

/** @param asked field 62 of the request, in hex as that of the answer; empty when there is none. */
type Reader = (field62: string, asked: string) => Reading;

/** By 60.3 of the request. */
const readers: Readonly<Record<string, Reader>> = {
  '360': readParameters,
  '372': (field62, asked) => readList(field62, asked, keyName),
  '373': (field62, asked) => readList(field62, asked, keyName),
  '382': (field62, asked) => readList(field62, asked, applicationName),
  '370': readEntry,
  '380': readEntry,
  '390': readCards,
  '371': () => ok({ type: 'end' }),
  '381': () => ok({ type: 'end' }),
  '391': () => ok({ type: 'end' }),
};

/** What an approved answer brings; `undefined` when 60.3 is no download's. */
export function readDownload(networkCode: string, field62: string | undefined, asked: string): Reading | undefined {
  return readers[networkCode]?.(field62 ?? '', asked);
}

/** One byte a character. */
const latin1 = (hex: string): string => Buffer.from(hex, 'hex').toString('latin1');

/* ---- parameters --------------------------------------------------------------------------------------------- */

type Form = 'digits' | 'text' | 'bits';

const alike = (tags: readonly string[], length: number, form: Form) =>
  tags.map((tag) => [tag, { length, form }] as const);

/** Dialect sheet 7.4: bytes of each value. There are no length bytes, so an unknown tag makes the rest unreadable. */
const parameterForms: ReadonlyMap<string, { readonly length: number; readonly form: Form }> = new Map([
  ...alike(['01', '02', '03', '04', '05'], 1, 'text'),
  ...alike(['11', '12', '19', '27'], 2, 'digits'),
  ...alike(['13', '18', '20', '21', '23', '24', '25'], 1, 'digits'),
  ...alike(['14', '15', '16', '17'], 14, 'text'),
  ...alike(['22'], 40, 'text'),
  ...alike(['26'], 4, 'bits'),
]);

const TAG_LENGTH = 2;

function readParameters(field62: string): Reading {
  const bytes = latin1(field62);
  const values = new Map<string, string>();
  for (let at = 0; at < bytes.length;) {
    const tag = bytes.slice(at, at + TAG_LENGTH);
    const row = parameterForms.get(tag);
    if (row === undefined) return fail(`Parameter ${values.size + 1} has no tag that is known.`);
    const end = at + TAG_LENGTH + row.length;
    if (end > bytes.length) return fail(`Parameter ${tag} is cut short.`);
    if (values.has(tag)) return fail(`Parameter ${tag} is there twice.`);
    const value = parameterValue(bytes.slice(at + TAG_LENGTH, end), row.form);
    if (value === undefined) return fail(`Parameter ${tag} is not digits.`);
    values.set(tag, value);
    at = end;
  }
  return values.size === 0 ? fail('There are no parameters.') : ok({ type: 'parameters', values: [...values] });
}

function parameterValue(bytes: string, form: Form): string | undefined {
  if (form === 'text') return printable(bytes);
  if (form === 'bits') return Buffer.from(bytes, 'latin1').toString('hex').toUpperCase();
  return /^\d+$/.test(bytes) ? bytes : undefined;
}

/* ---- lists and entries -------------------------------------------------------------------------------------- */

/** First character of a list. Some hosts end with 3 (dialect sheet 7.3). */
const statuses: Readonly<Record<string, ListStatus>> = {
  '0': 'nothing',
  '1': 'complete',
  '2': 'more',
  '3': 'complete',
};

/** The request counts what is there already: in two digits for entries, in three for cards. */
const RECEIVED_MAX = { entries: 99, cards: 999 } as const;

/** What speaks against a status with so many entries: then it is not known what is missing. */
function listFault(status: ListStatus, count: number, countAfter: number, max: number): string | undefined {
  if ((status === 'nothing') !== (count === 0)) return 'The status does not fit the number of entries.';
  return status === 'more' && countAfter > max ? 'There are more entries than can be asked for.' : undefined;
}

/** How many bytes each object of a list entry has: `9F06` RID or AID, `9F22` index, `DF05` expiry YYYYMMDD in ASCII. */
type NameShape = readonly (readonly [tag: string, lengths: readonly [min: number, max: number], form?: RegExp])[];

const keyName: NameShape = [
  ['9F06', [5, 5]],
  ['9F22', [1, 1]],
  ['DF05', [8, 8], /^(3\d){8}$/],
];
const applicationName: NameShape = [['9F06', [5, 16]]];

function readList(field62: string, asked: string, shape: NameShape): Reading {
  const status = statuses[latin1(field62.slice(0, 2))];
  if (status === undefined) return fail('The list begins with no status that is known.');
  const objects = readTlvs(field62.slice(2));
  if (!objects.ok) return objects;
  const entries: string[] = [];
  for (let at = 0; at < objects.value.length; at += shape.length) {
    const parts = objects.value.slice(at, at + shape.length);
    if (!shape.every((expected, index) => fits(parts[index], expected))) {
      return fail(`Entry ${entries.length + 1} is not as its list wants it.`);
    }
    entries.push(parts.map(({ whole }) => whole).join(''));
  }
  const received = Number(latin1(asked).slice(1));
  const fault = listFault(status, entries.length, received + entries.length, RECEIVED_MAX.entries);
  return fault === undefined ? ok({ type: 'list', status, entries }) : fail(fault);
}

function fits(part: Tlv | undefined, [tag, [min, max], form = /^/]: NameShape[number]): boolean {
  if (part?.tag !== tag) return false;
  const length = part.value.length / 2;
  return length >= min && length <= max && form.test(part.value);
}

/** `9F06` alone, or with `9F22`: what an entry is asked by. */
const NAME_TAGS: readonly string[] = ['9F06', '9F22'];

/**
 * Field 62 of the request for one entry, in hex: the TLV of its list without what only the list says (a key's expiry).
 *
 * @returns undefined when `name` is no TLV of a list.
 */
export function entryName(name: string): string | undefined {
  const objects = readTlvs(name);
  if (!objects.ok) return undefined;
  const parts = objects.value.filter(({ tag }) => NAME_TAGS.includes(tag));
  return parts[0]?.tag === '9F06' ? parts.map(({ whole }) => whole).join('') : undefined;
}

/** `0` or `1` and the entry, which must be the one that was asked for and say something of it. */
function readEntry(field62: string, asked: string): Reading {
  const status = latin1(field62.slice(0, 2));
  const tlv = field62.slice(2);
  if (status === '0') return tlv === '' ? ok({ type: 'entry' }) : fail('An entry that is not there has content.');
  if (status !== '1') return fail('The entry begins with no status that is known.');
  const objects = readTlvs(tlv);
  if (!objects.ok) return objects;
  const tags = objects.value.map(({ tag }) => tag);
  if (new Set(tags).size !== tags.length) return fail('The entry says something twice.');
  if (entryName(tlv) !== asked) return fail('The entry is not the one that was asked for.');
  return tlv === asked ? fail('The entry is only a name.') : ok({ type: 'entry', tlv });
}

/* ---- blacklist ---------------------------------------------------------------------------------------------- */

const STATUS_AND_INDEX = 4;
const PAN_LENGTH_DIGITS = 2;

/** The sheet has no layout for it; that of the BIN tables (7.4): status, index of what comes next, cards with their lengths. */
function readCards(field62: string, asked: string): Reading {
  const text = latin1(field62);
  const status = statuses[text.charAt(0)];
  if (status === undefined || !/^\d+$/.test(text)) return fail('The blacklist is not digits after a known status.');
  const pans: Secret<string>[] = [];
  for (let at = STATUS_AND_INDEX; at < text.length;) {
    const start = at + PAN_LENGTH_DIGITS;
    const length = Number(text.slice(at, start));
    const pan = text.slice(start, start + length);
    if (length < 12 || length > 19 || pan.length !== length) return fail(`Card ${pans.length + 1} is no card number.`);
    pans.push(Secret.of(pan, 'PAN'));
    at = start + length;
  }
  const next = Number(latin1(asked)) + pans.length;
  if (text.slice(1, STATUS_AND_INDEX) !== next.toString().padStart(3, '0')) {
    return fail('The index is not that of the last card.');
  }
  const fault = listFault(status, pans.length, next, RECEIVED_MAX.cards);
  return fault === undefined ? ok({ type: 'cards', status, pans }) : fail(fault);
}
