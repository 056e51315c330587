import type { KeptFacts } from './facts/facts.ts';
import type { AnyEvent, FlowName } from './kernel/step.ts';
import type { PersonnelEvent } from './personnel/types.ts';
import type { ServiceEvent } from './service/events.ts';
import type { SignInEvent } from './sign-in/machine.ts';
import type { TransactionEvent } from './transaction/events.ts';
import type { UpkeepEvent } from './upkeep/types.ts';

export type FlowEvent = SignInEvent | TransactionEvent | ServiceEvent | PersonnelEvent | UpkeepEvent | KeepingEvent;

/** Everything that is known, so that a terminal need not read its whole life when it starts. Of no flow's chart. */
interface KeepingEvent {
  readonly type: 'FactsKept';
  readonly facts: KeptFacts;
}

/** One durable fact. All that the terminal knows after a power cut is a fold over these. */
export interface JournalRow<Event extends AnyEvent = FlowEvent> {
  /** Ascending, without gaps within one file. */
  readonly seq: number;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly at: number;
  readonly flow: FlowName | 'keeping';
  /** The `seq` of the row that opened the flow: one flow is one transaction, or one sign-in. */
  readonly flowId: number;
  readonly event: Event;
  /** With this event the flow was over. */
  readonly ended: boolean;
}

export interface JournalPort {
  /**
   * Returns only when the row would survive a power cut.
   *
   * @param row `flowId` absent: the row opens a flow and gets its own `seq`.
   */
  append(row: Omit<JournalRow, 'seq' | 'flowId'> & { readonly flowId?: number }): JournalRow;
  /** In order, at least from the last `FactsKept` on. */
  rows(): Iterable<JournalRow>;
  /** The rows of one flow, in order. */
  rowsOf(flowId: number): readonly JournalRow[];
}
