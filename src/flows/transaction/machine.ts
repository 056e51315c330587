import { assign, setup } from 'xstate';
import { responseMeaning } from '../../domain/response-code.ts';
import type { AmountMinor } from '../../domain/money.ts';
import { Bug } from '../../domain/result.ts';
import type { SlipCopy } from '../../domain/slip.ts';
import { nothing, type CommandActions } from '../kernel/commands.ts';
import type { Flow } from '../kernel/step.ts';
import type { PrinterTrouble, ReversalReason } from '../ports.ts';
import type { TransactionCommand } from './commands.ts';
import type { CardFacts, ReplyFacts, TransactionEvent } from './events.ts';
import { TRANSACTION_TYPES, type TransactionKind } from './types.ts';

/** Attempts at a reversal for each occasion; after them it stays owed until the next one (dialect sheet 8.2). */
const REVERSAL_ATTEMPTS_MAX = 3;

/** Why a transaction ended without the host's decision. Stable codes: scripts read them. */
export type EndReason =
  | 'operator-cancelled'
  | 'cardholder-cancelled'
  | 'nobody-answered'
  | 'power-lost'
  | 'card-reader-lost'
  | 'pin-pad-failed'
  | 'host-unreachable'
  | 'host-silent'
  | 'reply-mac-wrong'
  | 'partial-approval-refused';

export interface TransactionContext {
  readonly kind: TransactionKind;
  readonly localTime: string;
  readonly operatorNumber: string;
  readonly amount: AmountMinor | undefined;
  readonly card: CardFacts | undefined;
  readonly unreadableSwipes: number;
  readonly pinEntered: boolean;
  readonly trace: { readonly stan: number; readonly batch: number } | undefined;
  readonly reply: ReplyFacts | undefined;
  readonly reversalReason: ReversalReason;
  /** Attempts on this occasion. */
  readonly reversalAttempts: number;
  /** How often each copy may be on paper already: any print after the first is marked 重打印. */
  readonly prints: Readonly<Record<SlipCopy, number>>;
  readonly trouble: PrinterTrouble | undefined;
  readonly endReason: EndReason | undefined;
}

type TransactionInput = Omit<Extract<TransactionEvent, { type: 'TransactionStarted' }>, 'type'>;

/** Who a waiting state waits for; the kernel arms the deadline, the clock posts `DeadlinePassed`. */
interface StateMeta {
  readonly deadline: 'operator';
}

const commandActions: CommandActions<TransactionCommand> = {
  readCard: nothing,
  askPin: nothing,
  cancelPin: nothing,
  allotTrace: nothing,
  prepareAuthorization: nothing,
  sendRequest: nothing,
  prepareReversal: nothing,
  printSlip: nothing,
};

/** What the chart's shape guarantees and the compiler cannot see. */
function known<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new Bug(`A transaction has no ${what} where it must have one.`);
  return value;
}

const originalOf = (
  context: TransactionContext,
): { kind: TransactionKind; stan: number; batch: number; amount: AmountMinor } => ({
  kind: context.kind,
  ...known(context.trace, 'trace'),
  amount: known(context.amount, 'amount'),
});

const reversalOf = (
  context: TransactionContext,
): Extract<TransactionCommand, { type: 'prepareReversal' }>['params'] => ({
  ...originalOf(context),
  pinEntered: context.pinEntered,
  expiry: known(context.card, 'card').expiry,
  reason: context.reversalReason,
  authorizationCode: context.reply?.authorizationCode,
});

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
    newOccasion: assign({ reversalAttempts: 0 }),
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
    isPartial: ({ event }) =>
      event.type === 'HostReplied' && responseMeaning(event.reply.responseCode).category === 'partial',
    // Dialect sheet 8.2: 00, 12 and 25 all mean that the host holds nothing of the original any more.
    endsReversal: ({ event }) => event.type === 'HostReplied' && ['00', '12', '25'].includes(event.reply.responseCode),
    mayTryAgain: ({ context }) => context.reversalAttempts < REVERSAL_ATTEMPTS_MAX,
    asksForPin: ({ context }) => TRANSACTION_TYPES[context.kind].pin !== 'none',
  },
});

const takeReply = chart.assign(({ event }) => (event.type === 'HostReplied' ? { reply: event.reply } : {}));

/** An authorization in doubt is always reversed, never resent; so is one that the host answers in no usable way. */
const hostAnswers = {
  HostReplied: [
    { guard: 'isApproved', target: '#transaction.print', actions: takeReply },
    {
      guard: 'isPartial',
      target: '#transaction.reversal',
      actions: [takeReply, { type: 'owe', params: { because: '06', reason: 'partial-approval-refused' } }],
    },
    { target: '#transaction.declined', actions: takeReply },
  ],
  HostSilent: {
    target: '#transaction.reversal',
    actions: { type: 'owe', params: { because: '98', reason: 'host-silent' } },
  },
  ReplyMacWrong: {
    target: '#transaction.reversal',
    actions: { type: 'owe', params: { because: 'A0', reason: 'reply-mac-wrong' } },
  },
  PowerRestored: {
    target: '#transaction.reversal',
    actions: { type: 'owe', params: { because: '98', reason: 'power-lost' } },
  },
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
        },
      },
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
  context: ({ input }) => ({
    ...input,
    amount: undefined,
    card: undefined,
    unreadableSwipes: 0,
    pinEntered: false,
    trace: undefined,
    reply: undefined,
    reversalReason: '98',
    reversalAttempts: 0,
    prints: { merchant: 0, cardholder: 0 },
    trouble: undefined,
    endReason: undefined,
  }),
  initial: 'initiate',
  states: {
    initiate: {
      initial: 'enteringAmount',
      on: {
        CancelPressed: cancelled('operator-cancelled'),
        DeadlinePassed: cancelled('nobody-answered'),
        PowerRestored: cancelled('power-lost'),
      },
      states: {
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
            CardReaderLost: failed('card-reader-lost'),
          },
        },
        confirming: {
          meta: { deadline: 'operator' },
          on: {
            DetailsConfirmed: [{ guard: 'asksForPin', target: 'enteringPin' }, { target: '#transaction.transmit' }],
            DetailsRejected: {
              target: 'enteringAmount',
              actions: assign({ amount: undefined, card: undefined, unreadableSwipes: 0 }),
            },
          },
        },
        enteringPin: {
          // The PIN pad has its own time limit, which it reports; the operator can cancel from the terminal.
          entry: {
            type: 'askPin',
            params: ({ context }) => ({ kind: context.kind, amount: known(context.amount, 'amount') }),
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
            PinPadFailed: failed('pin-pad-failed'),
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
          entry: { type: 'prepareAuthorization', params: ({ context }) => originalOf(context) },
          on: {
            RequestReady: 'sending',
            HostUnreachable: failed('host-unreachable'),
            PinPadFailed: failed('pin-pad-failed'),
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
          on: { ReversalDue: { target: 'preparing', actions: 'newOccasion' } },
        },
      },
    },
    approved: { type: 'final' },
    declined: { type: 'final' },
    /** A person ended it before anything was sent. */
    cancelled: { type: 'final' },
    /** A fault ended it before anything was sent. */
    failed: { type: 'final' },
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
