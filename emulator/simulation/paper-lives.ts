/**
 * The lives of a sale slip: both copies are printed, something happens in the middle, and it is seen to. Then the paper is
 * read: each copy is there, whole, at most once without a mark, and what was said to be printed was on paper by then.
 *
 * A life begins when the host has approved and not a dot is burnt: with the journal of a terminal that found its printer
 * without paper, and was switched off. So nothing but printing has to be simulated, and thousands of lives take seconds.
 */
import { breathe } from './breath.ts';
import { LIFE_KINDS, type Kind, type LifeKind, type PaperBench, type Unit } from './paper-life-kinds.ts';
import { Scene, type SlipLines, type WrongSpool } from './paper-scene.ts';

const KINDS: Readonly<Record<LifeKind, Kind>> = LIFE_KINDS;

export interface PaperLife {
  readonly kind: LifeKind;
  readonly at: number;
  /** Empty is what must come out. */
  readonly complaints: readonly string[];
}

/** A life, and what of its paper is not as it must be. */
export function livePaper(bench: PaperBench, kind: LifeKind, at: number, wrong: WrongSpool = {}): PaperLife {
  const scene = new Scene(bench, KINDS[kind], at, wrong);
  scene.play();
  return { kind, at, complaints: [...scene.complaints, ...scene.misprints(undisturbedOn(bench).lines)] };
}

/** How many an undisturbed life has. */
export const momentsOf = (bench: PaperBench, kind: LifeKind): number => undisturbedOn(bench).moments[KINDS[kind].unit];

interface Undisturbed {
  readonly moments: Readonly<Record<Unit, number>>;
  /** Everything that each slip says, but for its ids. */
  readonly lines: SlipLines;
}

const undisturbed = new Map<PaperBench, Undisturbed>();

function undisturbedOn(bench: PaperBench): Undisturbed {
  const known = undisturbed.get(bench);
  if (known !== undefined) return known;
  const scene = new Scene(bench, undefined, 0, {});
  scene.play();
  const problem = scene.complaints[0];
  if (problem !== undefined) throw new Error(`Even undisturbed, ${problem}.`);
  const found = { moments: scene.moments, lines: scene.slipLines() };
  undisturbed.set(bench, found);
  return found;
}

export interface Survey {
  readonly lives: number;
  /** Those that are not as they must be. */
  readonly failures: readonly PaperLife[];
}

/** Which of the moments of a kind are tried. */
export interface Sample {
  /** From 1. */
  readonly first: number;
  readonly every: number;
}

export const everyMoment = (bench: PaperBench, kind: LifeKind): Sample => ({
  first: 1,
  every: bench.every * KINDS[kind].every,
});

export async function survey(
  bench: PaperBench,
  kind: LifeKind,
  { every, first }: Sample,
  wrong: WrongSpool = {},
): Promise<Survey> {
  const failures: PaperLife[] = [];
  let lives = 0;
  for (let at = first; at <= momentsOf(bench, kind); at += every) {
    await breathe();
    const life = livePaper(bench, kind, at, wrong);
    if (life.complaints.length > 0) failures.push(life);
    lives += 1;
  }
  return { lives, failures };
}
