/** What can still be said about a message that does not decode: enough for an F39 30, or nothing. */

export interface Head {
  readonly tpdu: string;
  readonly header: string;
  readonly mti: string;
  readonly stan: string;
}

const TPDU_BYTES = 5;
const HEADER_BYTES = 6;
const MTI_BYTES = 2;
const BITMAP_BYTES = 8;

/** The front of a UnionPay message up to F11, when nothing but F2, F3 and F4 stands before it (dialect sheet 1.1, 2). */
export function headOf(bytes: Uint8Array): Head | undefined {
  const mtiAt = TPDU_BYTES + HEADER_BYTES;
  const bitmapAt = mtiAt + MTI_BYTES;
  const bitmap = bytes.subarray(bitmapAt, bitmapAt + BITMAP_BYTES);
  if (bitmap.length < BITMAP_BYTES || !has(bitmap, 11)) return undefined;
  let at = bitmapAt + BITMAP_BYTES;
  if ([1, 5, 6, 7, 8, 9, 10].some((field) => has(bitmap, field))) return undefined;
  if (has(bitmap, 2)) {
    const digits = Number(digitsOf(bytes.subarray(at, at + 1)));
    if (!(digits <= 19)) return undefined;
    at += 1 + Math.ceil(digits / 2);
  }
  if (has(bitmap, 3)) at += 3;
  if (has(bitmap, 4)) at += 6;
  const head = {
    tpdu: digitsOf(bytes.subarray(0, TPDU_BYTES)),
    header: digitsOf(bytes.subarray(TPDU_BYTES, mtiAt)),
    mti: digitsOf(bytes.subarray(mtiAt, bitmapAt)),
    stan: digitsOf(bytes.subarray(at, at + 3)),
  };
  const readable = head.stan.length === 6 && Object.values(head).every((text) => /^\d+$/.test(text));
  return readable ? head : undefined;
}

const has = (bitmap: Uint8Array, field: number): boolean =>
  ((bitmap[(field - 1) >> 3] ?? 0) & (0x80 >> ((field - 1) & 7))) !== 0;

const digitsOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
