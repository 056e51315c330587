/** Deterministic CBOR (RFC 8949 4.2.1): a value has one encoding, and no other is read. */
import { decode, encode, rfc8949EncodeOptions } from 'cborg';
import { areEqual } from './bytes.ts';

/** Numbers are safe integers: nothing on a slip is a fraction. */
export type Cbor = number | string | boolean | Uint8Array | readonly Cbor[] | CborMap;
export type CborMap = ReadonlyMap<number | string, Cbor>;

export const encodeCbor = (value: Cbor): Uint8Array => encode(value, rfc8949EncodeOptions);

/** Undefined for what is not CBOR, holds what we never write, or is written otherwise than we do. */
export function decodeCbor(bytes: Uint8Array): Cbor | undefined {
  let value: unknown;
  try {
    value = decode(bytes, { useMaps: true, strict: true, rejectDuplicateMapKeys: true, allowIndefinite: false });
  } catch {
    return undefined;
  }
  return isCbor(value) && areEqual(encodeCbor(value), bytes) ? value : undefined;
}

function isCbor(value: unknown): value is Cbor {
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (typeof value === 'string' || typeof value === 'boolean' || value instanceof Uint8Array) return true;
  if (Array.isArray(value)) return value.every(isCbor);
  return (
    value instanceof Map && [...value].every(([key, item]) => (typeof key === 'string' || isCbor(key)) && isCbor(item))
  );
}

export const isMap = (value: Cbor | undefined): value is CborMap => value instanceof Map;
export const isList = (value: Cbor | undefined): value is readonly Cbor[] => Array.isArray(value);
export const isBytes = (value: Cbor | undefined, length: number): value is Uint8Array =>
  value instanceof Uint8Array && value.length === length;
export const isCount = (value: Cbor | undefined): value is number => typeof value === 'number' && value >= 0;
