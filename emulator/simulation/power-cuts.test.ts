/**
 * The money and paper promises under power cuts: host ledger, journal and paper must agree after every history.
 *
 * All single cuts, and every {@link PAIRS}th pair; `npm run proofs` explores all pairs. A checker that checks
 * nothing also passes, so four deliberate bugs must be caught.
 */
import { createMachine } from 'xstate';
import { describe, expect, test, vi } from 'vitest';
import type { JournalPort, JournalRow } from '../../src/flows/journal.ts';
import { transactionFlow, transactionMachine, type TransactionFlow } from '../../src/flows/transaction/machine.ts';
import { MemoryJournal } from './memory-journal.ts';
import { script, SCRIPT_NAMES } from './power-cut-scripts.ts';
import { explore, type FallibleJournal, type PowerCutScript } from './power-cuts.ts';

const PAIRS = 61;

// A slow machine needs longer; nothing here depends on time.
vi.setConfig({ testTimeout: 120_000 });

describe('whenever the power fails', () => {
  test.each(SCRIPT_NAMES)('host, journal and paper agree: %s', (name) => {
    const { failures, histories } = explore(script(name), PAIRS);
    expect(failures).toEqual([]);
    expect(histories).toBeGreaterThan(50);
  });
});

type Config = Record<string, unknown>;

/** The product's chart with one thing changed in its configuration. */
function wrongChart(path: readonly string[], value: unknown): TransactionFlow {
  const config = structuredCopy(transactionMachine.config) as Config;
  let at = config;
  for (const key of path.slice(0, -1)) at = at[key] as Config;
  const last = path.at(-1) ?? '';
  expect(at[last], `nothing to change at ${path.join('.')}`).toBeDefined();
  at[last] = value;
  const machine = createMachine(config as never, transactionMachine.implementations as never);
  return { ...transactionFlow, machine };
}

/** Functions stay the same functions: only the objects around them are new. */
function structuredCopy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(structuredCopy);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, structuredCopy(each)]));
}

/** Writes a row down only when the next one comes: its commands have then long been carried out. */
class LazyJournal implements FallibleJournal {
  readonly #disk = new MemoryJournal();
  #unwritten: Parameters<JournalPort['append']>[0] | undefined;
  #seq = 0;

  append(row: Parameters<JournalPort['append']>[0]): JournalRow {
    this.#write();
    this.#unwritten = row;
    this.#seq = this.#disk.rows().length + 1;
    return { ...row, seq: this.#seq, flowId: row.flowId ?? this.#seq };
  }

  rows(): readonly JournalRow[] {
    const rows = this.#disk.rows();
    return this.#unwritten === undefined
      ? rows
      : [...rows, { ...this.#unwritten, seq: this.#seq, flowId: this.#unwritten.flowId ?? this.#seq }];
  }

  rowsOf(flowId: number): readonly JournalRow[] {
    return this.rows().filter((row) => row.flowId === flowId);
  }

  powerFails(): void {
    this.#unwritten = undefined;
  }

  #write(): void {
    if (this.#unwritten !== undefined) this.#disk.append(this.#unwritten);
    this.#unwritten = undefined;
  }
}

describe('a deliberate bug is caught', () => {
  const complaintsOf = (wrong: PowerCutScript): string[] => {
    try {
      return explore(wrong, 1_000_000).failures.flatMap(({ disagreements }) => disagreements);
    } catch (error) {
      return [String(error)];
    }
  };

  test('resend instead of reverse', () => {
    const chart = wrongChart(['states', 'authorize', 'states', 'awaitingHost', 'on', 'HostSilent'], {
      target: '#transaction.transmit.numbering',
    });
    const complaints = complaintsOf(script('reply lost', { transactionFlow: chart }));
    expect(complaints.join('\n')).toContain('the host has taken 2468, the terminal says 1234');
  });

  test('act before journal', () => {
    const complaints = complaintsOf(script('approved', { makeJournal: () => new LazyJournal() }));
    expect(complaints.join('\n')).toContain('the host has taken 1234, the terminal says 0');
  });

  test('a reprint without its mark', () => {
    const printing = ['states', 'print', 'states', 'merchantCopy', 'states', 'printing', 'entry'];
    const chart = wrongChart(printing, [
      { type: 'printSlip', params: { copy: 'merchant', reprint: false } },
      { type: 'countPrint', params: 'merchant' },
    ]);
    const complaints = complaintsOf(script('approved', { transactionFlow: chart }));
    expect(complaints.join('\n')).toContain('-M-1 are not marked as reprints');
  });

  test('a reversal forgotten after the restart', () => {
    const chart = wrongChart(['states', 'reversal', 'on', 'PowerRestored'], { target: '#transaction.reversed' });
    const complaints = complaintsOf(script('reply lost', { transactionFlow: chart }));
    expect(complaints.join('\n')).toContain('the host has taken 1234, the terminal says 0');
  });

  test('a reversal forgotten while the request was under way', () => {
    const chart = wrongChart(['states', 'authorize', 'states', 'awaitingHost', 'on', 'PowerRestored'], {
      target: '#transaction.cancelled',
    });
    expect(complaintsOf(script('approved', { transactionFlow: chart })).join('\n')).toContain(
      'the host has taken 1234, the terminal says 0',
    );
  });
});
