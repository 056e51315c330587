/** Every life of a slip that there is: thousands. `npm run lives` tells them by kind. */
import { expect, test } from 'vitest';
import { kindsOn, PAPER_BENCHES } from './paper-life-kinds.ts';
import { everyMoment, survey } from './paper-lives.ts';

const NAMES = Object.keys(PAPER_BENCHES) as (keyof typeof PAPER_BENCHES)[];

test.each(NAMES)('on %s no slip is lost, and none is there twice without a mark', (name) => {
  const surveys = kindsOn(PAPER_BENCHES[name]).map((kind) =>
    survey(PAPER_BENCHES[name], kind, everyMoment(PAPER_BENCHES[name], kind)),
  );
  expect(surveys.flatMap(({ failures }) => failures)).toEqual([]);
  expect(surveys.reduce((sum, { lives }) => sum + lives, 0)).toBeGreaterThan(1000);
});
