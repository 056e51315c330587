/** The printed document as lines for a screen: what is only the paper's affair is left out. */
import type { Bilingual } from '../../domain/bilingual.ts';

/** Both languages, or what is the same in both. */
export type Words = Bilingual | string;

export type Line =
  | { readonly type: 'title'; readonly words: Words }
  | { readonly type: 'text'; readonly words: Words }
  /** `big`: what must be seen first. */
  | { readonly type: 'pair' | 'big'; readonly label: Words; readonly value: Words }
  | { readonly type: 'signature'; readonly label: Words; readonly acknowledgement: Words }
  | { readonly type: 'rule' };

interface Labelled {
  readonly label: Words;
  readonly value: Words;
}

/** As much as the screen wants to know of a block of the document, of whatever type. */
interface AnyBlock {
  readonly type: string;
  readonly text?: Words;
  readonly label?: Words;
  readonly value?: Words;
  readonly acknowledgement?: Words;
  /** Short ones that stand beside each other on paper. */
  readonly pairs?: readonly Labelled[];
  /** Data for experts. */
  readonly items?: readonly Labelled[];
}

export const linesOf = (document: readonly AnyBlock[]): readonly Line[] => document.flatMap(linesOfBlock);

function linesOfBlock(block: AnyBlock): readonly Line[] {
  const { acknowledgement, items = [], label, pairs = [], text, type, value } = block;
  if (type === 'rule') return [{ type }];
  if (text !== undefined) return [{ type: type === 'headline' ? 'title' : 'text', words: text }];
  if (label !== undefined && value !== undefined) return [{ type: type === 'big' ? 'big' : 'pair', label, value }];
  if (label !== undefined && acknowledgement !== undefined) return [{ type: 'signature', label, acknowledgement }];
  return [...pairs, ...items].map(({ label, value }) => ({ type: 'pair', label, value }));
}
