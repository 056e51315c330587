/**
 * What comes before what: sign-in, then what is owed, then what was wanted.
 *
 * Mutations that these tests caught: no timer for an owed reversal; the timer lost when somebody signs in; a pause that
 * does not grow, or grows for ever; an owed reversal after the next sale; a sale before the sign-in; answers of a
 * finished flow taken.
 */
import { describe, expect, test } from 'vitest';
import type { FlowEvent, JournalRow } from '../journal.ts';
import { PAUSE_MS, reply, setUp } from './kit.testing.ts';

/** A terminal whose only sale is in doubt, and whose host refuses to take it back. */
function withOwedReversal() {
  const world = setUp({ authorization: 'silent', reversal: '96' });
  world.boot();
  world.sell();
  expect(world.rows.at(-1)).toMatchObject({ event: { type: 'HostReplied' }, ended: false });
  world.requests.length = 0;
  return world;
}

describe('the order of things', () => {
  test('a terminal signs in when it starts, and then waits', () => {
    const { boot, kinds, screen } = setUp();
    boot();
    expect([kinds(), screen()]).toEqual([['sign-in'], 'idle']);
  });

  test('a sign-in that failed is not repeated until somebody wants something', () => {
    const { boot, choose, clock, host, kinds, screen } = setUp({ 'sign-in': '97' });
    boot();
    clock.pass(3_600_000);
    expect([kinds(), screen()]).toEqual([['sign-in'], 'not-signed-in']);
    host['sign-in'] = '00';
    choose('sale');
    expect([kinds(), screen()]).toEqual([['sign-in', 'sign-in'], 'enter-amount']);
  });

  test('a sale without a sign-in that succeeds is not begun', () => {
    const { boot, choose, kinds, screen } = setUp({ 'sign-in': 'unreachable' });
    boot();
    choose('sale');
    expect([kinds(), screen()]).toEqual([['sign-in', 'sign-in'], 'not-signed-in']);
  });

  test('an owed reversal goes before the next sale', () => {
    const { choose, host, kinds, screen } = withOwedReversal();
    host.reversal = '00';
    choose('sale');
    expect([kinds(), screen()]).toEqual([['reversal'], 'enter-amount']);
  });

  test('a sale does not begin while the host refuses to take the last one back', () => {
    const { choose, kinds, rows } = withOwedReversal();
    choose('sale');
    expect(kinds()).toEqual(['reversal']);
    expect(rows.filter(({ event }) => event.type === 'TransactionStarted')).toHaveLength(1);
  });

  test('keys out of step: the sign-in first, then the reversal, then the sale', () => {
    const { choose, host, kinds, screen } = withOwedReversal();
    host.reversal = 'A0';
    choose('sale');
    host.reversal = '00';
    choose('sale');
    expect([kinds(), screen()]).toEqual([['reversal', 'sign-in', 'reversal'], 'enter-amount']);
  });

  test.each(['__proto__', 'toString', 'nothing of ours'])('%s is no item of the menu', (item) => {
    const { boot, choose, rows, screen } = setUp();
    boot();
    const before = rows.length;
    choose(item);
    expect([rows.length, screen()]).toEqual([before, 'idle']);
  });
});

describe('an owed reversal', () => {
  test('is tried again after a pause, not before it, and then the terminal is free', () => {
    const { clock, host, kinds, rows } = withOwedReversal();
    host.reversal = '00';
    clock.pass(PAUSE_MS - 1);
    expect(kinds()).toEqual([]);
    clock.pass(1);
    expect(kinds()).toEqual(['reversal']);
    expect(rows.at(-1)?.ended).toBe(true);
    clock.pass(3_600_000);
    expect(kinds()).toEqual(['reversal']);
  });

  test('is tried ever more rarely while the host refuses, but at least every 15 minutes', () => {
    const { clock, requests } = withOwedReversal();
    const from = clock.now();
    clock.pass(6 * 3_600_000);
    const times = requests.map(({ atMs }) => atMs - from);
    const gapsMs = times.map((time, index) => time - (times[index - 1] ?? 0));
    expect(gapsMs.slice(0, 7)).toEqual([30_000, 60_000, 120_000, 240_000, 480_000, 900_000, 900_000]);
    expect(Math.max(...gapsMs)).toBe(900_000);
  });

  test.each<[string, (world: ReturnType<typeof setUp>) => void]>([
    ['goes back to the idle screen', ({ key: press }) => press({ type: 'confirm' })],
    ['does nothing for an hour', ({ clock }) => clock.pass(3_600_000)],
    ['signs in by hand', ({ choose }) => choose('sign-in')],
    [
      'signs in by hand, in vain',
      ({ choose, host }) => {
        host['sign-in'] = 'unreachable';
        choose('sign-in');
        host['sign-in'] = '00';
      },
    ],
    ['wants a sale', ({ choose }) => choose('sale')],
    ['wants to have it finished', ({ choose }) => choose('finish')],
    [
      'asks to give it up, and thinks better of it',
      ({ choose, key: press }) => {
        choose('give-up');
        press({ type: 'cancel' });
      },
    ],
  ])('reaches the host of its own accord, whoever %s', (_, act) => {
    const world = withOwedReversal();
    act(world);
    world.requests.length = 0;
    world.host.reversal = '00';
    world.clock.pass(900_000);
    expect(world.kinds()).toContain('reversal');
    expect(world.rows.findLast(({ flow }) => flow === 'transaction')?.ended).toBe(true);
  });

  test('goes out at once when somebody signs in', () => {
    const { choose, kinds } = withOwedReversal();
    choose('sign-in');
    expect(kinds()).toEqual(['sign-in', 'reversal']);
  });

  test('is sent when the power is back', () => {
    const { rows } = withOwedReversal();
    const { boot, kinds, rows: kept } = setUp({}, rows);
    boot();
    expect([kinds(), kept.at(-1)?.ended]).toEqual([['reversal'], true]);
  });
});

describe('an answer that nobody waits for', () => {
  const eventsOf = (rows: readonly JournalRow[]): readonly FlowEvent['type'][] => rows.map(({ event }) => event.type);

  test('to a transaction that is over', () => {
    const { answersOfHost, boot, rows, screen, sell, warnings } = setUp();
    boot();
    sell();
    const before = eventsOf(rows);
    answersOfHost.at(-1)?.({ type: 'replied', reply: reply('00') });
    expect([eventsOf(rows), screen(), warnings]).toEqual([before, 'result', []]);
  });

  test('to one whose reversal is owed', () => {
    const { answersOfHost, rows, warnings } = withOwedReversal();
    const before = eventsOf(rows);
    for (const answer of answersOfHost) answer({ type: 'replied', reply: reply('00') });
    expect([eventsOf(rows), warnings]).toEqual([before, []]);
  });

  test('of a printer, to one whose slip was put off', () => {
    const { answersOfPrinter, boot, breakPrinter, key: press, rows, sell, warnings } = setUp();
    boot();
    breakPrinter();
    sell();
    press({ type: 'cancel' });
    expect(eventsOf(rows).at(-1)).toBe('PrintDeferred');
    answersOfPrinter.at(-1)?.({ type: 'ready' });
    expect([eventsOf(rows).at(-1), warnings]).toEqual(['PrintDeferred', []]);
  });

  test('to a sign-in that is over', () => {
    const { answersOfHost, boot, rows, warnings } = setUp({ 'sign-in': '97' });
    boot();
    const before = eventsOf(rows);
    answersOfHost.at(-1)?.({ type: 'replied', reply: reply('00') });
    expect([eventsOf(rows), warnings]).toEqual([before, []]);
  });
});
