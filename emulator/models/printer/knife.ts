/** Where the paper is parted: by the knife, or by a person at the tear bar. */
import type { BurntLine } from './paper.ts';

/**
 * The knife stands `gapDots` after the head: what was burnt last is still before it and stays. It parts to the dot,
 * whatever stands there.
 */
export const cutAtKnife = (
  lines: readonly BurntLine[],
  gapDots: number,
): readonly [off: readonly BurntLine[], staying: readonly BurntLine[]] => {
  let beyondDots = -gapDots;
  let index = lines.length;
  while (index > 0 && beyondDots < 0) {
    index -= 1;
    const line = lines[index];
    if (line !== undefined) beyondDots += line.toDot - line.fromDot;
  }
  const [off, staying] = [lines.slice(0, index), lines.slice(index)];
  const [first] = staying;
  if (first !== undefined && beyondDots > 0) {
    const dot = first.fromDot + beyondDots;
    off.push({ ...first, toDot: dot });
    staying[0] = { ...first, fromDot: dot };
  }
  return [off, staying];
};
