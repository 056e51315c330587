/** A signed record: made, read, and judged by a public key. */
import { fail, ok, type Result } from '../../domain/result.ts';
import { areEqual } from './bytes.ts';
import { kidOf, type ReceiptCrypto, type ReceiptSigner } from './crypto.ts';
import { decodePayload, encodePayload, type Payload } from './payload.ts';
import { openSign1, sealSign1 } from './sign1.ts';

/** More than any QR code holds. What is longer is none of ours. */
export const RECORD_BYTES_MAX = 4096;

export interface ReceiptRecord extends Payload {
  /** Names the key that is said to have signed. */
  readonly kid: Uint8Array;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

export type RecordProblem = 'malformed' | 'newer-version' | 'too-large';

export const signRecord = (payload: Payload, signer: ReceiptSigner): Uint8Array =>
  sealSign1(encodePayload(payload), signer);

/** Reads without judging: see `judgeSignature`. */
export function readRecord(bytes: Uint8Array): Result<ReceiptRecord, RecordProblem> {
  if (bytes.length > RECORD_BYTES_MAX) return fail('too-large');
  const message = openSign1(bytes);
  if (message === undefined) return fail('malformed');
  const payload = decodePayload(message.payload);
  if (!payload.ok) return payload;
  const { kid, signed, signature } = message;
  return ok({ ...payload.value, kid, signed, signature });
}

/** `other-key`: it names another one, which says nothing of its signature. */
export type SignatureVerdict = 'good' | 'bad' | 'other-key';

export function judgeSignature(record: ReceiptRecord, publicKey: Uint8Array, crypto: ReceiptCrypto): SignatureVerdict {
  if (!areEqual(record.kid, kidOf(publicKey, crypto.sha256))) return 'other-key';
  return crypto.verify(publicKey, record.signed, record.signature) ? 'good' : 'bad';
}
