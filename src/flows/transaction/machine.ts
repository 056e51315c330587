import { assign, setup } from 'xstate';
import { responseMeaning } from '../../domain/response-code.ts';
import { Bug } from '../../domain/result.ts';
import type { SlipCopy } from '../../domain/slip.ts';
import { nothing, type CommandActions } from '../kernel/commands.ts';
import type { Flow } from '../kernel/step.ts';
import type { ReversalReason } from '../ports.ts';
import type { TransactionCommand } from './commands.ts';
import {
  begun,
  missingEntries,
  nameElsewhere,
  NOTHING_KEYED,
  requestOf,
  reversalOf,
  type EndReason,
  type TransactionContext,
  type TransactionInput,
} from './context.ts';
import type { TransactionEvent } from './events.ts';
import { TRANSACTION_TYPES } from './types.ts';

/** Attempts at a reversal for each occasion; after them it stays owed until the next one (dialect sheet 8.2). */
const REVERSAL_ATTEMPTS_MAX = 3;

/** Who a waiting state waits for; the kernel arms the deadline, the clock posts `DeadlinePassed`. */
interface StateMeta {
  readonly deadline: 'operator';
}

const commandActions: CommandActions<TransactionCommand> = {
  findOriginal: nothing,
  readCard: nothing,
  askPin: nothing,
  cancelPin: nothing,
  allotTrace: nothing,
  prepareAuthorization: nothing,
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
    newOccasion: assign({
      reversalAttempts: 0,
      reversalOccasions: ({ context }) => context.reversalOccasions + 1,
    }),
    noteRefusal: assign(({ event }) =>
      event.type === 'HostReplied' ? { reversalRefusal: event.reply.responseCode } : {},
    ),
    countAttempt: assign({ reversalAttempts: ({ context }) => context.reversalAttempts + 1 }),
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
    // We do not offer partial approvals (60.6 = 0). A host that holds a part all the same must be told to let go.
    isPartial: ({ context, event }) =>
      event.type === 'HostReplied' &&
      responseMeaning(event.reply.responseCode).category === 'partial' &&
      TRANSACTION_TYPES[context.kind].reversible,
    // Dialect sheet 8.2: 00, 12 and 25 all mean that the host holds nothing of the original any more.
    endsReversal: ({ event }) => event.type === 'HostReplied' && ['00', '12', '25'].includes(event.reply.responseCode),
    mayTryAgain: ({ context }) => context.reversalAttempts < REVERSAL_ATTEMPTS_MAX,
    asksForPin: ({ context }) => TRANSACTION_TYPES[context.kind].pin !== 'none',
    keysAmount: ({ context }) => TRANSACTION_TYPES[context.kind].amount === 'keyed',
    namesOriginal: ({ context }) => missingEntries(context).length > 0,
    findsOriginal: ({ context }) =>
      TRANSACTION_TYPES[context.kind].original === 'voucher' && context.original === undefined,
    isRefusal: ({ event }) => event.type === 'PinPadFailed' && event.refused,
    isReversible: ({ context }) => TRANSACTION_TYPES[context.kind].reversible,
    isApprovedOnScreen: ({ context, event }) =>
      event.type === 'HostReplied' &&
      responseMeaning(event.reply.responseCode).category === 'approved' &&
      !TRANSACTION_TYPES[context.kind].slip,
  },
});

const takeReply = chart.assign(({ event }) => (event.type === 'HostReplied' ? { reply: event.reply } : {}));

/**
 * In doubt: reversed, never resent. What cannot be reversed (a refund, an inquiry) ends as unanswered, and the operator
 * is told that nobody knows.
 */
const inDoubt = (because: ReversalReason, reason: EndReason) =>
  [
    {
      guard: 'isReversible',
      target: '#transaction.reversal',
      actions: { type: 'owe', params: { because, reason } },
    },
    { target: '#transaction.unanswered', actions: { type: 'end', params: { reason } } },
  ] as const;

const hostAnswers = {
  HostReplied: [
    { guard: 'isApprovedOnScreen', target: '#transaction.approved', actions: takeReply },
    { guard: 'isApproved', target: '#transaction.print', actions: takeReply },
    {
      guard: 'isPartial',
      target: '#transaction.reversal',
      actions: [takeReply, { type: 'owe', params: { because: '06', reason: 'partial-approval-refused' } }],
    },
    { target: '#transaction.declined', actions: takeReply },
  ],
  HostSilent: inDoubt('98', 'host-silent'),
  ReplyMacWrong: inDoubt('A0', 'reply-mac-wrong'),
  PowerRestored: inDoubt('98', 'power-lost'),
} as const;

const reversalAnswers = {
  HostReplied: [{ guard: 'endsReversal', target: '#transaction.reversed' }, { target: '#transaction.reversal.owed' }],
  HostSilent: '#transaction.reversal.unanswered',
  // Dialect sheet 8.2: stop for now and keep the record.
  ReplyMacWrong: '#transaction.reversal.owed',
} as const;

const cancelled = (reason: EndReason) =>
  ({ target: '#transaction.cancelled', actions: { type: 'end', params: { reason } } }) as const;

const failed = (reason: EndReason) =>
  ({ target: '#transaction.failed', actions: { type: 'end', params: { reason } } }) as const;

const pinPadFailures = [{ guard: 'isRefusal', ...failed('pin-pad-refused') }, failed('pin-pad-failed')] as const;

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
        beginning: {
          always: [
            { guard: 'namesOriginal', target: 'namingOriginal' },
            { guard: 'findsOriginal', target: 'findingOriginal' },
            { guard: 'keysAmount', target: 'enteringAmount' },
            { target: 'presentingCard' },
          ],
        },
        namingOriginal: {
          meta: { deadline: 'operator' },
          on: {
            EntryKeyed: {
              target: 'beginning',
              actions: assign(({ context, event }) => {
                const entries = { ...context.entries, [event.entry]: event.text };
                return { entries, originalMissing: false, original: nameElsewhere({ ...context, entries }) };
              }),
            },
          },
        },
        findingOriginal: {
          entry: {
            type: 'findOriginal',
            params: ({ context }) => ({
              voucher: Number(context.entries.voucher),
              follows: TRANSACTION_TYPES[context.kind].follows,
            }),
          },
          on: {
            OriginalFound: {
              target: 'presentingCard',
              actions: assign({
                original: ({ event }) => event.original,
                amount: ({ event }) => event.original.amount,
              }),
            },
            OriginalMissing: { target: 'namingOriginal', actions: assign({ entries: {}, originalMissing: true }) },
          },
        },
        enteringAmount: {
          meta: { deadline: 'operator' },
          on: { AmountEntered: { target: 'presentingCard', actions: assign({ amount: ({ event }) => event.amount }) } },
        },
        presentingCard: {
          entry: 'readCard',
          meta: { deadline: 'operator' },
          on: {
            CardRead: { target: 'confirming', actions: assign({ card: ({ event }) => event.card }) },
            CardUnreadable: {
              target: 'presentingCard',
              reenter: true,
              actions: assign({ unreadableSwipes: ({ context }) => context.unreadableSwipes + 1 }),
            },
            CardDiffers: { target: 'presentingCard', reenter: true, actions: assign({ cardDiffers: true }) },
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
            params: ({ context }) => ({ kind: context.kind, amount: context.amount }),
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
      initial: 'numbering',
      states: {
        numbering: {
          entry: 'allotTrace',
          on: {
            TraceAllotted: {
              target: 'preparing',
              actions: assign({ trace: ({ event }) => ({ stan: event.stan, batch: event.batch }) }),
            },
            PowerRestored: cancelled('power-lost'),
          },
        },
        preparing: {
          // Nothing has left the terminal yet, so nothing is in doubt (dialect sheet 8.1).
          entry: { type: 'prepareAuthorization', params: ({ context }) => requestOf(context) },
          on: {
            RequestReady: 'sending',
            HostUnreachable: failed('host-unreachable'),
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
      states: { awaitingHost: { on: hostAnswers } },
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
          on: {
            RequestReady: 'sending',
            HostUnreachable: 'unanswered',
            PinPadFailed: 'unanswered',
          },
        },
        sending: {
          entry: 'sendRequest',
          on: { RequestSent: 'awaitingHost', ...reversalAnswers },
        },
        awaitingHost: { on: reversalAnswers },
        unanswered: {
          always: [{ guard: 'mayTryAgain', target: 'preparing' }, { target: 'owed' }],
        },
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
