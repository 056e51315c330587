/** How many MAC-checked sales a second the emulated acquirer does, in one thread, wires left out. */
import { performance } from 'node:perf_hooks';
import { account, hostOf, MERCHANT, MASTER_KEY, TestTerminal } from '../models/host/terminal.testing.ts';
import { median } from './statistics.ts';

export interface HostBench {
  /** Approved sales a second, each with PIN, enciphered track and MACs both ways: median over the rounds. */
  readonly salesPerSecond: number;
  readonly slowestRoundPerSecond: number;
  readonly rounds: number;
  readonly terminals: number;
}

const TERMINALS = 20;

/** Takes about four seconds, half of them to make the requests. @param salesPerRound a multiple of 20. */
export function benchHost(rounds = 9, salesPerRound = 3000): HostBench {
  const card = account({ balanceMinor: '1000000000' });
  const ids = Array.from({ length: TERMINALS }, (_, index) => String(10_000_001 + index));
  const host = hostOf({
    accounts: [card],
    terminals: ids.map((terminal) => ({ terminal, merchant: MERCHANT, masterKey: MASTER_KEY, batch: 7 })),
  });
  const terminals = ids.map((id) => new TestTerminal(host, id));
  for (const terminal of terminals) terminal.signIn();
  let stan = 0;
  const round = (): number => {
    const requests = Array.from({ length: salesPerRound / TERMINALS }, () => {
      stan += 1;
      return terminals.map((terminal) => terminal.sale({ stan, amountMinor: '1', account: card, pin: card.pin }));
    });
    const startedAt = performance.now();
    for (const batch of requests) for (const [index, bytes] of batch.entries()) terminals[index]?.send(bytes);
    return (salesPerRound / (performance.now() - startedAt)) * 1000;
  };
  round();
  const rates = Array.from({ length: rounds }, round);
  const sold = BigInt((rounds + 1) * salesPerRound);
  if (host.creditMinor(MERCHANT) !== sold) throw new Error('The host did not approve all of the sales.');
  return {
    salesPerSecond: Math.round(median(rates)),
    slowestRoundPerSecond: Math.round(Math.min(...rates)),
    rounds,
    terminals: TERMINALS,
  };
}
