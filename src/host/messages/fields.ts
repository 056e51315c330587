/** The value of every request field, from a draft. What is not known is `undefined`; the composition decides if that is right. */
import type { EntryMode } from '../../domain/slip.ts';
import { Bug } from '../../domain/result.ts';
import { sixDigits } from '../../domain/stan.ts';
import { entryName } from '../downloads.ts';
import { detailsField, totalsField, uploadCountField } from '../settlement-field.ts';
import type { Composition } from './composition.ts';
import type { Draft } from './draft.ts';
import { keyFormOf, type DialectParameters, type HardwareId, type SignInKeys, type TerminalIdentity } from './setup.ts';

export interface FieldContext {
  readonly draft: Draft;
  readonly composition: Composition;
  readonly terminal: TerminalIdentity;
  readonly parameters: DialectParameters;
}

/** Stands in field 64 while the MAC is made, so that the bitmap that the MAC covers is already the final one. */
const MAC_PLACEHOLDER = '00000000';

/** Keyed by field number (dialect sheet 2). */
export const fieldSources: Readonly<Record<number, (context: FieldContext) => string | undefined>> = {
  2: ({ draft }) => draft.pan?.reveal(),
  3: ({ draft }) => draft.processingCode,
  4: ({ draft }) => draft.amount?.padStart(12, '0'),
  11: ({ draft }) => sixDigits(draft.stan),
  14: ({ draft }) => draft.expiry,
  22: ({ draft }) => entryModeField(draft),
  23: ({ draft }) => draft.sequenceNumber?.padStart(3, '0'),
  25: ({ draft }) => draft.conditionCode,
  26: ({ draft, parameters }) => (draft.pinBlock === undefined ? undefined : parameters.pinLengthMax),
  32: ({ draft }) => draft.acquirerCode,
  35: ({ draft }) => draft.track2?.reveal(),
  37: ({ draft }) => draft.referenceNumber,
  38: ({ draft }) => draft.authorizationCode,
  39: ({ draft }) => draft.reason,
  41: ({ terminal }) => terminal.terminalNumber,
  42: ({ terminal }) => terminal.merchantNumber,
  48: settlementField,
  49: ({ draft }) => draft.currencyCode,
  52: pinField,
  53: securityField,
  55: ({ draft }) => (draft.field55 === undefined ? undefined : hexOfBytes(draft.field55)),
  59: privateField,
  60: customField,
  61: originalField,
  62: contentField,
  63: ({ draft }) => draft.operatorNumber?.padEnd(3) ?? '000',
  64: () => MAC_PLACEHOLDER,
};

const entryModeDigits: Readonly<Record<EntryMode, string>> = {
  keyed: '01',
  swiped: '02',
  none: '03',
  inserted: '05',
  contactless: '07',
};

/** Dialect sheet 7.1: two digits of entry, then 1 with a PIN, 2 without. */
function entryModeField(draft: Draft): string | undefined {
  if (draft.entryMode === undefined) return undefined;
  return `${entryModeDigits[draft.entryMode]}${draft.pinEntered === true ? '1' : '2'}`;
}

const usesSm4 = ({ signInKeys }: DialectParameters): boolean => keyFormOf(signInKeys).cipher === 'sm4';

/** Zeros where field 59 has the PIN block (dialect sheet 6.1). */
function pinField({ draft, parameters }: FieldContext): string | undefined {
  const block = draft.pinBlock?.reveal();
  return block !== undefined && usesSm4(parameters) ? '0'.repeat(16) : block;
}

const SM4_BLOCK = /^[0-9A-F]{32}$/;

/**
 * Dialect sheet 10.2: tag, three digits of length, value. A1, the PIN block of SM4, is sixteen bytes as they are; how
 * the block is laid out that they encrypt is the PIN pad's affair. Both are questions for the acquirer (16).
 */
function privateField({ draft, parameters }: FieldContext): string | undefined {
  if (draft.pinBlock === undefined || !usesSm4(parameters)) return undefined;
  const block = draft.pinBlock.reveal();
  if (!SM4_BLOCK.test(block)) {
    throw new Bug('With SM4 keys a PIN block is 32 upper-case hex digits: is the PIN pad set to the same keys?');
  }
  return `A1016${Buffer.from(block, 'hex').toString('latin1')}`;
}

const ALGORITHM_DIGITS = { D: '0', T: '6', S: '3' } as const;

/**
 * Dialect sheet 6.2: PIN format, algorithm of the PIN key, track encryption, thirteen zeros. With SM4 keys it goes with
 * every MAC; otherwise with a PIN or a track, and then a reversal has it only where the acquirer wants it (conflict 2).
 */
function securityField({ draft, composition, parameters }: FieldContext): string | undefined {
  if (draft.row === 'reversal' && parameters.reversalSecurityField === 'omit') return undefined;
  const pinEntered = draft.pinEntered === true;
  // A reversal names the protection of what it takes back; a chip has a track too, tag 57.
  const hadTrack = draft.row === 'reversal' && (draft.entryMode === 'swiped' || draft.entryMode === 'inserted');
  const trackSent = draft.track2 !== undefined || hadTrack;
  const isSent = usesSm4(parameters) ? composition.must.includes(64) : pinEntered || trackSent;
  if (!isSent) return undefined;
  const algorithm = ALGORITHM_DIGITS[draft.pinAlgorithm ?? presumedAlgorithm(parameters)];
  const trackEncrypted = trackSent && encryptsTracks(parameters);
  return `${pinEntered ? '2' : '0'}${algorithm}${trackEncrypted ? '1' : '0'}`.padEnd(16, '0');
}

function presumedAlgorithm({ signInKeys }: DialectParameters): 'D' | 'T' | 'S' {
  return settledAlgorithm(signInKeys) ?? 'T';
}

/** What the PIN key must be by its form. A double-length place may hold a key of either length: undefined. */
export function settledAlgorithm(signInKeys: SignInKeys): 'D' | 'S' | undefined {
  const { cipher, placeDigits } = keyFormOf(signInKeys);
  if (cipher === 'sm4') return 'S';
  return placeDigits === 16 ? 'D' : undefined;
}

/** Whether the sign-in of this acquirer brings a track key. */
export const encryptsTracks = ({ signInKeys }: DialectParameters): boolean =>
  keyFormOf(signInKeys).usages.includes('D');

/** Dialect sheet 3.1: 60.1 to 60.6, cut to what this message sends. 60.5 is 2 where a chip could not be read. */
function customField({ draft, composition, parameters }: FieldContext): string {
  const whole = [
    draft.messageTypeCode,
    sixDigits(draft.batch),
    draft.networkCode,
    // Of a script notice it is how this card was read, and not all that the terminal could do.
    draft.row === 'script-notification' ? READ_BY_CONTACT : parameters.readingCapability,
    draft.fallback === true ? '2' : '0',
    parameters.partialApproval,
  ].join('');
  const digits = draft.row === 'script-notification' ? parameters.scriptNoticeField60Digits : composition.field60Digits;
  return whole.slice(0, digits);
}

const READ_BY_CONTACT = '5';

/** Dialect sheet 3.4. A reversal names the request that it takes back, by default; conflict 1 has the alternative. */
function originalField({ draft, composition, parameters }: FieldContext): string | undefined {
  if (composition.original === undefined) return undefined;
  const own = draft.row === 'reversal' && parameters.reversalOriginal === 'own';
  const reference = own ? { batch: draft.batch, stan: draft.stan, date: draft.answeredDate } : draft.original;
  if (reference === undefined) return undefined;
  const batchAndTrace = sixDigits(reference.batch) + sixDigits(reference.stan);
  return composition.original === 'with-date' ? batchAndTrace + (reference.date ?? '0000') : batchAndTrace;
}

/** Dialect sheet 9.4, 9.5. */
function settlementField({ draft: { field48, totals, details, count } }: FieldContext): string | undefined {
  if (field48 === 'totals') return totals === undefined ? undefined : totalsField(totals);
  if (field48 === 'details') return details === undefined ? undefined : detailsField(details);
  return field48 === undefined || count === undefined ? undefined : uploadCountField(count);
}

/** Field 62, as hex, of each message that has one (dialect sheet 3.5, 4.1, 5.2, 7.3, 7.4). */
const contents: Readonly<Record<NonNullable<Draft['field62']>, (context: FieldContext) => string | undefined>> = {
  hardware: ({ terminal }) => (terminal.hardware === undefined ? undefined : hardwareField(terminal.hardware)),
  'list-position': ({ draft }) => hexOfText(`1${receivedDigits(draft, 2)}`),
  'next-index': ({ draft }) => hexOfText(receivedDigits(draft, 3)),
  'entry-name': ({ draft }) => (draft.what?.step === 'entry' ? entryName(draft.what.name) : undefined),
  receiver: ({ draft }) => (draft.receiver === undefined ? undefined : hexOfText(draft.receiver.reveal())),
  document: ({ draft }) => (draft.document === undefined ? undefined : documentField(draft.document)),
  'chip-result': ({ draft }) => chipResultField(draft),
};

function contentField(context: FieldContext): string | undefined {
  const { field62 } = context.draft;
  return field62 === undefined ? undefined : contents[field62](context);
}

const hexOfText = (text: string): string => Buffer.from(text, 'ascii').toString('hex').toUpperCase();

const hexOfBytes = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();

/** Dialect sheet 9.5: what it is, the side, the result, amount, currency; and where the issuer was not believed, 22. */
function chipResultField({ amount, currencyCode, foreign, outcome }: Draft): string | undefined {
  if (amount === undefined || currencyCode === undefined) return undefined;
  const side = foreign === true ? '01' : '00';
  const money = `${amount.padStart(12, '0')}${currencyCode}`;
  return hexOfText(outcome === 'approved' ? `61${side}00${money}` : `71${side}05${money}22`);
}

/** How many entries are here already. */
function receivedDigits({ what }: Draft, digits: number): string {
  const received = what?.step === 'list' ? what.received : -1;
  const text = received.toString().padStart(digits, '0');
  if (Number.isInteger(received) && received >= 0 && text.length === digits) return text;
  throw new Bug(`A list is asked for by how many of its entries are here: ${digits} digits, not ${received}.`);
}

const DOCUMENT_LENGTH = 22;

/** Dialect sheet 4.1: two digits of type, then the number, space-filled. Personal, so it is not quoted. */
function documentField(document: string): string {
  if (document.length <= DOCUMENT_LENGTH && /^(0[1-7]|99)[ -~]+$/.test(document)) {
    return hexOfText(document.padEnd(DOCUMENT_LENGTH));
  }
  throw new Bug(`An id document is its type, 01 to 07 or 99, and a number of up to 20 ASCII characters.`);
}

const HARDWARE_ID_LENGTH_MAX = 99;

/** Dialect sheet 5.2: `Sequence No`, the decimal length of what follows, certificate, serial; as hex. */
function hardwareField({ certificate, serial }: HardwareId): string {
  const id = certificate + serial;
  if (id.length > HARDWARE_ID_LENGTH_MAX || !/^[ -~]*$/.test(id)) {
    throw new Bug(`The hardware id is at most ${HARDWARE_ID_LENGTH_MAX} ASCII characters; check the configuration.`);
  }
  const text = `Sequence No${id.length.toString().padStart(2, '0')}${id}`;
  return hexOfText(text);
}
