/** QR code model 2, byte mode, versions 1 to 40 (ISO/IEC 18004): what printer firmware draws for GS ( k. */

export type QrLevel = 'L' | 'M' | 'Q' | 'H';

export interface QrMatrix {
  /** Modules along one side. */
  readonly size: number;
  readonly dark: (x: number, y: number) => boolean;
}

interface LevelRow {
  readonly formatBits: number;
  /** Per version, 1 to 40: error correction bytes of a block, and the number of blocks. */
  readonly correctionBytes: readonly number[];
  readonly blocks: readonly number[];
}

const numbers = (text: string): readonly number[] => text.split(' ').map(Number);

const LEVELS: Readonly<Record<QrLevel, LevelRow>> = {
  L: {
    formatBits: 1,
    correctionBytes: numbers(
      '7 10 15 20 26 18 20 24 30 18 20 24 26 30 22 24 28 30 28 28 28 28 30 30 26 28 30 30 30 30 30 30 30 30 30 30 30 30 30 30',
    ),
    blocks: numbers('1 1 1 1 1 2 2 2 2 4 4 4 4 4 6 6 6 6 7 8 8 9 9 10 12 12 12 13 14 15 16 17 18 19 19 20 21 22 24 25'),
  },
  M: {
    formatBits: 0,
    correctionBytes: numbers(
      '10 16 26 18 24 16 18 22 22 26 30 22 22 24 24 28 28 26 26 26 26 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28',
    ),
    blocks: numbers(
      '1 1 1 2 2 4 4 4 5 5 5 8 9 9 10 10 11 13 14 16 17 17 18 20 21 23 25 26 28 29 31 33 35 37 38 40 43 45 47 49',
    ),
  },
  Q: {
    formatBits: 3,
    correctionBytes: numbers(
      '13 22 18 26 18 24 18 22 20 24 28 26 24 20 30 24 28 28 26 30 28 30 30 30 30 28 30 30 30 30 30 30 30 30 30 30 30 30 30 30',
    ),
    blocks: numbers(
      '1 1 2 2 4 4 6 6 8 8 8 10 12 16 12 17 16 18 21 20 23 23 25 27 29 34 34 35 38 40 43 45 48 51 53 56 59 62 65 68',
    ),
  },
  H: {
    formatBits: 2,
    correctionBytes: numbers(
      '17 28 22 16 22 28 26 26 24 28 24 28 22 24 24 30 28 28 26 28 30 24 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30',
    ),
    blocks: numbers(
      '1 1 2 4 4 4 5 6 8 8 11 11 16 16 18 16 19 21 25 25 25 34 30 32 35 37 40 42 45 48 51 54 57 60 63 66 70 74 77 81',
    ),
  },
};

const VERSION_MAX = 40;

/** Modules for data and correction of a version, when every function pattern is taken off. */
const rawModules = (version: number): number => {
  const size = 4 * version + 17;
  let modules = size * size - 3 * 64 - 31 - 2 * (size - 16);
  if (version >= 2) {
    const alignments = Math.floor(version / 7) + 2;
    modules -= (alignments - 1) ** 2 * 25 + (alignments - 2) * 2 * 20;
  }
  return version >= 7 ? modules - 36 : modules;
};

const multiply = (x: number, y: number): number => {
  let product = 0;
  for (let bit = 7; bit >= 0; bit--) {
    product = (product << 1) ^ ((product >> 7) * 0x11d);
    product ^= ((y >> bit) & 1) * x;
  }
  return product;
};

const generator = (degree: number): readonly number[] => {
  const result = [...Array.from({ length: degree - 1 }, () => 0), 1];
  let root = 1;
  for (let step = 0; step < degree; step++) {
    for (let at = 0; at < degree; at++) {
      result[at] = multiply(result[at] ?? 0, root) ^ (result[at + 1] ?? 0);
    }
    root = multiply(root, 2);
  }
  return result;
};

const correctionOf = (data: readonly number[], divisor: readonly number[]): readonly number[] => {
  const result = divisor.map(() => 0);
  for (const byte of data) {
    const factor = byte ^ (result.shift() ?? 0);
    result.push(0);
    divisor.forEach((coefficient, at) => {
      result[at] = (result[at] ?? 0) ^ multiply(coefficient, factor);
    });
  }
  return result;
};

/** Header, payload, terminator and padding, filling `capacity` bytes. */
const dataBytes = (payload: Uint8Array, version: number, capacity: number): readonly number[] => {
  const bits: number[] = [];
  const append = (value: number, count: number) => {
    for (let bit = count - 1; bit >= 0; bit--) bits.push((value >> bit) & 1);
  };
  append(4, 4);
  append(payload.length, version < 10 ? 8 : 16);
  for (const byte of payload) append(byte, 8);
  append(0, Math.min(4, capacity * 8 - bits.length));
  append(0, (8 - (bits.length % 8)) % 8);
  for (let pad = 0xec; bits.length < capacity * 8; pad ^= 0xec ^ 0x11) append(pad, 8);
  return Array.from({ length: capacity }, (_, index) =>
    bits.slice(index * 8, index * 8 + 8).reduce((byte, bit) => (byte << 1) | bit, 0),
  );
};

/** Splits into blocks, adds the correction of each, and interleaves. */
const interleave = (data: readonly number[], version: number, row: LevelRow): readonly number[] => {
  const blockCount = row.blocks[version - 1] ?? 1;
  const correctionBytes = row.correctionBytes[version - 1] ?? 0;
  const rawBytes = Math.floor(rawModules(version) / 8);
  const shortBlocks = blockCount - (rawBytes % blockCount);
  const shortLength = Math.floor(rawBytes / blockCount) - correctionBytes;
  const divisor = generator(correctionBytes);
  const blocks: { readonly data: readonly number[]; readonly correction: readonly number[] }[] = [];
  for (let block = 0, from = 0; block < blockCount; block++) {
    const part = data.slice(from, from + shortLength + (block < shortBlocks ? 0 : 1));
    from += part.length;
    blocks.push({ data: part, correction: correctionOf(part, divisor) });
  }
  const result: number[] = [];
  for (let at = 0; at <= shortLength; at++) {
    for (const block of blocks) {
      const byte = block.data[at];
      if (byte !== undefined) result.push(byte);
    }
  }
  for (let at = 0; at < correctionBytes; at++) {
    for (const block of blocks) result.push(block.correction[at] ?? 0);
  }
  return result;
};

const MASKS: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

/** A square of modules and which of them are function patterns. */
class Canvas {
  readonly size: number;
  readonly #dark: Uint8Array;
  readonly #fixed: Uint8Array;

  constructor(size: number) {
    this.size = size;
    this.#dark = new Uint8Array(size * size);
    this.#fixed = new Uint8Array(size * size);
  }

  dark(x: number, y: number): boolean {
    return this.#dark[y * this.size + x] === 1;
  }
  isFixed(x: number, y: number): boolean {
    return this.#fixed[y * this.size + x] === 1;
  }
  set(x: number, y: number, dark: boolean): void {
    this.#dark[y * this.size + x] = dark ? 1 : 0;
  }
  fix(x: number, y: number, dark: boolean): void {
    if (x < 0 || y < 0 || x >= this.size || y >= this.size) return;
    this.set(x, y, dark);
    this.#fixed[y * this.size + x] = 1;
  }
  flip(mask: (x: number, y: number) => boolean): void {
    for (let y = 0; y < this.size; y++) {
      for (let x = 0; x < this.size; x++) {
        if (!this.isFixed(x, y) && mask(x, y)) this.set(x, y, !this.dark(x, y));
      }
    }
  }
}

const alignmentCentres = (version: number): readonly number[] => {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = Math.floor((version * 8 + count * 3 + 5) / (count * 4 - 4)) * 2;
  const last = 4 * version + 10;
  return [6, ...Array.from({ length: count - 1 }, (_, index) => last - (count - 2 - index) * step)];
};

const drawPatterns = (canvas: Canvas, version: number): void => {
  const { size } = canvas;
  for (let at = 0; at < size; at++) {
    canvas.fix(6, at, at % 2 === 0);
    canvas.fix(at, 6, at % 2 === 0);
  }
  const centres = alignmentCentres(version);
  const last = centres.at(-1);
  for (const cx of centres) {
    for (const cy of centres) {
      if ((cx === 6 && cy === 6) || (cx === 6 && cy === last) || (cx === last && cy === 6)) continue;
      for (let dy = -2; dy <= 2; dy++) {
        for (let dx = -2; dx <= 2; dx++) canvas.fix(cx + dx, cy + dy, Math.max(Math.abs(dx), Math.abs(dy)) !== 1);
      }
    }
  }
  for (const [cx, cy] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ] as const) {
    for (let dy = -4; dy <= 4; dy++) {
      for (let dx = -4; dx <= 4; dx++) {
        const ring = Math.max(Math.abs(dx), Math.abs(dy));
        canvas.fix(cx + dx, cy + dy, ring !== 2 && ring !== 4);
      }
    }
  }
  if (version < 7) return;
  let remainder = version;
  for (let step = 0; step < 12; step++) remainder = (remainder << 1) ^ ((remainder >> 11) * 0x1f25);
  const bits = (version << 12) | remainder;
  for (let index = 0; index < 18; index++) {
    const dark = ((bits >> index) & 1) === 1;
    const [a, b] = [size - 11 + (index % 3), Math.floor(index / 3)];
    canvas.fix(a, b, dark);
    canvas.fix(b, a, dark);
  }
};

const drawFormat = (canvas: Canvas, formatBits: number, mask: number): void => {
  const { size } = canvas;
  const data = (formatBits << 3) | mask;
  let remainder = data;
  for (let step = 0; step < 10; step++) remainder = (remainder << 1) ^ ((remainder >> 9) * 0x537);
  const bits = ((data << 10) | remainder) ^ 0x5412;
  const bit = (index: number) => ((bits >> index) & 1) === 1;
  for (let index = 0; index <= 5; index++) canvas.fix(8, index, bit(index));
  canvas.fix(8, 7, bit(6));
  canvas.fix(8, 8, bit(7));
  canvas.fix(7, 8, bit(8));
  for (let index = 9; index < 15; index++) canvas.fix(14 - index, 8, bit(index));
  for (let index = 0; index < 8; index++) canvas.fix(size - 1 - index, 8, bit(index));
  for (let index = 8; index < 15; index++) canvas.fix(8, size - 15 + index, bit(index));
  canvas.fix(8, size - 8, true);
};

const drawData = (canvas: Canvas, bytes: readonly number[]): void => {
  const { size } = canvas;
  let index = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    const upward = ((right + 1) & 2) === 0;
    for (let step = 0; step < size; step++) {
      for (const x of [right, right - 1]) {
        const y = upward ? size - 1 - step : step;
        if (canvas.isFixed(x, y)) continue;
        canvas.set(x, y, (((bytes[index >> 3] ?? 0) >> (7 - (index & 7))) & 1) === 1);
        index += 1;
      }
    }
  }
};

/** Long runs and big blocks of one colour, and imbalance: enough of the standard's penalty to choose a mask by. */
const penalty = (canvas: Canvas): number => {
  const { size } = canvas;
  let points = 0;
  let darkCount = 0;
  for (let a = 0; a < size; a++) {
    for (const at of [(b: number) => canvas.dark(b, a), (b: number) => canvas.dark(a, b)]) {
      for (let b = 0, run = 0; b < size; b++) {
        run = b > 0 && at(b) === at(b - 1) ? run + 1 : 1;
        points += run === 5 ? 3 : run > 5 ? 1 : 0;
      }
    }
    for (let b = 0; b < size; b++) {
      if (canvas.dark(a, b)) darkCount += 1;
      if (a === 0 || b === 0) continue;
      const colour = canvas.dark(a, b);
      const same = [canvas.dark(a - 1, b), canvas.dark(a, b - 1), canvas.dark(a - 1, b - 1)];
      if (same.every((other) => other === colour)) points += 3;
    }
  }
  return points + Math.floor(Math.abs((20 * darkCount) / (size * size) - 10)) * 10;
};

/** The symbol for `payload`, or undefined when it does not fit version 40. */
export const qrMatrix = (payload: Uint8Array, level: QrLevel): QrMatrix | undefined => {
  const row = LEVELS[level];
  for (let version = 1; version <= VERSION_MAX; version++) {
    const capacity =
      Math.floor(rawModules(version) / 8) - (row.correctionBytes[version - 1] ?? 0) * (row.blocks[version - 1] ?? 0);
    if (4 + (version < 10 ? 8 : 16) + payload.length * 8 > capacity * 8) continue;
    const canvas = new Canvas(4 * version + 17);
    drawPatterns(canvas, version);
    drawFormat(canvas, row.formatBits, 0);
    drawData(canvas, interleave(dataBytes(payload, version, capacity), version, row));
    const points = MASKS.map((mask, index) => {
      canvas.flip(mask);
      drawFormat(canvas, row.formatBits, index);
      const sum = penalty(canvas);
      canvas.flip(mask);
      return sum;
    });
    const best = points.indexOf(Math.min(...points));
    canvas.flip(MASKS[best] ?? (() => false));
    drawFormat(canvas, row.formatBits, best);
    return canvas;
  }
  return undefined;
};
