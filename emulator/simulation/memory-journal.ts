/** A journal that keeps what was committed in memory: it outlives the simulated terminal that writes it. */
import type { JournalPort, JournalRow } from '../../src/flows/journal.ts';

export class MemoryJournal implements JournalPort {
  readonly #rows: JournalRow[] = [];

  append(row: Parameters<JournalPort['append']>[0]): JournalRow {
    const seq = this.#rows.length + 1;
    // Through JSON, as on disk: what would not survive there must not survive here.
    const event = JSON.parse(JSON.stringify(row.event)) as JournalRow['event'];
    const written = { ...row, event, seq, flowId: row.flowId ?? seq };
    this.#rows.push(written);
    return written;
  }

  rows(): readonly JournalRow[] {
    return [...this.#rows];
  }

  rowsOf(flowId: number): readonly JournalRow[] {
    return this.#rows.filter((row) => row.flowId === flowId);
  }
}
