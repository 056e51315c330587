/** `npm run day` as a process: what it prints and how it ends. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const day = (...args: readonly string[]) =>
  spawnSync(process.execPath, ['--import', './launch.mjs', 'emulator/cli/day.ts', ...args], { encoding: 'utf8' });

test('prints one JSON object, in which the books agree', () => {
  const { status, stdout } = day(...'--terminals 3 --transactions 12 --seed x --drop-replies 5 --chips 50'.split(' '));
  expect(JSON.parse(stdout)).toMatchObject({
    seed: 'x',
    terminals: 3,
    transactions: 12,
    dropReplies: 5,
    chips: 50,
    settlements: { balanced: 3, notBalanced: 0 },
    ledgerDifferences: 0,
    differences: [],
    outcomes: { approved: expect.any(Number) },
    requestsPerSecond: expect.any(Number),
    p50Ms: expect.any(Number),
    p99Ms: expect.any(Number),
  });
  expect(status).toBe(0);
});

test.each([
  [['--terminals', '0'], '--terminals 0: give a whole number'],
  [['--chips', '101'], '--chips 101: give percent, 0 to 100'],
  [['--colour'], '--colour'],
])('refuses %j with help', (args, words) => {
  const { status, stderr, stdout } = day(...args);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toContain(words);
  expect(stderr).toContain('Usage: npm run --silent day');
});

test('explains itself', () => {
  const { status, stdout } = day('--help');
  expect([status, stdout.includes('--drop-replies P')]).toEqual([0, true]);
});
