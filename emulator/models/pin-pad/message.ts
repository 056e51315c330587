/** What a message handler of the PIN pad is given, and what it may decide. */
import type { DataJob } from './data-job.ts';
import type { Envelope } from './frame.ts';
import type { KeyStore } from './key-store.ts';
import type { OfflinePinState } from './offline-pin-messages.ts';
import type { PinRequest } from './pin-request.ts';

/**
 * How a PIN becomes the sixteen bytes that SM4 encrypts. `x9.8` is ISO 9564-1 format 0 over sixteen bytes, as public
 * examples of banks have it; what UnionPay wants in F59 A1 no public source says (dialect sheet 6.1, 14), so a pad that
 * was not told refuses such a PIN. A question for the acquirer.
 */
export type Sm4PinBlock = 'unsettled' | 'x9.8';

/** The parts of the PIN pad that messages read and change. */
export interface Pad {
  readonly keys: KeyStore;
  readonly sm4PinBlock: Sm4PinBlock;
  serialNumber: string;
  /** What Z2 has written on the display. */
  text: string;
  job: DataJob | undefined;
  /** Chance; without it there is no PIN for cards. */
  readonly entropy: ((bytes: number) => Uint8Array) | undefined;
  offlinePin: OfflinePinState | undefined;
  /** A master key was loaded by the message before: the next one joins it instead of wiping it (PIN pad sheet 3.1). */
  loadingMasters: boolean;
}

export type Outcome =
  /** Nothing follows the ACK. For what a pad does not understand, that is its whole answer (PIN pad sheet 2). */
  | { readonly type: 'silence' }
  /** EOT, at once or after a while. */
  | { readonly type: 'end'; readonly afterMs: number }
  /** A frame in the envelope of the request; `commit` runs when the terminal has acknowledged it, and only then. */
  | { readonly type: 'reply'; readonly body: string; readonly commit?: () => void }
  | { readonly type: 'entry'; readonly request: PinRequest }
  | { readonly type: 'show'; readonly text: string }
  | { readonly type: 'idle' };

export interface Message {
  readonly envelope: Envelope;
  /** Without one the family knows the message and this pad does not have it. */
  readonly handle?: (body: string, pad: Pad) => Outcome;
}

export type Messages = Readonly<Record<string, Message>>;

export const silence: Outcome = { type: 'silence' };
export const reply = (body: string): Outcome => ({ type: 'reply', body });

/** Keys, blocks and data travel as upper-case hex (PIN pad sheet 0). */
export const isUpperHex = (text: string): boolean => /^[\dA-F]+$/.test(text);
