/** Reads the card and its PIN out of a request, with the keys that the terminal was given. */
import type { Fields } from '../../../src/host/iso8583/message.ts';
import { fromHex } from '../crypto/hex.ts';
import { parsePinBlock } from '../crypto/pin-block.ts';
import { decryptTrack } from '../crypto/track.ts';
import type { PinReading } from './issuer.ts';
import type { WorkingKeys } from './keys.ts';

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

function clearTrack(track: string, enciphered: boolean, keys: WorkingKeys | undefined): string | undefined {
  if (!enciphered) return track;
  if (keys?.track === undefined) return undefined;
  const clear = decryptTrack(keys.track, track);
  return clear.ok ? clear.value : undefined;
}

/** F52 under the PIN key, X9.8 with the PAN (dialect sheet 6.1); `undefined` when no PIN was entered. */
export function readPin(fields: Fields, pan: string, keys: WorkingKeys): PinReading | undefined {
  if (fields[52] === undefined) return undefined;
  const pin = parsePinBlock(keys.pin.decrypt(fromHex(fields[52])), pan);
  return pin.ok ? { type: 'pin', pin: pin.value } : { type: 'unreadable' };
}

/**
 * Whether F22, F26, F35, F52 and F53 tell one story (dialect sheet 4.2, 6.1, 6.2); the contradiction in words without
 * content, or `undefined`. A clear track from a terminal that holds a track key is one: it would be a leak.
 *
 * @param fromLog the terminal may have taken the card from its log: F2 instead of the track that F22 speaks of.
 */
export function cardDataFault(fields: Fields, keys: WorkingKeys, fromLog: boolean): string | undefined {
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
    [!/^[02][06][01]0{13}$/.test(security), 'F53 names a protection that this host does not know'],
    [pin && (security[1] === '6') !== keys.pin.length > 8, "F53 names another algorithm than the PIN key's"],
    [track && keys.track !== undefined && security[2] !== '1', 'a clear track, although there is a track key'],
    [security[2] === '1' && keys.track === undefined, 'an enciphered track, although there is no track key'],
  ];
  return rules.find(([broken]) => broken)?.[1];
}
