/**
 * What the host's parameters (dialect sheet 7.4, 7.5) change at the desk, and what can be done with a result.
 *
 * Mutations that these tests caught: switches read as bytes, or from the right; a void offered although it is switched
 * off, after an exercise or a refund; no sign-off, one for every value, one before somebody who waits, a verdict that it
 * wipes away; notices held back by every value; a follow-up that outlives what was looked at; a marked balance.
 */
import { describe, expect, test } from 'vitest';
import type { AmountMinor } from '../../domain/money.ts';
import { Secret } from '../../domain/secret.ts';
import type { BatchTotals, HostReply, HostRequest } from '../ports.ts';
import { PARAMETERS, setUp } from './kit.testing.ts';

const side = { debitCount: 0, debitAmount: '0' as AmountMinor, creditCount: 0, creditAmount: '0' as AmountMinor };
const totals: BatchTotals = { domestic: side, foreign: side };
const balance = { currencyCode: '156', negative: true, amount: '500' as AmountMinor };

/** A host that balances, knows a balance, and gives these parameters. */
const giving =
  (values: readonly (readonly [tag: string, value: string])[]) =>
  (request: HostRequest): Partial<HostReply> => {
    switch (request.kind) {
      case 'download':
        return { download: { type: 'parameters', values } };
      case 'settlement':
        return { settlement: { domestic: 'balanced', foreign: 'balanced', totals } };
      case 'authorization':
        return request.wire.processingCode === '310000' ? { balance } : {};
      default:
        return {};
    }
  };

/** A terminal that has downloaded them. */
function under(values: readonly (readonly [tag: string, value: string])[], more: Parameters<typeof setUp>[2] = {}) {
  const world = setUp({}, [], { says: giving(values), ...more });
  world.boot();
  if (values.length > 0) world.choose('parameters');
  const keys = (): readonly string[] => (world.lastScreen()?.menu ?? []).map(({ key }) => key);
  const words = (): string => (world.lastScreen()?.lines ?? []).map(({ en }) => en).join('\n');
  return { ...world, keys, words };
}

const password = (text: string) => ({ type: 'password', password: Secret.of(text, 'PASSWORD') }) as const;

describe('parameter 26, as hex digits', () => {
  const SWITCHED = [
    'balance',
    'pre-authorization',
    'pre-authorization-void',
    'completion',
    'completion-void',
    'sale',
    'void',
    'refund',
    'completion-advice',
  ];

  test.each([
    ['FF200000', SWITCHED],
    ['00000000', []],
    ['80000000', ['balance']],
    ['40000000', ['pre-authorization']],
    ['04000000', ['sale']],
    ['01000000', ['refund']],
    ['00200000', ['completion-advice']],
    ['00dfffff', []],
    ['ffdfffff', SWITCHED.slice(0, -1)],
  ])('%s leaves these on, and the transfer, which has no switch', (value, on) => {
    const { keys } = under([['26', value]]);
    const offered = keys().filter((key) => SWITCHED.includes(key));
    expect(offered.toSorted()).toEqual(on.toSorted());
    expect(keys()).toContain('transfer');
  });

  test('that the host has not given leaves everything on', () => {
    expect(under([]).keys()).toEqual(expect.arrayContaining(SWITCHED));
  });

  test('keeps what is switched off from being begun', () => {
    const { choose, screen } = under([['26', '00000000']]);
    choose('sale');
    expect(screen()).toBe('idle');
  });

  test('without voids keeps the void from the result of a sale, too', () => {
    const { choose, keys, kinds, rows, screen, sell } = under([['26', 'FD200000']]);
    sell();
    expect([screen(), keys()]).toEqual(['result', []]);
    choose('void-this');
    expect(kinds().filter((kind) => kind === 'authorization')).toHaveLength(1);
    expect(rows.at(-1)?.ended).toBe(true);
  });
});

describe('parameter 22', () => {
  test.each([
    ['滨江小店', '滨江小店'],
    ['', 'm'],
  ])('%j names the merchant on the next slip %j', (value, name) => {
    const { papers, sell } = under([['22', value]]);
    sell();
    expect(papers).toMatchObject([{ merchantName: name }, { merchantName: name }]);
  });
});

describe('parameter 21', () => {
  test('1 signs off after the settlement, and the verdict stays on the screen', () => {
    const { choose, keys, kinds, screen, sell, words } = under([['21', '1']]);
    sell();
    choose('settlement');
    expect(kinds().slice(-3)).toEqual(['settlement', 'batch-end', 'sign-off']);
    expect([screen(), keys()]).toEqual(['not-signed-in', expect.arrayContaining(['sale'])]);
    expect(words()).toContain('SETTLEMENT: BALANCED\nSIGN OFF: done');
    choose('echo');
    expect(words()).not.toContain('BALANCED');
  });

  test('1 says so when the sign-off was not answered', () => {
    const { choose, host, words } = under([['21', '1']]);
    host['sign-off'] = 'silent';
    choose('settlement');
    expect(words()).toContain('SETTLEMENT: BALANCED\nSIGN OFF failed: no answer from the host');
  });

  test.each([[[['21', '0']] as const], [[]]])('%j leaves the sign-off to people', (values) => {
    const { choose, kinds } = under(values);
    choose('settlement');
    expect(kinds().at(-1)).toBe('batch-end');
  });

  test.each([
    ['was put aside', 'silent'],
    ['could not begin', 'unreachable'],
  ])('1 does not sign off after a settlement that %s, nor after any other service', (_, manner) => {
    const { choose, host, kinds } = under([['21', '1']]);
    host.settlement = manner;
    choose('settlement');
    choose('echo');
    expect(kinds()).not.toContain('sign-off');
  });

  test('1 waits until every batch is settled', () => {
    let batch = 1;
    const says = (request: HostRequest): Partial<HostReply> =>
      request.kind === 'sign-in' ? { batch } : giving([['21', '1']])(request);
    const { choose, kinds, sell } = under([['21', '1']], { says });
    sell();
    batch = 2;
    choose('sign-in');
    sell();
    choose('settlement');
    expect(kinds().at(-1)).toBe('batch-end');
    choose('settlement');
    expect(kinds().at(-1)).toBe('sign-off');
  });

  test('1 does not keep somebody waiting who wants to go on', () => {
    const { choose, host, kinds, screen } = under([['21', '1']]);
    host.settlement = 'silent';
    choose('settlement');
    host.settlement = '00';
    choose('sale');
    expect(kinds().slice(-3)).toEqual(['settlement', 'batch-end', 'sign-in']);
    expect(screen()).toBe('enter-amount');
  });
});

describe('parameter 24', () => {
  const stored = { parameters: { transactions: { ...PARAMETERS.transactions, storesAdvices: true } } };

  /** A completion advice that is a fact, and that the host has not heard of. */
  function withNotice(values: readonly (readonly [string, string])[]) {
    const world = under(values, stored);
    world.choose('completion-advice');
    world.key({ type: 'text', text: '012345' });
    world.key({ type: 'text', text: '1123' });
    world.clock.pass(0);
    world.finishSale();
    world.key({ type: 'confirm' });
    world.requests.length = 0;
    return world;
  }

  test.each([
    [[], ['authorization', 'authorization']],
    [[['24', '1']] as const, ['authorization', 'authorization']],
    [[['24', '0']] as const, ['authorization']],
    [[['24', '2']] as const, ['authorization']],
  ])('%j sends what is stored with the next sale, or does not', (values, sent) => {
    const { kinds, sell } = withNotice(values);
    sell();
    expect(kinds()).toEqual(sent);
  });

  test.each(['0', '1'])('%j sends it before the settlement, whatever it says', (value) => {
    const { choose, kinds } = withNotice([['24', value]]);
    choose('settlement');
    expect(kinds()).toEqual(['authorization', 'settlement', 'batch-end']);
  });
});

describe('a result', () => {
  test('of a sale offers to void it, and of the void offers nothing', () => {
    const { choose, clock, finishSale, key, keys, lastScreen, sell } = under([]);
    sell();
    expect([keys(), lastScreen()?.accepts]).toEqual([['void-this'], ['confirm', 'choose']]);
    choose('void-this');
    finishSale();
    expect(lastScreen()).toMatchObject({ result: { kind: 'void', outcome: 'approved' }, accepts: ['confirm'] });
    key({ type: 'confirm' });
    clock.pass(0);
    expect(keys()).not.toContain('void-this');
  });

  test.each([
    ['after it was left', ({ key }: ReturnType<typeof under>) => key({ type: 'confirm' })],
    ['after something else', ({ choose }: ReturnType<typeof under>) => choose('echo')],
  ])('is not followed up %s', (_, leave) => {
    const world = under([]);
    world.sell();
    leave(world);
    const before = world.rows.length;
    world.choose('void-this');
    expect(world.rows).toHaveLength(before);
  });

  test('whose void came to nothing does not name the original of the next void', () => {
    const losesKeys = (request: HostRequest): Partial<HostReply> =>
      request.kind === 'authorization' ? { processingRequirement: 3 } : {};
    const { choose, host, screen, sell } = under([], { says: losesKeys });
    sell();
    host['sign-in'] = 'unreachable';
    choose('void-this');
    expect(screen()).toBe('not-signed-in');
    host['sign-in'] = '00';
    choose('void');
    expect(screen()).toBe('name-original');
  });

  test.each([
    ['a declined sale', '51', []],
    ['a sale', '00', ['void-this']],
  ])('of %s', (_, code, offered) => {
    const { host, keys, sell } = under([]);
    host.authorization = code;
    sell();
    expect(keys()).toEqual(offered);
  });

  test('of an exercise offers no void', () => {
    const people = {
      supervisor: { number: '00', passwordHash: 'hash of 12345678' },
      operators: [],
      wrongPasswordsMax: 3,
    };
    const { choose, clock, key, keys, lastScreen, sell } = under([], { parameters: { people } });
    choose('operator-sign-on');
    key({ type: 'text', text: '00' });
    key(password('12345678'));
    clock.pass(0);
    choose('training-on');
    key(password('12345678'));
    clock.pass(0);
    expect(keys()).not.toContain('settlement');
    sell();
    expect(lastScreen()).toMatchObject({ id: 'result', result: { training: true } });
    expect(keys()).toEqual([]);
  });

  test('of a balance inquiry offers to print it: once, unmarked, with its sign, and no other slip', () => {
    const { choose, clock, finishSale, keys, papers, screen, words } = under([]);
    choose('balance');
    finishSale();
    expect([keys(), papers]).toEqual([['print-balance'], []]);
    expect(words()).toContain('AVAILABLE BALANCE RMB -5.00');
    choose('print-balance');
    clock.pass(0);
    expect(papers).toMatchObject([
      { type: 'slip', copy: 'cardholder', reprint: false, balance: { negative: true, amount: '500' } },
    ]);
    expect(papers[0]).not.toHaveProperty('amount');
    expect(screen()).toBe('idle');
    choose('reprint-last');
    expect(words()).toContain('nothing to print');
  });
});
