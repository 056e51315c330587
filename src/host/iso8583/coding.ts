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
  /** Packed codings put two units into a byte. */
  readonly unitsPerByte: 1 | 2;
  readonly charactersPerUnit: 1 | 2;
  /** What the rest works on: the value itself, but for GBK its bytes as U+0000 to U+00FF; undefined if impossible. */
  readonly prepare?: (value: string) => string | undefined;
  /** Writes and advances. */
  write(writer: Writer, value: string): boolean;
  /** Reads `units` units, which are there, and advances. */
  read(reader: Reader, units: number): string | undefined;
}

const NOT_DIGIT = 'is not a decimal digit';
const NOT_HEX = 'is not a hexadecimal digit';
const ZERO = 0x30;
const NOT_A_NIBBLE = 0xff;

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

/** The bytes that units take. */
export const byteLength = ({ unitsPerByte }: Coder, units: number): number =>
  unitsPerByte === 1 ? units : halfRoundedUp(units);

const halfRoundedUp = (digits: number): number => (digits + 1) >> 1;

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
  unitsPerByte: 2,
  charactersPerUnit: 1,
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
  unitsPerByte: 1,
  charactersPerUnit: 2,
  write: writeHex,
  read(reader, length) {
    const from = reader.offset;
    reader.offset = from + length;
    return reader.hex(from * 2, (from + length) * 2).toUpperCase();
  },
};

/** By character code. Dialect sheet 1.5: `=` and `>` are nibble D too. Once a track is encrypted, A to F are data. */
const trackNibbles = new Uint8Array(128).fill(NOT_A_NIBBLE);
for (let nibble = 0; nibble < 16; nibble++) trackNibbles[nibble.toString(16).toUpperCase().charCodeAt(0)] = nibble;
trackNibbles['='.charCodeAt(0)] = 0xd;
trackNibbles['>'.charCodeAt(0)] = 0xd;

const trackNibble = (code: number): number => trackNibbles[code] ?? NOT_A_NIBBLE;

const bcdTrack: Coder = {
  ...bcd,
  write(writer, value) {
    const { bytes, offset: from } = writer;
    let faults = 0;
    for (let index = 0; index < value.length; index += 2) {
      const high = trackNibble(value.charCodeAt(index));
      const low = index + 1 < value.length ? trackNibble(value.charCodeAt(index + 1)) : 0;
      faults |= high | low;
      bytes[from + (index >> 1)] = (high << 4) | low;
    }
    if (faults > 0xf)
      return writer.fail(`character ${badCharacter(value, /[\dA-F=>]/)} is not a digit, A to F, = or >`);
    writer.offset = from + halfRoundedUp(value.length);
    return true;
  },
  read(reader, digits) {
    const from = reader.offset;
    reader.offset = from + halfRoundedUp(digits);
    return reader.hex(from * 2, from * 2 + digits).toUpperCase();
  },
};

/** From here on, a native call and a look at its bytes are faster than a walk over the characters. */
const NATIVE_LENGTH_MIN = 48;

function allWithin(bytes: Uint8Array, from: number, to: number, first: number, last: number): boolean {
  let faults = 0;
  for (let at = from; at < to; at++) faults |= outside(bytes[at] ?? 0, first, last);
  return faults >= 0;
}

/** Writes one byte a character; false if one of them was not `first` to `last`. */
function writeCodes({ bytes, offset: from }: Writer, value: string, first: number, last: number): boolean {
  let faults = 0;
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index);
    faults |= outside(code, first, last);
    bytes[from + index] = code;
  }
  return faults >= 0;
}

/** One byte a character, `first` to `last`. */
function characters(unit: string, first: number, last: number, what: string): Coder {
  return {
    unit,
    unitsPerByte: 1,
    charactersPerUnit: 1,
    write(writer, value) {
      const { length } = value;
      const from = writer.offset;
      let plain: boolean;
      if (length < NATIVE_LENGTH_MIN || last > 0x7f) plain = writeCodes(writer, value, first, last);
      else {
        // What is not ASCII becomes bytes above 7F, or finds no room and leaves a zero: the bytes tell.
        writer.buffer.write(value, from, length, 'utf8');
        plain = allWithin(writer.bytes, from, from + length, first, last);
      }
      if (!plain) {
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
      if (!allWithin(bytes, from, to, first, last)) {
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
