/** What thermal paper makes of the head's heat: nothing, grey, or black. */
import type { HeadState } from './paper.ts';

/** Below the first, paper stays white; from the second on it is black. In percent of a nominal dot's heat. */
const FIRST_GREY_PERCENT = 45;
const FULL_BLACK_PERCENT = 90;
const BLACK = 255;

/** For each column, how dark a dot of it comes out: 0 white to 255 black. */
export const columnDarkness = ({ deadColumns, dirt, energyPercent }: HeadState, widthDots: number): Uint8Array => {
  const darkness = new Uint8Array(widthDots);
  for (let column = 0; column < widthDots; column++) {
    const heatPercent = energyPercent * (1 - (dirt[column] ?? 0) / 255);
    const share = (heatPercent - FIRST_GREY_PERCENT) / (FULL_BLACK_PERCENT - FIRST_GREY_PERCENT);
    darkness[column] = Math.round(BLACK * Math.min(1, Math.max(0, share)));
  }
  for (const column of deadColumns) darkness[column] = 0;
  return darkness;
};
