/** A journal that keeps what was committed in memory: it outlives the simulated terminal that writes it. */
import type { JournalPort, JournalRow } from '../../src/flows/journal.ts';

export class MemoryJournal implements JournalPort {
  #rows: JournalRow[] = [];

  append(row: Parameters<JournalPort['append']>[0]): JournalRow {
    const seq = (this.#rows.at(-1)?.seq ?? 0) + 1;
    // Through JSON, as on disk: what would not survive there must not survive here.
    const event = JSON.parse(JSON.stringify(row.event)) as JournalRow['event'];
    const written = { ...row, event, seq, flowId: row.flowId ?? seq };
    this.#rows.push(written);
    return written;
  }

  rows(): readonly JournalRow[] {
    return [...this.#rows];
  }

  /** What nothing but a hand from outside does. */
  remove(seq: number): void {
    this.#rows = this.#rows.filter((row) => row.seq !== seq);
  }

  rowsOf(flowId: number): readonly JournalRow[] {
    return this.#rows.filter((row) => row.flowId === flowId);
  }
}
