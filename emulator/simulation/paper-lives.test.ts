/** A sample of the lives of a slip. All of them, and that they notice what they are for: `npm run proofs`. */
import { expect, test } from 'vitest';
import { kindsOn, PAPER_BENCHES } from './paper-life-kinds.ts';
import { momentsOf, survey } from './paper-lives.ts';

/** So many moments of each kind, spread over both copies. */
const MOMENTS = 4;

const CASES = (Object.keys(PAPER_BENCHES) as (keyof typeof PAPER_BENCHES)[]).flatMap((name) =>
  kindsOn(PAPER_BENCHES[name]).map((kind) => [name, kind] as const),
);

test.each(CASES)('on %s both copies are there, whole and at most once without a mark: %s', async (name, kind) => {
  const bench = PAPER_BENCHES[name];
  const every = Math.max(1, Math.floor(momentsOf(bench, kind) / MOMENTS));
  const { failures, lives } = await survey(bench, kind, { first: Math.ceil(every / 2), every });
  expect(failures).toEqual([]);
  expect(lives).toBeGreaterThanOrEqual(MOMENTS);
});
