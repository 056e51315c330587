/** What a chip card keeps without power. */
import type { ApplicationFile, ChipCardFile } from './chip-card-file.ts';

export interface CardMemory {
  pin: string;
  pinTriesLeft: number;
  isBlocked: boolean;
}

export interface ApplicationMemory {
  /** Application transaction counter, tag 9F36. */
  atc: number;
  /** Tag 9F13. */
  lastOnlineAtc: number;
  consecutiveOffline: number;
  cumulativeOfflineMinor: bigint;
  /** Tag 9F58. */
  consecutiveOfflineLimit: number;
  /** Tag 9F59. */
  consecutiveOfflineMax: number;
  /** Tag 9F54. */
  cumulativeOfflineLimitMinor: bigint;
  isBlocked: boolean;
  /** An authorization was asked for, and the card never heard of its end. */
  isOnlineUnfinished: boolean;
  hasIssuerFailed: boolean;
  /** Issuer commands of the transaction before this one. */
  scripts: number;
  hasScriptFailed: boolean;
  /** Records that the issuer has changed, by name. */
  readonly records: Map<string, Uint8Array>;
}

export const cardMemory = ({ blocked, pin, pinTriesLeft, pinTriesMax }: ChipCardFile): CardMemory => ({
  pin,
  pinTriesLeft: pinTriesLeft ?? pinTriesMax,
  isBlocked: blocked ?? false,
});

export const applicationMemory = ({ blocked, limits }: ApplicationFile): ApplicationMemory => ({
  atc: 0,
  lastOnlineAtc: 0,
  consecutiveOffline: 0,
  cumulativeOfflineMinor: 0n,
  consecutiveOfflineLimit: limits.consecutiveOffline,
  consecutiveOfflineMax: limits.consecutiveOfflineMax,
  cumulativeOfflineLimitMinor: BigInt(limits.cumulativeOfflineMinor),
  isBlocked: blocked ?? false,
  isOnlineUnfinished: false,
  hasIssuerFailed: false,
  scripts: 0,
  hasScriptFailed: false,
  records: new Map(),
});
