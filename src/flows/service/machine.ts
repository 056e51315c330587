import { assign, setup } from 'xstate';
import { nothing, type CommandActions } from '../kernel/commands.ts';
import type { Flow } from '../kernel/step.ts';
import { Bug } from '../../domain/result.ts';
import { begun, type ServiceContext, type ServiceFailure, type ServiceInput } from './context.ts';
import type { PaperName, ServiceCommand, ServiceEvent, ServiceRequest } from './events.ts';
import { answered, filled, missed } from './queue.ts';
import { SERVICE_TYPES } from './types.ts';

/** Who a waiting state waits for. */
interface StateMeta {
  readonly deadline: 'operator';
}

const commandActions: CommandActions<ServiceCommand> = {
  findSlip: nothing,
  numberRequest: nothing,
  prepareService: nothing,
  sendRequest: nothing,
  printPaper: nothing,
};

const chart = setup({
  types: {
    context: {} as ServiceContext,
    events: {} as ServiceEvent,
    input: {} as ServiceInput,
    meta: {} as StateMeta,
  },
  actions: {
    ...commandActions,
    end: assign((_, params: { readonly because: ServiceFailure }) => ({ failure: params.because })),
    miss: assign(({ context }, params: { readonly because: ServiceFailure }) => missed(context, params.because)),
    takeReply: assign(({ context, event }) => (event.type === 'HostReplied' ? answered(context, event.reply) : {})),
    /** From here on the host may have closed the batch, whatever we hear of it. */
    noteSending: assign(({ context }) => ({ inDoubt: context.inDoubt || isTotals(context) })),
    forgetTrace: assign({ trace: undefined }),
    countPrint: assign({ prints: ({ context }) => context.prints + 1 }),
    noteStop: assign(({ context, event }) => {
      if (event.type !== 'PrinterStopped') throw new Bug(`noteStop on ${event.type}`);
      // Not a dot of this print is on paper: it does not count, and the next one is still the first.
      return { trouble: event.trouble, prints: Math.max(0, context.prints - (event.torn ? 0 : 1)) };
    }),
  },
  guards: {
    hasFailed: ({ context }) => context.failure !== undefined,
    asksVoucher: ({ context }) => SERVICE_TYPES[context.kind].asksVoucher === true && context.printsAgain === undefined,
    hasRequest: ({ context }) => context.todo.length > 0,
    hasPaper: ({ context }) => paperOf(context) !== undefined,
    resumes: ({ context }) => SERVICE_TYPES[context.kind].resumes,
    isInDoubt: ({ context }) => context.inDoubt,
  },
});

const isTotals = ({ todo }: ServiceContext): boolean => todo[0]?.type === 'totals';

const paperOf = (context: ServiceContext): PaperName | undefined =>
  SERVICE_TYPES[context.kind].papers(context)[context.printed];

function reprintOf({ kind, owed, printed, prints, printsAgain }: ServiceContext): boolean | number {
  // How often it was printed before that is written nowhere.
  if (printsAgain !== undefined && SERVICE_TYPES[kind].printsFirst !== true) return true;
  const before = prints + (owed[printed]?.marked === true ? 1 : 0);
  return before === 0 ? false : before;
}

/** What the chart's shape guarantees and the compiler cannot see. */
function known<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Bug('A service has nothing where its chart says that it must.');
  return value;
}

/** Dialect sheet 9.5: an item goes under the trace of the transaction that it is. */
const keptTrace = (request: ServiceRequest): number | undefined =>
  request.type === 'notice' || request.type === 'batch-notice' || request.type === 'batch-chip'
    ? request.stan
    : undefined;

const failed = (because: ServiceFailure) =>
  ({ target: '#service.failed', actions: { type: 'end', params: { because } } }) as const;

/** A 0500 in doubt is asked for again until its answer is known; nothing else may happen before. */
const unanswered = (because: ServiceFailure) =>
  [
    { guard: 'isInDoubt', target: '#service.owed', actions: 'forgetTrace' },
    { target: '#service.deciding', actions: { type: 'miss', params: { because } } },
  ] as const;

const answers = {
  HostReplied: { target: '#service.deciding', actions: 'takeReply' },
  HostSilent: unanswered('host-silent'),
  ReplyMacWrong: unanswered('host-silent'),
} as const;

const takeTrace = chart.assign(({ event }) =>
  event.type === 'TraceAllotted' || event.type === 'TraceKept'
    ? { trace: { stan: event.stan, batch: event.batch } }
    : {},
);

/**
 * Everything that a terminal does besides transactions: messages one after the other, as the row of the service says,
 * and then paper. Only a settlement outlives a power cut: it sends what was under way again, and the host answers alike.
 */
export const serviceMachine = chart.createMachine({
  id: 'service',
  context: ({ input }) => filled(begun(input)),
  initial: 'deciding',
  on: { PowerRestored: failed('power-lost') },
  states: {
    deciding: {
      always: [
        { guard: 'hasFailed', target: 'failed' },
        { guard: 'asksVoucher', target: 'naming' },
        { guard: 'hasRequest', target: 'asking' },
        { guard: 'hasPaper', target: 'printing' },
        { target: 'done' },
      ],
    },
    naming: {
      meta: { deadline: 'operator' },
      on: {
        VoucherKeyed: { target: 'finding', actions: assign({ voucher: ({ event }) => event.voucher }) },
        CancelPressed: failed('operator-cancelled'),
        DeadlinePassed: failed('nobody-answered'),
      },
    },
    finding: {
      entry: { type: 'findSlip', params: ({ context }) => ({ voucher: known(context.voucher) }) },
      on: {
        SlipFound: { target: 'deciding', actions: assign({ printsAgain: ({ event }) => event.flowId }) },
        SlipMissing: { target: 'naming', actions: assign({ slipMissing: true }) },
      },
    },
    asking: {
      initial: 'numbering',
      on: {
        PowerRestored: [
          { guard: 'resumes', target: '#service.deciding', actions: 'forgetTrace' },
          failed('power-lost'),
        ],
      },
      states: {
        numbering: {
          entry: {
            type: 'numberRequest',
            params: ({ context }) => ({ kept: keptTrace(known(context.todo[0])), batch: context.batch }),
          },
          on: {
            TraceAllotted: { target: 'preparing', actions: takeTrace },
            TraceKept: { target: 'preparing', actions: takeTrace },
          },
        },
        preparing: {
          entry: { type: 'prepareService', params: ({ context }) => ({ request: known(context.todo[0]) }) },
          on: {
            RequestReady: { target: 'sending', actions: 'noteSending' },
            HostUnreachable: unanswered('host-unreachable'),
            PinPadFailed: unanswered('pin-pad-failed'),
          },
        },
        sending: { entry: 'sendRequest', on: { RequestSent: 'awaitingHost', ...answers } },
        awaitingHost: { on: answers },
      },
    },
    /** The host may have closed the batch: it is asked again before anything else. */
    owed: { on: { SettlementDue: 'deciding', PowerRestored: 'deciding' } },
    printing: {
      initial: 'sheet',
      on: { PowerRestored: [{ guard: 'resumes', target: '.sheet' }, failed('power-lost')] },
      states: {
        sheet: {
          entry: [
            {
              type: 'printPaper',
              params: ({ context }) => ({
                paper: known(paperOf(context)),
                reprint: reprintOf(context),
                of: context.owed[context.printed]?.flowId ?? context.printsAgain,
              }),
            },
            'countPrint',
          ],
          on: {
            SlipPrinted: {
              target: '#service.deciding',
              actions: assign({ printed: ({ context }) => context.printed + 1, prints: 0 }),
            },
            PrinterStopped: { target: 'stopped', actions: 'noteStop' },
          },
        },
        stopped: {
          on: {
            PrinterStopped: { actions: assign({ trouble: ({ event }) => event.trouble }) },
            PrinterReady: 'sheet',
            PrintDeferred: [{ guard: 'resumes', target: 'deferred' }, failed('operator-cancelled')],
          },
        },
        /** The paper stays owed, as a slip does. */
        deferred: { on: { PrintDue: 'sheet' } },
      },
    },
    done: { type: 'final' },
    failed: { type: 'final' },
  },
});

export type ServiceFlow = Flow<
  Extract<ServiceEvent, { readonly type: 'ServiceStarted' }>,
  ServiceEvent,
  ServiceCommand,
  ServiceContext
>;

export const serviceFlow: ServiceFlow = {
  name: 'service',
  machine: serviceMachine,
  commands: new Set(Object.keys(commandActions)),
};
