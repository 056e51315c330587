/**
 * What scripts read of a batch: every kind of transaction, in the report and in the ledger.
 *
 * Mutations tried: transfers or pre-authorizations left out or counted, what was reversed or declined listed, voided sales
 * not listed, voids and refunds as debits, an advice that counts on no side, notices matched with nothing. Each was noticed.
 */
import { expect, test } from 'vitest';
import type { EntryJson } from './ledger-json.ts';
import { hexOf } from './transfers.ts';
import { account, hostOf, sixDigits, TestTerminal, type Changes } from './terminal.testing.ts';

const foreign = account({ pan: '4000001234567899', organisation: 'VIS' });
const ID_DOCUMENT = hexOf('01110101199001011234'.padEnd(22));

/** One of each, every amount another: two alike would hide a mix-up. */
const everything = () => {
  const host = hostOf({ accounts: [account(), foreign] });
  const terminal = new TestTerminal(host);
  terminal.signIn();
  const ask = (...request: Parameters<TestTerminal['financial']>) => terminal.ask(terminal.financial(...request));
  const follow = (...request: Parameters<TestTerminal['followUp']>) => terminal.ask(terminal.followUp(...request));
  const hold = (stan: number) => ask('pre-authorization', { stan, amountMinor: `${5000 + stan}` });
  const held = [hold(1), hold(2), hold(3), hold(4)] as const;
  const completion = follow('completion', { stan: 5, amountMinor: '4001', original: held[0] });
  follow('completion-advice', { stan: 6, amountMinor: '4002', original: held[1] });
  follow('pre-authorization-void', { stan: 7, amountMinor: '5003', original: held[2] });
  follow('completion', { stan: 8, amountMinor: '4004', original: held[3] });
  follow('completion-void', { stan: 9, amountMinor: '4001', original: completion });
  const sales = [
    ask('sale', { stan: 10, amountMinor: '1001' }),
    ask('sale', { stan: 11, amountMinor: '1002' }),
  ] as const;
  follow('void', { stan: 12, amountMinor: '1001', original: sales[0] });
  follow('refund', { stan: 13, amountMinor: '502', original: sales[1] });
  ask('transfer', { stan: 14, amountMinor: '303' }, { 62: hexOf(foreign.pan) });
  ask('account-verification', { stan: 15, account: foreign }, { 49: undefined, 62: ID_DOCUMENT });
  ask('two-card-transfer', { stan: 15, amountMinor: '304' }, { 60: '49000007', 62: hexOf(foreign.pan) });
  ask('sale', { stan: 16, amountMinor: '77', account: foreign });
  // What leaves nothing.
  ask('balance-inquiry', { stan: 17 });
  ask('sale', { stan: 18, pin: '000000' });
  ask('sale', { stan: 19 });
  terminal.ask(terminal.reversal({ stan: 19 }));
  terminal.ask(terminal.reversal({ stan: 20 }));
  return { host, terminal, report: () => host.batchReport('10000001', 7) };
};

const TOTALS = {
  domestic: { debitMinor: '14010', debitCount: 5, creditMinor: '5504', creditCount: 3 },
  foreign: { debitMinor: '77', debitCount: 1, creditMinor: '0', creditCount: 0 },
};

/** Trace number, transaction, state and amount of everything that was approved and not reversed. */
const APPROVED = [
  [1, 'pre-authorization', 'held', '5001'],
  [2, 'pre-authorization', 'completed', '5002'],
  [3, 'pre-authorization', 'voided', '5003'],
  [4, 'pre-authorization', 'completed', '5004'],
  [5, 'completion', 'voided', '4001'],
  [6, 'completion-advice', 'booked', '4002'],
  [7, 'pre-authorization-void', 'booked', '5003'],
  [8, 'completion', 'booked', '4004'],
  [9, 'completion-void', 'booked', '4001'],
  [10, 'sale', 'voided', '1001'],
  [11, 'sale', 'held', '1002'],
  [12, 'void', 'booked', '1001'],
  [13, 'refund', 'booked', '502'],
  [14, 'transfer', 'booked', '303'],
  [15, 'two-card-transfer', 'booked', '304'],
  [16, 'sale', 'held', '77'],
] as const;
/** What moves money to the merchant or back, and so is settled. */
const SETTLED = [5, 6, 8, 9, 10, 11, 12, 13, 16];

const stansOf = (items: readonly { readonly stan: number }[]) => items.map(({ stan }) => stan);
const asRow = ({ amountMinor, stan, state, transaction }: EntryJson) => [stan, transaction, state, amountMinor];

test('the report and the ledger have every transaction of a batch, and the totals count each on its side', () => {
  const { host, report } = everything();
  const { hostTotals, transactions } = report();
  expect(transactions.map(asRow)).toEqual(APPROVED);
  expect(hostTotals).toEqual(TOTALS);
  const undone = ['declined', 'reversed', 'forestalled'];
  const { entries } = host.ledgerJson();
  expect(entries.filter(({ state }) => !undone.includes(state))).toEqual(transactions);
  expect(entries.filter(({ state }) => undone.includes(state)).map(({ stan }) => stan)).toEqual([18, 19, 20]);
  expect(host.discrepancies()).toEqual([]);
});

test('an upload of all that is settled leaves nothing missing on either side', () => {
  const { terminal, report } = everything();
  const ask = (mti: string, f60: string, changes: Changes) =>
    terminal.ask(terminal.message(mti, { 11: '000900', 60: f60, ...changes })).fields[39];
  expect(stansOf(report().missingAtTerminal)).toEqual(SETTLED);
  ask('0500', '00000007201', { 48: '0'.repeat(62), 49: '156' });
  const notices = [6, 13];
  for (const [stan, transaction, , amountMinor] of APPROVED.filter(([stan]) => SETTLED.includes(stan))) {
    const isForeign = stan === 16;
    const pan = isForeign ? foreign.pan : account().pan;
    const detail = `${isForeign ? '01' : '00'}${sixDigits(stan)}${pan.padStart(20, '0')}${amountMinor.padStart(12, '0')}`;
    const isRefund = transaction === 'refund';
    const notice = { 2: pan, 3: isRefund ? '200000' : '000000', 4: amountMinor.padStart(12, '0'), 11: sixDigits(stan) };
    const code = notices.includes(stan)
      ? ask('0320', `${isRefund ? '25' : '24'}000007000`, notice)
      : ask('0320', '00000007201', { 48: `01${detail}` });
    expect(code).toBe('00');
  }
  const { matched, missingAtHost, missingAtTerminal, uploads } = report();
  expect([stansOf(matched), missingAtHost, missingAtTerminal, uploads]).toEqual([SETTLED, [], [], SETTLED.length]);
});

test('the report of a batch that nobody knows is of nothing', () => {
  const { host } = everything();
  const { hostTotals, transactions } = host.batchReport('10000001', 8);
  const nothing = { debitMinor: '0', debitCount: 0, creditMinor: '0', creditCount: 0 };
  expect([transactions, hostTotals]).toEqual([[], { domestic: nothing, foreign: nothing }]);
});
