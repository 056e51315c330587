/** Every life of a slip that there is: thousands. `npm run lives` tells them by kind. */
import { describe, expect, test } from 'vitest';
import { kindsOn, PAPER_BENCHES } from './paper-life-kinds.ts';
import { everyMoment, livePaper, momentsOf, survey } from './paper-lives.ts';
import { MUTANTS } from './paper-mutants.testing.ts';

const NAMES = Object.keys(PAPER_BENCHES) as (keyof typeof PAPER_BENCHES)[];

test.each(NAMES)('on %s no slip is lost, and none is there twice without a mark', async (name) => {
  const bench = PAPER_BENCHES[name];
  const surveys = [];
  for (const kind of kindsOn(bench)) surveys.push(await survey(bench, kind, everyMoment(bench, kind)));
  expect(surveys.flatMap(({ failures }) => failures)).toEqual([]);
  expect(surveys.reduce((sum, { lives }) => sum + lives, 0)).toBeGreaterThan(500);
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
