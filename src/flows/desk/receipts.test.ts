/** When a batch of e-receipts ends, and that it ends once more where a power cut may have come between. */
import { expect, test } from 'vitest';
import type { AmountMinor } from '../../domain/money.ts';
import type { BatchTotals, HostReply, HostRequest } from '../ports.ts';
import type { ReceiptPort } from '../receipt-port.ts';
import { setUp } from './kit.testing.ts';

const side = { debitCount: 0, debitAmount: '0' as AmountMinor, creditCount: 0, creditAmount: '0' as AmountMinor };
const totals: BatchTotals = { domestic: side, foreign: side };
const says = (request: HostRequest): Partial<HostReply> =>
  request.kind === 'settlement' ? { settlement: { domestic: 'balanced', foreign: 'balanced', totals } } : {};

function withReceipts() {
  const closed: number[] = [];
  const issued: string[] = [];
  const receipts: ReceiptPort = {
    issue: ({ copy }, answer) => {
      issued.push(copy);
      queueMicrotask(() => answer({ type: 'issued', url: 'https://receipt.example/#x', shortUrl: 's' }));
    },
    closeBatch: (batch) => closed.push(batch),
  };
  const options = { says, receipts, parameters: { receipts: 'offered' } } as const;
  return { closed, issued, options };
}

test('both copies are kept, and the cardholder may take theirs off the screen', async () => {
  const { issued, options } = withReceipts();
  const { boot, clock, key, lastScreen, papers, sell } = setUp({}, [], options);
  boot();
  sell();
  for (let turn = 0; turn < 4; turn++) await Promise.resolve();
  clock.pass(0);
  expect([issued, papers.length]).toEqual([['merchant', 'cardholder'], 1]);
  expect(lastScreen()).toMatchObject({ id: 'receipt-offer', code: 'https://receipt.example/#x' });
  key({ type: 'confirm' });
  expect(lastScreen()?.result).toMatchObject({ outcome: 'approved', receipt: { taken: true } });
  expect(papers).toHaveLength(1);
});

test('a worn head is told to whoever makes the code for the paper', async () => {
  const heads: (string | undefined)[] = [];
  const receipts: ReceiptPort = {
    issue: (_, answer, headHealth) => {
      heads.push(headHealth);
      queueMicrotask(() => answer({ type: 'issued', url: 'u', shortUrl: 's' }));
    },
    closeBatch: () => undefined,
  };
  for (const cleanAfterLines of [1_000_000, 0]) {
    const { boot, sell } = setUp({}, [], { receipts, parameters: { receipts: 'kept', cleanAfterLines } });
    boot();
    sell();
    for (let turn = 0; turn < 4; turn++) await Promise.resolve();
  }
  expect(heads).toEqual(['good', 'good', 'worn', 'worn']);
});

test('a settled batch is closed, and again at the next start; an open one is not', async () => {
  const { closed, options } = withReceipts();
  const { boot, choose, clock, key, rows, sell } = setUp({}, [], options);
  boot();
  sell();
  for (let turn = 0; turn < 4; turn++) await Promise.resolve();
  clock.pass(0);
  key({ type: 'confirm' });
  expect(closed).toEqual([]);
  const open = withReceipts();
  setUp({}, [...rows], open.options).boot();
  expect(open.closed).toEqual([]);
  choose('settlement');
  expect(closed).toEqual([1]);
  const after = withReceipts();
  setUp({}, [...rows], after.options).boot();
  expect(after.closed).toEqual([1]);
});
