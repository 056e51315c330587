import type { Secret } from '../../domain/secret.ts';
import type { Track2 } from '../../domain/track2.ts';
import type { ReplyFacts } from '../transaction/events.ts';
import type { HostReply, PinPadFailure, SendAnswer, WorkingKey } from '../ports.ts';

/**
 * What the terminal holds in memory for the flow under way and must never write down: a power cut forgets it, and
 * that is right, because a request is never sent twice.
 */
export interface Hand {
  track2?: Track2;
  pinBlock?: Secret<string>;
  workingKeys?: readonly WorkingKey[];
}

/** A reply as the journal may keep it: without the keys. */
function replyFacts(reply: HostReply): ReplyFacts {
  const { workingKeys: _, ...facts } = reply;
  return facts;
}

/** How a flow hears of what became of a request that it sent. */
export type SendEvent =
  | { readonly type: 'RequestSent' }
  | { readonly type: 'HostReplied'; readonly reply: ReplyFacts }
  | { readonly type: 'HostSilent'; readonly reason: string }
  | { readonly type: 'ReplyMacWrong' };

export function sendEvent(answer: SendAnswer): SendEvent {
  switch (answer.type) {
    case 'sent':
      return { type: 'RequestSent' };
    case 'replied':
      return { type: 'HostReplied', reply: replyFacts(answer.reply) };
    case 'silent':
      return { type: 'HostSilent', reason: answer.reason };
    case 'mac-wrong':
      return { type: 'ReplyMacWrong' };
  }
}

export const pinPadFailed = (
  failure: PinPadFailure,
): { readonly type: 'PinPadFailed'; readonly refused: boolean; readonly reason: string } => ({
  type: 'PinPadFailed',
  refused: failure.reason === 'refused',
  reason: `${failure.reason}: ${failure.detail}`,
});
