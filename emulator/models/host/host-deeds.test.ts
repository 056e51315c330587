/**
 * What can be done to the host from outside: wrong frames, stops, slowness, standing orders, cards.
 *
 * Mutations tried: late answers given by a stopped host, nothing slow but what is late, a truncated frame that is whole,
 * a spoilt MAC on every misdirected answer, rules oldest first or before the overrides or for reversals, the count of
 * wrong PINs kept when a card is unblocked, partial approval that cannot be switched off. Each was noticed.
 */
import { describe, expect, test } from 'vitest';
import { FrameReader, framed } from '../../../src/host/iso8583/codec.ts';
import { Bug } from '../../../src/domain/result.ts';
import type { Action } from '../model.ts';
import type { Decision } from './decisions.ts';
import { RULES_MAX, type F39Rule } from './f39-rules.ts';
import { LATE_ANSWERS_MAX, type HostSight } from './host-session.ts';
import { account, hostOf, TestTerminal, type Sale } from './terminal.testing.ts';

const second = account({ pan: '6222021234567800028', behaviour: 'silent' });

const signedIn = (changes: Parameters<typeof hostOf>[0] = {}) => {
  const host = hostOf({ accounts: [account(), second], ...changes });
  const terminal = new TestTerminal(host);
  terminal.signIn();
  const codeOf = (sale: Sale) => terminal.ask(terminal.sale(sale)).fields[39];
  return { host, terminal, codeOf };
};

const writtenBy = (actions: readonly Action<HostSight>[]): readonly Uint8Array[] =>
  actions.flatMap((action) => (action.type === 'write' ? [action.bytes] : []));
const typesOf = (actions: readonly Action<HostSight>[]): readonly string[] =>
  actions.map((action) => (action.type === 'sight' ? action.sight.type : action.type));

describe('a decision', () => {
  const after = (decision: Decision) => {
    const { host, terminal } = signedIn();
    host.does({ type: 'next', mti: '0200', decision });
    const actions = terminal.send(terminal.sale({ stan: 12 }));
    return { host, terminal, actions, written: writtenBy(actions)[0] ?? new Uint8Array(0) };
  };

  test('to answer for another terminal keeps the MAC right', () => {
    const { host, terminal, actions } = after({ type: 'wrong-terminal' });
    const [reply] = terminal.repliesIn(actions);
    expect(reply?.fields).toMatchObject({ 11: '000012', 39: '00', 41: '90000001' });
    expect(reply !== undefined && terminal.macIsRight(reply)).toBe(true);
    expect(host.heldMinor('10000001', 7, 12)).toBe(1500n);
  });

  test('to truncate sends half a frame, books, and leaves the line open', () => {
    const { host, terminal, actions, written } = after({ type: 'truncated' });
    const reader = new FrameReader();
    expect([reader.push(written), reader.held]).toEqual([[], written.length]);
    const announced = ((written[0] ?? 0) << 8) | (written[1] ?? 0);
    expect(written.length).toBe((announced + 2) >> 1);
    expect(actions.at(-1)).toMatchObject({ sight: { type: 'answered', responseCode: '00', spoilt: 'truncated' } });
    expect(host.heldMinor('10000001', 7, 12)).toBe(1500n);
    expect(typesOf(terminal.send(terminal.sale({ stan: 13 })))).toContain('write');
  });

  test('to send too much announces more than a message can have', () => {
    const { host, actions, written } = after({ type: 'oversized' });
    expect(new FrameReader().push(written)).toEqual([{ type: 'oversized', length: 65_535 }]);
    expect(actions.at(-1)).toMatchObject({ sight: { spoilt: 'oversized' } });
    expect(host.heldMinor('10000001', 7, 12)).toBe(1500n);
  });

  test.each(['11', 'A2', 'A4', 'A5', 'A6'])('to approve with %s books as ever', (responseCode) => {
    const { host, terminal, actions } = after({ type: 'approve', responseCode });
    expect(terminal.repliesIn(actions)[0]?.fields[39]).toBe(responseCode);
    expect(host.entryJson('10000001', 7, 12)).toMatchObject({ state: 'held', responseCode });
  });

  test('to approve does not help a wrong PIN', () => {
    const { host, terminal } = signedIn();
    host.does({ type: 'next', decision: { type: 'approve', responseCode: '11' } });
    expect(terminal.ask(terminal.sale({ stan: 1, pin: '000000' })).fields[39]).toBe('55');
  });

  test('to approve with a refusal is a bug', () => {
    const decision: Decision = { type: 'approve', responseCode: '51' };
    expect(() => hostOf().does({ type: 'next', decision })).toThrow(Bug);
  });
});

describe('a stopped host', () => {
  test('hangs up on whatever comes and books nothing, until it is started', () => {
    const { host, terminal, codeOf } = signedIn();
    host.does({ type: 'stop' });
    expect(typesOf(terminal.send(terminal.sale({ stan: 12 })))).toEqual(['stopped', 'hang-up']);
    terminal.reconnect();
    expect(typesOf(terminal.raw(Uint8Array.of(0)))).toEqual(['stopped', 'hang-up']);
    expect(host.ledgerJson().entries).toEqual([]);
    host.does({ type: 'start' });
    terminal.reconnect();
    expect(codeOf({ stan: 12 })).toBe('00');
  });

  test('hangs up instead of giving the late answers that it owes', () => {
    const { host, terminal } = signedIn();
    host.does({ type: 'next', decision: { type: 'late', ms: 5000 } });
    terminal.send(terminal.sale({ stan: 12 }));
    host.does({ type: 'stop' });
    expect(typesOf(terminal.elapsed('late-answer-1'))).toEqual(['hang-up']);
  });
});

describe('a slow host', () => {
  test('answers everything so much later, until it is quick again', () => {
    const { host, terminal, codeOf } = signedIn();
    host.does({ type: 'slow', ms: 3000 });
    const actions = terminal.send(terminal.sale({ stan: 12 }));
    expect(typesOf(actions)).toEqual(['request', 'delayed', 'arm']);
    expect(actions.at(-1)).toMatchObject({ ms: 3000 });
    expect(terminal.repliesIn(terminal.elapsed('late-answer-1'))[0]?.fields[39]).toBe('00');
    host.does({ type: 'slow', ms: 0 });
    expect(codeOf({ stan: 13 })).toBe('00');
  });

  test('hangs up once on a terminal that makes too many answers wait, also with an answer that comes twice', () => {
    const { host, terminal } = signedIn();
    host.does({ type: 'slow', ms: 3000 });
    host.does({ type: 'next', times: LATE_ANSWERS_MAX, decision: { type: 'twice' } });
    const stans = Array.from({ length: LATE_ANSWERS_MAX }, (_, index) => index + 1);
    const actions = stans.flatMap((stan) => terminal.send(terminal.sale({ stan, amountMinor: '1' })));
    expect(typesOf(actions).filter((type) => type === 'hang-up')).toHaveLength(1);
    expect(typesOf(actions).at(-1)).toBe('hang-up');
  });

  test('is slow to say that it cannot read, too', () => {
    const { host, terminal } = signedIn();
    host.does({ type: 'slow', ms: 3000 });
    const cut = terminal.sale({ stan: 12 }).subarray(0, 60);
    expect(typesOf(terminal.raw(framed(cut)))).toEqual(['unreadable', 'delayed', 'arm']);
  });

  test('spoils its frames when they go', () => {
    const { host, terminal } = signedIn();
    host.does({ type: 'slow', ms: 3000 });
    host.does({ type: 'next', decision: { type: 'oversized' } });
    terminal.send(terminal.sale({ stan: 12 }));
    expect(new FrameReader().push(writtenBy(terminal.elapsed('late-answer-1'))[0] ?? new Uint8Array(0))).toMatchObject([
      { type: 'oversized' },
    ]);
  });
});

describe('a standing order', () => {
  test.each<[string, Omit<F39Rule, 'responseCode'>, readonly string[]]>([
    ['for everything', {}, ['05', '05', '05']],
    ['for an amount', { amountMinor: '1500' }, ['05', '00', '00']],
    ['for amounts that end so', { amountEndsWith: '51' }, ['00', '05', '00']],
    ['for a card', { card: '0010' }, ['05', '05', '05']],
    ['for another card', { card: '0028' }, ['00', '00', '00']],
    ['for a message type', { mti: '0200' }, ['05', '05', '05']],
    ['for another message type', { mti: '0220' }, ['00', '00', '00']],
    ['for two requests', { times: 2 }, ['05', '05', '00']],
  ])('%s holds for what it names', (_, rule, codes) => {
    const { codeOf } = signedIn({ rules: [{ ...rule, responseCode: '05' }] });
    expect(['1500', '1551', '5100'].map((amountMinor, index) => codeOf({ stan: index + 1, amountMinor }))).toEqual(
      codes,
    );
  });

  test('refuses as a declined entry', () => {
    const { host, codeOf } = signedIn({ rules: [{ responseCode: '34' }] });
    codeOf({ stan: 1 });
    expect(host.ledgerJson().entries).toMatchObject([{ state: 'declined', responseCode: '34' }]);
  });

  test('says an approval otherwise', () => {
    const { host, codeOf } = signedIn({ rules: [{ responseCode: 'A6' }] });
    expect([codeOf({ stan: 1 }), host.heldMinor('10000001', 7, 1)]).toEqual(['A6', 1500n]);
  });

  test('leaves reversals alone unless it names them', () => {
    const { host, terminal, codeOf } = signedIn();
    codeOf({ stan: 1 });
    host.does({ type: 'rule', rule: { amountMinor: '1500', responseCode: '05' } });
    expect(terminal.ask(terminal.reversal({ stan: 1 })).fields[39]).toBe('00');
    host.does({ type: 'rule', rule: { mti: '0400', responseCode: '96' } });
    expect(terminal.ask(terminal.reversal({ stan: 1 })).fields[39]).toBe('96');
  });

  test('is newest first, weaker than an override, stronger than the habit of a card', () => {
    const { host, codeOf } = signedIn({ rules: [{ responseCode: '05' }, { responseCode: '34' }] });
    host.does({ type: 'next', decision: { type: 'refuse', responseCode: '91' } });
    expect([codeOf({ stan: 1 }), codeOf({ stan: 2 }), codeOf({ stan: 3, account: second })]).toEqual([
      '91',
      '34',
      '34',
    ]);
    host.does({ type: 'forget-rules' });
    expect(codeOf({ stan: 4 })).toBe('00');
  });

  test.each<[string, readonly F39Rule[]]>([
    ['no F39', [{ responseCode: 'x' }]],
    ['a partial approval', [{ responseCode: '10' }]],
    ['a card of three digits', [{ card: '117', responseCode: '05' }]],
    ['an amount of letters', [{ amountMinor: 'much', responseCode: '05' }]],
    ['an ending of letters', [{ amountEndsWith: 'x', responseCode: '05' }]],
    ['no message type', [{ mti: '200', responseCode: '05' }]],
    ['no request at all', [{ times: 0, responseCode: '05' }]],
    ['too many', Array.from({ length: RULES_MAX + 1 }, () => ({ responseCode: '05' }))],
  ])('of %s is a bug', (_, rules) => {
    expect(() => hostOf({ rules })).toThrow(Bug);
  });
});

test('partial approval is switched on and off', () => {
  const { host, terminal } = signedIn();
  const short = (stan: number) =>
    terminal.ask(terminal.sale({ stan, amountMinor: '100001' }, { 60: '22000007000501' })).fields[39];
  expect(short(1)).toBe('51');
  host.does({ type: 'partial-approval', on: true });
  host.does({ type: 'partial-approval', on: false });
  expect(short(2)).toBe('51');
  host.does({ type: 'partial-approval', on: true });
  expect([short(3), host.balanceMinor(account().pan)]).toEqual(['10', 0n]);
});

describe("the bank's word on a card", () => {
  test('blocks it and unblocks it, and the ledger shows it', () => {
    const { host, codeOf } = signedIn();
    for (const stan of [1, 2, 3]) codeOf({ stan, pin: '000000' });
    expect(host.ledgerJson().accounts[0]).toMatchObject({ cardState: 'pin-blocked', wrongPins: 3 });
    host.does({ type: 'card', card: '0010', state: 'active' });
    expect(host.ledgerJson().accounts[0]).toMatchObject({ cardState: 'active', wrongPins: 0 });
    expect(codeOf({ stan: 4, pin: '123456' })).toBe('00');
    host.does({ type: 'card', card: '0010', state: 'pin-blocked' });
    expect(codeOf({ stan: 5, pin: '123456' })).toBe('75');
  });

  test.each(['9999', '62220212345678000'])('needs one card: not %s', (card) => {
    expect(() => signedIn().host.does({ type: 'card', card, state: 'lost' })).toThrow(Bug);
  });
});
