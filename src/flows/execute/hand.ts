import { toHex } from '../../domain/hex.ts';
import type { Secret } from '../../domain/secret.ts';
import type { Track2 } from '../../domain/track2.ts';
import type { ReplyFacts } from '../transaction/events.ts';
import type { HostReply, PinPadFailure, SendAnswer, VaultPort, WorkingKey } from '../ports.ts';

/**
 * What the terminal holds in memory for the flow under way and must never write down: a power cut forgets it, and
 * that is right, because no request with it is ever sent twice.
 */
export interface Hand {
  track2?: Track2;
  /** Of the card that a transfer goes to. */
  receiver?: Track2;
  pinBlock?: Secret<string>;
  /** A PIN that the card checks, enciphered for it. */
  verifyData?: Secret<Uint8Array>;
  workingKeys?: readonly WorkingKey[];
  /** The id document of a transfer's receiver: personal, so the journal only knows that it was keyed. */
  document?: Secret<string>;
  password?: Secret<string>;
  newPassword?: Secret<string>;
}

/** A reply as the journal may keep it: without the keys, and with card numbers sealed. */
function replyFacts(reply: HostReply, vault: VaultPort): ReplyFacts {
  const { download, field55, workingKeys: _, ...rest } = reply;
  const facts = { ...rest, ...(field55 !== undefined && { field55: toHex(field55) }) };
  if (download === undefined) return facts;
  if (download.type !== 'cards') return { ...facts, download };
  const { pans, ...cards } = download;
  return { ...facts, download: { ...cards, sealedPans: pans.map((pan) => vault.seal(pan)) } };
}

/** How a flow hears of what became of a request that it sent. */
export type SendEvent =
  | { readonly type: 'RequestSent' }
  | { readonly type: 'HostReplied'; readonly reply: ReplyFacts }
  | { readonly type: 'HostSilent'; readonly reason: string }
  | { readonly type: 'ReplyMacWrong' };

export function sendEvent(answer: SendAnswer, vault: VaultPort): SendEvent {
  switch (answer.type) {
    case 'sent':
      return { type: 'RequestSent' };
    case 'replied':
      return { type: 'HostReplied', reply: replyFacts(answer.reply, vault) };
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
