/** EMVCo payment codes, read: merchant-presented (text TLV with a CRC) and customer-presented (BER-TLV in Base64). */
import { fail, ok, type Result } from '../../../src/domain/result.ts';

/** An EMVCo MPM payload is at most 512 characters. */
const MERCHANT_CODE_LENGTH_MAX = 512;
/** Id, length and value of the CRC object, which stands last (dialect sheet 10.5). */
const CRC_OBJECT_LENGTH = 8;
const CRC_ID_AND_LENGTH = '6304';

/** CRC-16/CCITT-FALSE: polynomial 1021h, initial value FFFFh, neither reflected nor inverted. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
    crc &= 0xffff;
  }
  return crc;
}

/** The root objects of a merchant-presented code by their two-digit id, or what is wrong with it and where. */
export function readMerchantCode(text: string): Result<Readonly<Record<string, string>>, string> {
  if (text.length > MERCHANT_CODE_LENGTH_MAX) return fail(`longer than ${MERCHANT_CODE_LENGTH_MAX} characters`);
  const characters = Array.from(text);
  const objects: Record<string, string> = {};
  let at = 0;
  while (at < characters.length) {
    const head = characters.slice(at, at + 4).join('');
    if (!/^\d{4}$/.test(head)) return fail(`no id and length at character ${at}`);
    const length = Number(head.slice(2));
    const value = characters.slice(at + 4, at + 4 + length);
    if (value.length < length) return fail(`object ${head.slice(0, 2)} at character ${at} is cut off`);
    objects[head.slice(0, 2)] = value.join('');
    at += 4 + length;
  }
  const wanted = hex16(crc16(new TextEncoder().encode(text.slice(0, -4))));
  const isLast = text.slice(-CRC_OBJECT_LENGTH).startsWith(CRC_ID_AND_LENGTH);
  if (!isLast || objects['63'] !== wanted) return fail('the CRC in object 63 is missing or wrong');
  return ok(objects);
}

/** The primitive tags of a customer-presented code, templates opened, values in upper-case hex. */
export function readCustomerCode(bytes: Uint8Array): Result<Readonly<Record<string, string>>, string> {
  const tags: Record<string, string> = {};
  const problem = readTags(bytes, 0, bytes.length, tags);
  if (problem !== undefined) return fail(problem);
  return tags['85'] === undefined ? fail('no payload format indicator (tag 85)') : ok(tags);
}

function readTags(bytes: Uint8Array, from: number, to: number, tags: Record<string, string>): string | undefined {
  let at = from;
  while (at < to) {
    const first = bytes[at] ?? 0;
    const tagLength = (first & 0x1f) === 0x1f ? 2 : 1;
    const length = bytes[at + tagLength];
    const start = at + tagLength + 1;
    if (length === undefined || length > 0x7f || start + length > to) return `the object at byte ${at} is cut off`;
    if ((first & 0x20) === 0)
      tags[hex(bytes.subarray(at, at + tagLength))] = hex(bytes.subarray(start, start + length));
    else {
      const problem = readTags(bytes, start, start + length, tags);
      if (problem !== undefined) return problem;
    }
    at = start + length;
  }
  return undefined;
}

const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();

const hex16 = (value: number): string => value.toString(16).toUpperCase().padStart(4, '0');
