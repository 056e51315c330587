/** Reads the card and its PIN out of a request, with the keys that the terminal was given. */
import type { Fields } from '../../../src/host/iso8583/message.ts';
import { fromHex } from '../crypto/hex.ts';
import { parsePinBlock } from '../crypto/pin-block.ts';
import { decryptTrack } from '../crypto/track.ts';
import { isChipEntry, readField55 } from './chips.ts';
import type { PinReading } from './issuer.ts';
import type { WorkingKeys } from './keys.ts';
import type { TransactionRow } from './transactions.ts';

export interface CardInRequest {
  readonly pan: string;
  /** YYMM. */
  readonly expiry?: string;
}

/** The card, or why it cannot be had: a kebab-case word for reports. */
export type CardReading =
  | { readonly type: 'card'; readonly card: CardInRequest }
  | { readonly type: 'none' }
  | { readonly type: 'unreadable'; readonly problem: string };

/**
 * F35 deciphered where F53 says that it is enciphered (dialect sheet 6.2, 6.3), or F2 and F14 of a keyed card.
 *
 * @param keys absent when the terminal has not signed in: an enciphered track is then unreadable.
 */
export function readCard(fields: Fields, keys: WorkingKeys | undefined): CardReading {
  const keyed = fields[2];
  if (fields[35] === undefined) {
    if (keyed === undefined) return { type: 'none' };
    return { type: 'card', card: { pan: keyed, ...(fields[14] === undefined ? {} : { expiry: fields[14] }) } };
  }
  const track = clearTrack(fields[35], fields[53]?.[2] === '1', keys);
  const parts = /^(\d{12,19})D(\d{4})\d*$/.exec(track ?? '');
  const [, pan, expiry] = parts ?? [];
  if (pan === undefined || expiry === undefined) return { type: 'unreadable', problem: 'track-2-unreadable' };
  if (keyed !== undefined && keyed !== pan) return { type: 'unreadable', problem: 'f2-is-not-of-the-track' };
  return { type: 'card', card: { pan, expiry } };
}

/** Short tracks come filled with F on the left (dialect sheet 6.3). */
function clearTrack(track: string, enciphered: boolean, keys: WorkingKeys | undefined): string | undefined {
  if (!enciphered) return track;
  if (keys?.track === undefined) return undefined;
  const clear = decryptTrack(keys.track, track);
  return clear.ok ? clear.value.replace(/^F+/, '') : undefined;
}

/**
 * The PIN block under the PIN key, X9.8 with the PAN (dialect sheet 6.1): in F52, or with SM4 in F59 A1. That the block
 * of SM4 is X9.8 over sixteen bytes is a question for the acquirer (16). `undefined` when no PIN was entered.
 */
export function readPin(fields: Fields, pan: string, keys: WorkingKeys): PinReading | undefined {
  if (fields[52] === undefined) return undefined;
  const block = keys.pin.algorithm === 'sm4' ? sm4PinBlock(fields) : fromHex(fields[52]);
  if (block?.length !== keys.pin.blockLength) return { type: 'unreadable' };
  const pin = parsePinBlock(keys.pin.decrypt(block), pan);
  return pin.ok ? { type: 'pin', pin: pin.value } : { type: 'unreadable' };
}

function sm4PinBlock(fields: Fields): Uint8Array | undefined {
  const value = elementsOf(fields[59] ?? '')?.get('A1');
  return value === undefined ? undefined : Uint8Array.from(value, (character) => character.charCodeAt(0));
}

/** F59: tag, three digits of length, value, repeated (dialect sheet 10.2). `undefined` when that is not what it is. */
function elementsOf(field59: string): ReadonlyMap<string, string> | undefined {
  const elements = new Map<string, string>();
  for (let rest = field59; rest !== '';) {
    const [head, tag = '', length = ''] = /^([A-Z]\d)(\d{3})/.exec(rest) ?? [];
    const end = 5 + Number(length);
    if (head === undefined || rest.length < end || elements.has(tag)) return undefined;
    elements.set(tag, rest.slice(5, end));
    rest = rest.slice(end);
  }
  return elements;
}

/** F53 digit 2 (dialect sheet 6.2). */
function algorithmDigit({ pin }: WorkingKeys): string {
  if (pin.algorithm === 'sm4') return '3';
  return pin.length === 8 ? '0' : '6';
}

/**
 * Whether F22, F26, F35, F52, F53, F55, F59 and F60 tell one story (dialect sheet 3.1, 4.2, 6.1, 6.2, 10.2); the
 * contradiction in words without content, or `undefined`. A clear track from a terminal that holds a track key is one:
 * it would be a leak. Where there is an original the terminal may have taken the card from its log: F2 instead of the
 * track that F22 speaks of.
 */
export function cardDataFault(fields: Fields, keys: WorkingKeys, row: TransactionRow): string | undefined {
  const fromLog = row.original !== undefined;
  const [entry, pinEntry] = [(fields[22] ?? '').slice(0, 2), (fields[22] ?? '').slice(2)];
  const security = fields[53] ?? '0000000000000000';
  const pin = fields[52] !== undefined;
  const track = fields[35] !== undefined || fields[36] !== undefined;
  const rules: readonly (readonly [boolean, string])[] = [
    [
      entry === '02' && fields[35] === undefined && !(fromLog && fields[2] !== undefined),
      'F22 says swiped, and F35 is absent',
    ],
    [entry === '01' && (fields[2] === undefined || track), 'F22 says keyed, and F2 is absent or a track is present'],
    [(pinEntry === '1') !== pin, 'F22 and F52 disagree about the PIN'],
    [pin && fields[26] === undefined, 'F52 without F26'],
    [pin && fields[53] === undefined, 'F52 without F53'],
    [pin !== security.startsWith('2'), 'F53 and F52 disagree about the PIN'],
    [track && keys.track !== undefined && security[2] !== '1', 'a clear track, although there is a track key'],
    [security[2] === '1' && keys.track === undefined, 'an enciphered track, although there is no track key'],
  ];
  const contradiction = rules.find(([broken]) => broken)?.[1];
  return securityFault(fields, keys) ?? pinPlaceFault(fields, keys) ?? contradiction ?? chipDataFault(fields, row);
}

const READS_STRIPES_ONLY = '2';

/** Of F2, F22, F23, F35, F55, 60.4 and 60.5. A transaction that must not have F55 is one of the simplified flow (4.2). */
function chipDataFault(fields: Fields, { forbidden }: TransactionRow): string | undefined {
  if (!isChipEntry(fields)) return stripeFault(fields);
  const hasFullFlow = !forbidden.includes(55);
  const rules: readonly (readonly [boolean, string])[] = [
    [fields[2] === undefined || fields[23] === undefined, 'F22 says chip, and F2 or F23 is absent'],
    [hasFullFlow && (fields[35] === undefined || fields[55] === undefined), 'F22 says chip, and F35 or F55 is absent'],
    [fields[60]?.[READS] === READS_STRIPES_ONLY, 'F22 says chip, and 60.4 that none can be read'],
    [isFallback(fields), 'F22 says chip, and 60.5 that it failed'],
  ];
  return rules.find(([broken]) => broken)?.[1];
}

function stripeFault(fields: Fields): string | undefined {
  if (fields[55] !== undefined) return 'F55, and F22 says no chip';
  return isFallback(fields) && !isStripeEntry(fields)
    ? 'F22 says no stripe, and 60.5 that it is read instead'
    : undefined;
}

/** Of F60, from 0: 60.4 and 60.5 (dialect sheet 3.1). */
const READS = 11;
const CHIP_CONDITION = 12;

export const isStripeEntry = (fields: Fields): boolean => (fields[22] ?? '').startsWith('02');

/** 60.5: the stripe is read because the chip could not be. */
export const isFallback = ({ 60: field60 }: Fields): boolean => ['1', '2'].includes(field60?.[CHIP_CONDITION] ?? '');

/** Of a reversal: as much as it has to say of a chip that its request was read from (dialect sheet 7.2, 8.3). */
export function chipReversalFault(fields: Fields, { forbidden }: TransactionRow): string | undefined {
  if (!isChipEntry(fields)) return stripeFault(fields);
  if (fields[2] === undefined || fields[23] === undefined) return 'F22 says chip, and F2 or F23 is absent';
  if (forbidden.includes(55)) return undefined;
  const values = readField55(fields[55], 'reversal');
  return typeof values === 'string' ? values : undefined;
}

/** F53 alone: with SM4 keys it goes with every MAC (dialect sheet 6.2), and whoever sends it names the PIN key's algorithm. */
function securityFault({ 53: security }: Fields, keys: WorkingKeys): string | undefined {
  if (security === undefined)
    return keys.pin.algorithm === 'sm4' ? 'F53 is absent, although the keys are SM4' : undefined;
  if (!/^[02][036][01]0{13}$/.test(security)) return 'F53 names a protection that this host does not know';
  return security[1] === algorithmDigit(keys) ? undefined : "F53 names another algorithm than the PIN key's";
}

/** Where the PIN block stands (dialect sheet 6.1). */
function pinPlaceFault({ 52: field52, 59: field59 }: Fields, { pin }: WorkingKeys): string | undefined {
  const elements = elementsOf(field59 ?? '');
  if (elements === undefined) return 'F59 is not tags, lengths and values';
  const a1 = elements.get('A1');
  if (pin.algorithm !== 'sm4') return a1 === undefined ? undefined : 'F59 A1, although the PIN key is not SM4';
  if ((a1 !== undefined) !== (field52 !== undefined)) return 'F52 and F59 A1 disagree about the PIN';
  if (a1 !== undefined && a1.length !== pin.blockLength) return 'F59 A1 is not sixteen bytes';
  return /^0*$/.test(field52 ?? '') ? undefined : 'F52 is not zeros, although the PIN is in F59 A1';
}

/** A reversal may name the protection of what it takes back, and with SM4 keys must (dialect sheet 13, number 2). */
export const reversalSecurityFault = (fields: Fields, keys: WorkingKeys | undefined): string | undefined =>
  keys === undefined ? undefined : securityFault(fields, keys);
