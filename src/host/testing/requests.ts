/** For the tests of this folder: requests of the port as the messages that they become. */
import { Secret } from '../../domain/secret.ts';
import type { HostRequest, WireFacts } from '../host-port.ts';
import type { Message } from '../iso8583/message.ts';
import { buildRequest } from '../messages/build.ts';
import { draftOf } from '../messages/draft.ts';
import type { DialectParameters } from '../messages/setup.ts';
import { parameters, terminal } from './world.ts';

export type Of<Kind extends HostRequest['kind']> = Extract<HostRequest, { readonly kind: Kind }>;

export const keyedCard = { entryMode: 'keyed', pan: Secret.of('6222021234567890123', 'PAN') } as const;

/** With its track as it was swiped, and without a MAC. */
export function messageOf(request: HostRequest, choice: Partial<DialectParameters> = {}): Message {
  const chosen = { ...parameters, ...choice };
  const track = 'card' in request && request.card.entryMode !== 'keyed' ? request.card.track2?.data : undefined;
  return buildRequest(draftOf(request, chosen, track), terminal, chosen);
}

/** A request with another 60.1 and otherwise the same wire facts. */
export const typed = <Request extends { readonly wire: WireFacts }>(
  request: Request,
  messageTypeCode: string,
): Request => ({
  ...request,
  wire: { ...request.wire, messageTypeCode },
});

export const fieldNumbers = (message: Message): number[] => Object.keys(message.fields).map(Number);
