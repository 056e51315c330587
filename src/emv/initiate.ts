/** Initiate application processing and read application data (EMV Book 3, 10.1 and 10.2). */
import { type CardResponse, getProcessingOptionsCommand, readRecordCommand, SUCCESS, transmit } from './apdu.ts';
import { concat } from './bytes.ts';
import { fillDol, parseDol } from './dol.ts';
import type { Step } from './needs.ts';
import { pdolOf } from './selection.ts';
import type { Session } from './session.ts';
import { Terminated } from './termination.ts';
import { childOf, encodeTlv, parseTlv } from './tlv.ts';

const CONDITIONS_NOT_SATISFIED = 0x6985;

/** Four bytes of the file locator. */
interface FileEntry {
  readonly file: number;
  readonly first: number;
  readonly last: number;
  /** How many, from the first, offline data authentication covers. */
  readonly authenticated: number;
}

/** @returns the PDOL's data, or undefined: this application is not for this transaction, choose another (10.1). */
export function* initiate(session: Session): Step<Uint8Array | undefined> {
  const pdol = parseDol(pdolOf(session.selected) ?? new Uint8Array());
  if (!pdol.ok) throw new Terminated('data-object-list-malformed');
  const data = fillDol(pdol.value, (tag) => session.get(tag));
  const response = yield* transmit(getProcessingOptionsCommand(encodeTlv('83', data)));
  if (response.status === CONDITIONS_NOT_SATISFIED) return undefined;
  if (response.status !== SUCCESS) throw new Terminated('processing-options-refused');
  const options = optionsOf(response);
  if (options === undefined) throw new Terminated('processing-options-malformed');
  session.put('82', options.profile);
  session.put('94', options.locator);
  return data;
}

/** Book 3, 6.5.8.4: format 1 is the two values in a row, format 2 has their tags. */
function optionsOf({ data }: CardResponse): { readonly profile: Uint8Array; readonly locator: Uint8Array } | undefined {
  const objects = parseTlv(data);
  if (!objects.ok) return undefined;
  const [whole, ...others] = objects.value;
  if (whole === undefined || others.length > 0) return undefined;
  const profile = whole.tag === '80' ? whole.value.subarray(0, 2) : childOf(whole.children ?? [], '82')?.value;
  const locator = whole.tag === '80' ? whole.value.subarray(2) : childOf(whole.children ?? [], '94')?.value;
  if (whole.tag !== '80' && whole.tag !== '77') return undefined;
  return profile?.length !== 2 || locator === undefined ? undefined : { profile, locator };
}

/** What offline data authentication is about; undefined: a record of it has not the form that it must have (10.3). */
export type AuthenticatedData = Uint8Array | undefined;

/** Reads all that the file locator names. @returns the static data to be authenticated, without those of 9F4A. */
export function* readRecords(session: Session): Step<AuthenticatedData> {
  const entries = fileEntries(session.get('94') ?? new Uint8Array());
  if (entries === undefined) throw new Terminated('file-locator-malformed');
  let authenticated: AuthenticatedData = new Uint8Array();
  for (const { file, first, last, authenticated: count } of entries) {
    for (let number = first; number <= last; number++) {
      const record = yield* transmit(readRecordCommand(file, number));
      if (record.status !== SUCCESS) throw new Terminated('record-not-read');
      const part = takeRecord(session, file, record.data);
      if (number - first >= count) continue;
      authenticated = authenticated === undefined || part === undefined ? undefined : concat(authenticated, part);
    }
  }
  // Book 3, 7.2
  if (['5F24', '5A', '8C', '8D'].some((tag) => session.get(tag) === undefined)) {
    throw new Terminated('mandatory-data-missing');
  }
  return authenticated;
}

/** 10.2: files to 30, records in order, no more authenticated than there are. */
function fileEntries(locator: Uint8Array): readonly FileEntry[] | undefined {
  if (locator.length === 0 || locator.length % 4 !== 0) return undefined;
  const entries = Array.from({ length: locator.length / 4 }, (_, index): FileEntry => {
    const [fileByte = 0, first = 0, last = 0, authenticated = 0] = locator.subarray(index * 4, index * 4 + 4);
    return { file: (fileByte & 7) === 0 ? fileByte >> 3 : 0, first, last, authenticated };
  });
  const isFine = ({ file, first, last, authenticated }: FileEntry): boolean =>
    file >= 1 && file <= 30 && first >= 1 && last >= first && authenticated <= last - first + 1;
  return entries.every(isFine) ? entries : undefined;
}

/** Files to 10 are EMV's own; the others the issuer's, whose content is none of ours (7.1). */
function takeRecord(session: Session, file: number, data: Uint8Array): AuthenticatedData {
  const objects = parseTlv(data);
  const [template, ...others] = objects.ok ? objects.value : [];
  const isTemplate = template?.tag === '70' && others.length === 0;
  if (file > 10) return isTemplate ? data : undefined;
  if (!isTemplate) throw new Terminated('record-malformed');
  const taken = session.take('70', template.children ?? []);
  if (!taken.ok) throw new Terminated(taken.error);
  return template.value;
}
