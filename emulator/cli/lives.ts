/**
 * `npm run lives`: how many lives a slip has lived, by printer and kind, and what was found. On two threads.
 *
 * Every moment on the printer that proves its slips, and every {@link CLONE_EVERY}th on the clones, whose lives are longer;
 * with `--all` every moment on all of them, as the proofs do.
 */
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { kindsOn, PAPER_BENCHES } from '../simulation/paper-life-kinds.ts';
import { everyMoment, survey, type Survey } from '../simulation/paper-lives.ts';

const THREADS = 2;
/** Of one kind: the rest is much the same. */
const FAILURES_SHOWN = 5;

const CLONE_EVERY = 8;

type Tally = readonly (Survey & { readonly name: string })[];

/** Every {@link THREADS}th moment of everything, from the one that is this thread's own. */
async function tally(thread: number, all: boolean): Promise<Tally> {
  const tallied = [];
  for (const [printer, bench] of Object.entries(PAPER_BENCHES)) {
    for (const kind of kindsOn(bench)) {
      const every = everyMoment(bench, kind).every * (all || printer === 'epson-58' ? 1 : CLONE_EVERY);
      const surveyed = await survey(bench, kind, { first: 1 + thread * every, every: THREADS * every });
      tallied.push({ name: `${printer}: ${kind}`, ...surveyed });
    }
  }
  return tallied;
}

function run(thread: number, all: boolean): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), {
      workerData: { thread, all },
      // Lives are short and leave much behind.
      resourceLimits: { maxYoungGenerationSizeMb: 96 },
    });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { all: { type: 'boolean', default: false } } });
  const startedAt = performance.now();
  const tallies = await Promise.all(Array.from({ length: THREADS }, (_, thread) => run(thread, values.all)));
  let total = 0;
  let failed = 0;
  for (const [name, surveys] of Map.groupBy(tallies.flat(), (each) => each.name)) {
    const lives = surveys.reduce((sum, each) => sum + each.lives, 0);
    const failures = surveys.flatMap((each) => each.failures);
    total += lives;
    failed += failures.length;
    console.log(`${String(lives).padStart(6)}  ${name}${failures.length === 0 ? '' : `: ${failures.length} FAILED`}`);
    for (const { at, complaints } of failures.slice(0, FAILURES_SHOWN))
      console.log(`          at ${at}: ${complaints.join('; ')}`);
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  console.log(`${String(total).padStart(6)}  lives in ${seconds} s, ${failed} of them with something wrong on paper`);
  process.exitCode = failed === 0 ? 0 : 1;
}

if (isMainThread) await main();
else {
  const { all, thread } = workerData as { readonly thread: number; readonly all: boolean };
  parentPort?.postMessage(await tally(thread, all), []);
}
