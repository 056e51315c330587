/** The signature over a cryptogram: combined data authentication (EMV Book 2, 6.6.2). */
import { fail, ok, type Result } from '../../domain/result.ts';
import { concat, equal } from '../bytes.ts';
import type { Session } from '../session.ts';
import type { Tlv } from '../tlv.ts';
import { dynamicData, type OdaProblem } from './authenticate.ts';
import type { PublicKey } from './certificates.ts';

const CRYPTOGRAM_BYTES = 8;
const HASH_BYTES = 20;

/**
 * @param lists the data of PDOL, CDOL1 and, for the second cryptogram, CDOL2, in a row.
 * @param objects of the answer to GENERATE AC, in their order.
 * @returns the cryptogram.
 */
export function checkCombined(
  session: Session,
  cardKey: PublicKey,
  lists: Uint8Array,
  objects: readonly Tlv[],
): Result<Uint8Array, OdaProblem> {
  const signature = objects.find(({ tag }) => tag === '9F4B')?.value;
  const information = objects.find(({ tag }) => tag === '9F27')?.value;
  if (signature === undefined || information === undefined) return fail('signature-not-given');
  const dynamic = dynamicData(session, cardKey, signature, session.input.unpredictableNumber);
  if (!dynamic.ok) return dynamic;
  const { number, rest } = dynamic.value;
  if (rest.length < 1 + CRYPTOGRAM_BYTES + HASH_BYTES) return fail('dynamic-data-malformed');
  if (rest[0] !== information[0]) return fail('cryptogram-information-differs');
  const others = objects.filter(({ tag }) => tag !== '9F4B').map(({ raw }) => raw);
  const hash = session.ports.crypto.sha1(concat(lists, ...others));
  const signedHash = rest.subarray(1 + CRYPTOGRAM_BYTES, 1 + CRYPTOGRAM_BYTES + HASH_BYTES);
  if (!equal(hash, signedHash)) return fail('transaction-hash-wrong');
  session.put('9F4C', number);
  return ok(rest.slice(1, 1 + CRYPTOGRAM_BYTES));
}
