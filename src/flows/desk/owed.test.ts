/**
 * What is owed, beside what else people do in the meantime, and after a power cut in the middle of both.
 *
 * Mutations that these tests caught: a terminal that will not start with an echo beside an owed settlement; a pause that
 * is over while somebody looks for a voucher number, and never comes again; a question that is answered long after it
 * has left the screen; an outcome that nobody gets to see; the settlement that was owed, and then a second one; a closed
 * batch settled again; a sign-off with a transaction that was not settled.
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

const password = (text: string) => ({ type: 'password', password: Secret.of(text, 'PASSWORD') }) as const;
const people = {
  supervisor: { number: '00', passwordHash: 'hash of 12345678' },
  operators: [{ number: '01', passwordHash: 'hash of 0000' }],
  wrongPasswordsMax: 3,
};

type World = ReturnType<typeof setUp>;

const eventsOf = ({ rows }: World): readonly string[] => rows.map(({ event }) => event.type);

/** The host has not answered the settlement of the one sale. */
function withOwedSettlement(): World {
  const world = setUp({ settlement: 'silent' }, [], { says: settles });
  world.boot();
  world.sell();
  world.choose('settlement');
  expect(world.screen()).toBe('settlement-owed');
  world.requests.length = 0;
  return world;
}

/** The host refuses to take the one sale back. */
function withRefusedReversal(options: Parameters<typeof setUp>[2] = {}): World {
  const world = setUp({ authorization: 'silent', reversal: '96' }, [], options);
  world.boot();
  if (options.parameters?.people !== undefined) {
    world.choose('operator-sign-on');
    world.key({ type: 'text', text: '01' });
    world.key(password('0000'));
    world.clock.pass(0);
  }
  world.sell();
  expect(eventsOf(world).at(-1)).toBe('HostReplied');
  world.requests.length = 0;
  return world;
}

describe('an owed settlement', () => {
  test('and a service that the power cut short do not keep the terminal from starting', () => {
    const before = withOwedSettlement();
    // Begun, and nothing of it has been answered.
    before.key({ type: 'choose', item: 'echo' });
    const echo = before.rows.findLast(({ event }) => event.type === 'ServiceStarted')?.flowId;
    const after = setUp({}, before.rows, { says: settles });
    after.boot();
    expect(after.kinds()).toEqual(['settlement', 'batch-end']);
    const ofEcho = after.rows.filter(({ flowId }) => flowId === echo);
    expect(ofEcho.at(-1)).toMatchObject({ event: { type: 'PowerRestored' }, ended: true });
  });

  test('is the one that who wants a settlement wants', () => {
    const { choose, host, kinds } = withOwedSettlement();
    host.settlement = '00';
    choose('settlement');
    expect(kinds()).toEqual(['settlement', 'batch-end']);
  });
});

describe('an owed reversal', () => {
  test('is tried again although somebody looks for a voucher number when its time has come', () => {
    const { choose, clock, host, key, kinds } = withRefusedReversal();
    host.reversal = '00';
    choose('reprint-voucher');
    clock.pass(PAUSE_MS + 1);
    expect(kinds()).toEqual([]);
    key({ type: 'cancel' });
    clock.pass(PAUSE_MS);
    expect(kinds()).toEqual(['reversal']);
  });

  test('is not given up by whoever presses a key after the question has left the screen', () => {
    const { choose, clock, key, screen, ...world } = withRefusedReversal();
    choose('give-up');
    expect(screen()).toBe('confirm-give-up');
    clock.pass(PAUSE_MS);
    expect(screen()).toBe('result');
    key({ type: 'confirm' });
    expect(eventsOf({ ...world } as World)).not.toContain('ReversalGivenUp');
    expect(screen()).toBe('idle');
  });

  test('that nobody answers for stays owed, and the terminal goes back to its idle screen', () => {
    const { choose, clock, host, screen } = withRefusedReversal();
    host.reversal = 'unreachable';
    clock.pass(10 * PAUSE_MS);
    choose('give-up');
    clock.pass(2 * PAUSE_MS);
    expect(screen()).toBe('idle');
  });

  test('that the supervisor gives up says what has become of it, until somebody has seen it', () => {
    const { choose, clock, key, lastScreen, screen } = withRefusedReversal({ parameters: { people } });
    choose('give-up');
    key(password('12345678'));
    clock.pass(0);
    expect([screen(), lastScreen()?.result]).toMatchObject(['result', { outcome: 'unanswered' }]);
  });
});

describe('an owed slip', () => {
  /** Of an approved sale, put off. */
  function withOwedSlip(): World {
    const world = setUp();
    world.boot();
    world.breakPrinter();
    world.sell();
    world.key({ type: 'cancel' });
    world.mendPrinter();
    return world;
  }

  test('is of a transaction that keeps the terminal from signing off', () => {
    const world = withOwedSlip();
    world.choose('sign-off');
    expect(eventsOf(world).slice(-2)).toEqual(['SlipPrinted', 'SlipPrinted']);
    expect(world.kinds()).not.toContain('sign-off');
    expect(JSON.stringify(world.lastScreen())).toContain('settle first');
  });

  test('is printed when the power is back, signed in or not', () => {
    const before = withOwedSlip();
    before.host['sign-in'] = '97';
    before.choose('sign-in');
    const { length } = before.rows;
    const after = setUp({ 'sign-in': 'unreachable' }, before.rows);
    after.boot();
    expect(eventsOf(after).slice(length)).toEqual([
      'SignInStarted',
      'TraceAllotted',
      'HostUnreachable',
      'ServiceStarted',
      'SlipPrinted',
      'SlipPrinted',
    ]);
    expect(after.screen()).toBe('not-signed-in');
  });

  test('does not keep the next customer waiting, and stands in the list with theirs', () => {
    const { breakPrinter, choose, lastScreen, mendPrinter, papers, sell, ...world } = withOwedSlip();
    breakPrinter();
    sell();
    world.key({ type: 'cancel' });
    expect(lastScreen()?.result).toMatchObject({
      outcome: 'approved',
      slipOwed: true,
      slips: [
        { copy: 'merchant', state: 'owed' },
        { copy: 'cardholder', state: 'owed' },
      ],
    });
    world.key({ type: 'confirm' });
    expect(JSON.stringify(lastScreen()?.lines)).toContain('Slips to be printed: 4, of vouchers 000002 000003');
    mendPrinter();
    papers.length = 0;
    choose('print-owed');
    expect(papers).toMatchObject([
      { voucher: 2, copy: 'merchant', reprint: false },
      { voucher: 2, copy: 'cardholder', reprint: false },
      { voucher: 3, copy: 'merchant', reprint: false },
      { voucher: 3, copy: 'cardholder', reprint: false },
    ]);
    expect(JSON.stringify(lastScreen()?.lines)).not.toContain('Slips to be printed');
  });

  test('is printed of the terminal’s own accord when the printer has been seen to print again', () => {
    const { clock, key, mendPrinter, papers, sell } = withOwedSlip();
    mendPrinter();
    papers.length = 0;
    sell();
    expect(papers).toMatchObject([{ voucher: 3 }, { voucher: 3 }]);
    key({ type: 'confirm' });
    clock.pass(0);
    expect(papers.slice(2)).toMatchObject([{ voucher: 2 }, { voucher: 2 }]);
  });

  test('is printed when somebody asks for it, signed in or not', () => {
    const world = withOwedSlip();
    world.host['sign-in'] = '97';
    world.choose('sign-in');
    world.choose('finish');
    expect(eventsOf(world).slice(-2)).toEqual(['SlipPrinted', 'SlipPrinted']);
  });
});

test('a batch that is closed is not settled again: the next one is opened first', () => {
  const { boot, choose, kinds, requests, sell } = setUp({}, [], { says: settles });
  boot();
  sell();
  choose('settlement');
  requests.length = 0;
  choose('settlement');
  expect(kinds()).toEqual(['sign-in', 'settlement', 'batch-end']);
});
