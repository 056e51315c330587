/** A sample of the lives of a slip, and that they notice what they are for. All of them: `npm run lives`. */
import { describe, expect, test } from 'vitest';
import { kindsOn, PAPER_BENCHES } from './paper-life-kinds.ts';
import { livePaper, momentsOf, survey } from './paper-lives.ts';
import { MUTANTS } from './paper-mutants.testing.ts';

/** So many moments of each kind, spread over both copies. */
const MOMENTS = 4;

const CASES = (Object.keys(PAPER_BENCHES) as (keyof typeof PAPER_BENCHES)[]).flatMap((name) =>
  kindsOn(PAPER_BENCHES[name]).map((kind) => [name, kind] as const),
);

test.each(CASES)('on %s both copies are there, whole and at most once without a mark: %s', (name, kind) => {
  const bench = PAPER_BENCHES[name];
  const every = Math.max(1, Math.floor(momentsOf(bench, kind) / MOMENTS));
  const { failures, lives } = survey(bench, kind, { first: Math.ceil(every / 2), every });
  expect(failures).toEqual([]);
  expect(lives).toBeGreaterThanOrEqual(MOMENTS);
});

describe('the lives find a spool that', () => {
  test.each(Object.entries(MUTANTS))('%s', (_, { complaint, every, kind, on, spool }) => {
    const bench = PAPER_BENCHES[on];
    let found: readonly string[] = [];
    for (let at = 1; at <= momentsOf(bench, kind) && found.length === 0; at += every) {
      const { complaints } = livePaper(bench, kind, at, { printSpool: spool });
      found = complaints.filter((each) => each.includes(complaint));
    }
    expect(found).not.toEqual([]);
  });
});
