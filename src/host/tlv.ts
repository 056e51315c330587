/** BER-TLV in hex, as far as downloads need it: tags of up to three bytes, values of up to 65535 (dialect sheet 7.3). */
import { fail, ok, type Result } from '../domain/result.ts';

export interface Tlv {
  /** Upper-case hex, as are the others. */
  readonly tag: string;
  readonly value: string;
  /** Tag, length and value as they came. */
  readonly whole: string;
}

const TAG_BYTES_MAX = 3;

/** The objects in `hex`, which must end with the last of them; or what is wrong, without content. */
export function readTlvs(hex: string): Result<readonly Tlv[], string> {
  if (!/^([0-9A-F]{2})*$/.test(hex)) return fail('It is not whole bytes of hex.');
  const found: Tlv[] = [];
  for (let at = 0; at < hex.length;) {
    const valueAt = headEnd(hex, at);
    if (valueAt === undefined) return fail(`Object ${found.length + 1} has no tag and length that can be read.`);
    const { tag, lengthBytes, start } = valueAt;
    const end = start + lengthBytes * 2;
    if (end > hex.length) return fail(`Object ${found.length + 1} is longer than what is there.`);
    found.push({ tag, value: hex.slice(start, end), whole: hex.slice(at, end) });
    at = end;
  }
  return ok(found);
}

/** Reads tag and length. */
function headEnd(hex: string, from: number) {
  const byte = (at: number): number => Number.parseInt(hex.slice(at, at + 2), 16);
  let at = from + 2;
  // A tag of zeros or ones is filler, which has no place here.
  if (byte(from) === 0x00 || byte(from) === 0xff) return undefined;
  if ((byte(from) & 0x1f) === 0x1f) {
    do at += 2;
    while ((byte(at - 2) & 0x80) !== 0 && at - from <= TAG_BYTES_MAX * 2);
  }
  const tag = hex.slice(from, at);
  if (tag.length > TAG_BYTES_MAX * 2) return undefined;
  const first = byte(at);
  if (first < 0x80) return { tag, lengthBytes: first, start: at + 2 };
  if (first === 0x81) return withLength(tag, byte(at + 2), at + 4);
  if (first === 0x82) return withLength(tag, byte(at + 2) * 256 + byte(at + 4), at + 6);
  return undefined;
}

const withLength = (tag: string, lengthBytes: number, start: number) =>
  Number.isNaN(lengthBytes) ? undefined : { tag, lengthBytes, start };
