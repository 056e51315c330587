import type { AmountMinor } from '../../domain/money.ts';
import { Bug } from '../../domain/result.ts';
import type { SlipCopy } from '../../domain/slip.ts';
import type { PrinterTrouble, ReversalReason } from '../ports.ts';
import type { CommandOf } from './commands.ts';
import type { CardFacts, OriginalFacts, ReplyFacts, TransactionEvent } from './events.ts';
import { ORIGINAL_ENTRIES, TRANSACTION_TYPES, type EntryName, type TransactionKind } from './types.ts';

/** Why a transaction ended without the host's decision. Stable codes: scripts read them. */
export type EndReason =
  | 'operator-cancelled'
  | 'cardholder-cancelled'
  | 'nobody-answered'
  | 'power-lost'
  | 'card-reader-lost'
  | 'pin-pad-failed'
  | 'pin-pad-refused'
  | 'host-unreachable'
  | 'host-silent'
  | 'reply-mac-wrong'
  | 'partial-approval-refused'
  | 'reversal-given-up';

export interface TransactionContext {
  readonly kind: TransactionKind;
  readonly localTime: string;
  readonly operatorNumber: string;
  readonly terminalNumber: string;
  readonly merchantNumber: string;
  readonly amount: AmountMinor | undefined;
  /** What has been keyed to name the original. */
  readonly entries: Readonly<Partial<Record<EntryName, string>>>;
  readonly original: OriginalFacts | undefined;
  readonly originalMissing: boolean;
  readonly cardDiffers: boolean;
  readonly card: CardFacts | undefined;
  readonly unreadableSwipes: number;
  readonly pinEntered: boolean;
  readonly trace: { readonly stan: number; readonly batch: number } | undefined;
  readonly reply: ReplyFacts | undefined;
  readonly reversalReason: ReversalReason;
  /** Attempts on this occasion. */
  readonly reversalAttempts: number;
  /** Field 39 of a 0410 that did not end it. */
  readonly reversalRefusal: string | undefined;
  /** Occasions that have come to nothing: the pause before the next grows with them. */
  readonly reversalOccasions: number;
  /** How often each copy may be on paper already: any print after the first is marked 重打印. */
  readonly prints: Readonly<Record<SlipCopy, number>>;
  readonly trouble: PrinterTrouble | undefined;
  readonly endReason: EndReason | undefined;
}

export type TransactionInput = Omit<Extract<TransactionEvent, { type: 'TransactionStarted' }>, 'type'>;

/** What the chart's shape guarantees and the compiler cannot see. */
function known<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new Bug(`A transaction has no ${what} where it must have one.`);
  return value;
}

export const requestOf = (context: TransactionContext): CommandOf<'prepareAuthorization'>['params'] => ({
  kind: context.kind,
  ...known(context.trace, 'trace'),
  amount: context.amount,
  original: context.original,
});

export const reversalOf = (context: TransactionContext): CommandOf<'prepareReversal'>['params'] => ({
  ...requestOf(context),
  amount: known(context.amount, 'amount'),
  pinEntered: context.pinEntered,
  expiry: known(context.card, 'card').expiry,
  reason: context.reversalReason,
  // Dialect sheet 4.2, mark C8: what was received, else the original's.
  authorizationCode: context.reply?.authorizationCode ?? context.original?.authorizationCode,
  answeredDate: context.reply?.hostDate,
});

/** What is still to be keyed to name the original, in order. */
export function missingEntries({ entries, kind }: TransactionContext): readonly EntryName[] {
  const { original } = TRANSACTION_TYPES[kind];
  const wanted: readonly EntryName[] = original === undefined ? [] : ORIGINAL_ENTRIES[original];
  return wanted.filter((entry) => entries[entry] === undefined);
}

/** An original that is named by its own slip, and need not be this terminal's. */
const originalElsewhere = ({ code, date, reference }: TransactionContext['entries']): OriginalFacts => ({
  batch: 0,
  stan: 0,
  ...(date !== undefined && { date }),
  ...(reference !== undefined && { referenceNumber: reference }),
  ...(code !== undefined && { authorizationCode: code }),
});

/** Once everything is keyed; an original with a voucher number is looked up instead. */
export function nameElsewhere(context: TransactionContext): OriginalFacts | undefined {
  const isElsewhere = TRANSACTION_TYPES[context.kind].original !== 'voucher';
  return isElsewhere && missingEntries(context).length === 0 ? originalElsewhere(context.entries) : undefined;
}

export const NOTHING_KEYED = {
  amount: undefined,
  card: undefined,
  entries: {},
  original: undefined,
  originalMissing: false,
  cardDiffers: false,
  unreadableSwipes: 0,
} as const;

/** A transaction that has just begun. */
export const begun = (input: TransactionInput): TransactionContext => ({
  ...input,
  ...NOTHING_KEYED,
  pinEntered: false,
  trace: undefined,
  reply: undefined,
  reversalReason: '98',
  reversalAttempts: 0,
  reversalRefusal: undefined,
  reversalOccasions: 0,
  prints: { merchant: 0, cardholder: 0 },
  trouble: undefined,
  endReason: undefined,
});
