/** What the journal keeps of a chip card and of what it did: no track, and its number only as every card's is kept. */
import type { ChipFailure } from '../chip-port.ts';

/** An application that can be paid with, as people see it. */
export interface ApplicationFacts {
  /** Upper-case hex. */
  readonly aid: string;
  readonly label: string;
}

/** Of the card that was read. */
export interface ChipCardFacts extends ApplicationFacts {
  /** Field 23. */
  readonly sequenceNumber: string;
}

/** How the PIN pad, or the reader, is to have the PIN. */
export type PinForm = 'online' | 'offline-plaintext' | 'offline-enciphered';

/** What the card wants to ask the host; both as hex (dialect sheet 7.2). */
export interface ChipRequestFacts {
  readonly field55: string;
  /** For the reversal, as long as the card has not heard the answer. */
  readonly reversalField55: string;
}

/** How the card has ended. */
export interface ChipEndFacts {
  readonly type: 'approved' | 'declined' | 'failed';
  /** Of a failure. */
  readonly reason?: ChipFailure;
  readonly fallbackAllowed: boolean;
  readonly needsSignature: boolean;
  /** Hex. */
  readonly registers?: { readonly tvr: string; readonly tsi: string; readonly cvmResults: string };
  readonly arqc?: string;
  /** Hex by tag, for the slip (dialect sheet 11.4). */
  readonly slip: Readonly<Record<string, string>>;
  /** Hex; the notification only where the issuer's scripts have results (dialect sheet 9.1). */
  readonly fields55?: {
    readonly financial: string;
    readonly reversal: string;
    readonly scriptNotification?: string;
  };
}

/** TVR byte 5, bit 7: the issuer's cryptogram was wrong (EMV Book 3, annex C5). */
const ISSUER_AUTHENTICATION_FAILED = 0x40;

export const isIssuerAuthenticated = ({ registers }: ChipEndFacts): boolean =>
  registers === undefined || (Number.parseInt(registers.tvr.slice(8, 10), 16) & ISSUER_AUTHENTICATION_FAILED) === 0;
