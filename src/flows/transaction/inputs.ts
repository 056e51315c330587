import type { Input } from '../../domain/screen.ts';
import type { TransactionEvent } from './events.ts';
import { missingEntries, type TransactionContext } from './context.ts';

/** What a key press means to a transaction; undefined where it means nothing. */
export function inputEvent(input: Input, path: string, context: TransactionContext): TransactionEvent | undefined {
  switch (input.type) {
    case 'amount':
      return { type: 'AmountEntered', amount: input.amount };
    case 'confirm':
      return path === 'authorize.partial' ? { type: 'PartAccepted' } : { type: 'DetailsConfirmed' };
    case 'reject':
      return path === 'authorize.partial' ? { type: 'PartRefused' } : { type: 'DetailsRejected' };
    case 'cancel':
      return cancelEvent(path);
    case 'text': {
      const [entry] = missingEntries(context);
      return entry === undefined ? undefined : { type: 'EntryKeyed', entry, text: input.text };
    }
    case 'password':
      return { type: 'PasswordKeyed' };
    case 'choose': {
      if (path !== 'initiate.choosingApplication') return undefined;
      const index = context.applications.findIndex((_, at) => applicationKey(at) === input.item);
      return index < 0 ? undefined : { type: 'ApplicationChosen', index };
    }
  }
}

/** By which an application is chosen. */
export const applicationKey = (index: number): string => `application-${index + 1}`;

function cancelEvent(path: string): TransactionEvent {
  // Money has moved: what can be put off is only the paper.
  if (path.startsWith('print.')) return { type: 'PrintDeferred' };
  return path === 'authorize.partial' ? { type: 'PartRefused' } : { type: 'CancelPressed' };
}
