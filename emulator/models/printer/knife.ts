/** Where the knife parts the paper. */
import type { PaperLine } from './paper.ts';

/**
 * The knife stands `gapDots` after the head: what was burnt last is still before it and stays. A burnt line under the
 * knife stays whole; empty paper is parted to the dot.
 */
export const cutAtKnife = (
  lines: readonly PaperLine[],
  gapDots: number,
): readonly [off: readonly PaperLine[], staying: readonly PaperLine[]] => {
  let dotsLeft = gapDots;
  let index = lines.length;
  while (index > 0 && dotsLeft > 0) {
    index -= 1;
    dotsLeft -= lines[index]?.heightDots ?? 0;
  }
  const [off, staying] = [lines.slice(0, index), lines.slice(index)];
  const [first] = staying;
  if (first !== undefined && first.items.length === 0 && dotsLeft < 0) {
    off.push({ ...first, heightDots: -dotsLeft });
    staying[0] = { ...first, heightDots: first.heightDots + dotsLeft };
  }
  return [off, staying];
};
