import type { AmountMinor } from '../../domain/money.ts';
import type { SlipCopy } from '../../domain/slip.ts';
import type { ReversalReason } from '../ports.ts';
import type { OriginalFacts } from './events.ts';
import type { TransactionKind } from './types.ts';

/** What a transaction can ask of the world. Imperative; the answer comes back as an event. */
export type TransactionCommand =
  | {
      readonly type: 'findOriginal';
      readonly params: { readonly voucher: number; readonly follows: TransactionKind | undefined };
    }
  | { readonly type: 'readCard'; readonly params: undefined }
  | {
      readonly type: 'askPin';
      readonly params: { readonly kind: TransactionKind; readonly amount: AmountMinor | undefined };
    }
  | { readonly type: 'cancelPin'; readonly params: undefined }
  | { readonly type: 'allotTrace'; readonly params: undefined }
  | {
      readonly type: 'prepareAuthorization';
      readonly params: {
        readonly kind: TransactionKind;
        readonly stan: number;
        readonly batch: number;
        readonly amount: AmountMinor | undefined;
        readonly original: OriginalFacts | undefined;
      };
    }
  | { readonly type: 'sendRequest'; readonly params: undefined }
  | {
      readonly type: 'prepareReversal';
      readonly params: {
        readonly kind: TransactionKind;
        readonly stan: number;
        readonly batch: number;
        readonly amount: AmountMinor;
        readonly pinEntered: boolean;
        readonly expiry: string;
        readonly reason: ReversalReason;
        readonly authorizationCode: string | undefined;
        readonly original: OriginalFacts | undefined;
        readonly answeredDate: string | undefined;
      };
    }
  | { readonly type: 'printSlip'; readonly params: { readonly copy: SlipCopy; readonly reprint: boolean } };

export type CommandOf<Type extends TransactionCommand['type']> = Extract<TransactionCommand, { readonly type: Type }>;
