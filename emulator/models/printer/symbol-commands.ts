/** Barcodes (GS k) and two-dimensional symbols (GS ( k). What cannot be said or does not fit prints nothing. */
import { digit, type Desk, type Handlers } from './desk.ts';
import { DotCanvas, type Bitmap } from './dots.ts';
import { hriHeightDots } from './line-bitmap.ts';
import { FONT_CELL, type HumanReadable, type SymbolKind } from './paper.ts';
import { qrMatrix, type QrLevel } from './qr.ts';
import { encoderOf, type Barcode } from './symbols/barcode.ts';
import { pdf417 } from './symbols/pdf417.ts';

const PDF417 = 0x30;
const QR = 0x31;
const QR_LEVELS: readonly QrLevel[] = ['L', 'M', 'Q', 'H'];
/** Counted from this m of GS k on; NUL-terminated before. */
const COUNTED_FROM = 65;
const MODULE_DOTS_MAX = 6;
/** Dots of a wide element where there are two widths, by the module that GS w sets. */
const WIDE_DOTS: readonly number[] = [0, 3, 5, 8, 10, 13, 15];

const barsOf = ({ elements, twoWidths }: Barcode, moduleDots: number, heightDots: number): Bitmap => {
  const dots = elements.map((element) =>
    twoWidths && element === 2 ? (WIDE_DOTS[moduleDots] ?? 2 * moduleDots) : element * moduleDots,
  );
  const canvas = new DotCanvas(
    dots.reduce((sum, each) => sum + each, 0),
    heightDots,
  );
  let x = 0;
  for (const [at, width] of dots.entries()) {
    if (at % 2 === 0) canvas.fill(x, 0, width, heightDots);
    x += width;
  }
  return canvas;
};

const put = (
  { typesetter, refuse }: Desk,
  what: string,
  symbol: {
    readonly kind: SymbolKind;
    readonly payload: Uint8Array;
    readonly dots: Bitmap;
    readonly hri?: HumanReadable | undefined;
  },
): void => {
  const { kind, payload, dots, hri } = symbol;
  const textDots = hri === undefined ? 0 : hri.text.length * FONT_CELL[hri.font].width;
  const widthDots = Math.max(dots.widthDots, textDots);
  if (dots.widthDots > typesetter.areaDots) return refuse(`${what}: wider than the print area`);
  const bars = new DotCanvas(Math.min(widthDots, typesetter.areaDots), dots.heightDots);
  bars.draw(dots, Math.floor((bars.widthDots - dots.widthDots) / 2), 0);
  const texts = (hri?.above === true ? 1 : 0) + (hri?.below === true ? 1 : 0);
  typesetter.alone({
    type: 'symbol',
    xDots: 0,
    widthDots: bars.widthDots,
    heightDots: dots.heightDots + texts * hriHeightDots(hri),
    kind,
    payload,
    rows: bars.rows,
    ...(hri === undefined ? {} : { hri }),
  });
};

const barcode = (desk: Desk, parameters: Uint8Array): void => {
  const { settings, refuse } = desk;
  const [m = 0] = parameters;
  const encode = encoderOf(m);
  if (encode === undefined) return refuse(`GS k ${m}: this barcode is not supported`);
  const payload = m >= COUNTED_FROM ? parameters.subarray(2) : parameters.subarray(1, -1);
  const code = encode(String.fromCharCode(...payload));
  if (code === undefined) return refuse(`GS k ${m}: data that this barcode cannot say`);
  const { hriAbove: above, hriBelow: below, hriFont: font } = settings;
  put(desk, `GS k ${m}`, {
    kind: code.kind,
    payload,
    dots: barsOf(code, settings.barcodeModuleDots, settings.barcodeHeightDots),
    hri: above || below ? { text: code.text, font, above, below } : undefined,
  });
};

type SymbolFunction = (desk: Desk, rest: Uint8Array) => void;

const store =
  (symbology: number): SymbolFunction =>
  ({ settings }, rest) => {
    settings.symbolPayloads = new Map([...settings.symbolPayloads, [symbology, rest.slice(1)]]);
  };

const printQr = (desk: Desk): void => {
  const { qrLevel, qrModuleDots, qrModel, symbolPayloads } = desk.settings;
  const payload = symbolPayloads.get(QR);
  if (payload === undefined || payload.length === 0) return desk.refuse('GS ( k QR: nothing is stored');
  if (qrModel !== 2) return desk.refuse('GS ( k QR: only model 2 is supported');
  const matrix = qrMatrix(payload, qrLevel);
  if (matrix === undefined) return desk.refuse('GS ( k QR: more than a symbol holds');
  const dots = new DotCanvas(matrix.size * qrModuleDots, matrix.size * qrModuleDots);
  for (let y = 0; y < matrix.size; y++) {
    for (let x = 0; x < matrix.size; x++) {
      if (matrix.dark(x, y)) dots.fill(x * qrModuleDots, y * qrModuleDots, qrModuleDots, qrModuleDots);
    }
  }
  put(desk, 'GS ( k QR', { kind: 'qr', payload, dots });
};

const printPdf417 = (desk: Desk): void => {
  const { settings, typesetter, refuse } = desk;
  const payload = settings.symbolPayloads.get(PDF417);
  if (payload === undefined || payload.length === 0) return refuse('GS ( k PDF417: nothing is stored');
  const dots = pdf417(payload, settings.pdf417, typesetter.areaDots);
  if (dots === undefined) return refuse('GS ( k PDF417: does not fit its shape or the print area');
  put(desk, 'GS ( k PDF417', { kind: 'pdf417', payload, dots });
};

const isBetween = (value: number, least: number, most: number): boolean => value >= least && value <= most;

const setPdf417 = ({ settings }: Desk, change: Partial<Desk['settings']['pdf417']>): void => {
  settings.pdf417 = { ...settings.pdf417, ...change };
};

/** By symbology and function. Values outside their range leave things as they are. */
const SYMBOLS: Readonly<Record<number, Readonly<Record<number, SymbolFunction>>>> = {
  [PDF417]: {
    65: (desk, [columns = 0]) => columns <= 30 && setPdf417(desk, { columns }),
    66: (desk, [rows = 0]) => (rows === 0 || isBetween(rows, 3, 90)) && setPdf417(desk, { rows }),
    67: (desk, [moduleDots = 0]) => isBetween(moduleDots, 2, 8) && setPdf417(desk, { moduleDots }),
    68: (desk, [rowModules = 0]) => isBetween(rowModules, 2, 8) && setPdf417(desk, { rowModules }),
    69: (desk, [m = 0, n = 0]) => {
      if (digit(m) === 0 && isBetween(digit(n), 0, 8)) setPdf417(desk, { correction: { level: digit(n) } });
      if (digit(m) === 1 && isBetween(n, 1, 40)) setPdf417(desk, { correction: { tenths: n } });
    },
    70: (desk, [m = 0]) => digit(m) <= 1 && setPdf417(desk, { truncated: digit(m) === 1 }),
    80: store(PDF417),
    81: printPdf417,
  },
  [QR]: {
    65: ({ settings }, [model = 0]) => {
      settings.qrModel = digit(model);
    },
    67: ({ settings }, [n = 0]) => {
      if (isBetween(n, 1, 16)) settings.qrModuleDots = n;
    },
    69: ({ settings }, [n = 0]) => {
      settings.qrLevel = QR_LEVELS[digit(n)] ?? settings.qrLevel;
    },
    80: store(QR),
    81: printQr,
  },
};

const SYMBOLOGY_NAMES: Readonly<Record<number, string>> = {
  0x30: 'PDF417',
  0x31: 'QR',
  0x32: 'MaxiCode',
  0x33: 'GS1 DataBar stacked',
  0x34: 'composite',
  0x35: 'Aztec',
  0x36: 'Data Matrix',
};

/** GS ( k: cn, fn, parameters. */
export const symbol = (desk: Desk, [cn = 0, fn = 0, ...rest]: Uint8Array): void => {
  const run = SYMBOLS[cn]?.[fn];
  if (run === undefined) desk.refuse(`GS ( k ${SYMBOLOGY_NAMES[cn] ?? cn} function ${fn}: not supported`);
  else run(desk, Uint8Array.from(rest));
};

const HRI_PLACES: readonly (readonly [above: boolean, below: boolean])[] = [
  [false, false],
  [true, false],
  [false, true],
  [true, true],
];

export const SYMBOL_COMMANDS = {
  'GS H': ({ settings }, [n = 0]) => {
    const place = HRI_PLACES[digit(n)];
    if (place !== undefined) [settings.hriAbove, settings.hriBelow] = place;
  },
  'GS f': ({ settings }, [n = 0]) => {
    settings.hriFont = digit(n) === 1 ? 'B' : 'A';
  },
  'GS h': ({ settings }, [n = 0]) => {
    settings.barcodeHeightDots = Math.max(1, n);
  },
  'GS k': barcode,
  'GS w': ({ settings }, [n = 0]) => {
    if (isBetween(n, 1, MODULE_DOTS_MAX)) settings.barcodeModuleDots = n;
  },
} as const satisfies Handlers;
