/** For tests: days as they are asked for, and what `tool iso8583` makes of their frames. */
import { iso8583Tool } from '../../cli/tool-iso8583.ts';
import type { Frame } from './link.ts';
import { runDay, settleLater, type Day, type DayOptions, type DayTerminal } from './run.ts';

/** One terminal, nothing lost, unless it says so. Nothing is measured. */
export const dayOf = (options: Partial<DayOptions>): Day =>
  runDay({ seed: 'day', terminals: 1, transactions: 40, dropPercent: 0, cpuNowMs: () => 0, ...options });

export function onlyTerminal({ terminals }: Day): DayTerminal {
  const [terminal] = terminals;
  if (terminal === undefined || terminals.length > 1) throw new Error('This is not the day of one terminal.');
  return terminal;
}

const hexOf = ({ bytes }: Frame): string => Buffer.from(bytes).toString('hex').toUpperCase();

/** Whether the length bytes are right: the host may have been told to send half. */
const isWhole = ({ bytes }: Frame): boolean => (((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)) === bytes.length - 2;

export interface RoundTrips {
  readonly whole: number;
  readonly broken: number;
  /** In hex: those that came back otherwise. */
  readonly changed: readonly string[];
}

/** Every frame through `tool iso8583 decode` and, as JSON, `encode`. */
export function roundTrips({ terminals }: Day): RoundTrips {
  const frames = terminals.flatMap(({ link }) => link.frames);
  const whole = frames.filter(isWhole).map(hexOf);
  const changed = whole.filter((hex) => {
    const json = iso8583Tool(['decode', hex], () => '').stdout;
    return iso8583Tool(['encode'], () => json).stdout.trim() !== hex;
  });
  return { whole: whole.length, broken: frames.length - whole.length, changed };
}

/** A domestic sale that is in force and that nothing has followed, and the row of the journal that says that it was approved. */
function rowToLose({ terminals: [terminal], host }: Day): {
  readonly seq: number;
  readonly stan: number;
  readonly amountMinor: string;
} {
  if (terminal === undefined) throw new Error('A day without terminals.');
  const { terminal: id } = terminal.world.terminal;
  const entry = host
    .ledgerJson()
    .entries.find(({ maskedPan = '', refundedMinor, state, terminal: of, transaction }) =>
      [
        of === id,
        transaction === 'sale',
        state === 'held',
        refundedMinor === undefined,
        maskedPan.startsWith('62'),
      ].every(Boolean),
    );
  const rows = [...terminal.journal.rows()];
  const allotted = rows.find(({ event }) => event.type === 'TraceAllotted' && event.stan === entry?.stan);
  const row = rows.find(({ event, flowId }) => flowId === allotted?.flowId && event.type === 'HostReplied');
  if (entry === undefined || row === undefined) throw new Error('On this day nothing was sold.');
  return { seq: row.seq, stan: entry.stan, amountMinor: entry.amountMinor };
}

/** @param lose takes that row out of the journal */
export function dayWithoutRow(options: Partial<DayOptions>, lose: (day: Day, seq: number) => void) {
  const day = dayOf({ ...options, settles: false });
  const lost = rowToLose(day);
  lose(day, lost.seq);
  settleLater(day);
  return { day, lost };
}
