/**
 * Bad input from the host for a minute: `npm run fuzz`. It begins elsewhere each time; `FUZZ_SECONDS` shortens it, `SEED`
 * begins where it says, and a whole seed from a report repeats that one history or run of frames.
 *
 * Mutations tried, each noticed within ten seconds: the MAC not looked at, or half of it; a missing one passed over; a
 * refusal, or the end of a reversal, believed without one; MTI, F3, F4, F11, F41 or F42 not compared; a bad field thrown
 * about; a field read past the end; frames of any length; check values and the length of the key block passed over.
 */
import { afterAll, expect, test } from 'vitest';
import { fuzzHistory } from './host-fuzz.ts';
import { fuzzFrames, recordedExchanges } from './host-fuzz-frames.ts';

const SECONDS = Number(process.env['FUZZ_SECONDS'] ?? 60);
const HISTORIES_SHARE = 0.75;
const PROGRESS_MS = 5_000;
const STREAMS_PER_SEED = 500;
/** A report is read by people: beyond so many failures they learn no more. */
const FAILURES_MAX = 3;

const wanted = process.env['SEED'];
const [, wantedPart] = /^(terminal|frames)\/.+\/\d+$/.exec(wanted ?? '') ?? [];
const base = wanted ?? String(Date.now());

interface Part {
  readonly name: 'terminal' | 'frames';
  readonly seconds: number;
  /** What is wrong under this seed, and what has been counted. */
  readonly run: (seed: string) => { readonly problem: string | undefined; readonly counted: Counts };
}

type Counts = Readonly<Record<string, number>>;

const tell = (words: string): void => void process.stderr.write(`fuzz: ${words}\n`);

const inWords = (counts: Counts): string =>
  Object.entries(counts)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ');

/** Seed after seed until the time is up. @returns what went wrong. */
function explored({ name, seconds, run }: Part): readonly string[] {
  const failures: string[] = [];
  const total: Record<string, number> = {};
  const startedAt = performance.now();
  let toldAt = startedAt;
  for (let number = 0; failures.length < FAILURES_MAX; number++) {
    const now = performance.now();
    if (now - startedAt > seconds * 1000) break;
    if (now - toldAt > PROGRESS_MS) {
      toldAt = now;
      tell(`${name}, ${Math.round((now - startedAt) / 1000)} s of ${seconds}: ${inWords(total)}`);
    }
    const seed = `${name}/${base}/${number}`;
    const { problem, counted } = run(seed);
    for (const [what, count] of Object.entries(counted)) total[what] = (total[what] ?? 0) + count;
    if (problem !== undefined) failures.push(`${seed}: repeat it with SEED=${seed} npm run fuzz\n${problem}`);
  }
  tell(`${name}, from ${name}/${base}/0: ${inWords(total)}`);
  return failures;
}

const onTerminal: Part['run'] = (seed) => {
  const { complaints, report, story, answers, isDeceived } = fuzzHistory(seed);
  const counted = { histories: 1, answers, replaced: report.length, 'with a MAC that lies': isDeceived ? 1 : 0 };
  if (complaints.length === 0) return { problem: undefined, counted };
  const journal = wantedPart === undefined ? [] : [story()];
  return { problem: [...complaints, ...report, ...journal].join('\n  '), counted };
};

let exchanges: ReturnType<typeof recordedExchanges> | undefined;
afterAll(() => (exchanges = undefined));

const onFrames: Part['run'] = (seed) => {
  exchanges ??= recordedExchanges();
  const { complaints, frames, believed } = fuzzFrames(seed, STREAMS_PER_SEED, exchanges);
  const problem = complaints.length === 0 ? undefined : complaints.slice(0, FAILURES_MAX).join('\n  ');
  return { problem, counted: { answers: STREAMS_PER_SEED, frames, believed } };
};

const PARTS: readonly Part[] = [
  { name: 'terminal', seconds: SECONDS * HISTORIES_SHARE, run: onTerminal },
  { name: 'frames', seconds: SECONDS * (1 - HISTORIES_SHARE), run: onFrames },
];

test.runIf(wantedPart === undefined).each(PARTS)(
  'bad answers never crash the $name, approve nothing, and leave what is in doubt reversed',
  (part) => {
    expect(explored(part).join('\n\n')).toBe('');
  },
);

test.runIf(wantedPart !== undefined)('the one seed that was asked for', () => {
  const part = PARTS.find(({ name }) => name === wantedPart);
  expect(part?.run(base).problem ?? '').toBe('');
});
