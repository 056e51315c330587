/** The first step: what is wanted, by whom, with which card, and that the cardholder is who they say. */
import { assign } from 'xstate';
import { chart, takesChip } from './chart.ts';
import {
  cardOfOriginal,
  known,
  NO_CHIP,
  NOTHING_KEYED,
  originalElsewhere,
  verificationOf,
  type TransactionContext,
} from './context.ts';
import { cancelled, cardGivesUp, failed, pinPadFailures, takeTrace, verificationAnswers } from './transitions.ts';
import { TRANSACTION_TYPES } from './types.ts';

const presenting = (as: 'card' | 'receiver') =>
  ({
    entry: {
      type: 'readCard',
      params: ({ context }: { context: TransactionContext }) => ({
        as,
        chips: as === 'card' && takesChip(context),
        fallback: context.fallback,
      }),
    },
    meta: { deadline: 'operator' },
  }) as const;

const unreadable = <const State extends string>(target: State) =>
  ({
    target,
    reenter: true,
    actions: chart.assign({ unreadableSwipes: ({ context }) => context.unreadableSwipes + 1 }),
  }) as const;

/** What the card wants after its holder has agreed. */
const cardAsks = {
  PinAsked: [
    {
      guard: 'isForReader',
      target: '#transaction.initiate.enteringPinOnReader',
      reenter: true,
      actions: 'notePinAsked',
    },
    { target: '#transaction.initiate.enteringPin', actions: 'notePinAsked' },
  ],
  ChipAskedHost: { target: '#transaction.transmit', actions: 'noteChipAsked' },
} as const;

export const initiate = chart.createStateConfig({
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
        ChipInserted: {
          target: 'readingChip',
          actions: [
            {
              type: 'startChip',
              params: ({ context }) => ({
                kind: context.kind,
                amount: context.amount,
                localTime: context.localTime,
              }),
            },
            assign(NO_CHIP),
          ],
        },
        CardHasChip: { target: 'presentingCard', reenter: true, actions: assign({ cardHasChip: true }) },
        CardRead: { target: 'beginning', actions: assign({ card: ({ event }) => event.card }) },
        CardUnreadable: unreadable('presentingCard'),
        CardDiffers: { target: 'presentingCard', reenter: true, actions: assign({ cardDiffers: true }) },
        CardBlocked: failed('card-blocked'),
        CardReaderLost: failed('card-reader-lost'),
      },
    },
    /** The card is at work: chosen, read, and of a simplified flow no more than that. */
    readingChip: {
      on: {
        ApplicationsOffered: {
          target: 'choosingApplication',
          actions: assign({ applications: ({ event }) => event.choices }),
        },
        ApplicationOffered: {
          target: 'confirmingApplication',
          actions: assign({ applications: ({ event }) => [event.choice] }),
        },
        CardRead: [
          {
            guard: 'isWholeChip',
            target: 'confirming',
            actions: assign(({ event }) => ({ card: event.card, chipIsOpen: true })),
          },
          { target: 'beginning', actions: assign({ card: ({ event }) => event.card }) },
        ],
        CardDiffers: { target: 'presentingCard', actions: assign({ cardDiffers: true }) },
        CardBlocked: failed('card-blocked'),
        ...cardGivesUp,
      },
    },
    choosingApplication: {
      meta: { deadline: 'operator' },
      on: {
        ApplicationChosen: {
          target: 'readingChip',
          actions: { type: 'chooseApplication', params: ({ event }) => ({ index: event.index }) },
        },
        ...cardGivesUp,
      },
    },
    confirmingApplication: {
      meta: { deadline: 'operator' },
      on: { DetailsConfirmed: { target: 'readingChip', actions: 'confirmChip' }, ...cardGivesUp },
    },
    /** The card is authenticated, verifies its holder and decides whether to ask the host (EMV Book 3, 10.3 to 10.8). */
    verifyingChip: {
      on: {
        ...cardAsks,
        ...cardGivesUp,
      },
    },
    /** The reader has keys of its own, and shows the PIN to nobody but the card. */
    enteringPinOnReader: {
      entry: { type: 'givePin', params: { how: 'on-reader' } },
      on: { ...cardAsks, ...cardGivesUp },
    },
    confirming: {
      meta: { deadline: 'operator' },
      on: {
        DetailsConfirmed: [
          { guard: 'chipIsOpen', target: 'verifyingChip', actions: 'confirmChip' },
          { guard: 'asksForPin', target: 'enteringPin' },
          { target: '#transaction.transmit' },
        ],
        ...cardGivesUp,
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
          form: context.pin.form,
        }),
      },
      on: {
        CancelPressed: {
          target: '#transaction.cancelled',
          actions: [{ type: 'end', params: { reason: 'operator-cancelled' } }, 'cancelPin'],
        },
        PinEntered: [
          {
            guard: 'chipIsOpen',
            target: 'verifyingChip',
            actions: [
              { type: 'givePin', params: { how: 'entered' } },
              assign({ pinEntered: ({ context }) => context.pin.form === 'online' }),
            ],
          },
          { target: '#transaction.transmit', actions: assign({ pinEntered: true }) },
        ],
        PinBypassed: [
          { guard: 'chipIsOpen', target: 'verifyingChip', actions: { type: 'givePin', params: { how: 'bypassed' } } },
          { target: '#transaction.transmit' },
        ],
        PinCancelled: cancelled('cardholder-cancelled'),
        PinTimedOut: cancelled('nobody-answered'),
        PinPadFailed: [
          // The card has its own rules for that (EMV Book 4, 6.3.4.1).
          {
            guard: 'chipIsOpen',
            target: 'verifyingChip',
            actions: { type: 'givePin', params: { how: 'not-working' } },
          },
          ...pinPadFailures,
        ],
        ChipEnded: cardGivesUp.ChipEnded.map((transition) => ({
          ...transition,
          actions: [transition.actions, 'cancelPin'],
        })),
      },
    },
  },
});
