/** What the handlers of commands work with. */
import type { BufferedCommandName } from './commands.ts';
import type { GraphicsStore } from './graphics-store.ts';
import type { OwnCharacters } from './own-characters.ts';
import type { PrinterProfile } from './profile.ts';
import type { PrintSettings } from './settings.ts';
import type { Typesetter } from './typesetter.ts';
import type { Work } from './work.ts';

export interface Desk {
  readonly profile: PrinterProfile;
  readonly settings: PrintSettings;
  readonly typesetter: Typesetter;
  readonly store: GraphicsStore;
  readonly ownCharacters: OwnCharacters;
  readonly emit: (work: Work) => void;
  /** Tells that the command in hand is not carried out, and why, without any of its data. */
  readonly refuse: (why: string) => void;
}

export type Handler = (desk: Desk, parameters: Uint8Array) => void;
export type Handlers = Partial<Record<BufferedCommandName, Handler>>;

/** Parameters that may be a number or its digit. */
export const digit = (value: number): number => (value >= 0x30 && value <= 0x39 ? value - 0x30 : value);
export const word = (low = 0, high = 0): number => low + 256 * high;
export const signedWord = (low = 0, high = 0): number => (high >= 0x80 ? word(low, high) - 0x10000 : word(low, high));
export const consumed: Handler = () => undefined;
