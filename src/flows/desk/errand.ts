/** One flow at the desk, whatever it is: what the desk needs of it in order to show it, feed it and put it aside. */
import type { Bilingual } from '../../domain/bilingual.ts';
import type { Input, Screen } from '../../domain/screen.ts';
import type { FlowEvent } from '../journal.ts';
import type { AnyCommand } from '../kernel/commands.ts';
import type { Run } from '../kernel/run.ts';
import type { AnyEvent, FlowName } from '../kernel/step.ts';

/** An occasion to go on with what was put aside. */
export type DueEvent = 'ReversalDue' | 'RepeatDue' | 'SettlementDue' | 'PrintDue';

/** What the desk itself can tell any flow. */
type DeskEvent = DueEvent | 'PowerRestored' | 'DeadlinePassed' | 'ReversalGivenUp';

export interface Errand {
  readonly flow: FlowName;
  /** Its rows in the journal. */
  readonly flowId: number;
  readonly path: string;
  readonly ended: boolean;
  /** It waits for a person, and must not wait for ever: for somebody who looks, or for work with the hands. */
  readonly deadline: 'operator' | 'work' | undefined;
  /** What takes it up again, where it is put aside. */
  readonly due: DueEvent | undefined;
  /** Undefined where there is nothing to see. */
  readonly screen: Screen | undefined;
  /** What has come of it, for the idle screen. */
  readonly notice: Bilingual | undefined;
  /** Field 39 of a refusal to take back what is owed: only that can be given up. */
  readonly refusal: string | undefined;
  /** Whether it has ended with the supervisor's consent to something that another flow does. */
  readonly agreesToGiveUp: boolean;
  /** Whether it is a settlement that has closed its batch. */
  readonly closesBatch: boolean;
  /** Acts on the commands of its beginning. */
  begin(): void;
  input(input: Input): void;
  tell(type: DeskEvent): void;
}

/** What is particular to a flow. */
export interface Manner<Event extends AnyEvent, Context> {
  readonly flow: FlowName;
  readonly due: Readonly<Record<string, DueEvent>>;
  readonly screen: (path: string, context: Context) => Screen | undefined;
  readonly notice: (path: string, context: Context) => Bilingual | undefined;
  readonly agreesToGiveUp?: (path: string, context: Context) => boolean;
  readonly closesBatch?: (path: string, context: Context) => boolean;
  readonly refusal?: (context: Context) => string | undefined;
  /** What an input means to it; undefined where it means nothing. */
  readonly input: (input: Input, path: string, context: Context) => (Event & FlowEvent) | undefined;
}

/**
 * @param stepped after each step, when its commands have been handed out.
 * @param commands of its beginning; none for a flow that is replayed.
 */
export function errandOf<Started extends AnyEvent, Event extends AnyEvent, Command extends AnyCommand, Context>(
  run: Run<Started, Event, Command, Context>,
  { agreesToGiveUp, closesBatch, due, flow, input, notice, refusal, screen }: Manner<Event, Context>,
  commands: readonly Command[],
): Errand {
  return {
    flow,
    flowId: run.flowId,
    get path() {
      return run.position.path;
    },
    get ended() {
      return run.position.ended;
    },
    get deadline() {
      const { deadline } = run.position;
      return deadline === undefined ? undefined : deadline === 'work' ? 'work' : 'operator';
    },
    get due() {
      return due[run.position.path];
    },
    get screen() {
      return screen(run.position.path, run.position.context);
    },
    get notice() {
      return notice(run.position.path, run.position.context);
    },
    get refusal() {
      return refusal?.(run.position.context);
    },
    get agreesToGiveUp() {
      return agreesToGiveUp?.(run.position.path, run.position.context) ?? false;
    },
    get closesBatch() {
      return closesBatch?.(run.position.path, run.position.context) ?? false;
    },
    begin: () => run.act(commands),
    input: (pressed) => {
      const event = input(pressed, run.position.path, run.position.context);
      if (event !== undefined) run.offer(event);
    },
    // A flow that does not expect it says so in its log and stays as it is.
    tell: (type) => void run.offer({ type }),
  };
}
