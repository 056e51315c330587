import type { AmountMinor } from '../../domain/money.ts';
import type { SlipCopy } from '../../domain/slip.ts';
import type { ReversalReason } from '../ports.ts';
import type { CardFacts, OriginalFacts } from './events.ts';
import type { EntryName, TransactionKind } from './types.ts';

export type Entries = Readonly<Partial<Record<EntryName, string>>>;

interface RequestParams {
  readonly kind: TransactionKind;
  readonly stan: number;
  readonly batch: number;
  readonly training: boolean;
  readonly card: CardFacts;
  readonly original: OriginalFacts | undefined;
}

interface AuthorizationParams extends RequestParams {
  readonly amount: AmountMinor | undefined;
  readonly receiver: CardFacts | undefined;
}

/** What a transaction can ask of the world. Imperative; the answer comes back as an event. */
export type TransactionCommand =
  | { readonly type: 'checkPassword'; readonly params: { readonly number: string } }
  | {
      readonly type: 'findOriginal';
      readonly params: { readonly kind: TransactionKind; readonly entries: Entries };
    }
  | { readonly type: 'readCard'; readonly params: { readonly as: 'card' | 'receiver' } }
  | {
      readonly type: 'askPin';
      readonly params: {
        readonly kind: TransactionKind;
        readonly amount: AmountMinor | undefined;
        readonly card: CardFacts;
      };
    }
  | { readonly type: 'cancelPin'; readonly params: undefined }
  | { readonly type: 'allotTrace'; readonly params: undefined }
  | {
      readonly type: 'prepareVerification';
      readonly params: Pick<RequestParams, 'stan' | 'batch' | 'training'>;
    }
  | { readonly type: 'prepareAuthorization'; readonly params: AuthorizationParams }
  /** The same notice again, with what the journal knows of the card. */
  | { readonly type: 'prepareRepeat'; readonly params: AuthorizationParams }
  | { readonly type: 'sendRequest'; readonly params: undefined }
  | {
      readonly type: 'prepareReversal';
      readonly params: RequestParams & {
        readonly amount: AmountMinor;
        readonly pinEntered: boolean;
        readonly reason: ReversalReason;
        readonly authorizationCode: string | undefined;
        readonly answeredDate: string | undefined;
      };
    }
  | { readonly type: 'printSlip'; readonly params: { readonly copy: SlipCopy; readonly reprint: boolean } };

export type CommandOf<Type extends TransactionCommand['type']> = Extract<TransactionCommand, { readonly type: Type }>;
