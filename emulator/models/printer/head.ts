/** The print head: how hot it is, how dirty and how worn, and so how dark it burns (printer sheet 7, 10). */
import type { HeadDeed } from './deeds.ts';
import type { HeadState } from './paper.ts';
import type { HeadProfile } from './profile.ts';

const AMBIENT_CELSIUS = 25;
/** A warm head burns a little darker at the same pulse. */
const PERCENT_PER_KELVIN = 0.3;
/** Shades nobody can tell apart are one, so that lines share their head state. */
const ENERGY_STEP_PERCENT = 5;
const DIRT_STEPS = 64;
const DIRT_MAX = 255;
const NOMINAL_DENSITY_PERCENT = 100;

/**
 * Dirt comes in streaks: a column is much like its neighbours, and few are bad.
 *
 * @param noise one byte for each column, from a seeded source outside: models have no randomness.
 */
export const streaksOf = (noise: Uint8Array): Uint8Array => {
  const smooth = noise.map((_, column) => {
    const from = Math.max(0, column - 1);
    const near = noise.subarray(from, column + 2);
    return near.reduce((sum, value) => sum + value, 0) / near.length;
  });
  return smooth.map((value) => Math.round((value / DIRT_MAX) ** 3 * DIRT_MAX));
};

export class PrintHead {
  readonly #profile: HeadProfile;
  readonly #speedPercent: number;
  readonly #streaks: Uint8Array;
  #celsius = AMBIENT_CELSIUS;
  #isTooHot = false;
  /** Somebody keeps it hot, until he lets it cool. */
  #isKeptHot = false;
  #densityPercent = NOMINAL_DENSITY_PERCENT;
  #rowsSinceCleaning = 0;
  #covered: readonly number[] = [];
  #burntOut: readonly number[] = [];
  #state: HeadState;
  #dirtStep = 0;

  /** @param dirtNoise see {@link streaksOf}; without it the head stays clean. */
  constructor(profile: HeadProfile, rowsPerSecond: number, dirtNoise: Uint8Array = new Uint8Array()) {
    this.#profile = profile;
    // A shorter pulse heats less, but by less than it is shorter.
    this.#speedPercent = 100 * Math.min(1, Math.sqrt(profile.rowsPerSecondAtFullHeat / rowsPerSecond));
    this.#streaks = streaksOf(dirtNoise);
    this.#state = { energyPercent: this.#energyPercent(), deadColumns: [], dirt: new Uint8Array() };
  }

  get isTooHot(): boolean {
    return this.#isTooHot || this.#isKeptHot;
  }
  /** Until it has cooled enough by itself; undefined when nothing is to be waited for. */
  get coolInMs(): number | undefined {
    if (!this.#isTooHot) return undefined;
    const above = (this.#celsius - AMBIENT_CELSIUS) / (this.#profile.resumeAtCelsius - AMBIENT_CELSIUS);
    return Math.max(1, Math.ceil(this.#profile.coolingTimeMs * Math.log(above)));
  }

  /** What the next line is burnt with. */
  get state(): HeadState {
    const energyPercent = this.#energyPercent();
    const dirtStep = this.#streaks.length === 0 ? 0 : this.#stepOfDirt();
    if (energyPercent === this.#state.energyPercent && dirtStep === this.#dirtStep) return this.#state;
    const dirt = dirtStep === this.#dirtStep ? this.#state.dirt : this.#dirtAt(dirtStep);
    this.#dirtStep = dirtStep;
    this.#state = { ...this.#state, energyPercent, dirt };
    return this.#state;
  }

  /** @param rows dot rows with ink, @param dots dots in them. */
  burn(rows: number, dots: number): void {
    this.#rowsSinceCleaning += rows;
    this.#celsius += dots * this.#profile.kelvinPerDot;
    if (this.#celsius >= this.#profile.pauseAtCelsius) this.#isTooHot = true;
  }

  passed(ms: number): void {
    if (this.#celsius === AMBIENT_CELSIUS) return;
    this.#celsius = AMBIENT_CELSIUS + (this.#celsius - AMBIENT_CELSIUS) * Math.exp(-ms / this.#profile.coolingTimeMs);
    // Rounding must not leave it a millionth too hot for ever.
    if (this.#celsius <= this.#profile.resumeAtCelsius + 0.001) this.#isTooHot = false;
  }

  /** GS ( K 49, GS |: in percent of nominal. */
  setDensity(percent = NOMINAL_DENSITY_PERCENT): void {
    this.#densityPercent = percent;
  }

  befall(deed: HeadDeed): void {
    switch (deed.type) {
      case 'overheat':
        this.#isKeptHot = true;
        break;
      case 'cool-down':
        this.#isKeptHot = false;
        this.#isTooHot = false;
        this.#celsius = AMBIENT_CELSIUS;
        break;
      case 'wear-head':
        this.#rowsSinceCleaning += deed.rows;
        break;
      case 'clean-head':
        this.#rowsSinceCleaning = 0;
        this.#covered = [];
        break;
      case 'dirty-head':
        this.#covered = deed.deadColumns;
        break;
      case 'burn-out':
        this.#burntOut = [...new Set([...this.#burntOut, ...deed.columns])];
        break;
    }
    this.#state = { ...this.#state, deadColumns: [...new Set([...this.#covered, ...this.#burntOut])] };
  }

  #energyPercent(): number {
    const warmthPercent = (this.#celsius - AMBIENT_CELSIUS) * PERCENT_PER_KELVIN;
    const percent = (this.#densityPercent * this.#speedPercent) / 100 + warmthPercent;
    return Math.round(percent / ENERGY_STEP_PERCENT) * ENERGY_STEP_PERCENT;
  }

  #stepOfDirt(): number {
    return Math.min(DIRT_STEPS, Math.floor((DIRT_STEPS * this.#rowsSinceCleaning) / this.#profile.rowsToBlind));
  }

  #dirtAt(step: number): Uint8Array {
    return step === 0 ? new Uint8Array() : this.#streaks.map((streak) => Math.round((streak * step) / DIRT_STEPS));
  }
}
