/** What power loss has left unfinished, as the journal has it. */
import { Bug } from '../../domain/result.ts';
import type { JournalRow } from '../journal.ts';
import type { TerminalParameters } from '../parameters.ts';
import { SERVICE_TYPES } from '../service/types.ts';

type Rows = readonly [JournalRow, ...JournalRow[]];

interface Unfinished {
  /** End with the power, and are told so first. */
  readonly ending: readonly Rows[];
  /** Go on afterwards, one after the other: at most a transaction and a settlement. */
  readonly lasting: readonly Rows[];
  /** Why the terminal must not start. */
  readonly problem?: string;
}

/** @throws Bug when there is more than one that goes on, of a kind. */
export function unfinishedOf(
  unfinished: readonly (readonly JournalRow[])[],
  configured: Pick<TerminalParameters, 'merchantNumber' | 'terminalNumber'>,
): Unfinished {
  const flows = unfinished.map(startOf);
  const lasting = flows.filter(lasts).toSorted(transactionFirst);
  for (const flow of ['transaction', 'service'] as const) {
    if (lasting.filter(([first]) => first.flow === flow).length > 1) {
      throw new Bug(`The journal holds more than one unfinished ${flow}.`);
    }
  }
  const problem = lasting.map(([first]) => otherIdentity(first, configured)).find((each) => each !== undefined);
  const ending = flows.filter((rows) => !lasting.includes(rows));
  return { ending, lasting, ...(problem !== undefined && { problem }) };
}

/** Whether it goes on after a power cut. */
const lasts = ([{ event, flow }]: Rows): boolean =>
  flow === 'transaction' || (event.type === 'ServiceStarted' && SERVICE_TYPES[event.kind].resumes);

const transactionFirst = ([one]: Rows, [other]: Rows): number =>
  Number(other.flow === 'transaction') - Number(one.flow === 'transaction');

/** A reversal under another terminal number would be answered "no such transaction", and the money would stay held. */
function otherIdentity(
  { event }: JournalRow,
  { merchantNumber, terminalNumber }: Parameters<typeof unfinishedOf>[1],
): string | undefined {
  if (event.type !== 'TransactionStarted' && event.type !== 'ServiceStarted') return undefined;
  if (event.terminalNumber === terminalNumber && event.merchantNumber === merchantNumber) return undefined;
  return (
    `The journal holds an unfinished transaction of terminal ${event.terminalNumber}, merchant ${event.merchantNumber}; ` +
    `this is configured as ${terminalNumber}, ${merchantNumber}: start it once more under the old numbers.`
  );
}

function startOf(rows: readonly JournalRow[]): Rows {
  const [first, ...rest] = rows;
  if (first === undefined) throw new Bug('A flow without rows.');
  return [first, ...rest];
}
