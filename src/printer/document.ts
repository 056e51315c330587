/** A paper as a list of blocks: what it says and how it is set, before any thought of columns, bytes or languages. */
import type { Bilingual } from '../domain/bilingual.ts';
import type { Logo } from './logo.ts';
import type { PatternName } from './patterns.ts';

/** Both languages, or what is the same in both. */
export type Words = Bilingual | string;

export type Block =
  | { readonly type: 'logo'; readonly logo: Logo }
  /** `small` is smaller than the rest where there is nothing in it but Latin characters. */
  | {
      readonly type: 'text';
      readonly text: Words;
      readonly align: 'left' | 'center';
      readonly weight: 'small' | 'normal' | 'bold';
    }
  /** What the paper is, centered, as large as the columns allow. `apart`: Chinese large, and English below it. */
  | { readonly type: 'headline'; readonly text: Words; readonly apart: boolean }
  | ({ readonly type: 'pair' } & Pair)
  /** Short ones that belong together: beside each other where the columns allow. */
  | { readonly type: 'pairs'; readonly pairs: readonly [Pair, Pair] }
  /** A value that must be seen first: as large as the columns allow. `apart` as in a headline. */
  | { readonly type: 'big'; readonly label: Bilingual; readonly value: Words; readonly apart: boolean }
  | Table
  /** Data for experts, as many to a line as fit. */
  | { readonly type: 'fine'; readonly items: readonly FineItem[] }
  | { readonly type: 'signature'; readonly label: Bilingual; readonly acknowledgement: Bilingual }
  | Code
  /** Of a test strip, as wide as the head reaches. */
  | Pattern
  /** The numbers below a comb: which dot each long tooth is. */
  | { readonly type: 'scale' }
  /** `heavy` between parts that each have light ones of their own. */
  | { readonly type: 'rule'; readonly weight: 'light' | 'heavy' }
  | { readonly type: 'feed'; readonly lines: number }
  /** The end of a piece of paper. */
  | { readonly type: 'cut' };

export type PaperDocument = readonly Block[];

/** A QR code, centered, with its quiet zone above and below. */
export interface Code {
  readonly type: 'code';
  readonly text: string;
  /** Printer dots along the side of a module, 1 to 16. */
  readonly moduleDots: number;
  readonly errorCorrection: 'medium' | 'low';
}

export interface Pattern {
  readonly type: 'pattern';
  readonly name: PatternName;
}

export interface Pair {
  readonly label: Bilingual;
  readonly value: Words;
}

export interface FineItem {
  readonly label: string;
  readonly value: string;
}

export interface Table {
  readonly type: 'table';
  /** A row takes one line where all its fields fit into it, and these lines where they do not. */
  readonly lines: readonly (readonly TableField[])[];
  /** Cells in the order of the fields. Words may be folded; a number never is, as long as the paper is as wide as it. */
  readonly rows: readonly (readonly Words[])[];
}

export interface TableField {
  readonly label: Bilingual;
  readonly align: 'left' | 'right';
  /** In columns, for tables whose fields are to stand below each other. */
  readonly widthMin?: number;
}
