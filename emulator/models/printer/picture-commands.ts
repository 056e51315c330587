/** Commands that bring pictures: bit images, and graphics that are stored first and printed by their key. */
import { digit, word, type Desk, type Handlers } from './desk.ts';
import { fromColumns, type Bitmap } from './dots.ts';
import { GRAPHICS_MEMORY_MAX_BYTES } from './graphics-store.ts';
import { bitImageItem, columnPicture, pictureItem, rasterPicture } from './pictures.ts';

/** Largest sides of a stored picture. */
const PICTURE_WIDTH_MAX = 2400;
const PICTURE_HEIGHT_MAX = 2400;
const BIT_IMAGE_MODES: ReadonlySet<number> = new Set([0, 1, 32, 33]);

const print = ({ typesetter }: Desk, picture: Bitmap, scale: number): void =>
  typesetter.alone(pictureItem(picture, scale, typesetter.areaDots));

const bitImage = ({ typesetter, refuse }: Desk, parameters: Uint8Array): void => {
  if (!BIT_IMAGE_MODES.has(parameters[0] ?? 0)) return refuse('ESC *: no mode');
  typesetter.inline(bitImageItem(parameters, typesetter.areaDots - typesetter.xDots));
};

/** FS q and GS *: x and y count in bytes of eight dots, the data go down the columns. */
const columnsOf = (columns: Uint8Array, x: number, y: number): Bitmap => fromColumns(columns, x * 8, y);

const defineNvBitImages = ({ store, refuse }: Desk, parameters: Uint8Array): void => {
  store.nvBitImages.clear();
  let at = 1;
  for (let n = 1; n <= (parameters[0] ?? 0); n++) {
    const [x, y] = [word(parameters[at], parameters[at + 1]), word(parameters[at + 2], parameters[at + 3])];
    const columns = parameters.subarray(at + 4, at + 4 + x * y * 8);
    at += 4 + x * y * 8;
    const fits = x > 0 && y > 0 && columns.length === x * y * 8;
    if (!fits || !store.nvBitImages.define(String(n), columnsOf(columns, x, y))) return refuse(`FS q: image ${n}`);
  }
};

const printNvBitImage = (desk: Desk, [n = 0, m = 0]: Uint8Array): void => {
  const picture = desk.store.nvBitImages.get(String(n));
  if (picture === undefined || digit(m) > 3) return desk.refuse(`FS p: no image ${n}`);
  print(desk, picture, digit(m));
};

const defineDownload = ({ store, refuse }: Desk, parameters: Uint8Array): void => {
  const [x = 0, y = 0] = parameters;
  if (x === 0 || y === 0) return refuse('GS *: no picture');
  store.downloadBitImage = columnsOf(parameters.subarray(2), x, y);
};

const printDownload = (desk: Desk, [m = 0]: Uint8Array): void => {
  const picture = desk.store.downloadBitImage;
  if (picture === undefined || digit(m) > 3) return desk.refuse('GS /: no picture');
  print(desk, picture, digit(m));
};

/** xL xH yL yH and, behind them and whatever names the colour, the dots. Undefined: too large or cut short. */
const pictureOf = (x: number, y: number, dots: Uint8Array, inColumns: boolean): Bitmap | undefined => {
  const bytes = inColumns ? x * Math.ceil(y / 8) : Math.ceil(x / 8) * y;
  const isSound = x > 0 && y > 0 && x <= PICTURE_WIDTH_MAX && y <= PICTURE_HEIGHT_MAX && dots.length >= bytes;
  if (!isSound) return undefined;
  return inColumns ? columnPicture(dots, x, y) : rasterPicture(dots, x, y);
};

/** Functions 112 and 113: a, bx, by, c, xL, xH, yL, yH, dots. */
const bufferPicture = ({ store, refuse }: Desk, fn: number, rest: Uint8Array): void => {
  const [, bx = 1, by = 1, , xL, xH, yL, yH] = rest;
  const picture = pictureOf(word(xL, xH), word(yL, yH), rest.subarray(8), fn === 113);
  if (picture === undefined) return refuse(`GS ( L ${fn}: no picture`);
  store.buffered = { picture, scale: (bx === 2 ? 1 : 0) | (by === 2 ? 2 : 0) };
};

/** Functions 67, 68, 83 and 84: a, kc1, kc2, b, xL, xH, yL, yH, c, dots. */
const definePicture = ({ store, refuse }: Desk, fn: number, rest: Uint8Array): void => {
  const [, kc1 = 0, kc2 = 0, , xL, xH, yL, yH] = rest;
  const picture = pictureOf(word(xL, xH), word(yL, yH), rest.subarray(9), fn === 68 || fn === 84);
  const memory = fn < 80 ? store.nv : store.download;
  const defined = picture !== undefined && memory.define(String.fromCharCode(kc1, kc2), picture);
  if (!defined) refuse(`GS ( L ${fn}: no picture, or no room`);
};

/** Functions 69 and 85: kc1, kc2, x, y. */
const printKept = (desk: Desk, fn: number, [kc1 = 0, kc2 = 0, x = 1, y = 1]: Uint8Array): void => {
  const memory = fn < 80 ? desk.store.nv : desk.store.download;
  const picture = memory.get(String.fromCharCode(kc1, kc2));
  if (picture === undefined) return desk.refuse(`GS ( L ${fn}: nothing under this key`);
  print(desk, picture, (x === 2 ? 1 : 0) | (y === 2 ? 2 : 0));
};

const printBuffered = (desk: Desk): void => {
  const { buffered } = desk.store;
  desk.store.buffered = undefined;
  if (buffered === undefined) return desk.refuse('GS ( L 50: nothing is stored');
  print(desk, buffered.picture, buffered.scale);
};

const block = (desk: Desk, head: readonly number[], text: string): void => {
  const bytes = Uint8Array.from([0x37, ...head, ...new TextEncoder().encode(text), 0x00]);
  desk.emit({ type: 'answer', bytes });
};

/** Functions 64 and 80: the keys in one block, as many as there are. */
const listKeys = (desk: Desk, fn: number): void => {
  const keys = (fn < 80 ? desk.store.nv : desk.store.download).keys;
  block(desk, [fn === 64 ? 0x72 : 0x73, 0x40], keys.join(''));
};

const deleteAll = (desk: Desk, fn: number, rest: Uint8Array): void => {
  if (String.fromCharCode(...rest.subarray(0, 3)) !== 'CLR') return desk.refuse(`GS ( L ${fn}: not CLR`);
  (fn < 80 ? desk.store.nv : desk.store.download).clear();
};

type GraphicsFunction = (desk: Desk, fn: number, rest: Uint8Array) => void;

/** GS ( L and GS 8 L by their function; 0 to 4 are the old numbers of 48 to 52. */
const GRAPHICS: Readonly<Record<number, GraphicsFunction>> = {
  48: (desk) => block(desk, [0x30], String(GRAPHICS_MEMORY_MAX_BYTES)),
  // Reference dot density of stored pictures: the head has one.
  49: () => undefined,
  50: printBuffered,
  51: (desk) => block(desk, [0x31], String(GRAPHICS_MEMORY_MAX_BYTES - desk.store.nv.usedBytes)),
  52: (desk) => block(desk, [0x32], String(GRAPHICS_MEMORY_MAX_BYTES - desk.store.download.usedBytes)),
  64: listKeys,
  65: deleteAll,
  66: (desk, _, [kc1 = 0, kc2 = 0]) => desk.store.nv.delete(String.fromCharCode(kc1, kc2)),
  67: definePicture,
  68: definePicture,
  69: printKept,
  80: listKeys,
  81: deleteAll,
  82: (desk, _, [kc1 = 0, kc2 = 0]) => desk.store.download.delete(String.fromCharCode(kc1, kc2)),
  83: definePicture,
  84: definePicture,
  85: printKept,
  112: bufferPicture,
  113: bufferPicture,
};

/** m, fn and what belongs to it. */
export const graphics = (desk: Desk, parameters: Uint8Array): void => {
  const [, fn = 0] = parameters;
  const number = fn <= 4 ? fn + 48 : fn;
  const run = GRAPHICS[number];
  if (run === undefined) desk.refuse(`GS ( L ${fn}: not known`);
  else run(desk, number, parameters.subarray(2));
};

export const PICTURE_COMMANDS = {
  'ESC *': bitImage,
  'FS p': printNvBitImage,
  'FS q': defineNvBitImages,
  'GS *': defineDownload,
  'GS /': printDownload,
  'GS 8': (desk, parameters) => {
    if (parameters[0] === 0x4c) graphics(desk, parameters.subarray(5));
    else desk.refuse('GS 8: not L');
  },
  /** What follows the header comes in bands. */
  'GS v': () => undefined,
} as const satisfies Handlers;
