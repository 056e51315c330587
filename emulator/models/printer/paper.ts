/** Paper as data: what stands on a strip, before any thought of fonts or pixels. */

import type { Turn } from './dots.ts';

/** Magnifications are 1 to 8. */
export interface TextStyle {
  readonly font: 'A' | 'B';
  readonly timesWide: number;
  readonly timesHigh: number;
  readonly bold: boolean;
  readonly underlineDots: 0 | 1 | 2;
  readonly inverse: boolean;
  /** Space inside each character's cell, left and right of its glyph, before magnification. */
  readonly beforeDots?: number;
  readonly afterDots?: number;
  /** ESC V: each character lies on its right side. */
  readonly rotated?: boolean;
}

export type BarcodeKind =
  | 'upc-a'
  | 'upc-e'
  | 'ean-13'
  | 'ean-8'
  | 'code39'
  | 'itf'
  | 'codabar'
  | 'code93'
  | 'code128'
  | 'gs1-128';
export type SymbolKind = 'qr' | 'pdf417' | BarcodeKind;

/** The text under or over a barcode, as people read it. */
export interface HumanReadable {
  readonly text: string;
  readonly font: 'A' | 'B';
  readonly above: boolean;
  readonly below: boolean;
}

interface Place {
  /** Left edge of the item's box as it stands on the paper. */
  readonly xDots: number;
  /** Upper edge of the box within the line; absent, the item stands on the line's base. */
  readonly yDots?: number;
  /** The item as a whole is turned, clockwise. */
  readonly turn?: Turn;
}

export type PaperItem = Place &
  (
    | {
        readonly type: 'text';
        readonly text: string;
        /** Whether the characters fill wide cells (GBK pairs) or narrow ones. */
        readonly wide: boolean;
        readonly style: TextStyle;
        /** A user-defined character: packed rows of its cell, burnt in place of the glyph of the one character of `text`. */
        readonly own?: Uint8Array;
      }
    /** Packed rows, leftmost dot in the highest bit. */
    | {
        readonly type: 'dots';
        readonly widthDots: number;
        readonly heightDots: number;
        readonly rows: Uint8Array;
      }
    | {
        readonly type: 'symbol';
        readonly widthDots: number;
        /** With what people read. */
        readonly heightDots: number;
        readonly kind: SymbolKind;
        readonly payload: Uint8Array;
        /** The bars or modules alone. */
        readonly rows: Uint8Array;
        readonly hri?: HumanReadable;
      }
  );

/** One line as it was meant: what the motor feeds for it and what the head burns into that. */
export interface PaperLine {
  readonly heightDots: number;
  /** Empty: a feed. */
  readonly items: readonly PaperItem[];
}

/** What the head was like while a line was burnt. Lines that were burnt alike share one. */
export interface HeadState {
  /** The heat of a dot, in percent of what makes the paper black: density, warmth and speed together. */
  readonly energyPercent: number;
  /** Columns that get no heat at all: burnt out, or under a thick crust. */
  readonly deadColumns: readonly number[];
  /** How much of the heat dirt keeps from each column: 0 nothing, 255 everything. Empty: the head is clean. */
  readonly dirt: Uint8Array;
}

/** What of a line is on this piece: its dot rows from `fromDot` to before `toDot`. The rest is elsewhere, or nowhere. */
export interface BurntLine extends PaperLine {
  readonly fromDot: number;
  readonly toDot: number;
  readonly head: HeadState;
}

export interface PaperPiece {
  readonly widthDots: number;
  readonly lines: readonly BurntLine[];
  /** True: the knife parted it, or a person at the tear bar. False: it hangs in the printer, or came out with a roll. */
  readonly cut: boolean;
}

export const FONT_CELL = { A: { width: 12, height: 24 }, B: { width: 9, height: 17 } } as const;
/** Printer sheet 11: a Chinese character is 24 by 24 dots, two columns of font A. */
export const WIDE_CELL = { width: 24, height: 24 } as const;
