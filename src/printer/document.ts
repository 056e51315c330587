/** A slip as a list of blocks: what it says and how it is set, before any thought of columns or bytes. */
import type { Bilingual } from '../domain/bilingual.ts';

export type Block =
  | { readonly type: 'text'; readonly text: string; readonly align: 'left' | 'center'; readonly bold: boolean }
  | { readonly type: 'pair'; readonly label: Bilingual; readonly value: string }
  /** A value that must be seen first: as large as the columns allow. */
  | { readonly type: 'big'; readonly label: Bilingual; readonly value: string }
  | { readonly type: 'signature'; readonly label: Bilingual; readonly acknowledgement: Bilingual }
  | { readonly type: 'rule' }
  | { readonly type: 'feed'; readonly lines: number }
  /** The end of a piece of paper. */
  | { readonly type: 'cut' };

export type SlipDocument = readonly Block[];
