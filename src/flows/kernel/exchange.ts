import type { ReplyFacts } from '../transaction/events.ts';

/** How any flow hears of one request to the host, from its number to its answer. */
export type ExchangeEvent =
  | { readonly type: 'TraceAllotted'; readonly stan: number; readonly batch: number }
  /** Built, protected and connected; not a byte of it has left. */
  | { readonly type: 'RequestReady' }
  | { readonly type: 'HostUnreachable'; readonly reason: string }
  /** `refused`: it answered, and would not. Otherwise it is not there. */
  | { readonly type: 'PinPadFailed'; readonly refused: boolean; readonly reason: string }
  | { readonly type: 'RequestSent' }
  | { readonly type: 'HostReplied'; readonly reply: ReplyFacts }
  | { readonly type: 'HostSilent'; readonly reason: string };
