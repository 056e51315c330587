/**
 * What stands in the way of what is wanted, and who may want it.
 *
 * Mutations that these tests caught: an owed slip that waits for a sign-in; a settlement before the stored notice or the
 * owed reversal; a settlement that needs keys; a download tried for ever; a sale by nobody; a void without its supervisor.
 */
import { describe, expect, test } from 'vitest';
import { Secret } from '../../domain/secret.ts';
import type { AmountMinor } from '../../domain/money.ts';
import type { BatchTotals, HostReply, HostRequest } from '../ports.ts';
import { PAUSE_MS, setUp } from './kit.testing.ts';

const side = { debitCount: 0, debitAmount: '0' as AmountMinor, creditCount: 0, creditAmount: '0' as AmountMinor };
const totals: BatchTotals = { domestic: side, foreign: side };
const settles = (request: HostRequest): Partial<HostReply> =>
  request.kind === 'settlement' ? { settlement: { domestic: 'balanced', foreign: 'balanced', totals } } : {};

const people = {
  supervisor: { number: '00', passwordHash: 'hash of 12345678' },
  operators: [{ number: '01', passwordHash: 'hash of 0000' }],
  wrongPasswordsMax: 3,
};
const password = (text: string) => ({ type: 'password', password: Secret.of(text, 'PASSWORD') }) as const;

describe('an owed slip', () => {
  test('is printed without a sign-in: printing needs no keys', () => {
    const { boot, breakPrinter, choose, host, key, kinds, mendPrinter, rows, sell } = setUp();
    boot();
    breakPrinter();
    sell();
    key({ type: 'cancel' });
    host['sign-in'] = 'unreachable';
    const again = setUp({ 'sign-in': 'unreachable' }, rows);
    again.boot();
    mendPrinter();
    again.choose('finish');
    expect(again.rows.filter(({ event }) => event.type === 'SlipPrinted')).toHaveLength(2);
    expect(kinds()).not.toContain('reversal');
    choose('finish');
  });
});

describe('a settlement', () => {
  test('closes the batch, and the next transaction signs in first', () => {
    const { boot, choose, kinds, screen, sell } = setUp({}, [], { says: settles });
    boot();
    sell();
    choose('settlement');
    expect([kinds().slice(1), screen()]).toEqual([['authorization', 'settlement', 'batch-end'], 'not-signed-in']);
    choose('sale');
    expect(kinds().at(-1)).toBe('sign-in');
  });

  test('keeps what the terminal knows, and a start after it reads no further back', () => {
    const { boot, choose, rows, sell } = setUp({}, [], { says: settles });
    boot();
    sell();
    choose('settlement');
    expect(rows.at(-1)).toMatchObject({ event: { type: 'FactsKept', facts: { batch: 1, batchLog: [], lastStan: 4 } } });
    sell();
    const from = rows.findLastIndex(({ event }) => event.type === 'FactsKept');
    const again = setUp({}, rows.slice(from), { says: settles });
    again.boot();
    again.sell();
    expect(again.rows.findLast(({ event }) => event.type === 'TraceAllotted')).toMatchObject({ event: { stan: 7 } });
    expect(rows.filter(({ event }) => event.type === 'FactsKept')).toHaveLength(1);
  });

  test('waits for an owed reversal, and is not made while the host refuses that', () => {
    const { boot, choose, host, kinds, sell } = setUp({ authorization: 'silent', reversal: '96' }, [], {
      says: settles,
    });
    boot();
    sell();
    choose('settlement');
    expect(kinds()).not.toContain('settlement');
    host.reversal = '00';
    choose('settlement');
    expect(kinds().slice(-3)).toEqual(['reversal', 'settlement', 'batch-end']);
  });

  test('needs no keys', () => {
    const { rows, ...before } = setUp({}, [], { says: settles });
    before.boot();
    before.sell();
    before.host['sign-in'] = '97';
    before.choose('sign-in');
    const { boot, choose, kinds } = setUp({ 'sign-in': 'unreachable' }, rows, { says: settles });
    boot();
    choose('settlement');
    expect(kinds()).toEqual(['sign-in', 'settlement', 'batch-end']);
  });

  test('that the host left unanswered goes before the next sale, and is asked for again of itself', () => {
    const { boot, choose, clock, host, kinds, screen } = setUp({ settlement: 'silent' }, [], { says: settles });
    boot();
    choose('settlement');
    expect(screen()).toBe('settlement-owed');
    choose('sale');
    expect(kinds().filter((kind) => kind === 'settlement')).toHaveLength(2);
    host.settlement = '00';
    clock.pass(4 * PAUSE_MS);
    expect(kinds().at(-1)).toBe('batch-end');
  });

  test('is refused a sign-off before it', () => {
    const { boot, choose, kinds, lastScreen, sell } = setUp();
    boot();
    sell();
    choose('sign-off');
    expect(kinds()).not.toContain('sign-off');
    expect(JSON.stringify(lastScreen())).toContain('settle first');
  });
});

describe('what the host asks for', () => {
  const wants = (request: HostRequest): Partial<HostReply> => {
    if (request.kind === 'authorization') return { processingRequirement: 1 };
    return request.kind === 'download' ? { download: { type: 'parameters', values: [['22', '新名']] } } : {};
  };

  test('is done after the transaction, once nobody looks any more', () => {
    const { boot, clock, key, kinds, screen, sell } = setUp({}, [], { says: wants });
    boot();
    sell();
    expect([kinds().at(-1), screen()]).toEqual(['authorization', 'result']);
    key({ type: 'confirm' });
    clock.pass(0);
    expect(kinds().at(-1)).toBe('download');
  });

  test('does not stand in the way for ever when the host then refuses it', () => {
    const { boot, choose, clock, key, kinds, screen, sell } = setUp({ download: '96' }, [], { says: wants });
    boot();
    sell();
    key({ type: 'confirm' });
    clock.pass(0);
    choose('sale');
    expect(screen()).toBe('enter-amount');
    expect(kinds().filter((kind) => kind === 'download').length).toBeLessThanOrEqual(2);
  });
});

describe('people', () => {
  const staffed = () => setUp({}, [], { parameters: { people } });

  test('nobody sells before signing on', () => {
    const { boot, choose, screen } = staffed();
    boot();
    expect(screen()).toBe('signed-off');
    choose('sale');
    expect(screen()).toBe('signed-off');
  });

  test('whoever signs on is the operator of the transactions', () => {
    const { boot, choose, clock, key, rows } = staffed();
    boot();
    choose('operator-sign-on');
    key({ type: 'text', text: '01' });
    key(password('0000'));
    clock.pass(0);
    choose('sale');
    expect(rows.at(-1)).toMatchObject({ event: { type: 'TransactionStarted', operatorNumber: '01' } });
  });

  test('a void asks for the supervisor', () => {
    const { boot, choose, clock, key, screen } = staffed();
    boot();
    choose('operator-sign-on');
    key({ type: 'text', text: '01' });
    key(password('0000'));
    clock.pass(0);
    choose('void');
    expect(screen()).toBe('supervisor-password');
    key(password('0000'));
    clock.pass(0);
    expect(screen()).toBe('supervisor-password');
    key(password('12345678'));
    clock.pass(0);
    expect(screen()).toBe('name-original');
  });

  test('a refused reversal is given up with the supervisor’s password alone', () => {
    const { boot, choose, clock, host, key, rows, screen, sell } = staffed();
    boot();
    choose('operator-sign-on');
    key({ type: 'text', text: '01' });
    key(password('0000'));
    clock.pass(0);
    host.authorization = 'silent';
    host.reversal = '96';
    sell();
    key({ type: 'confirm' });
    choose('give-up');
    expect(screen()).toBe('operator-password');
    key(password('12345678'));
    clock.pass(0);
    expect(rows.findLast(({ flow }) => flow === 'transaction')).toMatchObject({
      event: { type: 'ReversalGivenUp' },
      ended: true,
    });
  });
});

test('a sale that turns out wrong is voided from its result', () => {
  const { boot, choose, rows, sell } = setUp();
  boot();
  sell();
  choose('void-this');
  expect(rows.some(({ event }) => event.type === 'OriginalFound')).toBe(true);
});
