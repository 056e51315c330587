/**
 * Money under everything at once: random sequences of all transactions, their reversals, repeats, and answers that are
 * lost, from two terminals over several batches.
 */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Message } from '../../../src/host/iso8583/message.ts';
import { transactions, type TransactionName } from './transactions.ts';
import { hexOf } from './transfers.ts';
import { account, hostOf, MERCHANT, sixDigits, TestTerminal, type Changes, type Sale } from './terminal.testing.ts';

const CARDS = [
  account({ balanceMinor: '50000' }),
  account({ pan: '6222021234567800028', balanceMinor: '9000' }),
  account({ pan: '4000001234567899', organisation: 'VIS', balanceMinor: '20000' }),
];
const [PAYER, , RECEIVER] = CARDS;
const OPENED_MINOR = 79_000n;

const NOTICES: readonly TransactionName[] = ['refund', 'completion-advice'];
const REVERSIBLE = transactions.filter(({ reversible }) => reversible).map(({ name }) => name);

interface Done {
  readonly name: TransactionName;
  readonly terminal: number;
  readonly sale: Sale;
  readonly request: Uint8Array;
  readonly reply: Message;
  readonly batch: string;
}

const step = fc.record({
  what: fc.constantFrom(
    ...transactions.map(({ name }) => name).filter((name) => name !== 'two-card-transfer'),
    ...(['reverse', 'reverse', 'reverse', 'repeat', 'sign-in', 'forestall'] as const),
  ),
  terminal: fc.nat({ max: 1 }),
  card: fc.nat({ max: CARDS.length - 1 }),
  /** Which of what was done it is about, from the latest; of any kind only when it is wild. */
  about: fc.nat({ max: 4 }),
  wild: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
  amount: fc.constantFrom('original', 'original', '1', '700', '1500', '8000'),
  decision: fc.constantFrom(...(['answer', 'answer', 'answer', 'silent', 'lose-reply'] as const)),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

class Play {
  readonly host = hostOf({ accounts: CARDS, partialApproval: true, refundsWithoutOriginal: true });
  readonly terminals = ['10000001', '10000002'].map((id) => new TestTerminal(this.host, id));
  readonly done: Done[] = [];
  /** What a terminal would have to complain of. */
  readonly complaints: string[] = [];
  #stan = 0;

  constructor() {
    for (const terminal of this.terminals) terminal.signIn();
  }

  take(step: Step): void {
    const terminal = this.#terminal(step.terminal);
    const about = this.#about(step);
    if (step.what === 'sign-in') return this.#nextBatch(terminal);
    if (step.what === 'repeat') return about === undefined ? undefined : this.#again(about);
    if (step.what === 'reverse') return about === undefined ? undefined : this.#reverse(about);
    if (step.what === 'forestall') {
      terminal.send(terminal.reversal({ stan: this.#stan + 1, amountMinor: '1500' }));
      return;
    }
    this.#transact(step.what, step, about);
  }

  #about({ about, what, wild }: Step): Done | undefined {
    const of = transactions.find(({ name }) => name === what)?.original?.of;
    const isFit = ({ name }: Done): boolean => (what === 'reverse' ? REVERSIBLE : (of ?? [name])).includes(name);
    const fit = wild ? this.done : this.done.filter(isFit);
    return fit.at(-1 - (about % Math.max(1, fit.length)));
  }

  #transact(name: TransactionName, { amount, card, decision, terminal: index }: Step, about: Done | undefined): void {
    const terminal = this.#terminal(index);
    this.#stan += 1;
    const row = transactions.find((each) => each.name === name);
    const original = row?.original === undefined ? undefined : about;
    if (row?.original !== undefined && original === undefined) return;
    const amountMinor = amount === 'original' ? BigInt(original?.reply.fields[4] ?? '1500').toString() : amount;
    const holder = original?.sale.account ?? CARDS[card] ?? account();
    const sale: Sale = { stan: this.#stan, amountMinor, account: holder };
    this.#rehearse(terminal, () => this.#request(terminal, name, sale, original));
    this.host.does({ type: 'next', decision: { type: decision } });
    const request = this.#request(terminal, name, sale, original);
    const [reply] = terminal.repliesIn(terminal.send(request));
    const seen = reply ?? { tpdu: '', header: '', mti: '', fields: {} };
    this.done.push({ name, terminal: index, sale, request, reply: seen, batch: terminal.batch });
  }

  /** An exercise leaves everything as it is. */
  #rehearse(terminal: TestTerminal, request: () => Uint8Array): void {
    const before = this.#ledger();
    terminal.isInTraining = true;
    terminal.send(request());
    terminal.isInTraining = false;
    if (this.#ledger() !== before) this.complaints.push('an exercise left something');
  }

  #request(terminal: TestTerminal, name: TransactionName, sale: Sale, original: Done | undefined): Uint8Array {
    const part: Changes = name === 'sale' ? { 60: `22${terminal.batch}000501` } : {};
    if (original !== undefined) return terminal.followUp(name, { ...sale, original: withNumbers(original) });
    const receiver = sale.account?.pan === RECEIVER?.pan ? PAYER : RECEIVER;
    return terminal.financial(name, sale, name === 'transfer' ? { 62: hexOf(receiver?.pan ?? '') } : part);
  }

  /** The same bytes once more: what the ledger knows it must not decide again, but for a notice that it refused. */
  #again({ name, terminal: index, sale, batch, request }: Done): void {
    const terminal = this.#terminal(index);
    const earlier = this.host.entryJson(terminal.id, Number(batch), sale.stan);
    if (earlier === undefined) return;
    const isOpen = NOTICES.includes(name) && earlier.state === 'declined';
    const before = this.#ledger();
    terminal.send(request);
    if (this.#ledger() !== before && !isOpen) this.complaints.push(`${sale.stan} was decided twice`);
  }

  /** Reversed, and reversed again: the second time says the same and changes nothing. */
  #reverse({ name, terminal: index, sale, batch }: Done): void {
    if (!REVERSIBLE.includes(name)) return;
    const terminal = this.#terminal(index);
    const current = terminal.batch;
    terminal.batch = batch;
    const request = terminal.reversalOf(name, sale, name === 'sale' ? { 60: `22${batch}000501` } : {});
    terminal.batch = current;
    const first = terminal.ask(request).fields[39];
    const after = this.#ledger();
    if (terminal.ask(request).fields[39] !== first) this.complaints.push(`${sale.stan} was reversed in two ways`);
    if (this.#ledger() !== after) this.complaints.push(`${sale.stan} was reversed twice`);
  }

  #ledger(): string {
    return JSON.stringify(this.host.ledgerJson());
  }

  #nextBatch(terminal: TestTerminal): void {
    terminal.ask(terminal.message('0820', { 11: '000999', 60: `00${terminal.batch}002` }));
    terminal.signIn();
  }

  #terminal(index: number): TestTerminal {
    const terminal = this.terminals[index];
    if (terminal === undefined) throw new Error('There are two terminals.');
    return terminal;
  }

  total(): bigint {
    const { accounts } = this.host.ledgerJson();
    const sum = (values: readonly string[]) => values.reduce((total, value) => total + BigInt(value), 0n);
    return (
      sum(accounts.map(({ balanceMinor }) => balanceMinor)) +
      sum(accounts.map(({ heldMinor }) => heldMinor)) +
      this.host.creditMinor(MERCHANT)
    );
  }
}

/** What a terminal that lost the answer would not know is left as zeros. */
const withNumbers = ({ reply, sale, batch }: Done): Message => ({
  ...reply,
  fields: {
    11: sixDigits(sale.stan),
    13: '0315',
    37: '000000000000',
    38: '000000',
    60: `00${batch}`,
    ...reply.fields,
  },
});

test('balances, holds and credit add up to what was there, after any sequence of everything', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const play = new Play();
      for (const step of steps) {
        play.take(step);
        expect([...play.complaints, ...play.host.discrepancies()]).toEqual([]);
        expect(play.total()).toBe(OPENED_MINOR);
      }
    }),
    { numRuns: 60 },
  );
});

test('the sequences do reach every state of an entry', () => {
  const reached = new Set<string>();
  const steps = fc.sample(step, { seed: 20_260_315, numRuns: 3000 });
  for (let at = 0; at < steps.length; at += 60) {
    const play = new Play();
    for (const step of steps.slice(at, at + 60)) play.take(step);
    for (const { transaction, state } of play.host.ledgerJson().entries) reached.add(`${transaction ?? ''} ${state}`);
  }
  expect([...reached]).toEqual(
    expect.arrayContaining([
      'sale held',
      'sale voided',
      'sale reversed',
      'transfer declined',
      'sale refunded',
      ' forestalled',
      'void booked',
      'void reversed',
      'void declined',
      'refund booked',
      'transfer booked',
      'transfer reversed',
      'pre-authorization held',
      'pre-authorization completed',
      'pre-authorization voided',
      'pre-authorization-void booked',
      'pre-authorization-void reversed',
      'completion booked',
      'completion voided',
      'completion reversed',
      'completion-advice booked',
      'completion-void booked',
      'completion-void reversed',
    ]),
  );
});
