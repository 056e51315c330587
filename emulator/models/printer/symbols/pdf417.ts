/** PDF417 (ISO/IEC 15438): text, numbers and bytes as codewords, Reed-Solomon over 929, rows of bars. */
import { DotCanvas, type Bitmap } from '../dots.ts';
import { PDF417_CLUSTERS } from './pdf417-patterns.ts';
import { pdf417Codewords } from './pdf417-codewords.ts';

/** As functions 65 to 70 of GS ( k set it. */
export interface Pdf417Shape {
  /** 0 to 30; 0 chooses. */
  readonly columns: number;
  /** 0 or 3 to 90; 0 chooses. */
  readonly rows: number;
  readonly moduleDots: number;
  /** In modules. */
  readonly rowModules: number;
  /** A level from 0 to 8, or correction as tenths of the data. */
  readonly correction: { readonly level: number } | { readonly tenths: number };
  /** Without the right row indicators, and with a stop pattern of one bar. */
  readonly truncated: boolean;
}

/** Digits that the largest symbol holds; nothing holds more bytes. */
const PAYLOAD_MAX_BYTES = 2710;
const PRIME = 929;
const PAD = 900;
const CODEWORDS_MAX = 928;
const COLUMNS_MAX = 30;
const ROWS_MIN = 3;
const ROWS_MAX = 90;
const LEVEL_MAX = 8;
const CODEWORD_MODULES = 17;
const START = '11111111010101000';
const STOP = '111111101000101001';
/** Width to height that a symbol of free shape comes near to. */
const ASPECT = 3;

/** Generator polynomial for 3^1 to 3^count, highest power left out. */
const generator = (count: number): readonly number[] => {
  let coefficients = [1];
  let root = 1;
  for (let factor = 0; factor < count; factor++) {
    root = (root * 3) % PRIME;
    const next = [...coefficients, 0];
    coefficients.forEach((coefficient, at) => {
      next[at + 1] = ((next[at + 1] ?? 0) + coefficient * (PRIME - root)) % PRIME;
    });
    coefficients = next;
  }
  return coefficients.slice(1);
};

const correctionOf = (data: readonly number[], count: number): readonly number[] => {
  const divisor = generator(count);
  const remainder = Array.from({ length: count }, () => 0);
  for (const codeword of data) {
    const factor = (codeword + (remainder[0] ?? 0)) % PRIME;
    for (let at = 0; at < count; at++) {
      remainder[at] = ((remainder[at + 1] ?? 0) + (PRIME - factor) * (divisor[at] ?? 0)) % PRIME;
    }
  }
  return remainder.map((value) => (PRIME - value) % PRIME);
};

/** The smallest level whose codewords are so many tenths of the data, as function 69 asks. */
const levelOf = (correction: Pdf417Shape['correction'], dataCount: number): number => {
  if ('level' in correction) return Math.min(LEVEL_MAX, correction.level);
  const wanted = Math.ceil((dataCount * correction.tenths) / 10);
  for (let level = 0; level < LEVEL_MAX; level++) if (2 ** (level + 1) >= wanted) return level;
  return LEVEL_MAX;
};

/** 15 modules as three digits of base 36, between a black module and a white one. */
const pattern = (cluster: number, codeword: number): string => {
  const digits = PDF417_CLUSTERS[cluster]?.slice(codeword * 3, codeword * 3 + 3) ?? '';
  return `1${Number.parseInt(digits, 36).toString(2).padStart(15, '0')}0`;
};

const widthModules = (columns: number, truncated: boolean): number =>
  CODEWORD_MODULES * (columns + (truncated ? 2 : 3)) + (truncated ? 1 : STOP.length);

const rowsFor = (total: number, columns: number): number => Math.max(ROWS_MIN, Math.ceil(total / columns));

/** Columns and rows for so many codewords that fit a width; undefined when nothing does. */
const layoutOf = (total: number, shape: Pdf417Shape, widestDots: number) => {
  const fits = (columns: number, rows: number) =>
    rows <= ROWS_MAX &&
    columns * rows >= total &&
    columns * rows <= CODEWORDS_MAX &&
    widthModules(columns, shape.truncated) * shape.moduleDots <= widestDots;
  let best: { readonly columns: number; readonly rows: number } | undefined;
  let bestOff = Infinity;
  for (let columns = 1; columns <= COLUMNS_MAX; columns++) {
    if (shape.columns !== 0 && columns !== shape.columns) continue;
    const rows = shape.rows === 0 ? rowsFor(total, columns) : shape.rows;
    const aspect = widthModules(columns, shape.truncated) / (rows * shape.rowModules);
    const off = Math.abs(Math.log(aspect / ASPECT));
    if (!fits(columns, rows) || off >= bestOff) continue;
    best = { columns, rows };
    bestOff = off;
  }
  return best;
};

/** Row number, row count, columns and level, spread over the indicators of three rows. */
const indicators = (row: number, rows: number, columns: number, level: number): readonly [number, number] => {
  const base = 30 * Math.floor(row / 3);
  const [size, shape, width] = [Math.floor((rows - 1) / 3), level * 3 + ((rows - 1) % 3), columns - 1];
  const pairs = [
    [size, width],
    [shape, size],
    [width, shape],
  ] as const;
  const [left, right] = pairs[row % 3] ?? pairs[0];
  return [base + left, base + right];
};

/** The symbol at its size on paper, or undefined when the data do not fit the shape or the paper. */
export const pdf417 = (payload: Uint8Array, shape: Pdf417Shape, widestDots: number): Bitmap | undefined => {
  if (payload.length > PAYLOAD_MAX_BYTES) return undefined;
  const said = pdf417Codewords(payload);
  const level = levelOf(shape.correction, said.length + 1);
  const correctionCount = 2 ** (level + 1);
  const layout = layoutOf(said.length + 1 + correctionCount, shape, widestDots);
  if (layout === undefined) return undefined;
  const { columns, rows } = layout;
  const dataCount = columns * rows - correctionCount;
  const data = [dataCount, ...said];
  while (data.length < dataCount) data.push(PAD);
  const codewords = [...data, ...correctionOf(data, correctionCount)];
  const { moduleDots, rowModules, truncated } = shape;
  const canvas = new DotCanvas(widthModules(columns, truncated) * moduleDots, rows * rowModules * moduleDots);
  for (let row = 0; row < rows; row++) {
    const cluster = row % 3;
    const [left, right] = indicators(row, rows, columns, level);
    const inRow = codewords.slice(row * columns, (row + 1) * columns);
    const modules = [left, ...inRow, ...(truncated ? [] : [right])].map((codeword) => pattern(cluster, codeword));
    const bars = START + modules.join('') + (truncated ? '1' : STOP);
    for (let x = 0; x < bars.length; x++) {
      if (bars[x] !== '1') continue;
      canvas.fill(x * moduleDots, row * rowModules * moduleDots, moduleDots, rowModules * moduleDots);
    }
  }
  return canvas;
};
