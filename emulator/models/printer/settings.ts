/** What commands change about printing, and what ESC @ puts back. */
import type { Alignment } from './composer.ts';
import { FONT_CELL, type TextStyle } from './paper.ts';
import type { PrinterProfile } from './profile.ts';
import type { QrLevel } from './qr.ts';

export interface PrintSettings {
  font: TextStyle['font'];
  timesWide: number;
  timesHigh: number;
  /** FS ! and FS W size Kanji apart; ESC ! and GS ! size both (printer sheet 11). */
  kanjiTimesWide: number;
  kanjiTimesHigh: number;
  bold: boolean;
  doubleStrike: boolean;
  underlineDots: 0 | 1 | 2;
  kanjiUnderlineDots: 0 | 1 | 2;
  inverse: boolean;
  rotated: boolean;
  upsideDown: boolean;
  /** ESC SP and FS S, in dots of a character that is not enlarged. */
  afterDots: number;
  kanjiBeforeDots: number;
  kanjiAfterDots: number;
  alignment: Alignment;
  lineSpacingDots: number;
  leftDots: number;
  areaDots: number;
  /** GS W, before the left margin takes its part. */
  wantedAreaDots: number;
  /** GS P: dots per unit of movement. */
  unitWideDots: number;
  unitHighDots: number;
  codePage: number;
  nationalVariant: number;
  kanji: boolean;
  /** ESC %: whether user-defined characters take the place of built-in ones. */
  ownCharacters: boolean;
  /** ESC D: dots from the left margin, ascending. */
  tabDots: readonly number[];
  barcodeHeightDots: number;
  barcodeModuleDots: number;
  hriAbove: boolean;
  hriBelow: boolean;
  hriFont: TextStyle['font'];
  qrModuleDots: number;
  qrLevel: QrLevel;
  /** GS ( k function 65: model 1 is known, and not drawn. */
  qrModel: number;
  pdf417: Pdf417Settings;
  /** What function 80 of GS ( k has stored, by symbology. */
  symbolPayloads: ReadonlyMap<number, Uint8Array>;
}

interface Pdf417Settings {
  /** 0: as few as the paper's shape asks for. */
  readonly columns: number;
  readonly rows: number;
  readonly moduleDots: number;
  /** Row height in modules. */
  readonly rowModules: number;
  /** A level from 0 to 8, or correction as tenths of the data. */
  readonly correction: { readonly level: number } | { readonly tenths: number };
  readonly truncated: boolean;
}

const DEFAULT_TAB_EVERY = 8;
const DEFAULT_TAB_COUNT = 32;

export const powerUpSettings = (profile: PrinterProfile): PrintSettings => ({
  font: 'A',
  timesWide: 1,
  timesHigh: 1,
  kanjiTimesWide: 1,
  kanjiTimesHigh: 1,
  bold: false,
  doubleStrike: false,
  underlineDots: 0,
  kanjiUnderlineDots: 0,
  inverse: false,
  rotated: false,
  upsideDown: false,
  afterDots: 0,
  kanjiBeforeDots: 0,
  kanjiAfterDots: 0,
  alignment: 'left',
  lineSpacingDots: profile.lineSpacingDots,
  leftDots: 0,
  areaDots: profile.widthDots,
  wantedAreaDots: profile.widthDots,
  unitWideDots: 1,
  unitHighDots: 1,
  codePage: 0,
  nationalVariant: 0,
  kanji: profile.kanjiAtPowerUp,
  ownCharacters: false,
  tabDots: Array.from({ length: DEFAULT_TAB_COUNT }, (_, index) => (index + 1) * DEFAULT_TAB_EVERY * FONT_CELL.A.width),
  barcodeHeightDots: 162,
  barcodeModuleDots: 3,
  hriAbove: false,
  hriBelow: false,
  hriFont: 'A',
  qrModuleDots: 3,
  qrLevel: 'L',
  qrModel: 2,
  pdf417: { columns: 0, rows: 0, moduleDots: 3, rowModules: 3, correction: { tenths: 1 }, truncated: false },
  symbolPayloads: new Map(),
});
