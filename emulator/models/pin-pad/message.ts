/** What a message handler of the PIN pad is given, and what it may decide. */
import type { DataJob } from './data-job.ts';
import type { Envelope } from './frame.ts';
import type { KeyStore } from './key-store.ts';
import type { PinRequest } from './pin-messages.ts';

/** The parts of the PIN pad that messages read and change. */
export interface Pad {
  readonly keys: KeyStore;
  serialNumber: string;
  /** What Z2 has written on the display. */
  text: string;
  job: DataJob | undefined;
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
