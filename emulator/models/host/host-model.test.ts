/**
 * The host as a device: connections, decisions against the grain, timers, noise.
 *
 * Mutations tried: a silent sale booked, the reply made twice for `twice`, overrides oldest first or before the card's
 * habit or without their count, spoilt MACs not waiting, a card's habit kept for reversals, late replies kept, bytes
 * after the hang-up read, the card number shown, field 2 or 4 skipped wrongly in a message cut short. Each was noticed.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { framed } from '../../../src/host/iso8583/codec.ts';
import { Bug } from '../../../src/domain/result.ts';
import type { Action } from '../model.ts';
import { OVERRIDES_MAX, type Decision } from './decisions.ts';
import { LATE_ANSWERS_MAX, type HostSight } from './host-session.ts';
import { account, hostOf, TestTerminal } from './terminal.testing.ts';

const signedIn = (changes: Parameters<typeof hostOf>[0] = {}) => {
  const host = hostOf(changes);
  const terminal = new TestTerminal(host);
  terminal.signIn();
  return { host, terminal };
};

const typesOf = (actions: readonly Action<HostSight>[]): readonly string[] =>
  actions.map((action) => (action.type === 'sight' ? action.sight.type : action.type));

const sightsOf = (actions: readonly Action<HostSight>[]): readonly HostSight[] =>
  actions.flatMap((action) => (action.type === 'sight' ? [action.sight] : []));

const after = (decision: Decision) => {
  const { host, terminal } = signedIn();
  host.does({ type: 'next', mti: '0200', decision });
  const actions = terminal.send(terminal.sale({ stan: 12 }));
  return { host, terminal, actions, heldMinor: host.heldMinor('10000001', 7, 12) };
};

const refuse = (responseCode: string, mti?: string) =>
  ({ type: 'next', ...(mti !== undefined && { mti }), decision: { type: 'refuse', responseCode } }) as const;

describe('a decision', () => {
  test('to be silent books nothing and writes nothing', () => {
    const { actions, heldMinor } = after({ type: 'silent' });
    expect([typesOf(actions), heldMinor]).toEqual([['request', 'not-answered'], 0n]);
  });

  test('to lose the reply books and writes nothing', () => {
    const { actions, heldMinor } = after({ type: 'lose-reply' });
    expect([typesOf(actions), heldMinor]).toEqual([['request', 'not-answered'], 1500n]);
    expect(sightsOf(actions)[1]).toMatchObject({ decision: 'lose-reply', bookedResponseCode: '00' });
  });

  test('to lose the reply leaves something for the reversal to find', () => {
    const { host, terminal } = after({ type: 'lose-reply' });
    expect(terminal.ask(terminal.reversal({ stan: 12 })).fields[39]).toBe('00');
    expect(host.balanceMinor(account().pan)).toBe(100_000n);
  });

  test('to be late books at once and replies when the timer runs out', () => {
    const { terminal, actions, heldMinor } = after({ type: 'late', ms: 70_000 });
    expect([typesOf(actions), heldMinor]).toEqual([['request', 'delayed', 'arm'], 1500n]);
    const armed = actions.find((action) => action.type === 'arm');
    expect(armed).toMatchObject({ ms: 70_000 });
    const timer = armed?.type === 'arm' ? armed.timer : '';
    const [reply] = terminal.repliesIn(terminal.elapsed(timer));
    expect(reply?.fields[39]).toBe('00');
    expect(terminal.elapsed(timer)).toEqual([]);
  });

  test('to spoil the MAC changes nothing but field 64', () => {
    const { terminal, actions, heldMinor } = after({ type: 'bad-mac' });
    const [reply] = terminal.repliesIn(actions);
    expect(reply?.fields).toMatchObject({ 11: '000012', 39: '00' });
    expect(reply !== undefined && terminal.macIsRight(reply)).toBe(false);
    expect(heldMinor).toBe(1500n);
  });

  test('to hang up books nothing and closes', () => {
    const { terminal, actions, heldMinor } = after({ type: 'hang-up' });
    expect([typesOf(actions), heldMinor]).toEqual([['request', 'not-answered', 'hang-up'], 0n]);
    expect(terminal.send(terminal.sale({ stan: 13 }))).toEqual([]);
    terminal.reconnect();
    expect(terminal.ask(terminal.sale({ stan: 12 })).fields[39]).toBe('00');
  });

  test('to reply twice books once', () => {
    const { host, terminal, actions } = after({ type: 'twice' });
    const [first, second, ...more] = terminal.repliesIn(actions);
    expect([second, more]).toEqual([first, []]);
    expect(host.balanceMinor(account().pan)).toBe(98_500n);
  });

  test('to answer another trace number keeps the MAC right', () => {
    const { terminal, actions, heldMinor } = after({ type: 'wrong-stan' });
    const [reply] = terminal.repliesIn(actions);
    expect(reply?.fields).toMatchObject({ 11: '000013', 39: '00' });
    expect(reply !== undefined && terminal.macIsRight(reply)).toBe(true);
    expect(heldMinor).toBe(1500n);
  });

  test('to refuse books a declined request', () => {
    const { host, terminal, actions, heldMinor } = after({ type: 'refuse', responseCode: '91' });
    expect([terminal.repliesIn(actions)[0]?.fields[39], heldMinor]).toEqual(['91', 0n]);
    expect(host.ledgerJson().entries).toMatchObject([{ stan: 12, state: 'declined', responseCode: '91' }]);
  });

  test('to refuse a reversal leaves the money where it is', () => {
    const { host, terminal } = signedIn();
    terminal.ask(terminal.sale({ stan: 12 }));
    host.does({ type: 'next', mti: '0400', decision: { type: 'refuse', responseCode: '96' } });
    expect(terminal.ask(terminal.reversal({ stan: 12 })).fields[39]).toBe('96');
    expect(host.heldMinor('10000001', 7, 12)).toBe(1500n);
    expect(terminal.ask(terminal.reversal({ stan: 12 })).fields[39]).toBe('00');
  });

  test('to refuse a sign-in hands out no keys', () => {
    const host = hostOf();
    host.does({ type: 'next', mti: '0800', decision: { type: 'refuse', responseCode: '97' } });
    expect(new TestTerminal(host).signIn().fields).not.toHaveProperty('62');
  });
});

describe('overrides', () => {
  test('are used newest first, each once', () => {
    const { host, terminal } = signedIn();
    host.does(refuse('91'));
    host.does(refuse('92'));
    expect([1, 2, 3].map((stan) => terminal.ask(terminal.sale({ stan })).fields[39])).toEqual(['92', '91', '00']);
  });

  test('wait for the message type that they name', () => {
    const { host, terminal } = signedIn();
    host.does(refuse('91', '0400'));
    expect(terminal.ask(terminal.sale({ stan: 1 })).fields[39]).toBe('00');
    expect(host.unusedDeeds()).toHaveLength(1);
    expect(terminal.ask(terminal.reversal({ stan: 1 })).fields[39]).toBe('91');
    expect(host.unusedDeeds()).toEqual([]);
  });

  test('wait for the terminal that they name, which must be one', () => {
    const { host, terminal } = signedIn();
    const second = new TestTerminal(host, '10000002');
    second.signIn();
    host.does({ ...refuse('91'), terminal: '10000002' });
    expect([terminal, second].map((each) => each.ask(each.sale({ stan: 1 })).fields[39])).toEqual(['00', '91']);
    expect(() => host.does({ ...refuse('91'), terminal: '99999999' })).toThrow('no terminal "99999999"');
  });

  test('last as many requests as they say', () => {
    const { host, terminal } = signedIn();
    host.does({ ...refuse('91'), times: 2 });
    expect([1, 2, 3].map((stan) => terminal.ask(terminal.sale({ stan })).fields[39])).toEqual(['91', '91', '00']);
  });

  test('that spoil a MAC wait for an answer that has one', () => {
    const host = hostOf();
    const terminal = new TestTerminal(host);
    host.does({ type: 'next', decision: { type: 'bad-mac' } });
    terminal.signIn();
    expect(terminal.macIsRight(terminal.ask(terminal.sale({ stan: 1 })))).toBe(false);
  });

  test('told through one session hold for all', () => {
    const { host, terminal } = signedIn();
    host.session().does(refuse('91'));
    expect(terminal.ask(terminal.sale({ stan: 1 })).fields[39]).toBe('91');
  });

  test.each([
    ['too many of them', () => Array.from({ length: OVERRIDES_MAX + 1 }, () => refuse('91'))],
    ['none of them', () => [{ ...refuse('91'), times: 0 }]],
    ['a refusal that approves', () => [refuse('00')]],
    ['a lateness of nothing', () => [{ type: 'next', decision: { type: 'late', ms: 0 } } as const]],
  ])('of nonsense (%s) are a bug of the script', (_, deeds) => {
    const host = hostOf();
    expect(() => deeds().forEach((deed) => host.does(deed))).toThrow(Bug);
  });
});

describe("a card's behaviour", () => {
  test('silent keeps its sales unbooked and unanswered, and its reversals answered', () => {
    const card = account({ behaviour: 'silent' });
    const { host, terminal } = signedIn({ accounts: [card] });
    expect(typesOf(terminal.send(terminal.sale({ stan: 12, account: card })))).toEqual(['request', 'not-answered']);
    expect(host.ledgerJson().entries).toEqual([]);
    expect(terminal.ask(terminal.reversal({ stan: 12 }, { 2: card.pan })).fields[39]).toBe('25');
  });

  test('late books its sales at once, and its reversals are not late', () => {
    const card = account({ behaviour: 'late' });
    const { host, terminal } = signedIn({ accounts: [card], lateMs: 61_000 });
    const actions = terminal.send(terminal.sale({ stan: 12, account: card }));
    expect(actions.at(-1)).toMatchObject({ type: 'arm', ms: 61_000 });
    expect(host.heldMinor('10000001', 7, 12)).toBe(1500n);
    expect(terminal.ask(terminal.reversal({ stan: 12 }, { 2: card.pan })).fields[39]).toBe('00');
  });

  test('gives way to an override', () => {
    const card = account({ behaviour: 'silent' });
    const { host, terminal } = signedIn({ accounts: [card] });
    host.does({ type: 'next', decision: { type: 'answer' } });
    expect(terminal.ask(terminal.sale({ stan: 12, account: card })).fields[39]).toBe('00');
  });
});

describe('what can be seen', () => {
  test('is the request and its answer, with the card masked', () => {
    const { terminal } = signedIn();
    expect(sightsOf(terminal.send(terminal.sale({ stan: 12, pin: '123456' })))).toEqual([
      {
        type: 'request',
        mti: '0200',
        terminal: '10000001',
        batch: 7,
        stan: 12,
        amountMinor: '1500',
        maskedPan: '622202*********0010',
      },
      { type: 'answered', mti: '0200', terminal: '10000001', stan: 12, responseCode: '00' },
    ]);
  });

  test('says why where F39 does not', () => {
    const { terminal } = signedIn();
    const [, answered] = sightsOf(terminal.send(terminal.sale({ stan: 12 }, { 35: undefined })));
    expect(answered).toMatchObject({ responseCode: '30', reason: 'F22 says swiped, and F35 is absent' });
  });

  test('never holds the card number, the PIN or the keys', () => {
    const { host, terminal } = signedIn();
    const sights = [
      ...terminal.send(terminal.sale({ stan: 12, pin: '123456' })),
      ...terminal.send(terminal.sale({ stan: 13 }, { 2: account().pan, 22: '012', 35: undefined, 53: undefined })),
      ...terminal.send(terminal.reversal({ stan: 12 }, { 2: account().pan })),
    ].filter((action) => action.type === 'sight');
    const seen = JSON.stringify([sights, host.ledgerJson()]);
    expect(sights).toHaveLength(6);
    expect(seen).not.toContain(account().pan);
    expect(seen).not.toContain(account().pan.slice(6, 15));
    expect(seen).not.toContain('123456');
  });
});

describe('bytes', () => {
  test('in any chunking give the same answers', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 30 }), (sizes) => {
        const { terminal } = signedIn();
        const stream = [1, 2, 3].flatMap((stan) => [...framed(terminal.sale({ stan }))]);
        const replies = [];
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          replies.push(...terminal.repliesIn(terminal.raw(Uint8Array.from(stream.slice(at, at + size)))));
          at += size;
        }
        expect(replies.map(({ fields }) => [fields[11], fields[39]])).toEqual([
          ['000001', '00'],
          ['000002', '00'],
          ['000003', '00'],
        ]);
      }),
      { numRuns: 30 },
    );
  });

  test('that are garbage never throw, and book nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 10 }), (chunks) => {
        const { host, terminal } = signedIn();
        const actions = chunks.flatMap((chunk) => terminal.raw(chunk));
        expect(actions.filter((action) => action.type === 'hang-up').length).toBeLessThanOrEqual(1);
        expect(host.ledgerJson().entries).toEqual([]);
      }),
    );
  });

  test('of a request that is cut or prolonged never throw, and book nothing', () => {
    const { terminal: sender } = signedIn();
    const whole = sender.sale({ stan: 12 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: whole.length + 8 }), (length) => {
        fc.pre(length !== whole.length);
        const { host, terminal } = signedIn();
        const bytes = new Uint8Array(length);
        bytes.set(whole.subarray(0, length));
        terminal.send(bytes);
        expect(host.counters().malformed).toBe(1);
        expect(host.ledgerJson().entries).toEqual([]);
      }),
    );
  });

  test('that break off after the trace number are answered with F39 30', () => {
    const { terminal } = signedIn();
    const actions = terminal.send(terminal.sale({ stan: 12 }).subarray(0, 60));
    expect(typesOf(actions)).toEqual(['unreadable', 'write', 'answered']);
    expect(terminal.repliesIn(actions)[0]).toMatchObject({
      mti: '0210',
      tpdu: '6000000003',
      fields: { 11: '000012', 39: '30' },
    });
  });

  test('that break off after the trace number are answered where a card number stands before it, too', () => {
    const { terminal } = signedIn();
    const keyed = terminal.sale({ stan: 12 }, { 2: account().pan, 22: '012', 35: undefined, 53: undefined });
    const [reply] = terminal.repliesIn(terminal.send(keyed.subarray(0, 60)));
    expect(reply?.fields).toMatchObject({ 11: '000012', 39: '30' });
    const lengthAt = 21;
    expect(typesOf(terminal.send(keyed.with(lengthAt, 0x20)))).toEqual(['unreadable', 'hang-up']);
  });

  test.each([
    ['break off before the trace number', (sale: Uint8Array) => sale.subarray(0, 31)],
    ['are no request', (sale: Uint8Array) => sale.with(12, 0x10).subarray(0, 60)],
    ['name a type that is none', (sale: Uint8Array) => sale.with(11, 0xff)],
    ['are empty', () => new Uint8Array(0)],
  ])('that %s close the connection', (_, spoil) => {
    const { host, terminal } = signedIn();
    const actions = terminal.send(spoil(terminal.sale({ stan: 12 })));
    expect(typesOf(actions)).toEqual(['unreadable', 'hang-up']);
    expect(host.counters().malformed).toBe(1);
  });

  test('that announce more than a message can be close the connection', () => {
    const { host, terminal } = signedIn();
    expect(typesOf(terminal.raw(Uint8Array.of(0xff, 0xff, 0, 0)))).toEqual(['unreadable', 'hang-up']);
    expect(host.counters().oversized).toBe(1);
  });

  test('after the connection is closed are not looked at', () => {
    const { host, terminal } = signedIn();
    const actions = terminal.raw(Uint8Array.of(...framed(Uint8Array.of(1)), ...framed(terminal.sale({ stan: 12 }))));
    expect(typesOf(actions)).toEqual(['unreadable', 'hang-up']);
    expect(host.heldMinor('10000001', 7, 12)).toBe(0n);
  });
});

test('a terminal that makes too many answers wait is hung up on, and no timer stays', () => {
  const { host, terminal } = signedIn();
  host.does({ type: 'next', times: LATE_ANSWERS_MAX + 1, decision: { type: 'late', ms: 1000 } });
  const stans = Array.from({ length: LATE_ANSWERS_MAX + 1 }, (_, index) => index + 1);
  const actions = stans.flatMap((stan) => terminal.send(terminal.sale({ stan, amountMinor: '1' })));
  expect(typesOf(actions).filter((type) => type === 'disarm')).toHaveLength(LATE_ANSWERS_MAX);
  expect(actions.at(-1)).toEqual({ type: 'hang-up' });
  expect(terminal.elapsed('late-answer-1')).toEqual([]);
});

test('a timer that it never armed means nothing to it', () => {
  expect(hostOf().session().elapsed('late-answer-1')).toEqual([]);
});

test('counters tell what came and what went', () => {
  const { host, terminal } = signedIn();
  terminal.ask(terminal.sale({ stan: 1 }));
  host.does({ type: 'next', decision: { type: 'silent' } });
  terminal.send(terminal.sale({ stan: 2 }));
  expect(host.counters()).toEqual({ sessions: 1, requests: 3, answers: 2, malformed: 0, oversized: 0 });
});

const habits = (['answer', 'silent', 'lose-reply', 'bad-mac', 'hang-up', 'twice'] as const).map((type) => ({ type }));

test('the money adds up after any sequence of requests and decisions, and every held fen is one approval', () => {
  const step = fc.record({
    mti: fc.constantFrom('0200', '0400'),
    terminal: fc.nat({ max: 1 }),
    stan: fc.integer({ min: 1, max: 4 }),
    amountMinor: fc.constantFrom('1500', '70000'),
    pin: fc.constantFrom('123456', '000000'),
    decision: fc.constantFrom(...habits),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const host = hostOf();
      const terminals = ['10000001', '10000002'].map((id) => new TestTerminal(host, id));
      terminals.forEach((terminal) => terminal.signIn());
      for (const { mti, terminal: index, decision, ...request } of steps) {
        const terminal = terminals[index];
        if (terminal === undefined) continue;
        host.does({ type: 'next', decision: decision });
        terminal.send(mti === '0200' ? terminal.sale(request) : terminal.reversal(request));
        terminal.reconnect();
      }
      const keys = terminals.flatMap(({ id }) => [1, 2, 3, 4].map((stan) => ({ id, stan })));
      const heldMinor = keys.reduce((sum, { id, stan }) => sum + host.heldMinor(id, 7, stan), 0n);
      expect((host.balanceMinor(account().pan) ?? 0n) + heldMinor).toBe(100_000n);
      expect(host.discrepancies()).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
