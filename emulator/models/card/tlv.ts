/** BER-TLV as chip cards use it (EMV Book 3, annex B), and lists of data objects (5.4). Tags are upper-case hex. */
import { Bug } from '../../../src/domain/result.ts';
import { fromHex, toHex } from '../crypto/hex.ts';

export interface Tlv {
  readonly tag: string;
  readonly value: Uint8Array;
}

export interface DolEntry {
  readonly tag: string;
  readonly length: number;
}

const VALUE_MAX = 255;

/** One data object, the parts of its value in a row. */
export function tlv(tag: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const value = concat(parts);
  if (value.length > VALUE_MAX) throw new Bug(`No data object of a card is ${value.length} bytes long: ${tag}.`);
  const length = value.length > 0x7f ? [0x81, value.length] : [value.length];
  return Uint8Array.of(...fromHex(tag), ...length, ...value);
}

export const concat = (parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));

/** The data objects in a row, not looked into. `undefined`: that is not what it is. */
export function readTlvs(bytes: Uint8Array): readonly Tlv[] | undefined {
  const found: Tlv[] = [];
  for (let at = 0; at < bytes.length;) {
    const tag = tagAt(bytes, at);
    at += tag.length;
    let length = bytes[at];
    at += 1;
    if (length === 0x81) {
      length = bytes[at];
      at += 1;
    }
    if (tag.length === 0 || length === undefined || at + length > bytes.length) return undefined;
    found.push({ tag: toHex(tag), value: bytes.slice(at, at + length) });
    at += length;
  }
  return found;
}

/** @throws Bug when it is no list: it stands in a card file. */
export function readDol(bytes: Uint8Array): readonly DolEntry[] {
  const entries: DolEntry[] = [];
  for (let at = 0; at < bytes.length;) {
    const tag = tagAt(bytes, at);
    const length = bytes[at + tag.length];
    if (tag.length === 0 || length === undefined) throw new Bug('A data object list is tags and lengths.');
    entries.push({ tag: toHex(tag), length });
    at += tag.length + 1;
  }
  return entries;
}

export const dolLength = (dol: readonly DolEntry[]): number => dol.reduce((sum, { length }) => sum + length, 0);

/** What a terminal has sent for a list. */
export function dolValues(dol: readonly DolEntry[], data: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const values = new Map<string, Uint8Array>();
  let at = 0;
  for (const { length, tag } of dol) {
    values.set(tag, data.slice(at, at + length));
    at += length;
  }
  return values;
}

/** Two bytes where the first ends in five ones, and more while bytes say so. */
function tagAt(bytes: Uint8Array, at: number): Uint8Array {
  const first = bytes[at];
  if (first === undefined) return new Uint8Array();
  if ((first & 0x1f) !== 0x1f) return bytes.slice(at, at + 1);
  let end = at + 1;
  while (((bytes[end] ?? 0) & 0x80) !== 0) end += 1;
  return end < bytes.length ? bytes.slice(at, end + 1) : new Uint8Array();
}
