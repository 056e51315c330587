/** Explores a run of seeds, and says of each that fails how to run it alone. */
import { breathe } from './breath.ts';
import { explore } from './explore.ts';
import type { PrinterProfileName } from './simulated-config.ts';

/** A report is read by people: beyond so many failures they learn no more. */
const FAILURES_MAX = 10;

export async function failuresOf(
  printer: PrinterProfileName,
  histories: number,
  { chips = false } = {},
): Promise<readonly string[]> {
  const failures: string[] = [];
  for (let number = 0; number < histories && failures.length < FAILURES_MAX; number++) {
    const seed = `${printer}/${number}${chips ? '/chips' : ''}`;
    await breathe();
    const { complaints } = explore(seed);
    if (complaints.length === 0) continue;
    const alone = `EXPLORE_SEED=${seed} npm test -- simulation/explore.test.ts`;
    failures.push([`${seed}: run it alone with ${alone}`, ...complaints].join('\n  '));
  }
  return failures;
}
