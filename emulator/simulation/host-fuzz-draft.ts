/** A host's answer taken apart into bytes, so that it can be put together wrongly: the codec makes only right ones. */
import { Bug } from '../../src/domain/result.ts';
import type { FieldRow } from '../../src/host/iso8583/dialect.ts';
import { unionpay } from '../../src/host/iso8583/unionpay.ts';

/** One field on the wire: its length prefix, if it has one, and its value. */
export interface Piece {
  readonly field: number;
  readonly prefix: Uint8Array;
  readonly value: Uint8Array;
}

/** Nothing in it has to fit together: the bitmap may announce what is not there. */
export interface Draft {
  readonly tpdu: Uint8Array;
  readonly header: Uint8Array;
  readonly mti: Uint8Array;
  readonly bitmap: Uint8Array;
  readonly pieces: readonly Piece[];
}

/** Bytes before the fields (dialect sheet 1.1). */
const TPDU_END = 5;
const HEADER_END = 11;
const MTI_END = 13;
export const FIELDS_AT = 21;

/** @param bytes a message that decodes, without length bytes. @throws Bug for one that does not end where it should. */
export function takenApart(bytes: Uint8Array): Draft {
  const bitmap = bytes.slice(MTI_END, FIELDS_AT);
  const pieces: Piece[] = [];
  let at = FIELDS_AT;
  for (let field = 1; field <= 64; field++) {
    const row = unionpay.table.rows[field];
    if (!isAnnounced(bitmap, field) || row === undefined) continue;
    const prefixEnd = at + prefixLength(row);
    const prefix = bytes.slice(at, prefixEnd);
    const end = prefixEnd + valueLength(row, prefix);
    pieces.push({ field, prefix, value: bytes.slice(prefixEnd, end) });
    at = end;
  }
  if (at !== bytes.length) throw new Bug('Only a well-formed answer can be taken apart.');
  return {
    tpdu: bytes.slice(0, TPDU_END),
    header: bytes.slice(TPDU_END, HEADER_END),
    mti: bytes.slice(HEADER_END, MTI_END),
    bitmap,
    pieces,
  };
}

export const putTogether = ({ tpdu, header, mti, bitmap, pieces }: Draft): Uint8Array =>
  joined([tpdu, header, mti, bitmap, ...pieces.flatMap(({ prefix, value }) => [prefix, value])]);

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export const isAnnounced = (bitmap: Uint8Array, field: number): boolean =>
  ((bitmap[(field - 1) >> 3] ?? 0) & bitOf(field)) !== 0;

/** A copy in which `field` is announced, or not. */
export function announcing(bitmap: Uint8Array, field: number, announced: boolean): Uint8Array {
  const copy = bitmap.slice();
  const octet = (field - 1) >> 3;
  const rest = (copy[octet] ?? 0) & ~bitOf(field);
  copy[octet] = announced ? rest | bitOf(field) : rest;
  return copy;
}

const bitOf = (field: number): number => 0x80 >> ((field - 1) & 7);

/** Dialect sheet 1.5: one byte of BCD before LLVAR, two before LLLVAR. */
const prefixLength = ({ size }: FieldRow): number => (size.kind === 'fixed' ? 0 : size.prefixDigits - 1);

export const isPacked = ({ coding }: FieldRow): boolean => coding.startsWith('bcd');

function valueLength(row: FieldRow, prefix: Uint8Array): number {
  const units = row.size.kind === 'fixed' ? row.size.length : bcdNumber(prefix);
  return isPacked(row) ? (units + 1) >> 1 : units;
}

/** What a length prefix says. */
const bcdNumber = (bytes: Uint8Array): number =>
  bytes.reduce((number, byte) => number * 100 + (byte >> 4) * 10 + (byte & 15), 0);

/** The prefix of a field with so many units; more than it can say wraps round. */
export function prefixOf(row: FieldRow, units: number): Uint8Array {
  const bytes = new Uint8Array(prefixLength(row));
  let rest = units;
  for (let index = bytes.length - 1; index >= 0; index--) {
    bytes[index] = (Math.trunc((rest % 100) / 10) << 4) | (rest % 10);
    rest = Math.trunc(rest / 100);
  }
  return bytes;
}
