/** What a chip card decides by itself, and how it says why (card risk management; verification results of PBOC part 5). */
import type { ApplicationFile } from './chip-card-file.ts';
import type { ApplicationMemory } from './memory.ts';

/** Of a cryptogram, as P1 asks for it and tag 9F27 names it. */
export const CRYPTOGRAM = { aac: 0x00, tc: 0x40, arqc: 0x80 } as const;
export type CryptogramType = (typeof CRYPTOGRAM)[keyof typeof CRYPTOGRAM];

/** What has happened since the application was selected. */
export interface Happened {
  readonly first?: CryptogramType;
  readonly second?: CryptogramType;
  readonly pinVerified: boolean;
  readonly pinFailed: boolean;
  readonly pinTriesLeft: number;
  /** `undefined`: nobody has shown an issuer's cryptogram. */
  readonly issuerAuthenticated: boolean | undefined;
  /** It has shown that it is the issuer, and does not want the transaction. */
  readonly issuerDeclines: boolean;
  readonly unableOnline: boolean;
  readonly dynamicallyAuthenticated: boolean;
}

const isNew = ({ lastOnlineAtc }: ApplicationMemory): boolean => lastOnlineAtc === 0;

const exceeds = (memory: ApplicationMemory, amountMinor: bigint): boolean =>
  memory.consecutiveOffline >= memory.consecutiveOfflineLimit ||
  memory.cumulativeOfflineMinor + amountMinor > memory.cumulativeOfflineLimitMinor;

/** The answer to the first GENERATE AC: never more than the terminal asks for. */
export function firstDecision(
  requested: CryptogramType,
  { declines }: ApplicationFile,
  memory: ApplicationMemory,
  { amountMinor, pinTriesLeft }: { readonly amountMinor: bigint; readonly pinTriesLeft: number },
): CryptogramType {
  if (memory.isBlocked || declines === true || requested === CRYPTOGRAM.aac) return CRYPTOGRAM.aac;
  if (requested === CRYPTOGRAM.arqc) return CRYPTOGRAM.arqc;
  const asksIssuer = memory.isOnlineUnfinished || pinTriesLeft === 0 || exceeds(memory, amountMinor);
  return asksIssuer ? CRYPTOGRAM.arqc : CRYPTOGRAM.tc;
}

/** The answer to the second. */
export function secondDecision(
  requested: CryptogramType,
  { demandsIssuer, refusesIssuer }: ApplicationFile,
  memory: ApplicationMemory,
  { issuerAuthenticated, issuerDeclines, unableOnline }: Happened,
): CryptogramType {
  if (requested !== CRYPTOGRAM.tc || memory.isBlocked) return CRYPTOGRAM.aac;
  if (unableOnline) {
    return memory.consecutiveOffline >= memory.consecutiveOfflineMax ? CRYPTOGRAM.aac : CRYPTOGRAM.tc;
  }
  if (refusesIssuer === true || issuerAuthenticated === false || issuerDeclines) return CRYPTOGRAM.aac;
  return issuerAuthenticated === undefined && demandsIssuer === true ? CRYPTOGRAM.aac : CRYPTOGRAM.tc;
}

/** Four bytes: their number, then three of bits. @param amountMinor of this transaction. */
export function verificationResults(memory: ApplicationMemory, happened: Happened, amountMinor: bigint): Uint8Array {
  const { dynamicallyAuthenticated, first, issuerAuthenticated, pinFailed, pinTriesLeft, pinVerified, second } =
    happened;
  const bits = (...pairs: readonly (readonly [boolean, number])[]): number =>
    pairs.reduce((sum, [is, bit]) => (is ? sum | bit : sum), 0);
  const wasOnline = second !== undefined && !happened.unableOnline;
  return Uint8Array.of(
    3,
    (second ?? 0x80) |
      ((first ?? 0) >> 2) |
      bits(
        [issuerAuthenticated === false, 0x08],
        [pinVerified || pinFailed, 0x04],
        [pinFailed, 0x02],
        [happened.unableOnline, 0x01],
      ),
    bits(
      [memory.isOnlineUnfinished, 0x80],
      [pinTriesLeft === 0, 0x40],
      [exceeds(memory, amountMinor), 0x20],
      [isNew(memory), 0x10],
      [memory.hasIssuerFailed, 0x08],
      [wasOnline && issuerAuthenticated === undefined, 0x04],
    ),
    (Math.min(memory.scripts, 0x0f) << 4) | bits([memory.hasScriptFailed, 0x08], [dynamicallyAuthenticated, 0x02]),
  );
}
