/**
 * Pre-authorizations and what follows them: voids, completions as request and as advice, and voids of those.
 *
 * Mutations tried: a completion void that leaves the pre-authorization completed, one fen above the limit, codes of another
 * day or trace number, zeros that name nothing, a completion void reversed although the hold was used since. Each was
 * noticed.
 */
import { describe, expect, test } from 'vitest';
import type { Message } from '../../../src/host/iso8583/message.ts';
import { Surprise } from '../model.ts';
import { account, hostOf, MERCHANT, TestTerminal, type Changes, type TestTransaction } from './terminal.testing.ts';

const AMOUNT = '20000';

const world = (changes: Parameters<typeof hostOf>[0] = {}) => {
  const host = hostOf(changes);
  const [terminal, second] = ['10000001', '10000002'].map((id) => new TestTerminal(host, id));
  if (terminal === undefined || second === undefined) throw new Error('Two terminals were wanted.');
  terminal.signIn();
  second.signIn();
  const original = terminal.ask(terminal.financial('pre-authorization', { stan: 12, amountMinor: AMOUNT }));
  /** Balance, hold, merchant's credit. */
  const money = () => [
    host.balanceMinor(account().pan),
    BigInt(host.ledgerJson().accounts[0]?.heldMinor ?? '-1'),
    host.creditMinor(MERCHANT),
  ];
  const follow = (name: TestTransaction, stan: number, amountMinor: string, changes: Changes = {}, by = original) =>
    terminal.ask(terminal.followUp(name, { stan, amountMinor, original: by }, changes));
  const stateOf = (stan: number) => host.entryJson('10000001', 7, stan)?.state;
  return { host, terminal, second, original, money, follow, stateOf };
};

const codeOf = ({ fields }: Message): string | undefined => fields[39];

const HELD = [80_000n, 20_000n, 0n];
const UNTOUCHED = [100_000n, 0n, 0n];

describe('a pre-authorization', () => {
  test('holds the amount and captures nothing', () => {
    const { host, original, money } = world();
    expect(original).toMatchObject({ mti: '0110', fields: { 39: '00', 25: '06' } });
    expect(original.fields[38]).toMatch(/^\d{6}$/);
    expect([money(), host.heldMinor('10000001', 7, 12)]).toEqual([HELD, 20_000n]);
  });

  test('that is reversed holds nothing, however often', () => {
    const { terminal, money } = world();
    const reversal = terminal.reversalOf('pre-authorization', { stan: 12, amountMinor: AMOUNT });
    expect([1, 2].map(() => codeOf(terminal.ask(reversal)))).toEqual(['00', '00']);
    expect(money()).toEqual(UNTOUCHED);
  });

  test('is no sale to a reversal', () => {
    const { terminal, money } = world();
    expect(codeOf(terminal.ask(terminal.reversal({ stan: 12, amountMinor: AMOUNT })))).toBe('22');
    expect(money()).toEqual(HELD);
  });
});

describe('its void', () => {
  test('releases what was held', () => {
    const { follow, money, stateOf } = world();
    expect(codeOf(follow('pre-authorization-void', 13, AMOUNT))).toBe('00');
    expect([money(), stateOf(12)]).toEqual([UNTOUCHED, 'voided']);
    expect(codeOf(follow('pre-authorization-void', 14, AMOUNT))).toBe('12');
  });

  test('reversed holds it again', () => {
    const { follow, money, stateOf, terminal } = world();
    follow('pre-authorization-void', 13, AMOUNT);
    const reversal = terminal.reversalOf('pre-authorization-void', { stan: 13, amountMinor: AMOUNT });
    expect(codeOf(terminal.ask(reversal))).toBe('00');
    expect([money(), stateOf(12)]).toEqual([HELD, 'held']);
  });

  test('of another amount is refused', () => {
    const { follow, money } = world();
    expect([codeOf(follow('pre-authorization-void', 13, '19999')), money()]).toEqual(['64', HELD]);
  });
});

describe.each(['completion', 'completion-advice'] as const)('its %s', (name) => {
  test('captures the amount and releases the rest', () => {
    const { follow, host, money, original, stateOf } = world();
    const reply = follow(name, 13, '15000');
    expect(reply.fields).toMatchObject({ 39: '00', 38: original.fields[38] });
    expect([money(), stateOf(12), stateOf(13)]).toEqual([[85_000n, 0n, 15_000n], 'completed', 'booked']);
    expect([host.heldMinor('10000001', 7, 12), host.heldMinor('10000001', 7, 13)]).toEqual([0n, 15_000n]);
  });

  test.each([
    ['23000', '00', [77_000n, 0n, 23_000n]],
    ['23001', '64', HELD],
  ])('may capture 115 percent: %s', (amountMinor, code, left) => {
    const { follow, money } = world();
    expect([codeOf(follow(name, 13, amountMinor)), money()]).toEqual([code, left]);
  });

  test('captures no more than is held where the host is told so', () => {
    const { follow } = world({ completionPercent: 100 });
    expect([codeOf(follow(name, 13, '20001')), codeOf(follow(name, 14, '20000'))]).toEqual(['64', '00']);
  });

  test('beyond the hold needs the funds', () => {
    const { follow, money, terminal } = world();
    terminal.ask(terminal.sale({ stan: 20, amountMinor: '79000' }));
    expect([codeOf(follow(name, 13, '21001')), codeOf(follow(name, 14, '21000'))]).toEqual(['51', '00']);
    expect(money()).toEqual([0n, 0n, 100_000n]);
  });

  test('happens once', () => {
    const { follow, money } = world();
    follow(name, 13, '15000');
    expect(codeOf(follow('completion', 14, '15000'))).toBe('12');
    expect(codeOf(follow('pre-authorization-void', 15, AMOUNT))).toBe('12');
    expect(money()).toEqual([85_000n, 0n, 15_000n]);
  });

  test('may come from another terminal, which knows neither batch nor trace number', () => {
    const { money, original, second } = world();
    const changes: Changes = { 61: '0000000000000315' };
    const request = second.followUp(name, { stan: 3, amountMinor: AMOUNT, original }, changes);
    expect([codeOf(second.ask(request)), money()]).toEqual(['00', [80_000n, 0n, 20_000n]]);
  });

  test.each<[string, Changes, string]>([
    ['another authorization code', { 38: '999999' }, '25'],
    ['another date', { 61: '0000070000120314' }, '25'],
    ['another trace number', { 61: '0000070000110315' }, '25'],
    ['another card', { 2: '6222021234567800028', 35: undefined, 53: undefined }, '25'],
    ['no authorization code', { 38: undefined }, '30'],
    ['a reference number', { 37: '031500000001' }, '30'],
  ])('with %s captures nothing', (_, changes, code) => {
    const { follow, money } = world({ accounts: [account(), account({ pan: '6222021234567800028' })] });
    expect([codeOf(follow(name, 13, AMOUNT, changes)), money()]).toEqual([code, HELD]);
  });

  test('can be refunded', () => {
    const { follow, money } = world();
    const completion = follow(name, 13, '15000');
    expect(codeOf(follow('refund', 14, '5000', {}, completion))).toBe('00');
    expect(money()).toEqual([90_000n, 0n, 10_000n]);
  });
});

test('a completion request that is reversed leaves the pre-authorization in force', () => {
  const { follow, money, stateOf, terminal } = world();
  follow('completion', 13, '15000');
  const reversal = terminal.reversalOf('completion', { stan: 13, amountMinor: '15000' });
  expect([codeOf(terminal.ask(reversal)), money(), stateOf(12)]).toEqual(['00', HELD, 'held']);
});

test('a completion advice can be neither reversed nor voided', () => {
  const { follow, money, terminal } = world();
  const advice = follow('completion-advice', 13, '15000');
  expect(() => terminal.send(terminal.reversalOf('completion-advice', { stan: 13, amountMinor: '15000' }))).toThrow(
    Surprise,
  );
  terminal.reconnect();
  expect(codeOf(follow('completion-void', 14, '15000', {}, advice))).toBe('25');
  expect(money()).toEqual([85_000n, 0n, 15_000n]);
});

describe('the void of a completion', () => {
  const completed = () => {
    const all = world();
    return { ...all, completion: all.follow('completion', 13, '15000') };
  };

  test('gives the money back into the hold, which can be completed again', () => {
    const { completion, follow, money, stateOf } = completed();
    expect(codeOf(follow('completion-void', 14, '15000', {}, completion))).toBe('00');
    expect([money(), stateOf(12), stateOf(13)]).toEqual([HELD, 'held', 'voided']);
    expect(codeOf(follow('completion', 15, '20000'))).toBe('00');
    expect(money()).toEqual([80_000n, 0n, 20_000n]);
  });

  test('reversed leaves the completion in force', () => {
    const { completion, follow, money, stateOf, terminal } = completed();
    follow('completion-void', 14, '15000', {}, completion);
    const reversal = terminal.reversalOf('completion-void', { stan: 14, amountMinor: '15000' });
    expect([1, 2].map(() => codeOf(terminal.ask(reversal)))).toEqual(['00', '00']);
    expect([money(), stateOf(12), stateOf(13)]).toEqual([[85_000n, 0n, 15_000n], 'completed', 'booked']);
  });

  test('cannot be reversed when the hold has been used since', () => {
    const { completion, follow, money, terminal } = completed();
    follow('completion-void', 14, '15000', {}, completion);
    follow('completion', 15, '20000');
    const reversal = terminal.reversalOf('completion-void', { stan: 14, amountMinor: '15000' });
    expect([codeOf(terminal.ask(reversal)), money()]).toEqual(['22', [80_000n, 0n, 20_000n]]);
  });

  test('needs the funds that the completion had released', () => {
    const { completion, follow, money, terminal } = completed();
    terminal.ask(terminal.sale({ stan: 20, amountMinor: '81000' }));
    expect([codeOf(follow('completion-void', 14, '15000', {}, completion)), money()]).toEqual([
      '51',
      [4000n, 0n, 96_000n],
    ]);
  });
});
