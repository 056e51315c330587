/**
 * Notices that are sent until they are answered: the refund and the completion advice (dialect sheet 4.4, 9.2).
 *
 * Mutations tried: refused notices answered 94, sales decided anew too, another transaction under the trace number of a
 * refused notice, booked notices decided anew, an entry of the batch twice, the batch looked at before the duplicate, an
 * expired card's keyed notice refused, F14 compared, a PIN wanted of what is keyed, a refusal that keeps its first code.
 * Each was noticed.
 */
import { describe, expect, test } from 'vitest';
import type { Message } from '../../../src/host/iso8583/message.ts';
import { account, hostOf, TestTerminal, type Changes } from './terminal.testing.ts';

const NOTICES = ['refund', 'completion-advice'] as const;
type Notice = (typeof NOTICES)[number];

const ORIGINAL_OF = { refund: 'sale', 'completion-advice': 'pre-authorization' } as const;
/** Of what was 100 000, once the notice of 1500 is booked. */
const LEFT = { refund: 100_000n, 'completion-advice': 98_500n } as const;

/** As a terminal that keeps no tracks sends it. */
const KEYED: Changes = { 2: account().pan, 14: account().expiry, 22: '012', 35: undefined, 53: undefined };

type SignIn = Parameters<TestTerminal['signIn']>[0];

const world = (name: Notice, code: SignIn = '004', now = () => '20260315143205') => {
  const host = hostOf({ now });
  const terminal = new TestTerminal(host);
  terminal.signIn(code);
  const original = terminal.ask(terminal.financial(ORIGINAL_OF[name], { stan: 12 }));
  const notice = (changes: Changes = {}, stan = 13) => terminal.followUp(name, { stan, original }, changes);
  const send = (changes: Changes = {}) => codeOf(terminal.ask(notice(changes)));
  const entry = () => host.entryJson('10000001', 7, 13);
  const balance = () => host.balanceMinor(account().pan);
  const nextBatch = () => {
    terminal.ask(terminal.message('0820', { 11: '000090', 60: '00000007002' }));
    terminal.signIn();
  };
  return { host, terminal, original, notice, send, entry, balance, nextBatch };
};

const codeOf = ({ fields }: Message): string | undefined => fields[39];

describe.each(NOTICES)('a %s', (name) => {
  test.each<[string, Changes]>([
    ['with its track', {}],
    ['keyed', KEYED],
  ])('that was booked is a duplicate when it comes again %s', (_, again) => {
    const { send, balance } = world(name);
    expect([send(), send(again), send(again), balance()]).toEqual(['00', '94', '94', LEFT[name]]);
  });

  test.each<[string, Changes]>([
    ['with its track', {}],
    ['keyed', KEYED],
  ])('that was declined is decided anew when it comes again %s', (_, again) => {
    const { host, send, entry, balance } = world(name);
    host.does({ type: 'next', decision: { type: 'refuse', responseCode: '96' } });
    expect([send(), entry()?.state]).toEqual(['96', 'declined']);
    expect([send(again), entry()?.state, balance()]).toEqual(['00', 'booked', LEFT[name]]);
    expect([send(again), balance(), host.discrepancies()]).toEqual(['94', LEFT[name], []]);
  });

  test('that is declined again stays one entry, and tells its last refusal', () => {
    const { host, send, entry } = world(name);
    for (const responseCode of ['96', '91', '68']) {
      host.does({ type: 'next', decision: { type: 'refuse', responseCode } });
      send();
    }
    expect(entry()).toMatchObject({ state: 'declined', responseCode: '68' });
    expect(host.ledgerJson().entries.map(({ stan }) => stan)).toEqual([12, 13]);
    send();
    const { transactions } = host.batchReport('10000001', 7);
    expect(transactions.map(({ stan }) => stan)).toEqual([12, 13]);
  });

  test('that a script declines after it was booked stays booked', () => {
    const { host, send, entry } = world(name);
    send();
    host.does({ type: 'next', decision: { type: 'refuse', responseCode: '96' } });
    expect([send(), entry()?.state]).toEqual(['96', 'booked']);
  });

  test('is not what a sale was declined as', () => {
    const { host, terminal, send } = world(name);
    host.does({ type: 'next', decision: { type: 'refuse', responseCode: '51' } });
    terminal.ask(terminal.sale({ stan: 13 }));
    expect(send()).toBe('94');
  });

  test('that was declined keeps its trace number from a sale', () => {
    const { host, terminal, send } = world(name);
    host.does({ type: 'next', decision: { type: 'refuse', responseCode: '96' } });
    send();
    expect(codeOf(terminal.ask(terminal.sale({ stan: 13 })))).toBe('94');
  });

  test('of a batch that is over is a duplicate if it was booked, and too late if it was not', () => {
    const { terminal, notice, send, nextBatch, balance } = world(name);
    send();
    const { batch } = terminal;
    nextBatch();
    terminal.batch = batch;
    expect([send(), codeOf(terminal.ask(notice({}, 14))), balance()]).toEqual(['94', '77', LEFT[name]]);
  });

  test('of a closed batch likewise', () => {
    const { host, terminal, send, notice } = world(name);
    send();
    host.does({ type: 'next', decision: { type: 'refuse', responseCode: '96' } });
    terminal.ask(notice({}, 14));
    terminal.ask(terminal.message('0500', { 11: '000900', 48: '0'.repeat(62), 49: '156', 60: '00000007201' }));
    expect([send(), codeOf(terminal.ask(notice({}, 14)))]).toEqual(['94', '77']);
  });
});

describe.each(NOTICES)('a keyed %s', (name) => {
  test.each<[string, SignIn, Changes]>([
    ['with the expiry date', '004', {}],
    ['without one', '004', { 14: undefined }],
    ['with one that the card does not have', '004', { 14: '2711' }],
    ['under keys without one for tracks', '003', {}],
    ['under single-length keys', '001', {}],
    ['under SM4 keys', '006', { 53: '0300000000000000' }],
  ])('is taken %s, where no PIN was entered', (_, code, changes) => {
    const { send, entry, balance } = world(name, code);
    expect(send({ ...KEYED, ...changes })).toBe('00');
    expect([entry()?.state, balance()]).toEqual(['booked', LEFT[name]]);
  });

  test.each([{}, KEYED])('is taken although the card has expired since: %o', (changes) => {
    let now = '20281231235959';
    const { send, balance } = world(name, '004', () => now);
    now = '20290101000000';
    const date = { 61: '0000070000121231' };
    expect([send({ ...changes, ...date }), balance()]).toEqual(['00', LEFT[name]]);
  });

  test.each(['lost', 'stolen', 'restricted', 'pin-blocked'] as const)('is taken although the card is %s', (state) => {
    const { host, send } = world(name);
    host.does({ type: 'card', card: '0010', state });
    expect(send(KEYED)).toBe('00');
  });

  test.each<[string, Changes]>([
    ['a track', { 35: '6222021234567800010D28121010000012345' }],
    ['no card number', { 2: undefined }],
  ])('with %s is a format error', (_, changes) => {
    const { send, balance } = world(name);
    const before = balance();
    expect([send({ ...KEYED, ...changes }), balance()]).toEqual(['30', before]);
  });
});
