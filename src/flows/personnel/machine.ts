import { assign, setup } from 'xstate';
import { nothing, type CommandActions } from '../kernel/commands.ts';
import type { Flow } from '../kernel/step.ts';
import {
  PERSONNEL_TYPES,
  type PersonnelCommand,
  type PersonnelContext,
  type PersonnelEvent,
  type PersonnelKind,
} from './types.ts';

interface StateMeta {
  readonly deadline: 'operator';
}

const commandActions: CommandActions<PersonnelCommand> = {
  checkPassword: nothing,
  keepNewPassword: nothing,
  changePassword: nothing,
  grant: nothing,
};

const stepOf = ({ done, kind }: PersonnelContext) => PERSONNEL_TYPES[kind].steps[done];

const chart = setup({
  types: {
    context: {} as PersonnelContext,
    events: {} as PersonnelEvent,
    input: {} as { readonly kind: PersonnelKind; readonly supervisor: string },
    meta: {} as StateMeta,
  },
  actions: {
    ...commandActions,
    countStep: assign({ done: ({ context }) => context.done + 1, wrongPasswords: 0 }),
  },
  guards: {
    asksNumber: ({ context }) => stepOf(context) === 'number',
    asksPassword: ({ context }) => stepOf(context) === 'password' || stepOf(context) === 'supervisor',
    asksNewPassword: ({ context }) => stepOf(context) === 'new-password',
  },
});

/** Whose password is asked for. */
const passwordOf = (context: PersonnelContext): string =>
  stepOf(context) === 'supervisor' ? context.supervisor : context.number;

/** Signing on and off, passwords, and what needs the supervisor. It moves no money, so it is never resumed. */
export const personnelMachine = chart.createMachine({
  id: 'personnel',
  context: ({ input }) => ({ ...input, number: '', done: 0, wrongPasswords: 0, differs: false, locked: false }),
  initial: 'deciding',
  on: { CancelPressed: '.refused', DeadlinePassed: '.refused', PowerRestored: '.refused' },
  states: {
    deciding: {
      always: [
        { guard: 'asksNumber', target: 'naming' },
        { guard: 'asksPassword', target: 'keying' },
        { guard: 'asksNewPassword', target: 'keyingNew' },
        { target: 'granting' },
      ],
    },
    naming: {
      meta: { deadline: 'operator' },
      on: {
        OperatorNamed: {
          target: 'deciding',
          actions: [assign({ number: ({ event }) => event.number }), 'countStep'],
        },
      },
    },
    keying: { meta: { deadline: 'operator' }, on: { PasswordKeyed: 'checking' } },
    checking: {
      entry: { type: 'checkPassword', params: ({ context }) => ({ number: passwordOf(context) }) },
      on: {
        PasswordRight: { target: 'deciding', actions: 'countStep' },
        PasswordWrong: {
          target: 'keying',
          actions: assign({ wrongPasswords: ({ context }) => context.wrongPasswords + 1 }),
        },
        PasswordLocked: { target: 'refused', actions: assign({ locked: true }) },
      },
    },
    keyingNew: {
      meta: { deadline: 'operator' },
      on: { PasswordKeyed: { target: 'keyingAgain', actions: 'keepNewPassword' } },
    },
    keyingAgain: { meta: { deadline: 'operator' }, on: { PasswordKeyed: 'changing' } },
    changing: {
      entry: { type: 'changePassword', params: ({ context }) => ({ number: context.number }) },
      on: {
        PasswordChanged: 'granted',
        NewPasswordDiffers: { target: 'keyingNew', actions: assign({ differs: true }) },
      },
    },
    granting: {
      entry: { type: 'grant', params: ({ context }) => ({ kind: context.kind, number: context.number }) },
      on: {
        OperatorSignedOn: 'granted',
        OperatorSignedOff: 'granted',
        OperatorUnlocked: 'granted',
        TrainingSet: 'granted',
        Agreed: 'granted',
      },
    },
    granted: { type: 'final' },
    refused: { type: 'final' },
  },
});

export type PersonnelFlow = Flow<
  Extract<PersonnelEvent, { readonly type: 'PersonnelStarted' }>,
  PersonnelEvent,
  PersonnelCommand,
  PersonnelContext
>;

export const personnelFlow: PersonnelFlow = {
  name: 'personnel',
  machine: personnelMachine,
  commands: new Set(Object.keys(commandActions)),
};
