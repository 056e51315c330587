/**
 * Some random histories of the small world, the same every time, and those that once failed; `npm run proofs` tries
 * thousands.
 *
 * To run one alone and read what happened if it fails: `EXPLORE_SEED=epson-58/61 npm test -- simulation/explore.test.ts`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { explore } from './explore.ts';
import { failuresOf } from './explore.testing.ts';
import { planOf } from './plan.ts';

const HISTORIES = 12;
const CHIP_HISTORIES = 6;

// A slow machine needs longer; nothing here depends on time.
vi.setConfig({ testTimeout: 120_000 });

interface FailedSeed {
  readonly seed: string;
  readonly why: string;
}

const FIXTURE = join(import.meta.dirname, '..', '..', 'fixtures', 'seeds.json');
const { seeds } = JSON.parse(readFileSync(FIXTURE, 'utf8')) as { readonly seeds: readonly FailedSeed[] };
const alone = process.env['EXPLORE_SEED'];

test.runIf(alone !== undefined)('the one history that was asked for', () => {
  const { complaints, story } = explore(alone ?? '');
  expect({ complaints, ...(complaints.length > 0 && { story: story().split('\n') }) }).toEqual({ complaints: [] });
});

test.runIf(alone === undefined).each(['epson-58', 'generic-58'] as const)(
  'on %s everything settles and the books agree',
  async (printer) => {
    expect(await failuresOf(printer, HISTORIES)).toEqual([]);
    expect(await failuresOf(printer, CHIP_HISTORIES, { chips: true })).toEqual([]);
  },
);

test.runIf(alone === undefined).each(seeds)('what once failed does not: $seed, $why', ({ seed }) => {
  expect(explore(seed).complaints).toEqual([]);
});

test('a seed draws the same plan every time, and another seed another', () => {
  const plan = JSON.stringify(planOf('epson-58/1'));
  expect(JSON.stringify(planOf('epson-58/1'))).toBe(plan);
  expect(JSON.stringify(planOf('epson-58/2'))).not.toBe(plan);
});
