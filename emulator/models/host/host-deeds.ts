/** What can be done to the host from outside. */
import type { IssuerAnswer, IssuerScript } from './chips.ts';
import type { Override } from './decisions.ts';
import type { F39Rule } from './f39-rules.ts';
import type { CardState } from './issuer.ts';

export type HostDeed =
  | Override
  /** Hangs up on whatever comes, and books nothing, until it is started. Its ledger and keys stay. */
  | { readonly type: 'stop' }
  | { readonly type: 'start' }
  /** Every answer comes `ms` later than it would; 0 ends it. What is late anyway is late by its own measure. */
  | { readonly type: 'slow'; readonly ms: number }
  | { readonly type: 'rule'; readonly rule: F39Rule }
  | { readonly type: 'forget-rules' }
  /** The header asks for it until the terminal has done it; 0 forgets all. Without `terminal`, of every terminal. */
  | { readonly type: 'require'; readonly digit: number; readonly terminal?: string }
  /** Whether a sale with 60.6 = 1 is approved for what there is when funds are short (F39 10). */
  | { readonly type: 'partial-approval'; readonly on: boolean }
  /** The bank's word on the one card whose number ends in these digits. */
  | { readonly type: 'card'; readonly card: string; readonly state: CardState }
  /** Goes out with the answer to the next authorization of that card's chip. */
  | { readonly type: 'script'; readonly card: string; readonly script: IssuerScript }
  /** How the bank answers that card's chip from now on. */
  | { readonly type: 'issuer-answer'; readonly card: string; readonly answer: IssuerAnswer };
