/** Turns a glyph's outline into one-bit dots: flattens the curves, measures the ink of each dot, keeps the dark ones. */

/** One drawing step of an outline, in dots, y downwards. */
export type OutlineStep =
  | { readonly type: 'M' | 'L'; readonly x: number; readonly y: number }
  | { readonly type: 'Q'; readonly x1: number; readonly y1: number; readonly x: number; readonly y: number }
  | {
      readonly type: 'C';
      readonly x1: number;
      readonly y1: number;
      readonly x2: number;
      readonly y2: number;
      readonly x: number;
      readonly y: number;
    }
  | { readonly type: 'Z' };

interface Edge {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

const CURVE_PARTS = 8;
/** Sample rows and columns per dot. */
const SAMPLES = 8;

const edgesOf = (outline: readonly OutlineStep[]): readonly Edge[] => {
  const edges: Edge[] = [];
  let [x, y, startX, startY] = [0, 0, 0, 0];
  const lineTo = (toX: number, toY: number) => {
    if (toY !== y) edges.push({ x0: x, y0: y, x1: toX, y1: toY });
    [x, y] = [toX, toY];
  };
  for (const step of outline) {
    switch (step.type) {
      case 'M':
        [x, y, startX, startY] = [step.x, step.y, step.x, step.y];
        break;
      case 'L':
        lineTo(step.x, step.y);
        break;
      case 'Z':
        lineTo(startX, startY);
        break;
      case 'Q':
      case 'C': {
        const [fromX, fromY] = [x, y];
        const [x2, y2] = step.type === 'C' ? [step.x2, step.y2] : [step.x1, step.y1];
        for (let part = 1; part <= CURVE_PARTS; part++) {
          const t = part / CURVE_PARTS;
          const u = 1 - t;
          if (step.type === 'Q') {
            lineTo(
              u * u * fromX + 2 * u * t * step.x1 + t * t * step.x,
              u * u * fromY + 2 * u * t * step.y1 + t * t * step.y,
            );
          } else {
            lineTo(
              u ** 3 * fromX + 3 * u * u * t * step.x1 + 3 * u * t * t * x2 + t ** 3 * step.x,
              u ** 3 * fromY + 3 * u * u * t * step.y1 + 3 * u * t * t * y2 + t ** 3 * step.y,
            );
          }
        }
        break;
      }
    }
  }
  return edges;
};

/** Where a horizontal line enters and leaves the ink (non-zero winding), as pairs. */
const spansAt = (edges: readonly Edge[], y: number): readonly (readonly [number, number])[] => {
  const crossings: { readonly x: number; readonly winding: number }[] = [];
  for (const { x0, y0, x1, y1 } of edges) {
    if (y >= Math.min(y0, y1) && y < Math.max(y0, y1)) {
      crossings.push({ x: x0 + ((y - y0) * (x1 - x0)) / (y1 - y0), winding: y1 > y0 ? 1 : -1 });
    }
  }
  crossings.sort((a, b) => a.x - b.x);
  const spans: (readonly [number, number])[] = [];
  let winding = 0;
  let enteredAt = 0;
  for (const crossing of crossings) {
    if (winding === 0) enteredAt = crossing.x;
    winding += crossing.winding;
    if (winding === 0) spans.push([enteredAt, crossing.x]);
  }
  return spans;
};

/**
 * The dots of an outline in a cell of `width` by `height`, packed row by row, leftmost dot in the highest bit.
 * A dot is black when at least `inkShare` (0 to 1) of it is covered.
 */
export const rasterise = (
  outline: readonly OutlineStep[],
  width: number,
  height: number,
  inkShare: number,
): Uint8Array => {
  const stride = Math.ceil(width / 8);
  const rows = new Uint8Array(stride * height);
  const edges = edgesOf(outline);
  for (let row = 0; row < height; row++) {
    const ink = new Uint16Array(width);
    for (let sample = 0; sample < SAMPLES; sample++) {
      for (const [from, to] of spansAt(edges, row + (sample + 0.5) / SAMPLES)) {
        const first = Math.max(0, Math.round(from * SAMPLES));
        const end = Math.min(width * SAMPLES, Math.round(to * SAMPLES));
        for (let column = first; column < end; column++) {
          const dot = Math.floor(column / SAMPLES);
          ink[dot] = (ink[dot] ?? 0) + 1;
        }
      }
    }
    for (let dot = 0; dot < width; dot++) {
      if ((ink[dot] ?? 0) < inkShare * SAMPLES * SAMPLES) continue;
      const at = row * stride + (dot >> 3);
      rows[at] = (rows[at] ?? 0) | (0x80 >> (dot & 7));
    }
  }
  return rows;
};
