/** GENERATE APPLICATION CRYPTOGRAM, first and second (EMV Book 3, 6.5.5, 9.3, 10.8 and 10.11). */
import { AAC, ARQC, type Cryptogram, TC } from './actions.ts';
import { generateAcCommand, SUCCESS, transmit } from './apdu.ts';
import { concat, fromHex } from './bytes.ts';
import { type DolEntry, fillDol, parseDol } from './dol.ts';
import type { Step } from './needs.ts';
import { failed, type OdaProblem } from './oda/authenticate.ts';
import { checkCombined } from './oda/cda.ts';
import type { PublicKey } from './oda/certificates.ts';
import type { Session } from './session.ts';
import { Terminated } from './termination.ts';
import { parseTlv, type Tlv } from './tlv.ts';

const WITH_CDA = 0x10;
const KIND_BITS = 0xc0;

export interface CryptogramRequest {
  readonly wanted: Cryptogram;
  readonly list: '8C' | '8D';
  /** With which a CDA signature is asked for and checked. */
  readonly cardKey?: PublicKey;
  /** Of the lists before this one: PDOL, and CDOL1 for the second cryptogram. */
  readonly earlier: Uint8Array;
}

export interface CryptogramAnswer {
  readonly kind: Cryptogram;
  /** Of this list, for the signature over the next. */
  readonly data: Uint8Array;
  readonly cdaProblem?: OdaProblem;
}

export function* generateCryptogram(session: Session, request: CryptogramRequest): Step<CryptogramAnswer> {
  const { wanted, list, cardKey, earlier } = request;
  const entries = parseDol(session.get(list) ?? new Uint8Array());
  if (!entries.ok) throw new Terminated('data-object-list-malformed');
  prepareHash(session, entries.value);
  const data = fillDol(entries.value, (tag) => session.get(tag));
  const control = wanted | (cardKey === undefined ? 0 : WITH_CDA);
  const response = yield* transmit(generateAcCommand(control, data));
  if (response.status !== SUCCESS) throw new Terminated('cryptogram-refused');
  const { objects, isTagged } = answerObjects(response.data);
  const [information] = objects.find(({ tag }) => tag === '9F27')?.value ?? [];
  const kind = kindOf(information);
  if (kind === undefined || !isAllowed(kind, wanted, list)) throw new Terminated('cryptogram-of-wrong-kind');
  if (list === '8C') session.tsi.set('cardRiskManagementPerformed');
  const isSigned = objects.some(({ tag }) => tag === '9F4B');
  const taken = session.take('77', objects);
  if (!taken.ok || !hasAll(objects, kind !== AAC && isSigned)) throw new Terminated('cryptogram-malformed');
  if (cardKey === undefined || kind === AAC) return { kind, data };
  session.tsi.set('offlineDataAuthenticationPerformed');
  const lists = concat(earlier, data);
  const checked = isTagged ? checkCombined(session, cardKey, lists, objects) : undefined;
  if (checked?.ok !== true) {
    const problem = checked === undefined ? 'signature-not-given' : checked.error;
    failed(session, 'cda', problem);
    return { kind, data, cdaProblem: problem };
  }
  session.put('9F26', checked.value);
  return { kind, data };
}

/** Format 1 in the order of its fields; format 2 as it came. */
function answerObjects(bytes: Uint8Array): { readonly objects: readonly Tlv[]; readonly isTagged: boolean } {
  const parsed = parseTlv(bytes);
  const [whole, ...others] = parsed.ok ? parsed.value : [];
  if (whole === undefined || others.length > 0) throw new Terminated('cryptogram-malformed');
  if (whole.tag === '77') return { objects: whole.children ?? [], isTagged: true };
  const { value } = whole;
  if (whole.tag !== '80' || value.length < 11) throw new Terminated('cryptogram-malformed');
  const field = (tag: string, from: number, to?: number): Tlv => {
    const part = value.subarray(from, to);
    return { tag, value: part, raw: part };
  };
  const fields = [field('9F27', 0, 1), field('9F36', 1, 3), field('9F26', 3, 11)];
  return { objects: value.length === 11 ? fields : [...fields, field('9F10', 11)], isTagged: false };
}

/** Under a CDA signature the cryptogram is inside it (Book 2, table 18). */
const hasAll = (objects: readonly Tlv[], isSigned: boolean): boolean =>
  ['9F27', '9F36', isSigned ? '9F4B' : '9F26'].every((wanted) => objects.some(({ tag }) => tag === wanted));

/** 6.5.5.4: 11 is reserved. */
function kindOf(information: number | undefined): Cryptogram | undefined {
  const kind = information === undefined ? undefined : information & KIND_BITS;
  return [AAC, TC, ARQC].find((each) => each === kind) as Cryptogram | undefined;
}

/** 9.3: a card may say no to more than it is asked, never yes. The second is never a request. */
function isAllowed(kind: Cryptogram, wanted: Cryptogram, list: '8C' | '8D'): boolean {
  if (kind === AAC) return true;
  if (list === '8D' && kind === ARQC) return false;
  return wanted === TC || wanted === kind;
}

/** 98, the hash of the TDOL's data, where the list asks for it (9.2.2). */
function prepareHash(session: Session, entries: readonly DolEntry[]): void {
  if (!entries.some(({ tag }) => tag === '98')) return;
  const { defaultTdol } = session.selected.application;
  const own = session.get('97');
  if (own === undefined && defaultTdol !== undefined) session.tvr.set('defaultTdolUsed');
  const tdol = parseDol(own ?? fromHex(defaultTdol ?? ''));
  if (!tdol.ok) throw new Terminated('data-object-list-malformed');
  session.put('98', session.ports.crypto.sha1(fillDol(tdol.value, (tag) => session.get(tag))));
}
