/** What the interpreter makes of commands: work for the mechanism, in the order of the stream. */
import type { PaperLine } from './paper.ts';

export type Work =
  | { readonly type: 'line'; readonly line: PaperLine }
  /** `feedDots` goes before the cut. */
  | { readonly type: 'cut'; readonly feedDots: number }
  /** ESC @: what the mechanism forgets too (ASB among it). */
  | { readonly type: 'reset' }
  | { readonly type: 'automatic-status'; readonly mask: number }
  | { readonly type: 'paper-sensor-status' }
  | { readonly type: 'answer'; readonly bytes: Uint8Array }
  | { readonly type: 'counter'; readonly counter: number }
  | { readonly type: 'reset-counter'; readonly counter: number }
  | { readonly type: 'offline-response'; readonly mode: 'off' | 'plain' | 'with-cause' }
  | { readonly type: 'near-end-stop'; readonly on: boolean }
  /** ESC c 5: whether the FEED button works. */
  | { readonly type: 'panel-buttons'; readonly on: boolean }
  /** ESC p: a pulse on a drawer connector's pin. */
  | { readonly type: 'drawer'; readonly pin: 2 | 5; readonly onMs: number; readonly offMs: number }
  | { readonly type: 'beep'; readonly times: number }
  /** GS ( K, GS |: print density, 0 as built, in per cent more or less. */
  | { readonly type: 'density'; readonly percent: number }
  /** No command of this printer, or one that it cannot carry out; `offset` in the stream. */
  | { readonly type: 'discarded'; readonly what: string; readonly bytes: number; readonly offset: number };
