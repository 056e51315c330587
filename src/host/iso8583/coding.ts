/** The codings of field values, one object each: how many units a value has, and how units become bytes and back. */
import type { Coding } from './dialect.ts';
import { gbkFromBytes, gbkToBytes } from './gbk.ts';

/** Where decoding stands. `problem` is set by whoever returns undefined, and `offset` then points at the fault. */
export class Reader {
  readonly bytes: Uint8Array;
  readonly end: number;
  offset = 0;
  problem = '';
  readonly #buffer: Buffer;
  #hex: string | undefined;
  #latin1: string | undefined;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.end = bytes.length;
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  // One native call for the whole message and cheap substrings are several times faster than one call per field.
  /** Lower-case hex digits `from` to `to` of the message. */
  hex(from: number, to: number): string {
    this.#hex ??= this.#buffer.toString('hex');
    return this.#hex.substring(from, to);
  }

  latin1(from: number, to: number): string {
    this.#latin1 ??= this.#buffer.toString('latin1');
    return this.#latin1.substring(from, to);
  }

  fail(offset: number, problem: string): undefined {
    this.offset = offset;
    this.problem = problem;
    return undefined;
  }
}

/**
 * Bytes of one slab. A fresh buffer for each message would cost more than all the rest of encoding it, so messages are
 * written one after the other into slabs, as Node does for its small Buffers.
 */
const SLAB_LENGTH = 32 * 1024;

/** Where encoding stands: in a slab that has room for the longest message of the dialect. */
export class Writer {
  bytes = new Uint8Array(0);
  /** The same memory. */
  buffer = Buffer.alloc(0);
  offset = 0;
  problem = '';
  readonly #longest: number;
  #start = 0;

  constructor(longest: number) {
    this.#longest = longest;
  }

  /** Bytes of the message written so far. */
  get written(): number {
    return this.offset - this.#start;
  }

  begin(): void {
    if (this.offset + this.#longest > this.bytes.length) {
      this.bytes = new Uint8Array(SLAB_LENGTH + this.#longest);
      this.buffer = Buffer.from(this.bytes.buffer);
      this.offset = 0;
    }
    this.#start = this.offset;
  }

  finish(): Uint8Array {
    return this.bytes.subarray(this.#start, this.offset);
  }

  abandon(): void {
    this.bytes.fill(0, this.#start, this.#start + this.#longest);
    this.offset = this.#start;
  }

  fail(problem: string): false {
    this.problem = problem;
    return false;
  }
}

export interface Coder {
  /** What a length counts, for messages to people. */
  readonly unit: string;
  /** Bytes that `units` units take. */
  byteLength(units: number): number;
  /** What the rest works on: the value itself, but for GBK its bytes as U+0000 to U+00FF; undefined if impossible. */
  readonly prepare?: (value: string) => string | undefined;
  /** Units of a prepared value. */
  units(value: string): number;
  /** Writes and advances. */
  write(writer: Writer, value: string): boolean;
  /** Reads `units` units, which are there, and advances. */
  read(reader: Reader, units: number): string | undefined;
}

const NOT_DIGIT = 'is not a decimal digit';
const NOT_HEX = 'is not a hexadecimal digit';
const ZERO = 0x30;

// Whether all of a run is acceptable is found without a branch or a table for each character: differences that turn
// negative leave the sign bit in what is gathered. Where the fault is, is looked for only when there is one.

/** Negative unless `first <= code <= last`. */
const outside = (code: number, first: number, last: number): number => (code - first) | (last - code);

/** Not zero unless both nibbles are decimal digits. */
const notDecimal = (byte: number): number => (((byte & 0x0f) + 6) & 0x10) | ((byte + 0x60) & 0x100);

export const isBcd = (byte: number): boolean => notDecimal(byte) === 0;

/** One-based, for people: the first character of `text` that `accepted` does not match. */
function badCharacter(text: string, accepted: RegExp): number {
  let index = 0;
  while (index < text.length && accepted.test(text.charAt(index))) index++;
  return index + 1;
}

const HEX_DIGIT = /[\dA-F]/i;
const isUpperHex = (text: string): boolean => /^[\dA-F]*$/.test(text);

const halfRoundedUp = (digits: number): number => (digits + 1) >> 1;
const itself = (count: number): number => count;
const lengthOf = (value: string): number => value.length;

/** Packs digits two to a byte; with `lead`, a pad nibble precedes an odd number of them, otherwise one follows. */
function writeBcd(writer: Writer, text: string, lead: boolean): boolean {
  const { bytes } = writer;
  const { length } = text;
  let at = writer.offset;
  let index = 0;
  let faults = 0;
  if (lead && (length & 1) === 1) {
    const low = text.charCodeAt(index++) - ZERO;
    faults |= outside(low, 0, 9);
    bytes[at++] = low;
  }
  for (; index + 1 < length; index += 2) {
    const high = text.charCodeAt(index) - ZERO;
    const low = text.charCodeAt(index + 1) - ZERO;
    faults |= outside(high, 0, 9) | outside(low, 0, 9);
    bytes[at++] = (high << 4) | low;
  }
  if (index < length) {
    const high = text.charCodeAt(index) - ZERO;
    faults |= outside(high, 0, 9);
    bytes[at++] = high << 4;
  }
  if (faults < 0) return writer.fail(`character ${badCharacter(text, /\d/)} ${NOT_DIGIT}`);
  writer.offset = at;
  return true;
}

/** Whether the bytes `from` to `to` are decimal digits; if not, the reader stands at the first that are not. */
function checkBcd(reader: Reader, from: number, to: number): boolean {
  const { bytes } = reader;
  let faults = 0;
  for (let at = from; at < to; at++) faults |= notDecimal(bytes[at] ?? 0);
  if (faults === 0) return true;
  let bad = from;
  while (isBcd(bytes[bad] ?? 0)) bad++;
  reader.fail(bad, NIBBLE_NOT_DIGIT);
  return false;
}

const NIBBLE_NOT_DIGIT = `a nibble ${NOT_DIGIT}`;

const bcd: Coder = {
  unit: 'digits',
  byteLength: halfRoundedUp,
  units: lengthOf,
  write: (writer, value) => writeBcd(writer, value, false),
  read(reader, digits) {
    const from = reader.offset;
    const whole = from + (digits >> 1);
    if (!checkBcd(reader, from, whole)) return undefined;
    // The pad nibble after an odd last digit may be anything (dialect sheet 1.5).
    const odd = digits & 1;
    if (odd === 1 && (reader.bytes[whole] ?? 0) >> 4 > 9) return reader.fail(whole, NIBBLE_NOT_DIGIT);
    reader.offset = whole + odd;
    return reader.hex(from * 2, from * 2 + digits);
  },
};

const bcdRight: Coder = {
  ...bcd,
  write: (writer, value) => writeBcd(writer, value, true),
  read(reader, digits) {
    const odd = digits & 1;
    const from = reader.offset;
    const to = from + halfRoundedUp(digits);
    if (odd === 1 && ((reader.bytes[from] ?? 0) & 15) > 9) return reader.fail(from, NIBBLE_NOT_DIGIT);
    if (!checkBcd(reader, from + odd, to)) return undefined;
    reader.offset = to;
    return reader.hex(from * 2 + odd, to * 2);
  },
};

/** Writes hex digits, an even number of them. */
function writeHex(writer: Writer, value: string): boolean {
  const length = value.length / 2;
  const written = writer.buffer.write(value, writer.offset, length, 'hex');
  if (written < length) return writer.fail(`character ${badCharacter(value, HEX_DIGIT)} ${NOT_HEX}`);
  writer.offset += length;
  return true;
}

const hex: Coder = {
  unit: 'bytes',
  byteLength: itself,
  units: (value) => value.length / 2,
  write: writeHex,
  read(reader, length) {
    const from = reader.offset;
    reader.offset = from + length;
    return reader.hex(from * 2, (from + length) * 2).toUpperCase();
  },
};

const bcdTrack: Coder = {
  ...bcd,
  write(writer, value) {
    // Dialect sheet 1.5: all three separators are nibble D. Once the track is encrypted, A to F are data.
    const track = value.includes('=') || value.includes('>') ? value.replaceAll(/[=>]/g, 'D') : value;
    if (!isUpperHex(track)) {
      return writer.fail(`character ${badCharacter(track, /[\dA-F]/)} is not a digit, A to F, = or >`);
    }
    return writeHex(writer, track.length % 2 === 0 ? track : `${track}0`);
  },
  read(reader, digits) {
    const from = reader.offset;
    reader.offset = from + halfRoundedUp(digits);
    return reader.hex(from * 2, from * 2 + digits).toUpperCase();
  },
};

/** One byte a character, `first` to `last`. */
function characters(unit: string, first: number, last: number, what: string): Coder {
  return {
    unit,
    byteLength: itself,
    units: lengthOf,
    write(writer, value) {
      const { bytes } = writer;
      const { length } = value;
      const from = writer.offset;
      let faults = 0;
      for (let index = 0; index < length; index++) {
        const code = value.charCodeAt(index);
        faults |= outside(code, first, last);
        bytes[from + index] = code;
      }
      if (faults < 0) {
        let bad = 0;
        while (outside(value.charCodeAt(bad), first, last) >= 0) bad++;
        return writer.fail(`character ${bad + 1} ${what}`);
      }
      writer.offset = from + length;
      return true;
    },
    read(reader, length) {
      const { bytes, offset: from } = reader;
      const to = from + length;
      let faults = 0;
      for (let at = from; at < to; at++) faults |= outside(bytes[at] ?? 0, first, last);
      if (faults < 0) {
        let bad = from;
        while (outside(bytes[bad] ?? 0, first, last) >= 0) bad++;
        return reader.fail(bad, `the byte ${what}`);
      }
      reader.offset = to;
      return reader.latin1(from, to);
    },
  };
}

const ascii = characters('characters', 0x20, 0x7e, 'is not printable ASCII');
const bytes = characters('bytes', 0, 0xff, 'is not U+0000 to U+00FF');
const digits = characters('digits', ZERO, ZERO + 9, NOT_DIGIT);

const gbk: Coder = {
  ...bytes,
  prepare: gbkToBytes,
  read(reader, length) {
    const raw = bytes.read(reader, length);
    return raw === undefined ? undefined : gbkFromBytes(raw);
  },
};

const asciiHex: Coder = {
  ...ascii,
  unit: 'hex digits',
  write(writer, value) {
    const upper = value.toUpperCase();
    if (isUpperHex(upper)) return ascii.write(writer, upper);
    return writer.fail(`character ${badCharacter(upper, HEX_DIGIT)} ${NOT_HEX}`);
  },
  read(reader, length) {
    const from = reader.offset;
    const text = reader.latin1(from, from + length).toUpperCase();
    if (!isUpperHex(text)) return reader.fail(from + badCharacter(text, HEX_DIGIT) - 1, `the byte ${NOT_HEX}`);
    reader.offset = from + length;
    return text;
  },
};

export const coders: Readonly<Record<Coding, Coder>> = {
  bcd,
  'bcd-right': bcdRight,
  'bcd-track': bcdTrack,
  digits,
  ascii,
  bytes,
  gbk,
  hex,
  'ascii-hex': asciiHex,
};
