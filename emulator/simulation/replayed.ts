/** The flows of a journal, and where their charts stand when the rows are replayed: what the terminal says of each. */
import { Bug } from '../../src/domain/result.ts';
import type { JournalRow } from '../../src/flows/journal.ts';
import { open, step, type AnyEvent, type Flow, type FlowName, type Position } from '../../src/flows/kernel/step.ts';
import type { AnyCommand } from '../../src/flows/kernel/commands.ts';
import type { ServiceContext } from '../../src/flows/service/context.ts';
import { serviceFlow } from '../../src/flows/service/machine.ts';
import type { TransactionContext } from '../../src/flows/transaction/context.ts';
import { transactionFlow, type TransactionFlow } from '../../src/flows/transaction/machine.ts';

export type Rows = readonly [JournalRow, ...JournalRow[]];

export interface Replayed<Context> extends Position<Context> {
  readonly rows: Rows;
  /** The first row's `seq`. */
  readonly began: number;
}

export type Transaction = Replayed<TransactionContext>;
export type Service = Replayed<ServiceContext>;

/** The rows of each flow of that name, oldest first. */
export function flowsIn(rows: readonly JournalRow[], name: FlowName): readonly Rows[] {
  const flows = Map.groupBy(
    rows.filter(({ flow }) => flow === name),
    ({ flowId }) => flowId,
  );
  return [...flows.values()].flatMap(([first, ...rest]) => (first === undefined ? [] : [[first, ...rest] as const]));
}

/** A string says that the chart cannot have written these rows. */
export const transactionsIn = (
  rows: readonly JournalRow[],
  flow: TransactionFlow = transactionFlow,
): readonly (Transaction | string)[] => flowsIn(rows, 'transaction').map((each) => replayed(flow, each));

export const servicesIn = (rows: readonly JournalRow[]): readonly (Service | string)[] =>
  flowsIn(rows, 'service').map((each) => replayed(serviceFlow, each));

function replayed<Started extends AnyEvent, Event extends AnyEvent, Command extends AnyCommand, Context>(
  flow: Flow<Started, Event, Command, Context>,
  rows: Rows,
): Replayed<Context> | string {
  const [first, ...rest] = rows;
  try {
    let { position } = open(flow, first.event as unknown as Started);
    for (const { event } of rest) ({ position } = step(flow, position, event as unknown as Event));
    return { ...position, rows, began: first.seq };
  } catch (error) {
    if (!(error instanceof Bug)) throw error;
    return `the journal of the ${flow.name} ${first.flowId} does not hold together: ${error.message}`;
  }
}
