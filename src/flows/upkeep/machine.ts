import { assign, setup } from 'xstate';
import { nothing, type CommandActions } from '../kernel/commands.ts';
import type { Flow } from '../kernel/step.ts';
import type { UpkeepCommand, UpkeepContext, UpkeepEvent } from './types.ts';

type Started = Extract<UpkeepEvent, { readonly type: 'UpkeepStarted' }>;

interface StateMeta {
  /** Work with the hands takes longer than a look. */
  readonly deadline: 'operator' | 'work';
}

const commandActions: CommandActions<UpkeepCommand> = { printStrip: nothing };

const chart = setup({
  types: {
    context: {} as UpkeepContext,
    events: {} as UpkeepEvent,
    input: {} as Omit<Started, 'type'>,
    meta: {} as StateMeta,
  },
  actions: {
    ...commandActions,
    noteStop: assign(({ context, event }) =>
      event.type === 'PrinterStopped' ? { trouble: event.trouble, torn: context.torn || event.torn } : {},
    ),
  },
  guards: {
    mayLower: ({ context }) => context.density === 'raised' && context.cleaned && !context.raised && !context.lowered,
    isUncleaned: ({ context }) => !context.cleaned,
    mayRaise: ({ context }) => context.density === 'normal' && !context.raised,
  },
});

/**
 * A test strip, and what the operator makes of it (printer sheet 10): cleaning, then one step of density, then service.
 * Each is followed by a strip that shows whether it has helped. It moves no money, so it is never resumed.
 */
export const upkeepMachine = chart.createMachine({
  id: 'upkeep',
  context: ({ input }) => ({
    ...input,
    cleaned: false,
    raised: false,
    lowered: false,
    torn: false,
    trouble: undefined,
  }),
  initial: 'printing',
  on: { CancelPressed: '.left', DeadlinePassed: '.left', PowerRestored: '.left' },
  states: {
    printing: {
      initial: 'strip',
      states: {
        strip: {
          entry: { type: 'printStrip', params: ({ context }) => ({ reprint: context.torn }) },
          on: {
            SlipPrinted: { target: '#upkeep.judging', actions: assign({ torn: false }) },
            PrinterStopped: { target: 'stopped', actions: 'noteStop' },
            // An answer is under way.
            CancelPressed: {},
            DeadlinePassed: {},
          },
        },
        stopped: {
          meta: { deadline: 'work' },
          on: { PrinterStopped: { actions: 'noteStop' }, PrinterReady: 'strip' },
        },
      },
    },
    judging: {
      meta: { deadline: 'work' },
      on: {
        StripFoundGood: [{ guard: 'mayLower', target: 'lowering' }, { target: 'good' }],
        StripFoundBad: [
          { guard: 'isUncleaned', target: 'cleaning' },
          { guard: 'mayRaise', target: 'raising' },
          { target: 'forService' },
        ],
      },
    },
    cleaning: {
      meta: { deadline: 'work' },
      on: { HeadCleaned: { target: 'printing', actions: assign({ cleaned: true }) } },
    },
    raising: {
      meta: { deadline: 'operator' },
      on: {
        DensityRaised: { target: 'printing', actions: assign({ density: 'raised', raised: true }) },
        DensityKept: 'forService',
      },
    },
    /** The head is clean and the strip is good: perhaps it is so without, too. */
    lowering: {
      meta: { deadline: 'operator' },
      on: {
        DensityLowered: { target: 'printing', actions: assign({ density: 'normal', lowered: true }) },
        DensityKept: 'good',
      },
    },
    good: { type: 'final' },
    forService: { type: 'final' },
    left: { type: 'final' },
  },
});

export type UpkeepFlow = Flow<Started, UpkeepEvent, UpkeepCommand, UpkeepContext>;

export const upkeepFlow: UpkeepFlow = {
  name: 'upkeep',
  machine: upkeepMachine,
  commands: new Set(Object.keys(commandActions)),
};
