/** Makes an application as it stands on the card out of its file and the keys: FCI, records, locator, certificates. */
import { Bug } from '../../../src/domain/result.ts';
import { fromAscii, fromHex, toHex } from '../crypto/hex.ts';
import { cardCertificate, issuerCertificate, signedStaticData, type Certified } from './certificates.ts';
import type { ApplicationFile, ChipCardFile } from './chip-card-file.ts';
import type { EmvKeys } from './emv-keys.ts';
import { concat, readDol, tlv, type DolEntry } from './tlv.ts';

export interface CardApplication {
  readonly file: ApplicationFile;
  readonly aid: Uint8Array;
  /** The answer to SELECT (Book 1, table 45). */
  readonly fci: Uint8Array;
  /** Its entry in the directory (Book 1, table 47). */
  readonly entry: Uint8Array;
  readonly interchangeProfile: Uint8Array;
  readonly locator: Uint8Array;
  /** With template 70, by {@link recordName}. */
  readonly records: ReadonlyMap<string, Uint8Array>;
  readonly pdol: readonly DolEntry[];
  readonly cdol1: readonly DolEntry[];
  readonly cdol2: readonly DolEntry[];
  readonly ddol: readonly DolEntry[];
}

export const recordName = (file: number, record: number): string => `${file}/${record}`;

export const DIRECTORY_NAME = fromAscii('1PAY.SYS.DDF01');
/** The directory's own file. */
export const DIRECTORY_FILE = 1;
/** Chinese, then English. */
const LANGUAGES = fromAscii('zhen');
/** ISO/IEC 8859 part 1. */
const CODE_TABLE = Uint8Array.of(1);
const STATIC_TAGS = '82';

/** @throws Bug for a file that names a record's tag and says nothing of its value, or more than fits a record. */
export function personalize(card: ChipCardFile, file: ApplicationFile, keys: EmvKeys): CardApplication {
  const plain = plainValues(card, file, keys);
  const numbered = numberedRecords(file);
  const recordOf = (tags: readonly string[], values: ReadonlyMap<string, Uint8Array>): Uint8Array =>
    tlv('70', ...tags.map((tag) => tlv(tag, valueIn(values, tag))));
  const interchangeProfile = fromHex(file.interchangeProfile);
  // Of records in files 1 to 10 the template's own tag and length are not signed (Book 3, 10.3).
  const staticData = concat([
    ...numbered
      .filter(({ signed }) => signed)
      .map(({ tags }) => concat(tags.map((tag) => tlv(tag, valueIn(plain, tag))))),
    ...(plain.has('9F4A') ? [interchangeProfile] : []),
  ]);
  const values = new Map([...signedValues(card, file, keys, staticData), ...plain]);
  const labels = concat([tlv('50', fromAscii(file.label)), tlv('87', Uint8Array.of(file.priority))]);
  const name =
    file.preferredName === undefined
      ? new Uint8Array()
      : concat([tlv('9F11', CODE_TABLE), tlv('9F12', fromAscii(file.preferredName))]);
  const aid = fromHex(file.aid);
  const pdol = file.pdol === undefined ? new Uint8Array() : tlv('9F38', fromHex(file.pdol));
  return {
    file,
    aid,
    interchangeProfile,
    fci: tlv('6F', tlv('84', aid), tlv('A5', labels, pdol, tlv('5F2D', LANGUAGES), name)),
    entry: tlv('61', tlv('4F', aid), labels, name),
    locator: file.fileLocator === undefined ? locatorOf(numbered) : fromHex(file.fileLocator),
    records: new Map(numbered.map((each) => [recordName(each.file, each.number), recordOf(each.tags, values)])),
    pdol: readDol(fromHex(file.pdol ?? '')),
    cdol1: readDol(fromHex(file.cdol1)),
    cdol2: readDol(fromHex(file.cdol2)),
    ddol: readDol(fromHex(file.ddol ?? '')),
  };
}

/** The FCI of the payment system environment (Book 1, table 43). */
export const directoryFci = (): Uint8Array =>
  tlv(
    '6F',
    tlv('84', DIRECTORY_NAME),
    tlv('A5', tlv('88', Uint8Array.of(DIRECTORY_FILE)), tlv('5F2D', LANGUAGES), tlv('9F11', CODE_TABLE)),
  );

function plainValues(card: ChipCardFile, file: ApplicationFile, keys: EmvKeys): ReadonlyMap<string, Uint8Array> {
  const packed = (text: string): string => (text.length % 2 === 0 ? text : `${text}F`);
  const made: Readonly<Record<string, string | undefined>> = {
    '50': toHex(fromAscii(file.label)),
    '57': packed(card.track2),
    '5A': packed(card.pan),
    '5F24': `${card.expiry}31`,
    '5F30': `0${card.serviceCode}`,
    '5F34': card.sequenceNumber,
    '8C': file.cdol1,
    '8D': file.cdol2,
    '8F': keys.file.authority.index,
    '9F32': toHex(keys.issuer.exponent),
    '9F47': toHex(keys.card.exponent),
    '9F49': file.ddol,
  };
  const all = { ...made, ...file.data };
  return new Map(Object.entries(all).flatMap(([tag, value]) => (value === undefined ? [] : [[tag, fromHex(value)]])));
}

function signedValues(
  card: ChipCardFile,
  file: ApplicationFile,
  { authority, card: cardKey, file: facts, issuer }: EmvKeys,
  staticData: Uint8Array,
): ReadonlyMap<string, Uint8Array> {
  const serial = file.revokedCertificate === true ? facts.issuer.revokedSerial : facts.issuer.serial;
  const ofIssuer = issuerCertificate(authority, issuer, card.pan, { expiry: facts.issuer.expiry, serial });
  const ofCard = cardCertificate(issuer, cardKey, card.pan, facts.card, staticData);
  const signedWrong = file.signedWrong === true ? Uint8Array.of(...staticData, 0) : staticData;
  return new Map([
    ...inTwo('90', '92', ofIssuer),
    ...inTwo('9F46', '9F48', ofCard),
    ['93', signedStaticData(issuer, AUTHENTICATION_CODE, signedWrong)] as const,
  ]);
}

/** Tag 9F45: any will do, because nobody looks at it. */
const AUTHENTICATION_CODE = Uint8Array.of(0xda, 0xc1);

const inTwo = (tag: string, restTag: string, { certificate, remainder }: Certified) =>
  [
    [tag, certificate],
    [restTag, remainder],
  ] as const;

interface NumberedRecord {
  readonly file: number;
  readonly number: number;
  readonly signed: boolean;
  readonly tags: readonly string[];
}

/** File by file, in the order of the locator, which is that in which they are signed. */
function numberedRecords({ records }: ApplicationFile): readonly NumberedRecord[] {
  return [...Map.groupBy(records, ({ file }) => file).values()].flatMap((own) =>
    own.map((record, index) => ({ ...record, number: index + 1 })),
  );
}

/** Tag 94: for each file its first and last record, and how many from the first are signed (Book 3, 10.2). */
function locatorOf(records: readonly NumberedRecord[]): Uint8Array {
  const files = [...new Set(records.map(({ file }) => file))];
  return Uint8Array.from(
    files.flatMap((file) => {
      const own = records.filter((record) => record.file === file);
      const signed = own.filter((record) => record.signed);
      if (signed.some(({ number }, index) => number !== index + 1)) {
        throw new Bug('The signed records of a file are its first ones.');
      }
      return [file << 3, 1, own.length, signed.length];
    }),
  );
}

function valueIn(values: ReadonlyMap<string, Uint8Array>, tag: string): Uint8Array {
  const value = values.get(tag);
  if (value !== undefined) return value;
  if (tag === STATIC_TAGS) throw new Bug('Tag 82 is signed through tag 9F4A, not in a record.');
  throw new Bug(`A record has tag ${tag}, and neither its file nor its keys give it a value.`);
}
