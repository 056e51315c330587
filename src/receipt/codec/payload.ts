/** What a record says: its place in the chain, and a slip or the end of a batch. */
import { fail, ok, type Result } from '../../domain/result.ts';
import type { Slip } from '../../domain/slip.ts';
import { decodeCbor, encodeCbor, isBytes, isCount, isMap, type Cbor } from './cbor.ts';
import { HASH_BYTES } from './crypto.ts';
import { recordOfSlip, slipOfRecord } from './slip-record.ts';

/** Ends a batch: so many records stand between the end of the batch before and this one. */
export interface Closing {
  readonly type: 'closing';
  readonly batch: number;
  readonly count: number;
}

export type Content = Slip | Closing;

export interface Payload {
  /** Counts the records of the batch from 1, the closing one included. */
  readonly number: number;
  /** SHA-256 of the whole record before, 32 zero bytes for a terminal's first. */
  readonly previous: Uint8Array;
  readonly content: Content;
}

/** A change of what a key means gets the next number; a new key does not. */
const VERSION = 1;
const KEY = { version: 0, number: 1, previous: 2, slip: 3, closing: 4 } as const;

export function encodePayload({ number, previous, content }: Payload): Uint8Array {
  return encodeCbor(
    new Map<number, Cbor>([
      [KEY.version, VERSION],
      [KEY.number, number],
      [KEY.previous, previous],
      content.type === 'slip' ? [KEY.slip, recordOfSlip(content)] : [KEY.closing, [content.batch, content.count]],
    ]),
  );
}

export function decodePayload(bytes: Uint8Array): Result<Payload, 'malformed' | 'newer-version'> {
  const map = decodeCbor(bytes);
  if (!isMap(map)) return fail('malformed');
  const version = map.get(KEY.version);
  if (isCount(version) && version > VERSION) return fail('newer-version');
  const number = map.get(KEY.number);
  const previous = map.get(KEY.previous);
  const content = contentOf(map.get(KEY.slip), map.get(KEY.closing));
  if (version !== VERSION || !isCount(number) || !isBytes(previous, HASH_BYTES)) return fail('malformed');
  if (content === undefined || map.size !== 4) return fail('malformed');
  return ok({ number, previous, content });
}

function contentOf(slip: Cbor | undefined, closing: Cbor | undefined): Content | undefined {
  if (isMap(slip)) return slipOfRecord(slip);
  if (!Array.isArray(closing) || closing.length !== 2) return undefined;
  const [batch, count] = closing as readonly Cbor[];
  return isCount(batch) && isCount(count) ? { type: 'closing', batch, count } : undefined;
}
