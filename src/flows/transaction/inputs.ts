import type { Input } from '../../domain/screen.ts';
import type { TransactionEvent } from './events.ts';
import { missingEntries, type TransactionContext } from './context.ts';

/** What a key press means to a transaction; undefined where it means nothing. */
export function inputEvent(input: Input, path: string, context: TransactionContext): TransactionEvent | undefined {
  switch (input.type) {
    case 'amount':
      return { type: 'AmountEntered', amount: input.amount };
    case 'confirm':
      return { type: 'DetailsConfirmed' };
    case 'reject':
      return { type: 'DetailsRejected' };
    case 'cancel':
      // Money has moved: what can be put off is only the paper.
      return path.startsWith('print.') ? { type: 'PrintDeferred' } : { type: 'CancelPressed' };
    case 'text': {
      const [entry] = missingEntries(context);
      return entry === undefined ? undefined : { type: 'EntryKeyed', entry, text: input.text };
    }
    case 'choose':
      return undefined;
  }
}
