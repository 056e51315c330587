/** Offline data authentication: which kind, SDA and DDA whole, the keys of CDA (EMV Book 2, 5 and 6; Book 3, 10.3). */
import { fail, ok, type Result } from '../../domain/result.ts';
import { internalAuthenticateCommand, SUCCESS, transmit } from '../apdu.ts';
import { concat, fromHex, toHex } from '../bytes.ts';
import { fillDol, parseDol, parseTagList } from '../dol.ts';
import { AIP_FLAGS, hasFlag } from '../flags.ts';
import type { AuthenticatedData } from '../initiate.ts';
import type { Step } from '../needs.ts';
import type { Session } from '../session.ts';
import { childOf, parseTlv } from '../tlv.ts';
import { type CaKeyProblem, findCaKey } from './ca-keys.ts';
import {
  type CertificateInput,
  type CertificateProblem,
  type PublicKey,
  recoverCardKey,
  recoverIssuerKey,
  recoverSigned,
} from './certificates.ts';

export type OdaProblem =
  | CaKeyProblem
  | CertificateProblem
  | 'card-data-missing'
  /** A record to be authenticated is no template 70, or 9F4A names more than 82. */
  | 'static-data-malformed'
  /** The DDOL does not ask for the unpredictable number, or is no list. */
  | 'ddol-unusable'
  | 'signature-not-given'
  | 'dynamic-data-malformed'
  | 'cryptogram-information-differs'
  | 'transaction-hash-wrong';

export type OdaMethod = 'none' | 'sda' | 'dda' | 'cda';

export interface Authentication {
  readonly method: OdaMethod;
  readonly problem?: OdaProblem;
  /** For CDA, when the keys are good. */
  readonly cardKey?: PublicKey;
}

/** Book 3, 10.3: the strongest that both sides have, and no other after it. */
function methodOf(session: Session): OdaMethod {
  const profile = session.get('82') ?? new Uint8Array();
  const both = (name: 'sda' | 'dda' | 'cda'): boolean => hasFlag(AIP_FLAGS, name, profile) && session.capability(name);
  return (['cda', 'dda', 'sda'] as const).find(both) ?? 'none';
}

export function* authenticateData(session: Session, records: AuthenticatedData): Step<Authentication> {
  const method = methodOf(session);
  const { tvr, tsi } = session;
  if (method === 'none') {
    tvr.set('offlineDataAuthenticationNotPerformed');
    return { method };
  }
  if (method === 'sda') tvr.set('sdaSelected');
  const staticData = staticDataOf(session, records);
  if (method === 'cda') {
    const cardKey = staticData.ok ? cardKeyOf(session, staticData.value) : staticData;
    if (cardKey.ok) return { method, cardKey: cardKey.value };
    return failed(session, method, cardKey.error);
  }
  tsi.set('offlineDataAuthenticationPerformed');
  if (!staticData.ok) return failed(session, method, staticData.error);
  const result =
    method === 'sda' ? checkStatic(session, staticData.value) : yield* checkDynamic(session, staticData.value);
  return result.ok ? { method } : failed(session, method, result.error);
}

const FAILED_FLAGS = { sda: 'sdaFailed', dda: 'ddaFailed', cda: 'cdaFailed' } as const;

/** Puts it into the registers. */
export function failed(session: Session, method: 'sda' | 'dda' | 'cda', problem: OdaProblem): Authentication {
  session.tsi.set('offlineDataAuthenticationPerformed');
  session.tvr.set(FAILED_FLAGS[method]);
  // Book 3, 7.5
  if (problem === 'card-data-missing' || problem === 'remainder-missing') session.tvr.set('cardDataMissing');
  return { method, problem };
}

/** The records, and after them the interchange profile if 9F4A names it; it may name nothing else (Book 3, 10.3). */
function staticDataOf(session: Session, records: AuthenticatedData): Result<Uint8Array, OdaProblem> {
  if (records === undefined) return fail('static-data-malformed');
  const list = session.get('9F4A');
  if (list === undefined) return ok(records);
  const tags = parseTagList(list);
  if (!tags.ok || tags.value.some((tag) => tag !== '82')) return fail('static-data-malformed');
  return ok(concat(records, ...tags.value.map((tag) => session.get(tag) ?? new Uint8Array())));
}

/** Undefined when certificate or exponent is not there. */
function certificateInput(session: Session, tags: readonly [string, string, string]): CertificateInput | undefined {
  const [certificate, exponent, remainder] = tags.map((tag) => session.get(tag));
  if (certificate === undefined || exponent === undefined) return undefined;
  return { certificate, exponent, ...(remainder === undefined ? {} : { remainder }) };
}

function issuerKeyOf(session: Session): Result<PublicKey, OdaProblem> {
  const { settings, ports, rid, input } = session;
  const index = session.get('8F');
  const certificate = certificateInput(session, ['90', '9F32', '92']);
  if (index === undefined || certificate === undefined) return fail('card-data-missing');
  const caKey = findCaKey(settings.caKeys, rid, toHex(index), input.date, ports.crypto);
  if (!caKey.ok) return caKey;
  return recoverIssuerKey({ crypto: ports.crypto, today: input.date }, caKey.value, certificate, {
    pan: session.pan.reveal(),
    isRevoked: (serial) => settings.revokedCertificates.includes(`${rid}${toHex(index)}${serial}`),
  });
}

function cardKeyOf(session: Session, staticData: Uint8Array): Result<PublicKey, OdaProblem> {
  return keyOf(session, ['9F46', '9F47', '9F48'], staticData);
}

function keyOf(
  session: Session,
  tags: readonly [string, string, string],
  staticData: Uint8Array,
): Result<PublicKey, OdaProblem> {
  const certificate = certificateInput(session, tags);
  if (certificate === undefined) return fail('card-data-missing');
  const issuerKey = issuerKeyOf(session);
  if (!issuerKey.ok) return issuerKey;
  const circumstances = { crypto: session.ports.crypto, today: session.input.date };
  return recoverCardKey(circumstances, issuerKey.value, certificate, session.pan.reveal(), staticData);
}

/** Book 2, 7.1: the key of its own for PINs, or the card's key. */
export function pinKeyOf(session: Session, records: AuthenticatedData): Result<PublicKey, OdaProblem> {
  if (session.get('9F2D') !== undefined) return keyOf(session, ['9F2D', '9F2E', '9F2F'], new Uint8Array());
  const staticData = staticDataOf(session, records);
  return staticData.ok ? cardKeyOf(session, staticData.value) : staticData;
}

/** Book 2, 5.4, table 7. */
function checkStatic(session: Session, staticData: Uint8Array): Result<undefined, OdaProblem> {
  const signature = session.get('93');
  if (signature === undefined) return fail('card-data-missing');
  const issuerKey = issuerKeyOf(session);
  if (!issuerKey.ok) return issuerKey;
  const signed = recoverSigned(session.ports.crypto, issuerKey.value, signature, 0x03, [staticData]);
  if (!signed.ok) return signed;
  session.put('9F45', signed.value.body.subarray(2, 4));
  return ok(undefined);
}

/** Book 2, 6.5. */
function* checkDynamic(session: Session, staticData: Uint8Array): Step<Result<undefined, OdaProblem>> {
  const cardKey = cardKeyOf(session, staticData);
  if (!cardKey.ok) return cardKey;
  const { defaultDdol } = session.selected.application;
  const list = session.get('9F49') ?? (defaultDdol === undefined ? undefined : fromHex(defaultDdol));
  if (list === undefined) return fail('card-data-missing');
  const ddol = parseDol(list);
  if (!ddol.ok || !ddol.value.some(({ tag }) => tag === '9F37')) return fail('ddol-unusable');
  const data = fillDol(ddol.value, (tag) => session.get(tag));
  const response = yield* transmit(internalAuthenticateCommand(data));
  const signature = response.status === SUCCESS ? signatureOf(response.data) : undefined;
  if (signature === undefined) return fail('signature-not-given');
  session.put('9F4B', signature);
  const dynamic = dynamicData(session, cardKey.value, signature, data);
  if (!dynamic.ok) return dynamic;
  session.put('9F4C', dynamic.value.number);
  return ok(undefined);
}

/** Book 3, 6.5.9.4: format 1, or 9F4B in format 2. */
function signatureOf(response: Uint8Array): Uint8Array | undefined {
  const objects = parseTlv(response);
  const [whole] = objects.ok ? objects.value : [];
  if (whole?.tag === '80') return whole.value;
  return whole?.tag === '77' ? childOf(whole.children ?? [], '9F4B')?.value : undefined;
}

export interface DynamicData {
  /** 9F4C. */
  readonly number: Uint8Array;
  /** What follows it. */
  readonly rest: Uint8Array;
}

/** Book 2, tables 17 and 22. @param terminalData what is hashed after the signed body. */
export function dynamicData(
  session: Session,
  key: PublicKey,
  signature: Uint8Array,
  terminalData: Uint8Array,
): Result<DynamicData, OdaProblem> {
  const signed = recoverSigned(session.ports.crypto, key, signature, 0x05, [terminalData]);
  if (!signed.ok) return signed;
  const { body } = signed.value;
  const [, hashAlgorithm, length = 0] = body;
  if (hashAlgorithm !== 0x01) return fail('algorithm-not-supported');
  const dynamic = body.subarray(3, 3 + length);
  const numberBytes = dynamic[0] ?? 0;
  const isWhole = dynamic.length === length && numberBytes >= 2 && numberBytes <= 8 && length > numberBytes;
  if (!isWhole) return fail('dynamic-data-malformed');
  return ok({ number: dynamic.subarray(1, 1 + numberBytes), rest: dynamic.subarray(1 + numberBytes) });
}
