import { assign, setup } from 'xstate';
import { AMOUNT_MINOR_MAX, type AmountMinor } from '../../domain/money.ts';
import { responseMeaning } from '../../domain/response-code.ts';
import { Bug } from '../../domain/result.ts';
import type { SlipCopy } from '../../domain/slip.ts';
import { nothing, type CommandActions } from '../kernel/commands.ts';
import type { Flow } from '../kernel/step.ts';
import type { ReversalReason } from '../ports.ts';
import type { TransactionCommand } from './commands.ts';
import {
  amountMax,
  begun,
  cardOfOriginal,
  missingEntries,
  NOTHING_KEYED,
  known,
  originalElsewhere,
  requestOf,
  reversalOf,
  verificationOf,
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

const commandActions: CommandActions<TransactionCommand> = {
  checkPassword: nothing,
  findOriginal: nothing,
  readCard: nothing,
  askPin: nothing,
  cancelPin: nothing,
  allotTrace: nothing,
  prepareVerification: nothing,
  prepareAuthorization: nothing,
  prepareRepeat: nothing,
  sendRequest: nothing,
  prepareReversal: nothing,
  printSlip: nothing,
};

const chart = setup({
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
    }),
    takePart: assign({ amount: ({ context }) => context.reply?.amount ?? context.amount }),
    store: assign({ stored: true }),
    noteRefusal: assign(({ event }) =>
      event.type === 'HostReplied' ? { reversalRefusal: event.reply.responseCode } : {},
    ),
    countAttempt: assign({ attempts: ({ context }) => context.attempts + 1 }),
    countPrint: assign({
      prints: ({ context }, copy: SlipCopy) => ({ ...context.prints, [copy]: context.prints[copy] + 1 }),
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
    mayEnterPinAgain: ({ context, event }) =>
      event.type === 'HostReplied' &&
      event.reply.responseCode === WRONG_PIN &&
      context.pinEntered &&
      context.wrongPins + 1 < context.rules.pinTriesMax &&
      // Its trace is the verification's, and would have to be had again.
      TRANSACTION_TYPES[context.kind].receiver !== 'verified',
    // The first one has arrived, so this is its answer (dialect sheet 9.2).
    isDuplicate: ({ event }) => event.type === 'HostReplied' && event.reply.responseCode === DUPLICATE,
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

const inDoubtOf = ({ kind }: TransactionContext): InDoubt => TRANSACTION_TYPES[kind].inDoubt;

const isLess = (one: AmountMinor | undefined, other: AmountMinor | undefined): boolean =>
  one !== undefined && other !== undefined && BigInt(one) < BigInt(other);

const takeReply = chart.assign(({ event }) => (event.type === 'HostReplied' ? { reply: event.reply } : {}));

/** In doubt: reversed, repeated or forwarded, as its type says; else the operator is told that nobody knows. */
const inDoubt = (because: ReversalReason, reason: EndReason) =>
  [
    {
      guard: 'isReversible',
      target: '#transaction.reversal',
      actions: { type: 'owe', params: { because, reason } },
    },
    { guard: 'isRepeatable', target: '#transaction.repetition', actions: { type: 'end', params: { reason } } },
    { guard: 'isForwarded', target: '#transaction.print', actions: 'store' },
    { target: '#transaction.unanswered', actions: { type: 'end', params: { reason } } },
  ] as const;

const takenBack = (because: ReversalReason, reason: EndReason) =>
  ({ target: '#transaction.reversal', actions: { type: 'owe', params: { because, reason } } }) as const;

const hostAnswers = {
  HostReplied: [
    { guard: 'isApprovedOnScreen', target: '#transaction.approved', actions: takeReply },
    { guard: 'isApproved', target: '#transaction.print', actions: takeReply },
    { guard: 'isPartToTake', target: '#transaction.authorize.partial', actions: takeReply },
    {
      guard: 'isPartial',
      target: '#transaction.reversal',
      actions: [takeReply, takenBack('06', 'partial-approval-refused').actions],
    },
    {
      guard: 'mayEnterPinAgain',
      target: '#transaction.initiate.enteringPin',
      actions: [takeReply, 'notePinWrong'],
    },
    { target: '#transaction.declined', actions: takeReply },
  ],
  HostSilent: inDoubt('98', 'host-silent'),
  ReplyMacWrong: inDoubt('A0', 'reply-mac-wrong'),
  PowerRestored: inDoubt('98', 'power-lost'),
} as const;

const reversalAnswers = {
  HostReplied: [
    { guard: 'endsReversal', target: '#transaction.reversed' },
    { target: '#transaction.reversal.owed', actions: 'noteRefusal' },
  ],
  HostSilent: '#transaction.reversal.unanswered',
  // Dialect sheet 8.2: stop for now and keep the record.
  ReplyMacWrong: '#transaction.reversal.owed',
} as const;

const repetitionAnswers = {
  HostReplied: [
    { guard: 'isApproved', target: '#transaction.print', actions: takeReply },
    { guard: 'isDuplicate', target: '#transaction.print', actions: takeReply },
    { target: '#transaction.declined', actions: takeReply },
  ],
  HostSilent: '#transaction.repetition.unanswered',
  ReplyMacWrong: '#transaction.repetition.owed',
} as const;

const cancelled = (reason: EndReason) =>
  ({ target: '#transaction.cancelled', actions: { type: 'end', params: { reason } } }) as const;

const failed = (reason: EndReason) =>
  ({ target: '#transaction.failed', actions: { type: 'end', params: { reason } } }) as const;

const pinPadFailures = [{ guard: 'isRefusal', ...failed('pin-pad-refused') }, failed('pin-pad-failed')] as const;

const insisting = { RequestReady: 'sending', HostUnreachable: 'unanswered', PinPadFailed: 'unanswered' } as const;

const triedAgain = { always: [{ guard: 'mayTryAgain', target: 'preparing' }, { target: 'owed' }] } as const;

const takeTrace = chart.assign(({ event }) =>
  event.type === 'TraceAllotted' ? { trace: { stan: event.stan, batch: event.batch } } : {},
);

/** No money is asked for yet, so nothing is in doubt. */
const verificationAnswers = {
  HostReplied: [
    {
      guard: 'isApproved',
      target: '#transaction.initiate.beginning',
      actions: chart.assign(({ event }) =>
        event.type === 'HostReplied' ? { transferMax: event.reply.transferMax ?? AMOUNT_MINOR_MAX } : {},
      ),
    },
    { target: '#transaction.declined', actions: takeReply },
  ],
  HostSilent: failed('verification-unanswered'),
  ReplyMacWrong: failed('verification-unanswered'),
} as const;

const presenting = <const As extends 'card' | 'receiver'>(as: As) =>
  ({ entry: { type: 'readCard', params: { as } }, meta: { deadline: 'operator' } }) as const;

const unreadable = <const State extends string>(target: State) =>
  ({
    target,
    reenter: true,
    actions: chart.assign({ unreadableSwipes: ({ context }) => context.unreadableSwipes + 1 }),
  }) as const;

const copyStates = <const Copy extends SlipCopy, const Next extends string>(copy: Copy, next: Next) =>
  ({
    initial: 'printing',
    on: { PowerRestored: '.printing' },
    states: {
      printing: {
        entry: [
          {
            type: 'printSlip',
            params: ({ context }: { context: TransactionContext }) => ({ copy, reprint: context.prints[copy] > 0 }),
          },
          { type: 'countPrint', params: copy },
        ],
        on: {
          SlipPrinted: next,
          PrinterStopped: { target: 'stopped', actions: { type: 'noteStop', params: copy } },
        },
      },
      stopped: {
        on: {
          PrinterStopped: { actions: 'noteTrouble' },
          PrinterReady: 'printing',
          PrintDeferred: 'deferred',
        },
      },
      /** The slip stays owed: it is printed, marked, before the next transaction. */
      deferred: { on: { PrintDue: 'printing' } },
    },
  }) as const;

/**
 * One transaction, whatever its type: the four steps as four top-level states, and the reversal beside them.
 *
 * Evaluated only through `kernel/step.ts`. It holds no clock, no actor and no secret; all that is not a function of
 * the journal arrives in an event.
 */
export const transactionMachine = chart.createMachine({
  id: 'transaction',
  context: ({ input }) => begun(input),
  initial: 'initiate',
  states: {
    initiate: {
      initial: 'beginning',
      on: {
        CancelPressed: cancelled('operator-cancelled'),
        DeadlinePassed: cancelled('nobody-answered'),
        PowerRestored: cancelled('power-lost'),
      },
      states: {
        /** Whatever is still missing, in this order. */
        beginning: {
          always: [
            { guard: 'needsSupervisor', target: 'supervising' },
            { guard: 'needsEntry', target: 'namingOriginal' },
            { guard: 'needsOriginal', target: 'findingOriginal' },
            { guard: 'needsReceiver', target: 'presentingReceiver' },
            { guard: 'needsVerification', target: 'verifying' },
            { guard: 'needsAmount', target: 'enteringAmount' },
            { guard: 'needsCard', target: 'presentingCard' },
            { target: 'confirming' },
          ],
        },
        supervising: {
          meta: { deadline: 'operator' },
          on: { PasswordKeyed: 'checkingPassword' },
        },
        checkingPassword: {
          entry: {
            type: 'checkPassword',
            params: ({ context }) => ({ number: known(context.rules.supervisor, 'supervisor') }),
          },
          on: {
            PasswordRight: { target: 'beginning', actions: assign({ agreed: true }) },
            PasswordWrong: {
              target: 'supervising',
              actions: assign({ wrongPasswords: ({ context }) => context.wrongPasswords + 1 }),
            },
            PasswordLocked: cancelled('supervisor-locked'),
          },
        },
        namingOriginal: {
          meta: { deadline: 'operator' },
          on: {
            EntryKeyed: {
              target: 'beginning',
              actions: assign({
                entries: ({ context, event }) => ({ ...context.entries, [event.entry]: event.text }),
                originalMissing: false,
              }),
            },
          },
        },
        findingOriginal: {
          entry: {
            type: 'findOriginal',
            params: ({ context }) => ({ kind: context.kind, entries: context.entries }),
          },
          on: {
            OriginalFound: {
              target: 'beginning',
              actions: assign(({ context, event: { original } }) => ({
                original,
                ...(TRANSACTION_TYPES[context.kind].amount === 'of-original' && { amount: original.amount }),
                card: cardOfOriginal(context, original),
              })),
            },
            OriginalMissing: [
              {
                guard: 'isNamedByVoucher',
                target: 'namingOriginal',
                actions: assign({ entries: {}, originalMissing: true }),
              },
              {
                target: 'beginning',
                actions: assign({ original: ({ context }) => originalElsewhere(context.entries) }),
              },
            ],
          },
        },
        presentingReceiver: {
          ...presenting('receiver'),
          on: {
            ReceiverRead: { target: 'beginning', actions: assign({ receiver: ({ event }) => event.card }) },
            CardUnreadable: unreadable('presentingReceiver'),
            CardBlocked: failed('card-blocked'),
            CardReaderLost: failed('card-reader-lost'),
          },
        },
        /** Asks the host about the receiving account, under the trace that the transfer will have (dialect sheet 4.1). */
        verifying: {
          initial: 'numbering',
          states: {
            numbering: { entry: 'allotTrace', on: { TraceAllotted: { target: 'preparing', actions: takeTrace } } },
            preparing: {
              entry: { type: 'prepareVerification', params: ({ context }) => verificationOf(context) },
              on: {
                RequestReady: 'sending',
                HostUnreachable: failed('host-unreachable'),
                PinPadFailed: pinPadFailures,
              },
            },
            sending: { entry: 'sendRequest', on: { RequestSent: 'awaitingHost', ...verificationAnswers } },
            awaitingHost: { on: verificationAnswers },
          },
        },
        enteringAmount: {
          meta: { deadline: 'operator' },
          on: {
            AmountEntered: [
              { guard: 'amountIsTooLarge', actions: assign({ amountTooLarge: true }) },
              { target: 'beginning', actions: assign({ amount: ({ event }) => event.amount }) },
            ],
          },
        },
        presentingCard: {
          ...presenting('card'),
          on: {
            CardRead: { target: 'beginning', actions: assign({ card: ({ event }) => event.card }) },
            CardUnreadable: unreadable('presentingCard'),
            CardDiffers: { target: 'presentingCard', reenter: true, actions: assign({ cardDiffers: true }) },
            CardBlocked: failed('card-blocked'),
            CardReaderLost: failed('card-reader-lost'),
          },
        },
        confirming: {
          meta: { deadline: 'operator' },
          on: {
            DetailsConfirmed: [{ guard: 'asksForPin', target: 'enteringPin' }, { target: '#transaction.transmit' }],
            DetailsRejected: { target: 'beginning', actions: assign(NOTHING_KEYED) },
          },
        },
        enteringPin: {
          // The PIN pad has its own time limit, which it reports; the operator can cancel from the terminal.
          entry: {
            type: 'askPin',
            params: ({ context }) => ({
              kind: context.kind,
              amount: context.amount,
              card: known(context.card, 'card'),
            }),
          },
          on: {
            CancelPressed: {
              target: '#transaction.cancelled',
              actions: [{ type: 'end', params: { reason: 'operator-cancelled' } }, 'cancelPin'],
            },
            PinEntered: { target: '#transaction.transmit', actions: assign({ pinEntered: true }) },
            PinBypassed: '#transaction.transmit',
            PinCancelled: cancelled('cardholder-cancelled'),
            PinTimedOut: cancelled('nobody-answered'),
            PinPadFailed: pinPadFailures,
          },
        },
      },
    },
    transmit: {
      initial: 'beginning',
      states: {
        beginning: { always: [{ guard: 'hasTrace', target: 'preparing' }, { target: 'numbering' }] },
        numbering: {
          entry: 'allotTrace',
          on: {
            TraceAllotted: [
              { guard: 'isStored', target: '#transaction.print', actions: [takeTrace, 'store'] },
              { target: 'preparing', actions: takeTrace },
            ],
            PowerRestored: cancelled('power-lost'),
          },
        },
        preparing: {
          // Nothing has left the terminal yet, so nothing is in doubt (dialect sheet 8.1).
          entry: { type: 'prepareAuthorization', params: ({ context }) => requestOf(context) },
          on: {
            RequestReady: 'sending',
            HostUnreachable: [
              { guard: 'isForwarded', target: '#transaction.print', actions: 'store' },
              failed('host-unreachable'),
            ],
            PinPadFailed: pinPadFailures,
            PowerRestored: cancelled('power-lost'),
          },
        },
        sending: {
          entry: 'sendRequest',
          on: { RequestSent: '#transaction.authorize', ...hostAnswers },
        },
      },
    },
    authorize: {
      initial: 'awaitingHost',
      states: {
        awaitingHost: { on: hostAnswers },
        /** A part is approved (F39 10): the cashier decides; who says nothing takes nothing (dialect sheet 4.4). */
        partial: {
          meta: { deadline: 'operator' },
          on: {
            PartAccepted: { target: '#transaction.print', actions: 'takePart' },
            PartRefused: takenBack('06', 'partial-approval-refused'),
            DeadlinePassed: takenBack('06', 'partial-approval-refused'),
            PowerRestored: takenBack('06', 'power-lost'),
          },
        },
      },
    },
    print: {
      initial: 'merchantCopy',
      states: {
        merchantCopy: copyStates('merchant', '#transaction.print.cardholderCopy'),
        cardholderCopy: copyStates('cardholder', '#transaction.approved'),
      },
    },
    reversal: {
      initial: 'preparing',
      on: { PowerRestored: { target: '.preparing', actions: 'newOccasion' } },
      states: {
        preparing: {
          entry: ['countAttempt', { type: 'prepareReversal', params: ({ context }) => reversalOf(context) }],
          on: insisting,
        },
        sending: { entry: 'sendRequest', on: { RequestSent: 'awaitingHost', ...reversalAnswers } },
        awaitingHost: { on: reversalAnswers },
        unanswered: triedAgain,
        /** Kept until the host has taken it back; the next transaction waits for it. */
        owed: {
          on: {
            ReversalDue: { target: 'preparing', actions: 'newOccasion' },
            ReversalGivenUp: {
              target: '#transaction.unanswered',
              actions: { type: 'end', params: { reason: 'reversal-given-up' } },
            },
          },
        },
      },
    },
    /** A notice whose answer was lost goes out again under its own trace: the host books it once. */
    repetition: {
      initial: 'preparing',
      on: { PowerRestored: { target: '.preparing', actions: 'newOccasion' } },
      states: {
        preparing: {
          entry: ['countAttempt', { type: 'prepareRepeat', params: ({ context }) => requestOf(context) }],
          on: insisting,
        },
        sending: { entry: 'sendRequest', on: { RequestSent: 'awaitingHost', ...repetitionAnswers } },
        awaitingHost: { on: repetitionAnswers },
        unanswered: triedAgain,
        owed: { on: { RepeatDue: { target: 'preparing', actions: 'newOccasion' } } },
      },
    },
    approved: { type: 'final' },
    declined: { type: 'final' },
    /** A person ended it before anything was sent. */
    cancelled: { type: 'final' },
    /** A fault ended it before anything was sent. */
    failed: { type: 'final' },
    /** Sent, not answered, and of a kind that cannot be taken back: only the settlement will tell. */
    unanswered: { type: 'final' },
    /** The host has confirmed that it holds nothing. */
    reversed: { type: 'final' },
  },
});

export type TransactionFlow = Flow<
  Extract<TransactionEvent, { readonly type: 'TransactionStarted' }>,
  TransactionEvent,
  TransactionCommand,
  TransactionContext
>;

export const transactionFlow: TransactionFlow = {
  name: 'transaction',
  machine: transactionMachine,
  commands: new Set(Object.keys(commandActions)),
};
