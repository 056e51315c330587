/** Turns a dialect's table into what the engine walks: one field codec per row, and the size of the longest message. */
import { Bug } from '../../domain/result.ts';
import { byteLength, type Coder, coders, isBcd, type Reader, Writer } from './coding.ts';
import type { DialectTable, FieldRow } from './dialect.ts';

export interface Dialect {
  readonly table: DialectTable;
  /** By field number; no codec, no such field. */
  readonly codecs: readonly (FieldCodec | undefined)[];
  /** Bytes of the longest message, without its length bytes. */
  readonly messageLengthMax: number;
  /** Reused for every message: an encoder runs to its end before another starts. */
  readonly writer: Writer;
}

/** Length bytes are two: nothing longer can be framed. */
const LENGTH_MAX = 0xffff;

/** @throws Bug if the longest message of the table does not fit two length bytes. */
export function compileDialect(table: DialectTable): Dialect {
  const bcd = table.notation === 'bcd';
  const codecs: (FieldCodec | undefined)[] = [];
  let messageLengthMax =
    (table.tpduDigits + table.headerDigits) / 2 + (bcd ? 2 + table.fieldMax / 8 : 4 + table.fieldMax / 4);
  for (let field = 0; field <= table.fieldMax; field++) {
    const row = field < 2 ? undefined : table.rows[field];
    const codec = row === undefined ? undefined : new FieldCodec(row, bcd);
    codecs.push(codec);
    messageLengthMax += codec?.byteLengthMax ?? 0;
  }
  if (messageLengthMax > LENGTH_MAX) throw new Bug(`a message of ${table.name} may need more than two length bytes`);
  return { table, codecs, messageLengthMax, writer: new Writer(messageLengthMax) };
}

const ZERO = 0x30;

/** One row of a dialect, ready to run. */
class FieldCodec {
  readonly byteLengthMax: number;
  readonly #coder: Coder;
  readonly #prefixDigits: number;
  readonly #prefixBytes: number;
  readonly #bcdPrefix: boolean;
  /** Of a fixed field, its length. */
  readonly #lengthMax: number;
  readonly #filled: boolean;

  constructor(row: FieldRow, bcdPrefix: boolean) {
    const { size } = row;
    this.#coder = coders[row.coding];
    this.#prefixDigits = size.kind === 'fixed' ? 0 : size.prefixDigits;
    this.#prefixBytes = bcdPrefix ? (this.#prefixDigits + 1) >> 1 : this.#prefixDigits;
    this.#bcdPrefix = bcdPrefix;
    this.#lengthMax = size.kind === 'fixed' ? size.length : size.lengthMax;
    this.#filled = size.kind === 'fixed' && size.filled;
    this.byteLengthMax = this.#prefixBytes + byteLength(this.#coder, this.#lengthMax);
  }

  /** Reads the field and advances; undefined if it is malformed. */
  read(reader: Reader): string | undefined {
    let length = this.#lengthMax;
    if (this.#prefixBytes !== 0) {
      length = this.#readPrefix(reader);
      if (length < 0) return undefined;
    }
    const needed = byteLength(this.#coder, length);
    const left = reader.end - reader.offset;
    if (needed > left) return reader.fail(reader.offset, `needs ${needed} bytes, ${left} are left`);
    return this.#coder.read(reader, length);
  }

  /** -1 if it is malformed. */
  #readPrefix(reader: Reader): number {
    const { bytes, offset: from } = reader;
    const to = from + this.#prefixBytes;
    if (to > reader.end) {
      reader.fail(from, `needs ${this.#prefixBytes} length bytes, ${reader.end - from} are left`);
      return -1;
    }
    let length = 0;
    for (let at = from; at < to; at++) {
      const byte = bytes[at] ?? 0;
      const digit = byte - ZERO;
      if (this.#bcdPrefix ? !isBcd(byte) : digit < 0 || digit > 9) {
        reader.fail(at, 'the length is not in decimal digits');
        return -1;
      }
      length = this.#bcdPrefix ? length * 100 + (byte >> 4) * 10 + (byte & 15) : length * 10 + digit;
    }
    if (length > this.#lengthMax) {
      reader.fail(from, `the length says ${length} ${this.#coder.unit}, ${this.#lengthMax} are the most`);
      return -1;
    }
    reader.offset = to;
    return length;
  }

  /** Writes the field and advances; false, and nothing written, if the value does not fit. */
  write(writer: Writer, given: string): boolean {
    const coder = this.#coder;
    const value = coder.prepare === undefined ? given : coder.prepare(given);
    if (value === undefined) return writer.fail('a character has no GBK code');
    const units = coder.charactersPerUnit === 1 ? value.length : value.length / 2;
    if (!Number.isInteger(units)) return writer.fail('has an odd number of hexadecimal digits');
    if (this.#prefixBytes === 0) {
      if (units === this.#lengthMax) return coder.write(writer, value);
      if (this.#filled && units < this.#lengthMax) return coder.write(writer, value.padEnd(this.#lengthMax));
      return writer.fail(`has ${units} ${coder.unit}, exactly ${this.#lengthMax} are needed`);
    }
    if (units > this.#lengthMax) return writer.fail(`has ${units} ${coder.unit}, ${this.#lengthMax} are the most`);
    this.#writePrefix(writer, units);
    return coder.write(writer, value);
  }

  #writePrefix(writer: Writer, length: number): void {
    const hundreds = Math.trunc(length / 100);
    const tens = Math.trunc(length / 10) % 10;
    const ones = length % 10;
    const { bytes } = writer;
    if (this.#bcdPrefix) {
      if (this.#prefixDigits === 3) bytes[writer.offset++] = hundreds;
      bytes[writer.offset++] = (tens << 4) | ones;
    } else {
      if (this.#prefixDigits === 3) bytes[writer.offset++] = ZERO + hundreds;
      bytes[writer.offset++] = ZERO + tens;
      bytes[writer.offset++] = ZERO + ones;
    }
  }
}
