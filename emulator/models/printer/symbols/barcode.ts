/** Barcodes of GS k: which symbology a number means, and its elements from the data. */
import type { BarcodeKind } from '../paper.ts';
import { code128, gs1128 } from './code128.ts';
import { code39, code93 } from './code39.ts';
import { ean13, ean8, upcA, upcE } from './ean.ts';
import { codabar, itf } from './two-of-five.ts';

export interface Barcode {
  readonly kind: BarcodeKind;
  /** Bar, space, bar, … in modules, beginning and ending with a bar. In a two-width symbology 1 is narrow and 2 wide. */
  readonly elements: readonly number[];
  readonly twoWidths: boolean;
  /** What people read. */
  readonly text: string;
}

/** Undefined: the symbology cannot say this. */
export type Encode = (data: string) => Barcode | undefined;

/** GS k m, 0 to 6 as well as 65 to 79. 75 to 78, GS1 DataBar, are not drawn. */
const SYMBOLOGIES: Readonly<Record<number, Encode>> = {
  65: upcA,
  66: upcE,
  67: ean13,
  68: ean8,
  69: code39,
  70: itf,
  71: codabar,
  72: code93,
  73: (data) => code128(data, 'marked'),
  74: gs1128,
  79: (data) => code128(data, 'automatic'),
};

export const encoderOf = (m: number): Encode | undefined => SYMBOLOGIES[m < 65 ? m + 65 : m];
