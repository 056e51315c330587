import type { Bilingual } from './bilingual.ts';
import type { AmountMinor, Currency } from './money.ts';
import type { StepName, TransactionResult } from './outcome.ts';
import type { Secret } from './secret.ts';

/** What a person can answer to a screen. */
export type Input =
  | { readonly type: 'amount'; readonly amount: AmountMinor }
  /** A number or a code, as the screen's `entry` describes it. */
  | { readonly type: 'text'; readonly text: string }
  /** A password: made a secret by the adapter that reads it, and never shown. */
  | { readonly type: 'password'; readonly password: Secret<string> }
  | { readonly type: 'confirm' }
  /** No: the details are wrong, back to the amount; the strip is not good. */
  | { readonly type: 'reject' }
  | { readonly type: 'cancel' }
  | { readonly type: 'choose'; readonly item: string };

export interface MenuItem {
  readonly key: string;
  readonly text: Bilingual;
  /** The heading under which it stands. */
  readonly group?: Bilingual;
}

/** What a text must look like. */
export interface TextEntry {
  /** A regular expression for the whole text. */
  readonly pattern: string;
  /** For the prompt. */
  readonly example: string;
}

/** A screen as data: an adapter shows it as text, on a web page, or as a line of JSON. */
export interface Screen {
  /** Stable: scripts wait for it, e.g. `idle`, `enter-amount`, `result`. */
  readonly id: string;
  readonly step?: StepName;
  readonly title: Bilingual;
  readonly lines: readonly Bilingual[];
  /** Which inputs this screen takes; all others are ignored. */
  readonly accepts: readonly Input['type'][];
  /** With `choose`. */
  readonly menu?: readonly MenuItem[];
  /** To be shown as a code that a phone reads. */
  readonly code?: string;
  /** With `text`, and with `password`. */
  readonly entry?: TextEntry;
  /** With `amount`. */
  readonly currency?: Currency;
  /** On the screen `result` only. */
  readonly result?: TransactionResult;
}
