import { assign, not } from 'xstate';
import type { SlipCopy } from '../../domain/slip.ts';
import type { Flow } from '../kernel/step.ts';
import { chart, commandActions } from './chart.ts';
import type { TransactionCommand } from './commands.ts';
import { begun, known, requestOf, reversalOf, type TransactionContext } from './context.ts';
import type { TransactionEvent } from './events.ts';
import { initiate } from './initiate.ts';
import {
  cancelled,
  cardAnswers,
  failed,
  hostAnswers,
  insisting,
  pinPadFailures,
  repetitionAnswers,
  reversalAnswers,
  takenBack,
  takeTrace,
  triedAgain,
} from './transitions.ts';

/** Which reprint it is, by how often the copy may be on paper already. */
const reprintOf = ({ prints }: TransactionContext, copy: SlipCopy): false | number =>
  prints[copy] === 0 ? false : prints[copy];

/** @param otherwise what else can be done about a printer that has stopped. */
const copyStates = <const Copy extends SlipCopy, const Next extends string, const Otherwise extends object>(
  copy: Copy,
  next: Next,
  otherwise: Otherwise,
) =>
  ({
    initial: 'printing',
    on: { PowerRestored: '.printing' },
    states: {
      printing: {
        entry: [
          {
            type: 'printSlip',
            params: ({ context }: { context: TransactionContext }) => ({ copy, reprint: reprintOf(context, copy) }),
          },
          { type: 'countPrint', params: copy },
        ],
        on: {
          SlipPrinted: { target: next, actions: { type: 'notePrinted', params: copy } },
          PrinterStopped: { target: 'stopped', actions: { type: 'noteStop', params: copy } },
        },
      },
      stopped: {
        on: {
          PrinterStopped: { actions: 'noteTrouble' },
          PrinterReady: 'printing',
          // It stays owed, and the next customer is served.
          PrintDeferred: { target: '#transaction.approved', actions: 'owePaper' },
          ...otherwise,
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
  context: ({ input }) => begun(input),
  initial: 'initiate',
  states: {
    initiate,
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
        /** The card hears the issuer, runs its scripts and has the last word (EMV Book 3, 10.9 to 10.11). */
        tellingCard: {
          entry: { type: 'tellChip', params: ({ context }) => ({ reply: known(context.reply, 'reply') }) },
          on: cardAnswers,
        },
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
      initial: 'beginning',
      states: {
        beginning: { always: [{ guard: 'keepsReceipt', target: 'issuing' }, { target: 'merchantCopy' }] },
        /** Before any paper: what a power cut leaves undone is done again, and gives the same record. */
        issuing: {
          entry: 'issueReceipt',
          on: {
            ReceiptIssued: { target: 'merchantCopy', actions: assign({ receipt: ({ event }) => event.receipt }) },
            // Paper is what was promised.
            ReceiptFailed: 'merchantCopy',
            PowerRestored: { target: 'issuing', reenter: true },
          },
        },
        merchantCopy: copyStates('merchant', '#transaction.print.offering', {}),
        offering: {
          always: { guard: not('offersReceipt'), target: 'cardholderCopy' },
          meta: { deadline: 'operator' },
          on: {
            ReceiptTaken: { target: '#transaction.approved', actions: 'takeReceipt' },
            ReceiptDeclined: 'cardholderCopy',
            DeadlinePassed: 'cardholderCopy',
            PowerRestored: 'cardholderCopy',
          },
        },
        cardholderCopy: copyStates('cardholder', '#transaction.approved', {
          ReceiptTaken: { guard: 'offersReceipt', target: '#transaction.approved', actions: 'takeReceipt' },
        }),
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
