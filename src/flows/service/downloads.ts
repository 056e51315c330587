/** Lists and what they name (dialect sheet 7.3, 7.4): asked for page by page, then entry by entry, then ended. */
import type { DownloadSet } from '../ports.ts';
import type { DownloadFacts } from '../transaction/events.ts';
import type { ServiceContext } from './context.ts';
import type { ServiceRequest } from './events.ts';

/** Whether the answer is one to that message: half a list must never be taken for a whole one. */
export function isDownloaded(request: ServiceRequest, { reply }: ServiceContext): boolean {
  if (request.type !== 'download' || reply?.responseCode !== '00') return false;
  const { download } = reply;
  switch (request.what.step) {
    case 'list':
      return download?.type === 'list' || download?.type === 'cards' || download?.type === 'parameters';
    case 'entry':
      return download?.type === 'entry' && download.tlv !== undefined;
    case 'end':
      return true;
  }
}

/** What an answer adds to what is known of the list. */
export function noteListed(context: ServiceContext, download: DownloadFacts | undefined): Partial<ServiceContext> {
  if (download?.type === 'list') {
    return {
      listed: [...context.listed, ...download.entries],
      received: context.received + download.entries.length,
    };
  }
  return download?.type === 'cards' ? { received: context.received + download.sealedPans.length } : {};
}

/** What comes after the answer that the context has just taken. */
export function furtherSteps(set: DownloadSet, context: ServiceContext): readonly ServiceRequest[] {
  const { listed, received, reply } = context;
  const download = reply?.download;
  if (download?.type !== 'list' && download?.type !== 'cards') return [];
  if (download.status === 'more') return [{ type: 'download', set, what: { step: 'list', received } }];
  const entries = listed.map((name) => ({ type: 'download', set, what: { step: 'entry', name } }) as const);
  return [...entries, { type: 'download', set, what: { step: 'end' } }];
}
