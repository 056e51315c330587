/** Paper as data: what stands on a strip, before any thought of fonts or pixels. */

/** Magnifications are 1 to 8. */
export interface TextStyle {
  readonly font: 'A' | 'B';
  readonly timesWide: number;
  readonly timesHigh: number;
  readonly bold: boolean;
  readonly underlineDots: 0 | 1 | 2;
  readonly inverse: boolean;
}

type SymbolKind = 'qr' | 'barcode';

export type PaperItem =
  | {
      readonly type: 'text';
      readonly xDots: number;
      readonly text: string;
      /** Whether the characters fill wide cells (GBK pairs) or narrow ones. */
      readonly wide: boolean;
      readonly style: TextStyle;
    }
  /** Packed rows, leftmost dot in the highest bit. */
  | {
      readonly type: 'dots';
      readonly xDots: number;
      readonly widthDots: number;
      readonly heightDots: number;
      readonly rows: Uint8Array;
    }
  | {
      readonly type: 'symbol';
      readonly xDots: number;
      readonly widthDots: number;
      readonly heightDots: number;
      readonly kind: SymbolKind;
      readonly payload: Uint8Array;
      /** Present when the symbol is really drawn; without it a frame with the name stands in its place. */
      readonly rows?: Uint8Array;
    };

export interface PaperLine {
  /** What the motor fed for this line. */
  readonly heightDots: number;
  /** Empty: a feed. */
  readonly items: readonly PaperItem[];
  /** The cover was opened while this line was burning (printer sheet 7): only its upper half is on the paper. */
  readonly damaged: boolean;
}

export interface PaperPiece {
  readonly widthDots: number;
  readonly lines: readonly PaperLine[];
  /** True: the knife parted it. False: it still hangs in the printer, or was torn out with an old roll. */
  readonly cut: boolean;
  /** Head elements that a dirty head did not burn with. */
  readonly deadColumns: readonly number[];
}

export const FONT_CELL = { A: { width: 12, height: 24 }, B: { width: 9, height: 17 } } as const;
/** Printer sheet 11: a Chinese character is 24 by 24 dots, two columns of font A. */
export const WIDE_CELL = { width: 24, height: 24 } as const;

/** Nothing has been burnt on it. */
export const isBlank = (piece: PaperPiece): boolean => piece.lines.every((line) => line.items.length === 0);
