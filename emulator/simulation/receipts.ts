/** A store of e-receipts that outlives the power, as the real one does: each slip once, in the order in which it came. */
import type { Clock } from '../../src/domain/clock.ts';
import type { Slip } from '../../src/domain/slip.ts';
import type { ReceiptPort } from '../../src/flows/receipt-port.ts';
import { TRANSACTION_TYPES } from '../../src/flows/transaction/types.ts';
import type { Transaction } from './replayed.ts';

export class SimulatedReceipts {
  /** By `batch-voucher-copy`. */
  readonly kept = new Map<string, Slip>();
  readonly closed: number[] = [];

  /** For one life of the terminal. */
  port(clock: Clock): ReceiptPort {
    return {
      issue: (slip, answer) => {
        const id = `${slip.batch}-${slip.voucher}-${slip.copy}`;
        if (!this.kept.has(id)) this.kept.set(id, slip);
        const shortUrl = `https://receipt.example/#${id}`;
        const qr = { text: shortUrl, moduleDots: 6, errorCorrection: 'medium' } as const;
        clock.after(0, () => answer({ type: 'issued', url: shortUrl, shortUrl, qr }));
      },
      closeBatch: (batch, answer) => {
        if (this.closed.at(-1) !== batch) this.closed.push(batch);
        clock.after(0, () => answer({ type: 'closed', count: 0 }));
      },
    };
  }
}

/** What is kept electronically is what was approved, and nothing else. */
export function receiptDisagreements(
  { kept }: SimulatedReceipts,
  transactions: readonly Transaction[],
): readonly string[] {
  const wanted = transactions.flatMap(({ context: { kind, rules, trace, training }, path }) =>
    path === 'approved' && TRANSACTION_TYPES[kind].slip && rules.receipts !== undefined && !training
      ? (['merchant', 'cardholder'] as const).map((copy) => `${trace?.batch}-${trace?.stan}-${copy}`)
      : [],
  );
  const surplus = [...kept.keys()].filter((id) => !wanted.includes(id));
  return [
    ...wanted.filter((id) => !kept.has(id)).map((id) => `no e-receipt ${id} is kept`),
    ...surplus.map((id) => `the e-receipt ${id} is of nothing that was approved`),
  ];
}
