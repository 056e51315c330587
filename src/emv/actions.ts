/** Terminal action analysis: what the terminal wants of the card (EMV Book 3, 10.7). */
import { fromHex } from './bytes.ts';
import type { Session } from './session.ts';

/** The kinds of cryptogram by bits 8 and 7 of the cryptogram information. */
export const AAC = 0x00;
export const TC = 0x40;
export const ARQC = 0x80;
export type Cryptogram = typeof AAC | typeof TC | typeof ARQC;

type ActionCode = 'denial' | 'online' | 'default';

/** The issuer's code, and what counts where the card has none: nothing is denied, everything else goes online. */
const ISSUER_CODES: Readonly<Record<ActionCode, readonly [tag: string, absent: number]>> = {
  denial: ['9F0E', 0x00],
  online: ['9F0F', 0xff],
  default: ['9F0D', 0xff],
};

function isMet(code: ActionCode, session: Session): boolean {
  const [tag, absent] = ISSUER_CODES[code];
  const issuer = session.get(tag) ?? new Uint8Array(5).fill(absent);
  const terminal = fromHex(session.selected.application.actionCodes[code]);
  return session.tvr.bytes().some((byte, index) => (byte & ((issuer[index] ?? 0) | (terminal[index] ?? 0))) !== 0);
}

/** Book 4, annex A1, second digit. */
const isOnlineOnly = ({ settings }: Session): boolean => /[14]$/.test(settings.terminalType);
const isOfflineOnly = ({ settings }: Session): boolean => /[36]$/.test(settings.terminalType);

export function analyse(session: Session): Cryptogram {
  if (isMet('denial', session)) return AAC;
  if (isOfflineOnly(session)) return isMet('default', session) ? AAC : TC;
  return isOnlineOnly(session) || isMet('online', session) ? ARQC : TC;
}

/** When the host could not be reached. A terminal that is always online does without the codes. */
export const analyseUnable = (session: Session): Cryptogram =>
  isOnlineOnly(session) || isMet('default', session) ? AAC : TC;
