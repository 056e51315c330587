/** A paper as a list of blocks: what it says and how it is set, before any thought of columns or bytes. */
import type { Bilingual } from '../domain/bilingual.ts';

export type Block =
  | { readonly type: 'text'; readonly text: string; readonly align: 'left' | 'center'; readonly bold: boolean }
  /** What the paper is, centered: as large as the columns allow. */
  | { readonly type: 'headline'; readonly text: string }
  | { readonly type: 'pair'; readonly label: Bilingual; readonly value: string }
  /** A value that must be seen first: as large as the columns allow. */
  | { readonly type: 'big'; readonly label: Bilingual; readonly value: string }
  | Table
  | { readonly type: 'signature'; readonly label: Bilingual; readonly acknowledgement: Bilingual }
  /** `heavy` between parts that each have light ones of their own. */
  | { readonly type: 'rule'; readonly weight: 'light' | 'heavy' }
  | { readonly type: 'feed'; readonly lines: number }
  /** The end of a piece of paper. */
  | { readonly type: 'cut' };

export type PaperDocument = readonly Block[];

export interface Table {
  readonly type: 'table';
  /** A row takes one line where all its fields fit into it, and these lines where they do not. */
  readonly lines: readonly (readonly TableField[])[];
  /** Cells in the order of the fields. */
  readonly rows: readonly (readonly Cell[])[];
}

export interface TableField {
  readonly label: Bilingual;
  readonly align: 'left' | 'right';
  /** In columns, for tables whose fields are to stand below each other. */
  readonly widthMin?: number;
}

/** Words may be folded; a number never is, as long as the paper is as wide as it. */
export type Cell = Bilingual | string;
