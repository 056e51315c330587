/** BER-TLV as cards and hosts speak it (EMV Book 3, annex B). Bytes in, a tree or a named complaint out. */
import { fail, ok, type Result } from '../domain/result.ts';
import { concat, fromHex, toHex } from './bytes.ts';

export interface Tlv {
  /** Upper-case hex. */
  readonly tag: string;
  readonly value: Uint8Array;
  /** The whole object as it came: a length may be written in more than one way. */
  readonly raw: Uint8Array;
  /** Of a constructed object that was opened. */
  readonly children?: readonly Tlv[];
}

type TlvProblemCode =
  /** The bytes end inside a tag. */
  | 'tag-cut-off'
  /** A tag of more than {@link TAG_BYTES_MAX} bytes. */
  | 'tag-too-long'
  /** The number of a long tag begins with zero bits (ISO/IEC 8825-1, 8.1.2.4.2). */
  | 'tag-not-canonical'
  | 'length-missing'
  | 'length-cut-off'
  /** 80: ends with two zero bytes somewhere; EMV does not know it. */
  | 'length-indefinite'
  /** More than {@link LENGTH_BYTES_MAX} bytes of length. */
  | 'length-too-long'
  | 'value-cut-off'
  /** More than {@link DEPTH_MAX} objects inside each other. */
  | 'too-deep';

export interface TlvProblem {
  readonly code: TlvProblemCode;
  /** Where: the tags from outside inwards, the faulty one last if it could be read. */
  readonly path: readonly string[];
  /** Of the faulty byte, from the start of what was given. */
  readonly offset: number;
}

const TAG_BYTES_MAX = 4;
/** After the byte that counts them: 82 and two (EMV Book 3, annex B2). */
const LENGTH_BYTES_MAX = 2;
const DEPTH_MAX = 8;

interface Place {
  readonly path: readonly string[];
  /** Of the first byte, in what was given to {@link parseTlv}. */
  readonly start: number;
}

const OUTSIDE: Place = { path: [], start: 0 };

/** Reads objects one after the other, constructed ones opened. Zero bytes between them mean nothing (annex B1). */
export function parseTlv(bytes: Uint8Array): Result<readonly Tlv[], TlvProblem> {
  return parseLevel(bytes, OUTSIDE, true);
}

/** The same without opening anything, for templates whose content may be malformed without harm to their neighbours. */
export function parseOutside(bytes: Uint8Array): Result<readonly Tlv[], TlvProblem> {
  return parseLevel(bytes, OUTSIDE, false);
}

function parseLevel(bytes: Uint8Array, place: Place, opens: boolean): Result<readonly Tlv[], TlvProblem> {
  const objects: Tlv[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (bytes[at] === 0) {
      at += 1;
      continue;
    }
    const head = readHead(bytes, at, place);
    if (!head.ok) return head;
    const { tag, valueAt, length } = head.value;
    const value = bytes.subarray(valueAt, valueAt + length);
    const raw = bytes.subarray(at, valueAt + length);
    if (opens && isConstructed(tag)) {
      const path = [...place.path, tag];
      if (path.length > DEPTH_MAX) return fail({ code: 'too-deep', path, offset: place.start + at });
      const children = parseLevel(value, { path, start: place.start + valueAt }, true);
      if (!children.ok) return children;
      objects.push({ tag, value, raw, children: children.value });
    } else {
      objects.push({ tag, value, raw });
    }
    at = valueAt + length;
  }
  return ok(objects);
}

interface Head {
  readonly tag: string;
  readonly valueAt: number;
  readonly length: number;
}

function readHead(bytes: Uint8Array, at: number, { path, start }: Place): Result<Head, TlvProblem> {
  const tag = readTag(bytes, at);
  if (!tag.ok) return fail({ code: tag.error, path, offset: start + at });
  const lengthAt = at + tag.value.length / 2;
  const refuse = (code: TlvProblemCode): Result<never, TlvProblem> =>
    fail({ code, path: [...path, tag.value], offset: start + lengthAt });
  const first = bytes[lengthAt];
  if (first === undefined) return refuse('length-missing');
  if (first < 0x80) return checked({ tag: tag.value, valueAt: lengthAt + 1, length: first }, bytes, refuse);
  if (first === 0x80) return refuse('length-indefinite');
  const count = first & 0x7f;
  if (count > LENGTH_BYTES_MAX) return refuse('length-too-long');
  const lengthBytes = bytes.subarray(lengthAt + 1, lengthAt + 1 + count);
  if (lengthBytes.length < count) return refuse('length-cut-off');
  const length = lengthBytes.reduce((sum, byte) => sum * 256 + byte, 0);
  return checked({ tag: tag.value, valueAt: lengthAt + 1 + count, length }, bytes, refuse);
}

function checked(
  head: Head,
  bytes: Uint8Array,
  refuse: (code: TlvProblemCode) => Result<never, TlvProblem>,
): Result<Head, TlvProblem> {
  return head.valueAt + head.length > bytes.length ? refuse('value-cut-off') : ok(head);
}

/** The tag that begins at `at` (annex B1): a number of 31 says that more bytes follow, all but the last with bit 8. */
export function readTag(
  bytes: Uint8Array,
  at: number,
): Result<string, 'tag-cut-off' | 'tag-too-long' | 'tag-not-canonical'> {
  const first = bytes[at];
  if (first === undefined) return fail('tag-cut-off');
  if ((first & 0x1f) !== 0x1f) return ok(toHex(bytes.subarray(at, at + 1)));
  for (let length = 2; length <= TAG_BYTES_MAX; length++) {
    const byte = bytes[at + length - 1];
    if (byte === undefined) return fail('tag-cut-off');
    if (length === 2 && (byte & 0x7f) === 0) return fail('tag-not-canonical');
    if ((byte & 0x80) === 0) return ok(toHex(bytes.subarray(at, at + length)));
  }
  return fail('tag-too-long');
}

/** Bit 6 of the first byte (annex B1). */
export const isConstructed = (tag: string): boolean => (Number.parseInt(tag.slice(0, 2), 16) & 0x20) !== 0;

/** One object, with the shortest length field. */
export function encodeTlv(tag: string, value: Uint8Array): Uint8Array {
  if (value.length > 0xffff) throw new RangeError('A TLV value of ours has at most 65535 bytes.');
  const length =
    value.length < 0x80
      ? [value.length]
      : value.length < 0x100
        ? [0x81, value.length]
        : [0x82, value.length >> 8, value.length & 0xff];
  return concat(fromHex(tag), Uint8Array.from(length), value);
}

/** The first object of that tag among these, not looked for inside them. */
export const childOf = (objects: readonly Tlv[], tag: string): Tlv | undefined =>
  objects.find((each) => each.tag === tag);
