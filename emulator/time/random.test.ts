/**
 * Seeded chance. The pinned values keep the seeds in fixtures/ meaningful: they must never change.
 * They were also computed by an independent program from the published sfc32.
 */
import { expect, test } from 'vitest';
import * as fc from 'fast-check';
import { Bug } from '../../src/domain/result.ts';
import { Random } from './random.ts';

const draw = (random: Random, times = 8): number[] => Array.from({ length: times }, () => random.int(1_000_000));

test('a seed gives the values that it has always given', () => {
  expect(draw(new Random(1))).toEqual([924363, 591824, 947730, 866773, 311978, 115170, 132782, 793431]);
  expect(Buffer.from(new Random('printer').bytes(8)).toString('hex')).toBe('53483f22574b8275');
});

test('different seeds and labels give different values', () => {
  const seeds = [new Random(1), new Random(2), new Random(12), new Random(1).fork('a'), new Random(1).fork('b')];
  expect(new Set(seeds.map((random) => draw(random).join())).size).toBe(seeds.length);
});

test('a fork does not depend on what has been drawn before', () => {
  const fresh = new Random(7);
  const used = new Random(7);
  draw(used);
  expect(draw(used.fork('host'))).toEqual(draw(fresh.fork('host')));
});

test('drawing from a fork does not change its parent', () => {
  const alone = new Random(7);
  const parent = new Random(7);
  draw(parent.fork('printer'));
  expect(draw(parent)).toEqual(draw(alone));
});

test('int stays within its range and reaches both ends', () => {
  const random = new Random('range');
  const values = new Set(Array.from({ length: 500 }, () => random.int(6)));
  expect([...values].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5]);
});

test('int favours no value, also where 2^32 is no multiple of the range', () => {
  const random = new Random('fair');
  const n = 3 * 2 ** 30;
  const low = Array.from({ length: 3000 }, () => random.int(n)).filter((value) => value < n / 3).length;
  // Plain remainders would put half of them there, not a third.
  expect(Math.abs(low - 1000)).toBeLessThan(120);
});

test.each([0, -1, 1.5, 2 ** 33, Number.NaN])('int(%s) is a bug', (n) => {
  expect(() => new Random(1).int(n)).toThrow(Bug);
});

test('chance is never at 0, always at 1, and about right between', () => {
  const random = new Random('chance');
  const hits = (p: number): number => Array.from({ length: 2000 }, () => random.chance(p)).filter(Boolean).length;
  expect(hits(0)).toBe(0);
  expect(hits(1)).toBe(2000);
  expect(Math.abs(hits(0.25) - 500)).toBeLessThan(100);
});

test('chance takes one draw whatever the probability is', () => {
  const [a, b] = [new Random(3), new Random(3)];
  a.chance(0);
  b.chance(1);
  expect(draw(a)).toEqual(draw(b));
});

test('pick takes one of the items, and nothing to pick from is a bug', () => {
  const random = new Random('pick');
  const picked = new Set(Array.from({ length: 100 }, () => random.pick(['x', 'y', 'z'])));
  expect([...picked].sort()).toEqual(['x', 'y', 'z']);
  expect(() => random.pick([])).toThrow(Bug);
});

test('bytes has the length asked for, and all values occur', () => {
  fc.assert(fc.property(fc.nat(64), (n) => new Random(n).bytes(n).length === n));
  expect(new Set(new Random('bytes').bytes(8192)).size).toBe(256);
});
