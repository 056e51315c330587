import type { Clock } from '../../domain/clock.ts';
import type { FlowEvent, JournalPort, JournalRow } from '../journal.ts';
import type { AnyCommand } from './commands.ts';
import { TerminalFacts } from '../facts/facts.ts';
import { expects, open, step, type AnyEvent, type Flow, type Position, type Step } from './step.ts';

/**
 * The supply that may fail. The product's does nothing; the simulation's throws at the instant at which it cuts the
 * power, so that every journal write and every command can be the last thing that happened.
 */
export interface Mains {
  pass(instant: string): void;
}

interface KernelLog {
  info(fields: Readonly<Record<string, unknown>>): void;
  warn(fields: Readonly<Record<string, unknown>>): void;
}

export interface KernelDeps {
  readonly journal: JournalPort;
  readonly mains: Mains;
  readonly clock: Clock;
  readonly log: KernelLog;
}

/** The terminal's memory: what is in the journal, and what follows from it. */
export class Memory {
  readonly #deps: KernelDeps;
  readonly facts = new TerminalFacts();
  /** The settlement after which the facts were kept last. */
  #keptAfter: number | undefined;

  constructor(deps: KernelDeps) {
    this.#deps = deps;
    for (const row of deps.journal.rows()) this.facts.learn(row);
    this.#keptAfter = this.facts.lastSettlement;
  }

  append(row: Omit<Parameters<JournalPort['append']>[0], 'at'>): JournalRow {
    this.#deps.mains.pass(`before writing ${row.event.type}`);
    const written = this.#deps.journal.append({ ...row, at: this.#deps.clock.now() });
    this.#deps.mains.pass(`after writing ${row.event.type}`);
    this.facts.learn(written);
    return written;
  }

  /** Once a batch is closed, what came before need not be read again: does nothing until another one is. */
  keep(): void {
    const { lastSettlement, unfinished } = this.facts;
    if (unfinished.length > 0 || lastSettlement === this.#keptAfter) return;
    this.#keptAfter = lastSettlement;
    this.append({ flow: 'keeping', event: { type: 'FactsKept', facts: this.facts.kept() }, ended: true });
  }
}

/** One flow under way. Journal, then step, then act: in that order, always. */
export class Run<Started extends AnyEvent, Event extends AnyEvent, Command extends AnyCommand, Context> {
  readonly #flow: Flow<Started, Event, Command, Context>;
  readonly #memory: Memory;
  readonly #deps: KernelDeps;
  #position: Position<Context>;
  #flowId: number;
  /** When each top-level state was entered, in order: `at` of the row that led there. */
  readonly #entered: { readonly step: string; readonly at: number }[] = [];
  #lastAt = 0;
  execute: (command: Command) => void = () => undefined;
  /** After each step, when its commands have been handed out. */
  stepped: () => void = () => undefined;

  private constructor(
    flow: Flow<Started, Event, Command, Context>,
    memory: Memory,
    deps: KernelDeps,
    first: { readonly position: Position<Context>; readonly row: JournalRow },
  ) {
    this.#flow = flow;
    this.#memory = memory;
    this.#deps = deps;
    this.#position = first.position;
    this.#flowId = first.row.flowId;
    this.#noteTime(first.row.at);
  }

  /** Opens a flow: the caller sets `execute`, then calls {@link act} with what this returns. */
  static begin<S extends AnyEvent, E extends AnyEvent, C extends AnyCommand, X>(
    flow: Flow<S, E, C, X>,
    memory: Memory,
    deps: KernelDeps,
    started: S & FlowEvent,
  ): { run: Run<S, E, C, X>; commands: readonly C[] } {
    const first = open(flow, started);
    const row = memory.append({ flow: flow.name, event: started, ended: first.position.ended });
    return { run: new Run(flow, memory, deps, { position: first.position, row }), commands: first.commands };
  }

  /** Brings a flow back from the journal without acting on any of it. */
  static replay<S extends AnyEvent, E extends AnyEvent, C extends AnyCommand, X>(
    flow: Flow<S, E, C, X>,
    memory: Memory,
    deps: KernelDeps,
    rows: readonly [JournalRow, ...JournalRow[]],
  ): Run<S, E, C, X> {
    const [row, ...rest] = rows;
    const run = new Run(flow, memory, deps, { position: open(flow, row.event as unknown as S).position, row });
    for (const { event, at } of rest) run.#take(step(flow, run.#position, event as unknown as E), at);
    return run;
  }

  get flowId(): number {
    return this.#flowId;
  }

  get position(): Position<Context> {
    return this.#position;
  }

  /** How long each top-level state lasted, up to the last event. */
  get durations(): readonly { readonly step: string; readonly durationMs: number }[] {
    return this.#entered.map(({ step, at }, index) => ({
      step,
      durationMs: (this.#entered[index + 1]?.at ?? this.#lastAt) - at,
    }));
  }

  /**
   * Takes an event from the world. What the state does not expect (a key pressed too late, an answer that has been
   * overtaken) is logged and dropped here: it never reaches the journal.
   */
  offer(event: Event & FlowEvent): boolean {
    if (!expects(this.#position, event)) {
      this.#deps.log.warn({ event: 'event-not-expected', type: event.type, state: this.#position.path });
      return false;
    }
    const next = step(this.#flow, this.#position, event);
    const row = this.#memory.append({
      flow: this.#flow.name,
      flowId: this.#flowId,
      event,
      ended: next.position.ended,
    });
    this.#take(next, row.at);
    this.#deps.log.info({ event: 'stepped', flow: this.#flow.name, on: event.type, to: this.#position.path });
    this.act(next.commands);
    return true;
  }

  act(commands: readonly Command[]): void {
    for (const command of commands) {
      this.#deps.mains.pass(`before ${command.type}`);
      this.execute(command);
      this.#deps.mains.pass(`after ${command.type}`);
    }
    this.stepped();
  }

  #take(next: Step<Command, Context>, at: number): void {
    this.#position = next.position;
    this.#noteTime(at);
  }

  #noteTime(at: number): void {
    this.#lastAt = at;
    const [name = ''] = this.#position.path.split('.');
    if (this.#entered.at(-1)?.step !== name) this.#entered.push({ step: name, at });
  }
}
