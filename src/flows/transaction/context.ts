import type { AmountMinor } from '../../domain/money.ts';
import type { SlipFate } from '../../domain/outcome.ts';
import { Bug } from '../../domain/result.ts';
import type { SlipCopy } from '../../domain/slip.ts';
import type { PrinterTrouble, ReversalReason } from '../ports.ts';
import type { ApplicationFacts, ChipEndFacts, ChipRequestFacts, PinForm } from './chip-facts.ts';
import type { CommandOf, Entries } from './commands.ts';
import type {
  CardFacts,
  OriginalFacts,
  ReceiptFacts,
  ReplyFacts,
  TransactionEvent,
  TransactionRules,
} from './events.ts';
import { ORIGINAL_ENTRIES, TRANSACTION_TYPES, type EntryName, type TransactionKind } from './types.ts';

/** Why a transaction ended without the host's decision. Stable codes: scripts read them. */
export type EndReason =
  | 'operator-cancelled'
  | 'cardholder-cancelled'
  | 'nobody-answered'
  | 'power-lost'
  | 'card-reader-lost'
  | 'card-blocked'
  | 'supervisor-locked'
  | 'verification-unanswered'
  | 'pin-pad-failed'
  | 'pin-pad-refused'
  | 'host-unreachable'
  | 'host-silent'
  | 'reply-mac-wrong'
  | 'partial-approval-refused'
  | 'card-removed'
  | 'chip-not-readable'
  | 'no-common-application'
  | 'application-blocked'
  | 'card-declined'
  | 'card-approved-offline'
  | 'reversal-given-up';

export interface TransactionContext {
  readonly kind: TransactionKind;
  readonly localTime: string;
  readonly operatorNumber: string;
  readonly terminalNumber: string;
  readonly merchantNumber: string;
  readonly rules: TransactionRules;
  readonly training: boolean;
  /** Whether the supervisor has agreed. */
  readonly agreed: boolean;
  readonly wrongPasswords: number;
  readonly amount: AmountMinor | undefined;
  /** More than the original had, or than the receiver takes. */
  readonly amountTooLarge: boolean;
  /** What has been keyed to name the original. */
  readonly entries: Entries;
  readonly original: OriginalFacts | undefined;
  readonly originalMissing: boolean;
  readonly cardDiffers: boolean;
  readonly card: CardFacts | undefined;
  readonly unreadableSwipes: number;
  /** The card must be inserted, because it has a chip. */
  readonly cardHasChip: boolean;
  /** The card must be swiped, because its chip could not be read. */
  readonly fallback: boolean;
  /** What the card offers to be chosen, or confirmed. */
  readonly applications: readonly ApplicationFacts[];
  /** A card is in that carries the transaction: it waits for an answer, or is at work. */
  readonly chipIsOpen: boolean;
  /** What the card asks for; the host's PIN where no card asks. */
  readonly pin: { readonly form: PinForm; readonly triesLeft?: number; readonly isSecondTry: boolean };
  readonly chip: ChipRequestFacts | undefined;
  readonly chipEnd: ChipEndFacts | undefined;
  readonly receiver: CardFacts | undefined;
  /** Of a receiver whose account the host has found good. */
  readonly transferMax: AmountMinor | undefined;
  readonly pinEntered: boolean;
  readonly wrongPins: number;
  readonly trace: { readonly stan: number; readonly batch: number } | undefined;
  readonly reply: ReplyFacts | undefined;
  /** A notice that is a fact without an answer, and is forwarded. */
  readonly stored: boolean;
  readonly reversalReason: ReversalReason;
  /** Attempts to reverse or to repeat on this occasion. */
  readonly attempts: number;
  /** Field 39 of a 0410 that did not end it. */
  readonly reversalRefusal: string | undefined;
  /** Occasions that have come to nothing: the pause before the next grows with them. */
  readonly occasions: number;
  /** How often each copy may be on paper already: any print after the first is marked 重打印. */
  readonly prints: Readonly<Record<SlipCopy, number>>;
  /** Copies that are printed, in their order. */
  readonly printed: readonly Extract<SlipFate, { readonly state: 'printed' }>[];
  readonly trouble: PrinterTrouble | undefined;
  /** Of the cardholder's copy. */
  readonly receipt: ReceiptFacts | undefined;
  /** It was taken instead of paper. */
  readonly receiptTaken: boolean;
  /** The printing was put off. */
  readonly owesPaper: boolean;
  readonly endReason: EndReason | undefined;
}

export type TransactionInput = Omit<Extract<TransactionEvent, { type: 'TransactionStarted' }>, 'type'>;

/** What the chart's shape guarantees and the compiler cannot see. */
export function known<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new Bug(`A transaction has no ${what} where it must have one.`);
  return value;
}

const requestFacts = ({ card, kind, original, trace, training }: TransactionContext) => ({
  kind,
  ...known(trace, 'trace'),
  training,
  card: known(card, 'card'),
  original,
});

export const requestOf = (context: TransactionContext): CommandOf<'prepareAuthorization'>['params'] => ({
  ...requestFacts(context),
  amount: context.amount,
  receiver: context.receiver,
  chip: context.chip,
});

export const verificationOf = (context: TransactionContext): CommandOf<'prepareVerification'>['params'] => ({
  ...known(context.trace, 'trace'),
  training: context.training,
});

export const reversalOf = (context: TransactionContext): CommandOf<'prepareReversal'>['params'] => ({
  ...requestFacts(context),
  amount: known(context.amount, 'amount'),
  pinEntered: context.pinEntered,
  field55:
    context.chip === undefined ? undefined : (context.chipEnd?.fields55?.reversal ?? context.chip.reversalField55),
  reason: context.reversalReason,
  // Dialect sheet 4.2, mark C8: what was received, else the original's.
  authorizationCode: context.reply?.authorizationCode ?? context.original?.authorizationCode,
  answeredDate: context.reply?.hostDate,
});

/** What is still to be keyed, in order. */
export function missingEntries({ entries, kind }: TransactionContext): readonly EntryName[] {
  const { original, receiver } = TRANSACTION_TYPES[kind];
  const wanted: readonly EntryName[] = [
    ...(original === undefined ? [] : ORIGINAL_ENTRIES[original]),
    ...(receiver === 'verified' ? (['document'] as const) : []),
  ];
  return wanted.filter((entry) => entries[entry] === undefined);
}

/** An original that is named by its own slip, and need not be this terminal's. */
export const originalElsewhere = ({ code, date, reference }: Entries): OriginalFacts => ({
  batch: 0,
  stan: 0,
  ...(date !== undefined && { date }),
  ...(reference !== undefined && { referenceNumber: reference }),
  ...(code !== undefined && { authorizationCode: code }),
});

/** The card that nobody has to present, because the original's is known and the rules do not ask for it. */
export function cardOfOriginal({ rules }: TransactionContext, original: OriginalFacts): CardFacts | undefined {
  const { expiry, maskedPan, sealedPan } = original;
  if (rules.asksCard || expiry === undefined || maskedPan === undefined || sealedPan === undefined) return undefined;
  return { maskedPan, sealedPan, expiry, entryMode: 'keyed' };
}

/** The most that may be keyed: what the original had, or what the receiver takes. */
export const amountMax = ({ kind, original, transferMax }: TransactionContext): AmountMinor | undefined =>
  kind === 'refund' ? original?.amount : transferMax;

/** No card is in, or it is asked anew. */
export const NO_CHIP = {
  cardHasChip: false,
  applications: [],
  chipIsOpen: false,
  pin: { form: 'online', isSecondTry: false },
  chip: undefined,
  chipEnd: undefined,
} as const;

export const NOTHING_KEYED = {
  ...NO_CHIP,
  fallback: false,
  amount: undefined,
  amountTooLarge: false,
  card: undefined,
  receiver: undefined,
  transferMax: undefined,
  entries: {},
  original: undefined,
  originalMissing: false,
  cardDiffers: false,
  unreadableSwipes: 0,
} as const;

/** XState asks for a context without an input at every transition; thrown away, but an exception would cost more. */
const NOTHING_BEGUN: TransactionInput = {
  kind: 'sale',
  localTime: '',
  operatorNumber: '',
  terminalNumber: '',
  merchantNumber: '',
  rules: { asksCard: true, asksPin: true, pinTriesMax: 1, takesPart: false, storesNotice: false },
};

/** A transaction that has just begun. */
export const begun = ({
  training = false,
  voucher,
  ...input
}: TransactionInput = NOTHING_BEGUN): TransactionContext => ({
  ...input,
  ...NOTHING_KEYED,
  training,
  entries: voucher === undefined ? {} : { voucher },
  agreed: false,
  wrongPasswords: 0,
  pinEntered: false,
  wrongPins: 0,
  trace: undefined,
  reply: undefined,
  stored: false,
  reversalReason: '98',
  attempts: 0,
  reversalRefusal: undefined,
  occasions: 0,
  prints: { merchant: 0, cardholder: 0 },
  printed: [],
  trouble: undefined,
  receipt: undefined,
  receiptTaken: false,
  owesPaper: false,
  endReason: undefined,
});
