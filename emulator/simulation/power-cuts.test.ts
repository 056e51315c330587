/**
 * The money and paper promises under power cuts: host ledger, journal and paper must agree after every history.
 *
 * Many single cuts of a few errands, and some pairs of sales; `npm run proofs` explores the rest. A checker
 * that checks nothing also passes, so eleven deliberate bugs must be caught.
 */
import { createMachine } from 'xstate';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { JournalPort, JournalRow } from '../../src/flows/journal.ts';
import { SERVICE_TYPES } from '../../src/flows/service/types.ts';
import { transactionFlow, transactionMachine, type TransactionFlow } from '../../src/flows/transaction/machine.ts';
import { settlement } from './errands.ts';
import { MemoryJournal } from './memory-journal.ts';
import { CHIP_SALE_NAMES, SALE_NAMES, script } from './power-cut-scripts.ts';
import { explore, type FallibleJournal, type PowerCutScript } from './power-cuts.ts';

const PAIRS = 499;
const SINGLE = { cuts: 1, pairs: Number.MAX_SAFE_INTEGER };
/** Of what takes long. */
const FEW = { ...SINGLE, cuts: 7 };
/** With a card a sale has five times as many instants. */
const CHIP = { ...SINGLE, cuts: 139 };
const CHIP_OTHER = { ...SINGLE, cuts: 401 };

// A slow machine needs longer; nothing here depends on time.
vi.setConfig({ testTimeout: 120_000 });

describe('whenever the power fails', () => {
  test.each([
    ...SALE_NAMES.map((name) => [name, { cuts: 3, pairs: PAIRS }] as const),
    ['part refused', FEW],
    ['an e-receipt taken', FEW],
    ['a transfer in one message, its reply lost', FEW],
    ['a refund, its reply lost', FEW],
    ['a settlement whose reply is lost', FEW],
    ['upkeep and parameters', { ...SINGLE, cuts: 13 }],
  ] as const)('host, journal and paper agree: %s', async (name, every) => {
    const { failures, histories } = await explore(script(name), every);
    expect(failures).toEqual([]);
    expect(histories).toBeGreaterThan(9);
  });

  test.each([
    ...CHIP_SALE_NAMES.map((name) => [name, CHIP] as const),
    ['a chip that refuses its issuer', CHIP_OTHER],
    ['a chip and an offline PIN', CHIP_OTHER],
    ['a chip that cannot be read, and its stripe', CHIP_OTHER],
    ['a chip with scripts, before a settlement', CHIP_OTHER],
    ['a chip’s balance inquiry', CHIP_OTHER],
    ['a chip’s void', CHIP_OTHER],
    ['a chip’s batch that does not balance', CHIP_OTHER],
    ['a chip that is pulled out while it hears the answer', CHIP_OTHER],
  ] as const)('they agree with a card in the reader: %s', async (name, every) => {
    const { failures, histories } = await explore(script(name), every);
    expect(failures).toEqual([]);
    expect(histories).toBeGreaterThan(1);
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

/** Takes what the power cut short in a service for over. */
class ForgetfulJournal implements FallibleJournal {
  readonly #disk = new MemoryJournal();
  readonly #forgotten = new Set<number>();

  append(row: Parameters<JournalPort['append']>[0]): JournalRow {
    return this.#disk.append(row);
  }

  rows(): readonly JournalRow[] {
    return this.#disk.rows().map((row) => (this.#forgotten.has(row.seq) ? { ...row, ended: true } : row));
  }

  rowsOf(flowId: number): readonly JournalRow[] {
    return this.rows().filter((row) => row.flowId === flowId);
  }

  powerFails(): void {
    const last = this.rows().findLast(({ flow }) => flow === 'service');
    if (last !== undefined) this.#forgotten.add(last.seq);
  }
}

describe('a deliberate bug is caught', () => {
  afterEach(() => vi.restoreAllMocks());

  /** Whether the complaint comes up; whatever else does is of no interest. */
  const isFound = async (wrong: PowerCutScript, complaint: string, every = 1): Promise<boolean> => {
    let found = false;
    await explore(wrong, { ...SINGLE, cuts: every }, ({ disagreements }) => {
      found ||= disagreements.some((each) => each.includes(complaint));
      return found;
    });
    return found;
  };
  const awaitingHost = ['states', 'authorize', 'states', 'awaitingHost', 'on'];
  const sendsAgain = wrongChart([...awaitingHost, 'HostSilent'], { target: '#transaction.transmit.numbering' });

  test('resend instead of reverse', async () => {
    const wrong = script('reply lost', { transactionFlow: sendsAgain });
    expect(await isFound(wrong, 'the host has taken 2468, the terminal says 1234')).toBe(true);
  });

  test('act before journal', async () => {
    const wrong = script('approved', { makeJournal: () => new LazyJournal() });
    expect(await isFound(wrong, 'the host has taken 1234, the terminal says 0')).toBe(true);
  });

  test('a reprint without its mark', async () => {
    const printing = ['states', 'print', 'states', 'merchantCopy', 'states', 'printing', 'entry'];
    const chart = wrongChart(printing, [
      { type: 'printSlip', params: { copy: 'merchant', reprint: false } },
      { type: 'countPrint', params: 'merchant' },
    ]);
    const wrong = script('approved', { transactionFlow: chart });
    expect(await isFound(wrong, '-M-1 are not marked as reprints')).toBe(true);
  });

  test('a reversal forgotten after the restart', async () => {
    const chart = wrongChart(['states', 'reversal', 'on', 'PowerRestored'], { target: '#transaction.reversed' });
    const wrong = script('reply lost', { transactionFlow: chart });
    expect(await isFound(wrong, 'the host has taken 1234, the terminal says 0')).toBe(true);
  });

  test('a reversal forgotten while the request was under way', async () => {
    const chart = wrongChart([...awaitingHost, 'PowerRestored'], { target: '#transaction.cancelled' });
    const wrong = script('approved', { transactionFlow: chart });
    expect(await isFound(wrong, 'the host has taken 1234, the terminal says 0')).toBe(true);
  });

  test('a refund repeated under a new trace number', async () => {
    const wrong = script('a refund, its reply lost', { transactionFlow: sendsAgain });
    expect(await isFound(wrong, 'the host has taken 766, the terminal says 1000')).toBe(true);
  });

  test('a settlement forgotten after the restart, when the host may have closed the batch', async () => {
    const wrong = script('a settlement that balances', {
      errands: [settlement],
      makeJournal: () => new ForgetfulJournal(),
    });
    expect(await isFound(wrong, 'the host has settled the batch 1437, and the terminal has not')).toBe(true);
  });

  test('a card that had not said its last word when the power failed, taken for one that declines', async () => {
    const chart = wrongChart(['states', 'authorize', 'states', 'tellingCard', 'on', 'PowerRestored'], {
      target: '#transaction.declined',
    });
    const wrong = script('a chip', { transactionFlow: chart });
    expect(await isFound(wrong, 'the host has taken 1234, the terminal says 0', 5)).toBe(true);
  });

  test('an issuer’s script of which the host is not told', async () => {
    vi.spyOn(SERVICE_TYPES['script-notices'], 'first').mockReturnValue([]);
    const wrong = script('a chip with scripts, before a sale');
    expect(await isFound(wrong, 'the host was not told of the scripts of 1437')).toBe(true);
  });

  test('a chip whose certificate is not uploaded', async () => {
    const { taken } = SERVICE_TYPES.settlement;
    vi.spyOn(SERVICE_TYPES.settlement, 'taken').mockImplementation((request, context) => {
      const more = taken(request, context);
      return more === 'refused' ? more : more.filter(({ type }) => type !== 'batch-chip');
    });
    expect(await isFound(script('a chip’s batch that balances'), ': missing')).toBe(true);
  });

  test('a stored advice that is not forwarded', async () => {
    vi.spyOn(SERVICE_TYPES.forwarding, 'first').mockReturnValue([]);
    const wrong = script('a completion advice, stored, before a settlement');
    expect(await isFound(wrong, 'the notice 1437/3 was not forwarded before settlement')).toBe(true);
  });
});
