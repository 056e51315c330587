/**
 * The ISO 8583 codec: messages as data to bytes and back, after the table of a dialect.
 *
 * Strict in both directions and never throws on what it is given: every refusal names the field, the byte offset and
 * what was wrong, never the content.
 */
import { Bug, fail, ok, type Result } from '../../domain/result.ts';
import { byteLength, type Coder, coders, Reader, type Writer } from './coding.ts';
import type { Dialect } from './compile.ts';
import type { Fields, MalformedMessage, Message } from './message.ts';

export type { Dialect } from './compile.ts';
export { framed, FrameReader } from './frame.ts';

/** Fields in one bitmap. */
const BITMAP_FIELDS = 64;
/** Of any dialect. */
const FIELD_MAX = 128;
/** Bit 1 of a bitmap in its first octet, and in its first word. */
const BIT_1 = 0x80;
const TOP_BIT = 1 << 31;

/**
 * The message without its length bytes.
 *
 * A refusal's offset is where the field would stand. The bitmap is made, never given; a value of `undefined` is an
 * absent field, and keys beyond 128 are not looked at. The bytes share an ArrayBuffer with other messages, as small
 * Buffers do: hand on the bytes, never their `buffer`.
 */
export function encode(dialect: Dialect, message: Message): Result<Uint8Array, MalformedMessage> {
  const { writer } = dialect;
  writer.begin();
  const error = writeEnvelope(dialect, message, writer) ?? writeFields(dialect, message.fields, writer);
  if (error === undefined) return ok(writer.finish());
  writer.abandon();
  return fail(error);
}

function writeEnvelope({ table }: Dialect, message: Message, writer: Writer): MalformedMessage | undefined {
  const mti = table.notation === 'bcd' ? coders.bcd : coders.digits;
  return (
    writeSection(writer, coders.bcd, 'tpdu', message.tpdu, table.tpduDigits) ??
    writeSection(writer, coders.bcd, 'header', message.header, table.headerDigits) ??
    writeSection(writer, mti, 'mti', message.mti, MTI_DIGITS)
  );
}

const MTI_DIGITS = 4;

function writeSection(
  writer: Writer,
  coder: Coder,
  section: string,
  value: string,
  digits: number,
): MalformedMessage | undefined {
  if (value.length === digits && coder.write(writer, value)) return undefined;
  const problem = value.length === digits ? writer.problem : `has ${value.length} digits, exactly ${digits} are needed`;
  return { field: section, offset: writer.written, problem };
}

function writeFields(dialect: Dialect, fields: Fields, writer: Writer): MalformedMessage | undefined {
  const { codecs, table } = dialect;
  const { bytes } = writer;
  const bitmapAt = writer.offset;
  const fieldLast = lastField(fields);
  const bitmapBytes = fieldLast > BITMAP_FIELDS && table.fieldMax > BITMAP_FIELDS ? 16 : 8;
  writer.offset += table.notation === 'bcd' ? bitmapBytes : bitmapBytes * 2;
  if (bitmapBytes === 16) bytes[bitmapAt] = BIT_1;
  // From 0, so that a caller who gives a bitmap (1) or an MTI (0) as a field hears of it.
  for (let field = 0; field <= fieldLast; field++) {
    const value = fields[field];
    if (value === undefined) continue;
    const codec = codecs[field];
    const offset = writer.written;
    if (codec === undefined) return { field: String(field), offset, problem: NO_SUCH_FIELD };
    if (!codec.write(writer, value)) return { field: String(field), offset, problem: writer.problem };
    const octetAt = bitmapAt + ((field - 1) >> 3);
    bytes[octetAt] = (bytes[octetAt] ?? 0) | (BIT_1 >> ((field - 1) & 7));
  }
  if (table.notation === 'ascii') spellBitmap(bytes, bitmapAt, bitmapBytes);
  return undefined;
}

const NO_SUCH_FIELD = 'the dialect has no such field';

/** 64 unless there is a field above: it decides whether there is a second bitmap, and so where the fields start. */
function lastField(fields: Fields): number {
  for (let field = FIELD_MAX; field > BITMAP_FIELDS; field--) if (fields[field] !== undefined) return field;
  return BITMAP_FIELDS;
}

/** Turns the octets at `at` into twice as many hex digits, from the last so that none is overwritten unread. */
function spellBitmap(bytes: Uint8Array, at: number, octets: number): void {
  for (let index = octets - 1; index >= 0; index--) {
    const octet = bytes[at + index] ?? 0;
    bytes[at + index * 2] = HEX_DIGITS.charCodeAt(octet >> 4);
    bytes[at + index * 2 + 1] = HEX_DIGITS.charCodeAt(octet & 15);
  }
}

const HEX_DIGITS = '0123456789ABCDEF';

/**
 * The message in `bytes`, which come without length bytes and must end with the last field.
 *
 * A refusal's offset is that of the byte at fault; of what is cut short, that of its first byte.
 */
export function decode(dialect: Dialect, bytes: Uint8Array): Result<Message, MalformedMessage> {
  const { table, codecs } = dialect;
  const reader = new Reader(bytes);
  const tpdu = readSection(reader, coders.bcd, table.tpduDigits);
  if (tpdu === undefined) return refused(reader, 'tpdu');
  const header = readSection(reader, coders.bcd, table.headerDigits);
  if (header === undefined) return refused(reader, 'header');
  const mti = readSection(reader, table.notation === 'bcd' ? coders.bcd : coders.digits, MTI_DIGITS);
  if (mti === undefined) return refused(reader, 'mti');
  if (!readBitmaps(reader, dialect)) return refused(reader, 'bitmap');

  const fields: Record<number, string> = {};
  // Room for all fields at once: growing step by step would cost more than reading them.
  const last = lastBit();
  if (last > 0) fields[last] = '';
  for (let index = 0; index < 4; index++) {
    let bits = bitmap[index] ?? 0;
    while (bits !== 0) {
      const bit = Math.clz32(bits);
      bits ^= TOP_BIT >>> bit;
      const field = index * 32 + bit + 1;
      const codec = codecs[field];
      if (codec === undefined) return fail({ field: String(field), offset: reader.offset, problem: NO_SUCH_FIELD });
      const value = codec.read(reader);
      if (value === undefined) return refused(reader, String(field));
      fields[field] = value;
    }
  }
  const left = reader.end - reader.offset;
  if (left > 0) return fail({ field: 'length', offset: reader.offset, problem: `${left} bytes follow the last field` });
  return ok({ tpdu, header, mti, fields });
}

/** The highest field announced; 0 for none. */
function lastBit(): number {
  for (let index = 3; index >= 0; index--) {
    const bits = bitmap[index] ?? 0;
    if (bits !== 0) return index * 32 + 1 + Math.clz32(bits & -bits);
  }
  return 0;
}

const refused = (reader: Reader, field: string): Result<never, MalformedMessage> =>
  fail({ field, offset: reader.offset, problem: reader.problem });

function readSection(reader: Reader, coder: Coder, digits: number): string | undefined {
  if (digits === 0) return '';
  return has(reader, byteLength(coder, digits)) ? coder.read(reader, digits) : undefined;
}

function has(reader: Reader, needed: number): boolean {
  const left = reader.end - reader.offset;
  if (needed <= left) return true;
  reader.fail(reader.offset, `needs ${needed} bytes, ${left} are left`);
  return false;
}

/**
 * The fields announced by the message that is being decoded, 32 to a word, the lowest in the top bit. One for all: a
 * decoder runs to its end before another starts, and a typed array of its own would cost it a tenth of its time.
 */
const bitmap = new Int32Array(4);

/** Reads one or two bitmaps, without the bit that announces the second. */
function readBitmaps(reader: Reader, { table }: Dialect): boolean {
  const at = reader.offset;
  bitmap.fill(0);
  if (!readBitmap(reader, table.notation, 0)) return false;
  const first = bitmap[0] ?? 0;
  if ((first & TOP_BIT) === 0) return true;
  bitmap[0] = first & ~TOP_BIT;
  if (table.fieldMax > BITMAP_FIELDS) return readBitmap(reader, table.notation, 2);
  reader.fail(at, 'bit 1 is set, and the dialect has no second bitmap');
  return false;
}

/** Reads 64 bits into `bitmap` from `word` on. */
function readBitmap(reader: Reader, notation: 'bcd' | 'ascii', word: number): boolean {
  if (notation === 'bcd') {
    if (!has(reader, 8)) return false;
    const { bytes, offset: at } = reader;
    for (let index = 0; index < 8; index++) {
      const half = word + (index >> 2);
      bitmap[half] = ((bitmap[half] ?? 0) << 8) | (bytes[at + index] ?? 0);
    }
    reader.offset = at + 8;
    return true;
  }
  const spelt = readSection(reader, coders['ascii-hex'], 16);
  if (spelt === undefined) return false;
  bitmap[word] = Number.parseInt(spelt.slice(0, 8), 16);
  bitmap[word + 1] = Number.parseInt(spelt.slice(8), 16);
  return true;
}

/** TPDU and header of the UnionPay dialect (dialect sheet 1.1). */
const MAC_INPUT_AT = 11;
const MTI_BYTES = 2;
/** Of field 64, and of the bitmap. */
const MAC_BYTES = 8;
const BITMAP_BYTES = 8;

/**
 * What the MAC of a UnionPay message is made over: from the MTI to the byte before field 64 (dialect sheet 5.6, 1).
 *
 * @param bytes an encoded message that ends in field 64, whose value does not matter.
 * @throws Bug if it has no field 64.
 */
export function macInput(bytes: Uint8Array): Uint8Array {
  const bitmapEnd = MAC_INPUT_AT + MTI_BYTES + BITMAP_BYTES;
  const marked = ((bytes[bitmapEnd - 1] ?? 0) & 1) === 1;
  if (!marked || bytes.length < bitmapEnd + MAC_BYTES) throw new Bug('a message without field 64 has no MAC input');
  return bytes.subarray(MAC_INPUT_AT, bytes.length - MAC_BYTES);
}
