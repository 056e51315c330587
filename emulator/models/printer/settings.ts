/** What commands change about printing, and what ESC @ puts back. */
import type { Alignment } from './composer.ts';
import type { PrinterProfile } from './profile.ts';
import type { QrLevel } from './qr.ts';
import type { TextStyle } from './paper.ts';

export interface PrintSettings {
  font: TextStyle['font'];
  timesWide: number;
  timesHigh: number;
  /** FS ! and FS W size Kanji apart; ESC ! and GS ! size both (printer sheet 11). */
  kanjiTimesWide: number;
  kanjiTimesHigh: number;
  bold: boolean;
  underlineDots: 0 | 1 | 2;
  kanjiUnderlineDots: 0 | 1 | 2;
  inverse: boolean;
  alignment: Alignment;
  lineSpacingDots: number;
  leftDots: number;
  areaDots: number;
  codePage: number;
  nationalVariant: number;
  kanji: boolean;
  /** ESC D: columns of font A, ascending. */
  tabColumns: readonly number[];
  qrModuleDots: number;
  qrLevel: QrLevel;
  symbolPayload: Uint8Array;
  barcodeHeightDots: number;
  barcodeModuleDots: number;
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
  underlineDots: 0,
  kanjiUnderlineDots: 0,
  inverse: false,
  alignment: 'left',
  lineSpacingDots: profile.lineSpacingDots,
  leftDots: 0,
  areaDots: profile.widthDots,
  codePage: 0,
  nationalVariant: 0,
  kanji: profile.kanjiAtPowerUp,
  tabColumns: Array.from({ length: DEFAULT_TAB_COUNT }, (_, index) => (index + 1) * DEFAULT_TAB_EVERY),
  qrModuleDots: 3,
  qrLevel: 'L',
  symbolPayload: new Uint8Array(),
  barcodeHeightDots: 162,
  barcodeModuleDots: 3,
});
