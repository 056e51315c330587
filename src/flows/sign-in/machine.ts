import { assign, setup } from 'xstate';
import { nothing, type CommandActions } from '../kernel/commands.ts';
import type { Flow } from '../kernel/step.ts';
import type { KeyUsage } from '../ports.ts';
import type { ReplyFacts } from '../transaction/events.ts';
import type { ExchangeEvent } from '../kernel/exchange.ts';

/** What the world can tell a sign-in (签到, dialect sheet 5.2 and 5.3). */
export type SignInEvent =
  | ExchangeEvent
  | { readonly type: 'SignInStarted'; readonly operatorNumber: string }
  /** Every key of the answer is in the PIN pad, which found its check value right. */
  | { readonly type: 'KeysLoaded' }
  | { readonly type: 'KeyRefused'; readonly usage: KeyUsage }
  | { readonly type: 'PowerRestored' };

/** What a sign-in can ask of the world. */
export type SignInCommand =
  | { readonly type: 'allotTrace'; readonly params: undefined }
  | {
      readonly type: 'prepareSignIn';
      readonly params: { readonly stan: number; readonly batch: number; readonly operatorNumber: string };
    }
  | { readonly type: 'sendRequest'; readonly params: undefined }
  /** The keys stay in memory between the answer and the PIN pad; the journal never sees them. */
  | { readonly type: 'loadKeys'; readonly params: undefined };

export type SignInFailure =
  | 'host-unreachable'
  | 'host-silent'
  | 'refused-by-host'
  | 'key-refused'
  | 'pin-pad-failed'
  | 'power-lost';

export interface SignInContext {
  readonly operatorNumber: string;
  readonly trace: { readonly stan: number; readonly batch: number };
  readonly reply: ReplyFacts | undefined;
  readonly failure: SignInFailure | undefined;
}

const commandActions: CommandActions<SignInCommand> = {
  allotTrace: nothing,
  prepareSignIn: nothing,
  sendRequest: nothing,
  loadKeys: nothing,
};

const chart = setup({
  types: {
    context: {} as SignInContext,
    events: {} as SignInEvent,
    input: {} as { readonly operatorNumber: string },
  },
  actions: {
    ...commandActions,
    end: assign((_, params: { readonly because: SignInFailure }) => ({ failure: params.because })),
  },
  guards: {
    isAccepted: ({ event }) => event.type === 'HostReplied' && event.reply.responseCode === '00',
  },
});

const failed = (because: SignInFailure) =>
  ({ target: '#sign-in.failed', actions: { type: 'end', params: { because } } }) as const;

const takeReply = chart.assign(({ event }) => (event.type === 'HostReplied' ? { reply: event.reply } : {}));

const hostAnswers = {
  HostReplied: [
    { guard: 'isAccepted', target: '#sign-in.loadingKeys', actions: takeReply },
    { ...failed('refused-by-host'), actions: [takeReply, failed('refused-by-host').actions] },
  ],
  HostSilent: failed('host-silent'),
} as const;

/** Fetches the working keys of the day and puts them into the PIN pad. It moves no money, so it is never resumed. */
export const signInMachine = chart.createMachine({
  id: 'sign-in',
  context: ({ input }) => ({
    operatorNumber: input.operatorNumber,
    trace: { stan: 0, batch: 0 },
    reply: undefined,
    failure: undefined,
  }),
  initial: 'numbering',
  on: { PowerRestored: failed('power-lost') },
  states: {
    numbering: {
      entry: 'allotTrace',
      on: {
        TraceAllotted: {
          target: 'preparing',
          actions: assign({ trace: ({ event }) => ({ stan: event.stan, batch: event.batch }) }),
        },
      },
    },
    preparing: {
      entry: {
        type: 'prepareSignIn',
        params: ({ context }) => ({ ...context.trace, operatorNumber: context.operatorNumber }),
      },
      on: {
        RequestReady: 'sending',
        HostUnreachable: failed('host-unreachable'),
        PinPadFailed: failed('pin-pad-failed'),
      },
    },
    sending: { entry: 'sendRequest', on: { RequestSent: 'awaitingHost', ...hostAnswers } },
    awaitingHost: { on: hostAnswers },
    loadingKeys: {
      entry: 'loadKeys',
      on: {
        KeysLoaded: 'signedIn',
        KeyRefused: failed('key-refused'),
        PinPadFailed: failed('pin-pad-failed'),
      },
    },
    signedIn: { type: 'final' },
    failed: { type: 'final' },
  },
});

export type SignInFlow = Flow<
  Extract<SignInEvent, { readonly type: 'SignInStarted' }>,
  SignInEvent,
  SignInCommand,
  SignInContext
>;

export const signInFlow: SignInFlow = {
  name: 'sign-in',
  machine: signInMachine,
  commands: new Set(Object.keys(commandActions)),
};
