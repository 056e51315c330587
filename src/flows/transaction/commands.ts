import type { AmountMinor } from '../../domain/money.ts';
import type { SlipCopy } from '../../domain/slip.ts';
import type { ReversalReason } from '../ports.ts';
import type { ChipRequestFacts, PinForm } from './chip-facts.ts';
import type { CardFacts, OriginalFacts, ReplyFacts } from './events.ts';
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
  readonly chip: ChipRequestFacts | undefined;
}

/** What a transaction can ask of the world. Imperative; the answer comes back as an event. */
export type TransactionCommand =
  | { readonly type: 'checkPassword'; readonly params: { readonly number: string } }
  | {
      readonly type: 'findOriginal';
      readonly params: { readonly kind: TransactionKind; readonly entries: Entries };
    }
  | {
      readonly type: 'readCard';
      readonly params: {
        readonly as: 'card' | 'receiver';
        /** Whether an inserted card is taken too, and a swiped one with a chip is not. */
        readonly chips: boolean;
        /** The chip of the card that is swiped could not be read. */
        readonly fallback: boolean;
      };
    }
  | {
      readonly type: 'startChip';
      readonly params: {
        readonly kind: TransactionKind;
        readonly amount: AmountMinor | undefined;
        readonly localTime: string;
      };
    }
  /** Answers to the card's steps (see `chip-port.ts`). */
  | { readonly type: 'chooseApplication'; readonly params: { readonly index: number } }
  | { readonly type: 'confirmChip'; readonly params: undefined }
  | {
      readonly type: 'givePin';
      readonly params: { readonly how: 'entered' | 'on-reader' | 'bypassed' | 'not-working' };
    }
  | { readonly type: 'tellChip'; readonly params: { readonly reply: ReplyFacts } }
  | {
      readonly type: 'askPin';
      readonly params: {
        readonly kind: TransactionKind;
        readonly amount: AmountMinor | undefined;
        readonly card: CardFacts;
        readonly form: PinForm;
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
        /** As hex: of a card that was inserted and has asked for the host. */
        readonly field55: string | undefined;
        readonly reason: ReversalReason;
        readonly authorizationCode: string | undefined;
        readonly answeredDate: string | undefined;
      };
    }
  /** Both copies of the slip, as signed records. */
  | { readonly type: 'issueReceipt'; readonly params: undefined }
  | { readonly type: 'printSlip'; readonly params: { readonly copy: SlipCopy; readonly reprint: false | number } };

export type CommandOf<Type extends TransactionCommand['type']> = Extract<TransactionCommand, { readonly type: Type }>;
