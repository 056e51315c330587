import { initialTransition, transition, type AnyMachineSnapshot, type AnyStateMachine } from 'xstate';
import { Bug } from '../../domain/result.ts';
import type { AnyCommand } from './commands.ts';

/** A chart, and which of the actions that it hands out are commands. */
export interface Flow<Started extends AnyEvent, Event extends AnyEvent, Command extends AnyCommand, Context> {
  /** The journal's word for it. */
  readonly name: FlowName;
  readonly machine: AnyStateMachine;
  readonly commands: ReadonlySet<string>;
  /** Types only: never present at run time. */
  readonly types?: {
    readonly started: Started;
    readonly event: Event;
    readonly command: Command;
    readonly context: Context;
  };
}

export type FlowName = 'sign-in' | 'transaction' | 'service' | 'personnel' | 'upkeep';

export interface AnyEvent {
  readonly type: string;
}

/** Where a flow stands. Never stored: it is replayed from the journal. */
export interface Position<Context> {
  readonly snapshot: AnyMachineSnapshot;
  readonly context: Context;
  /** Dotted, e.g. `print.merchantCopy.stopped`. */
  readonly path: string;
  readonly ended: boolean;
  /** Whom the state waits for, if it must not wait for ever. */
  readonly deadline: string | undefined;
}

export interface Step<Command extends AnyCommand, Context> {
  readonly position: Position<Context>;
  readonly commands: readonly Command[];
}

/** The first step of a flow, from the event that opens it. */
export function open<Started extends AnyEvent, Event extends AnyEvent, Command extends AnyCommand, Context>(
  flow: Flow<Started, Event, Command, Context>,
  started: Started,
): Step<Command, Context> {
  const [snapshot, actions] = initialTransition(flow.machine, started);
  return toStep(flow, snapshot, actions);
}

/**
 * One step of a flow. The only place, with {@link open}, where a chart is evaluated: purely, without XState's actors.
 *
 * @throws Bug when the state does not expect the event. XState would drop it without a word; who takes events from
 * the outside asks {@link expects} first.
 */
export function step<Started extends AnyEvent, Event extends AnyEvent, Command extends AnyCommand, Context>(
  flow: Flow<Started, Event, Command, Context>,
  position: Position<Context>,
  event: Event,
): Step<Command, Context> {
  if (!expects(position, event)) throw new Bug(`${event.type} is not expected in ${flow.name} ${position.path}`);
  const [snapshot, actions] = transition(flow.machine, position.snapshot, event);
  return toStep(flow, snapshot, actions);
}

export const expects = <Context>(position: Position<Context>, event: AnyEvent): boolean => position.snapshot.can(event);

function toStep<Started extends AnyEvent, Event extends AnyEvent, Command extends AnyCommand, Context>(
  flow: Flow<Started, Event, Command, Context>,
  snapshot: AnyMachineSnapshot,
  actions: readonly { readonly type: string; readonly params: unknown }[],
): Step<Command, Context> {
  const commands = actions.filter((action) => flow.commands.has(action.type));
  return {
    position: {
      snapshot,
      context: snapshot.context as Context,
      path: pathOf(snapshot.value),
      ended: snapshot.status === 'done',
      deadline: Object.values(snapshot.getMeta() as Record<string, { deadline?: string } | undefined>).find(
        (meta) => meta?.deadline !== undefined,
      )?.deadline,
    },
    commands: commands.map(({ type, params }) => ({ type, params })) as unknown as readonly Command[],
  };
}

function pathOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const [entry] = Object.entries(value as Record<string, unknown>);
  if (entry === undefined) throw new Bug('A chart is in no state.');
  return `${entry[0]}.${pathOf(entry[1])}`;
}
