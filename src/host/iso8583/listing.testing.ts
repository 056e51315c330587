/** For tests: a whole frame as a list of everything that stands in it, and how. */
import { decode } from './codec.ts';
import type { FieldRow, Size } from './dialect.ts';
import { bytesOf } from './golden.testing.ts';
import { unionpay } from './unionpay.ts';

/** One part of a frame, in wire order. */
export interface ListedPart {
  /** `tpdu`, `header`, `mti` or the field number. */
  readonly part: string;
  /** Coding and size as the dialect's table has them: `LLL` is a length of three digits before the value. */
  readonly format: string;
  readonly value: string;
}

const formatOf = ({ coding, size }: FieldRow): string => `${coding} ${sizeText(size)}`;

const sizeText = (size: Size): string =>
  size.kind === 'fixed'
    ? `${size.length}${size.filled ? ', space-filled' : ''}`
    : `${'L'.repeat(size.prefixDigits)} ..${size.lengthMax}`;

/** @param frame hex with its length bytes. @throws Error for a frame that is malformed. */
export function listingOf(frame: string): readonly ListedPart[] {
  const message = decode(unionpay, bytesOf(frame).subarray(2));
  if (!message.ok) throw new Error(`${message.error.field} at ${message.error.offset}: ${message.error.problem}`);
  const { tpdu, header, mti, fields } = message.value;
  const { table } = unionpay;
  return [
    { part: 'tpdu', format: `bcd ${table.tpduDigits}`, value: tpdu },
    { part: 'header', format: `bcd ${table.headerDigits}`, value: header },
    { part: 'mti', format: 'bcd 4', value: mti },
    // Integer keys of an object come in ascending order.
    ...Object.entries(fields).map(([field, value = '']) => {
      const row = table.rows[Number(field)];
      return { part: field, format: row === undefined ? 'unknown' : formatOf(row), value };
    }),
  ];
}
