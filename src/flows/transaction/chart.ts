/** What the charts of a transaction are made of: its context, its events, its actions and the guards that choose. */
import { assign, setup } from 'xstate';
import type { AmountMinor } from '../../domain/money.ts';
import { responseMeaning } from '../../domain/response-code.ts';
import { Bug } from '../../domain/result.ts';
import type { SlipCopy } from '../../domain/slip.ts';
import type { ChipFailure } from '../chip-port.ts';
import { nothing, type CommandActions } from '../kernel/commands.ts';
import type { ReversalReason } from '../ports.ts';
import type { ChipEndFacts } from './chip-facts.ts';
import type { TransactionCommand } from './commands.ts';
import {
  amountMax,
  missingEntries,
  type EndReason,
  type TransactionContext,
  type TransactionInput,
} from './context.ts';
import type { TransactionEvent } from './events.ts';
import { TRANSACTION_TYPES, type InDoubt } from './types.ts';

/** Attempts to reverse or repeat for each occasion; after them it stays owed until the next one (dialect sheet 8.2). */
const ATTEMPTS_MAX = 3;

/** F39 55: the PIN was wrong. F39 94: the host has this one already. */
const WRONG_PIN = '55';
const DUPLICATE = '94';

/** Who a waiting state waits for; the kernel arms the deadline, the clock posts `DeadlinePassed`. */
interface StateMeta {
  readonly deadline: 'operator';
}

export const commandActions: CommandActions<TransactionCommand> = {
  checkPassword: nothing,
  findOriginal: nothing,
  readCard: nothing,
  startChip: nothing,
  chooseApplication: nothing,
  confirmChip: nothing,
  givePin: nothing,
  tellChip: nothing,
  askPin: nothing,
  cancelPin: nothing,
  allotTrace: nothing,
  prepareVerification: nothing,
  prepareAuthorization: nothing,
  prepareRepeat: nothing,
  sendRequest: nothing,
  prepareReversal: nothing,
  issueReceipt: nothing,
  printSlip: nothing,
};

export const chart = setup({
  types: {
    context: {} as TransactionContext,
    events: {} as TransactionEvent,
    input: {} as TransactionInput,
    meta: {} as StateMeta,
  },
  actions: {
    ...commandActions,
    end: assign((_, params: { readonly reason: EndReason }) => ({ endReason: params.reason })),
    owe: assign((_, params: { readonly because: ReversalReason; readonly reason: EndReason }) => ({
      reversalReason: params.because,
      endReason: params.reason,
    })),
    newOccasion: assign({ attempts: 0, occasions: ({ context }) => context.occasions + 1 }),
    /** It is entered again, for a request of its own. */
    notePinWrong: assign({
      wrongPins: ({ context }) => context.wrongPins + 1,
      pinEntered: false,
      trace: undefined,
      reply: undefined,
    }),
    takePart: assign({ amount: ({ context }) => context.reply?.amount ?? context.amount }),
    takeReceipt: assign({ receiptTaken: true }),
    owePaper: assign({ owesPaper: true }),
    store: assign({ stored: true }),
    clearReason: assign({ endReason: undefined }),
    endWithChip: assign(({ event }) => {
      if (event.type !== 'ChipEnded') throw new Bug(`endWithChip on ${event.type}`);
      return { chipIsOpen: false, chipEnd: event.end, endReason: chipReason(event.end) };
    }),
    notePinAsked: assign(({ event }) => {
      if (event.type !== 'PinAsked') throw new Bug(`notePinAsked on ${event.type}`);
      const { type: _, ...pin } = event;
      return { pin };
    }),
    noteChipAsked: assign(({ event }) => {
      if (event.type !== 'ChipAskedHost') throw new Bug(`noteChipAsked on ${event.type}`);
      const { field55, reversalField55 } = event;
      return { chip: { field55, reversalField55 } };
    }),
    oweForChip: assign({ reversalReason: '06' }),
    takeChip: assign(({ event }) => (event.type === 'ChipEnded' ? { chipIsOpen: false, chipEnd: event.end } : {})),
    noteRefusal: assign(({ event }) =>
      event.type === 'HostReplied' ? { reversalRefusal: event.reply.responseCode } : {},
    ),
    countAttempt: assign({ attempts: ({ context }) => context.attempts + 1 }),
    countPrint: assign({
      prints: ({ context }, copy: SlipCopy) => ({ ...context.prints, [copy]: context.prints[copy] + 1 }),
    }),
    notePrinted: assign(({ context, event }, copy: SlipCopy) => {
      if (event.type !== 'SlipPrinted') throw new Bug(`notePrinted on ${event.type}`);
      const proof = event.proof === undefined ? {} : { proof: event.proof };
      return { printed: [...context.printed, { copy, state: 'printed' as const, ...proof }] };
    }),
    noteStop: assign(({ context, event }, copy: SlipCopy) => {
      if (event.type !== 'PrinterStopped') throw new Bug(`noteStop on ${event.type}`);
      // Not a dot of this print is on paper: it does not count, and the next one is still the first.
      const untouched = event.torn ? 0 : 1;
      return {
        trouble: event.trouble,
        prints: { ...context.prints, [copy]: Math.max(0, context.prints[copy] - untouched) },
      };
    }),
    noteTrouble: assign(({ event }) => (event.type === 'PrinterStopped' ? { trouble: event.trouble } : {})),
  },
  guards: {
    isApproved: ({ event }) =>
      event.type === 'HostReplied' && responseMeaning(event.reply.responseCode).category === 'approved',
    // A host that holds a part although we do not take parts must be told to let go.
    isPartial: ({ context, event }) =>
      event.type === 'HostReplied' &&
      responseMeaning(event.reply.responseCode).category === 'partial' &&
      inDoubtOf(context) === 'reverse',
    isPartToTake: ({ context, event }) =>
      event.type === 'HostReplied' &&
      responseMeaning(event.reply.responseCode).category === 'partial' &&
      inDoubtOf(context) === 'reverse' &&
      context.rules.takesPart &&
      isLess(event.reply.amount, context.amount),
    takesChip: ({ context }) => takesChip(context),
    chipIsOpen: ({ context }) => context.chipIsOpen,
    isForReader: ({ event }) => event.type === 'PinAsked' && event.form === 'offline-plaintext',
    isWholeChip: ({ context }) => TRANSACTION_TYPES[context.kind].chip === 'payment',
    /** Only before anything has been asked of the host. */
    fallsBack: ({ context, event }) =>
      event.type === 'ChipEnded' && event.end.fallbackAllowed && context.rules.takesFallback === true,
    chipHasDeclined: ({ event }) => event.type === 'ChipEnded' && event.end.type === 'declined',
    /** By a person: the transaction is cancelled rather than failed. */
    chipWasTakenAway: ({ event }) =>
      event.type === 'ChipEnded' && (event.end.reason === 'cancelled' || event.end.reason === 'card-removed'),
    // Of what the host has answered before the card was told.
    chipAgrees: ({ event }) => event.type === 'ChipEnded' && event.end.type === 'approved',
    hostHasDeclined: ({ context }) => replyCategory(context) === 'declined',
    hostHasApprovedPart: ({ context }) => replyCategory(context) === 'partial' && !isPartTaken(context),
    hostOffersPart: ({ context }) => replyCategory(context) === 'partial' && isPartTaken(context),
    keepsReceipt: ({ context }) => context.rules.receipts !== undefined && !context.training,
    offersReceipt: ({ context }) => context.rules.receipts === 'offered' && context.receipt !== undefined,
    isShownOnly: ({ context }) => !TRANSACTION_TYPES[context.kind].slip,
    mayEnterPinAgain: ({ context, event }) =>
      event.type === 'HostReplied' &&
      event.reply.responseCode === WRONG_PIN &&
      context.pinEntered &&
      context.wrongPins + 1 < context.rules.pinTriesMax &&
      // Its trace is the verification's, and would have to be had again.
      TRANSACTION_TYPES[context.kind].receiver !== 'verified',
    // The first one has arrived, so this is its answer (dialect sheet 9.2).
    isDuplicate: ({ event }) => event.type === 'HostReplied' && event.reply.responseCode === DUPLICATE,
    asksForSignIn: ({ event }) =>
      event.type === 'HostReplied' && responseMeaning(event.reply.responseCode).action === 'sign-in-again',
    // Dialect sheet 8.2: 00, 12 and 25 all mean that the host holds nothing of the original any more.
    endsReversal: ({ event }) => event.type === 'HostReplied' && ['00', '12', '25'].includes(event.reply.responseCode),
    mayTryAgain: ({ context }) => context.attempts < ATTEMPTS_MAX,
    needsSupervisor: ({ context }) => context.rules.supervisor !== undefined && !context.agreed,
    asksForPin: ({ context }) => TRANSACTION_TYPES[context.kind].pin !== 'none' && context.rules.asksPin,
    needsAmount: ({ context }) => TRANSACTION_TYPES[context.kind].amount === 'keyed' && context.amount === undefined,
    amountIsTooLarge: ({ context, event }) =>
      event.type === 'AmountEntered' && isLess(amountMax(context), event.amount),
    needsEntry: ({ context }) => missingEntries(context).length > 0,
    needsOriginal: ({ context }) =>
      TRANSACTION_TYPES[context.kind].original !== undefined && context.original === undefined,
    isNamedByVoucher: ({ context }) => TRANSACTION_TYPES[context.kind].original === 'voucher',
    needsReceiver: ({ context }) =>
      TRANSACTION_TYPES[context.kind].receiver !== undefined && context.receiver === undefined,
    needsVerification: ({ context }) =>
      TRANSACTION_TYPES[context.kind].receiver === 'verified' && context.transferMax === undefined,
    needsCard: ({ context }) => context.card === undefined,
    hasTrace: ({ context }) => context.trace !== undefined,
    isRefusal: ({ event }) => event.type === 'PinPadFailed' && event.refused,
    isReversible: ({ context }) => inDoubtOf(context) === 'reverse',
    isRepeatable: ({ context }) => inDoubtOf(context) === 'repeat',
    isForwarded: ({ context }) => inDoubtOf(context) === 'forward',
    isStored: ({ context }) => inDoubtOf(context) === 'forward' && context.rules.storesNotice,
    isApprovedOnScreen: ({ context, event }) =>
      event.type === 'HostReplied' &&
      responseMeaning(event.reply.responseCode).category === 'approved' &&
      !TRANSACTION_TYPES[context.kind].slip,
  },
});

/** Whether an inserted card is taken now. */
export const takesChip = ({ fallback, kind, rules }: TransactionContext): boolean =>
  rules.takesChips === true && TRANSACTION_TYPES[kind].chip !== 'none' && !fallback;

const replyCategory = ({ reply }: TransactionContext) =>
  reply === undefined ? 'declined' : responseMeaning(reply.responseCode).category;

export const isPartTaken = (context: TransactionContext): boolean =>
  context.rules.takesPart && isLess(context.reply?.amount, context.amount);

const CHIP_REASONS: Readonly<Record<ChipFailure, EndReason>> = {
  cancelled: 'cardholder-cancelled',
  'card-removed': 'card-removed',
  'card-mute': 'chip-not-readable',
  'card-error': 'chip-not-readable',
  'answer-to-reset-refused': 'chip-not-readable',
  'reader-failed': 'card-reader-lost',
  'no-common-application': 'no-common-application',
  'no-usable-application': 'application-blocked',
  'card-blocked': 'application-blocked',
  'card-data-wrong': 'chip-not-readable',
  'cryptogram-wrong': 'chip-not-readable',
};

function chipReason({ reason, type }: ChipEndFacts): EndReason {
  if (reason !== undefined) return CHIP_REASONS[reason];
  return type === 'approved' ? 'card-approved-offline' : 'card-declined';
}

const inDoubtOf = ({ kind }: TransactionContext): InDoubt => TRANSACTION_TYPES[kind].inDoubt;

const isLess = (one: AmountMinor | undefined, other: AmountMinor | undefined): boolean =>
  one !== undefined && other !== undefined && BigInt(one) < BigInt(other);
