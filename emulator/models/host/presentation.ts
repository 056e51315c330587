/** How the card of a request was read, as the ledger keeps it and a reversal says it again. */
import type { Fields } from '../../../src/host/iso8583/message.ts';
import type { EntryMode, Presentation } from './ledger-entry.ts';

const entryModes: Readonly<Record<string, EntryMode>> = {
  '01': 'keyed',
  '02': 'swiped',
  '03': 'none',
  '05': 'inserted',
  '07': 'contactless',
};

/** Of F22 and F60. */
export function presentationOf({ 22: field22, 60: customField }: Fields): Presentation {
  const entryMode = entryModes[(field22 ?? '').slice(0, 2)];
  return {
    ...(entryMode !== undefined && { entryMode }),
    ...(customField !== undefined && { customField }),
  };
}
