import type { Input } from '../../domain/screen.ts';
import type { TransactionEvent } from './events.ts';
import { missingEntries, type TransactionContext } from './context.ts';

/** What a key press means to a transaction; undefined where it means nothing. */
export function inputEvent(input: Input, path: string, context: TransactionContext): TransactionEvent | undefined {
  switch (input.type) {
    case 'amount':
      return { type: 'AmountEntered', amount: input.amount };
    case 'confirm':
      if (path === 'print.offering') return { type: 'ReceiptTaken' };
      return path === 'authorize.partial' ? { type: 'PartAccepted' } : { type: 'DetailsConfirmed' };
    case 'reject':
      if (path === 'print.offering') return { type: 'ReceiptDeclined' };
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
      if (path === 'print.cardholderCopy.stopped' && input.item === RECEIPT_KEY) return { type: 'ReceiptTaken' };
      if (path !== 'initiate.choosingApplication') return undefined;
      const index = context.applications.findIndex((_, at) => applicationKey(at) === input.item);
      return index < 0 ? undefined : { type: 'ApplicationChosen', index };
    }
  }
}

/** Instead of a slip that the printer cannot print. */
export const RECEIPT_KEY = 'receipt';

/** By which an application is chosen. */
export const applicationKey = (index: number): string => `application-${index + 1}`;

function cancelEvent(path: string): TransactionEvent {
  if (path === 'print.offering') return { type: 'ReceiptDeclined' };
  // Money has moved: what can be put off is only the paper.
  if (path.startsWith('print.')) return { type: 'PrintDeferred' };
  return path === 'authorize.partial' ? { type: 'PartRefused' } : { type: 'CancelPressed' };
}
