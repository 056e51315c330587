/** What SVG and HTML have in common: text that cannot become markup, and pictures that need no second file. */
import { pngOf } from '../glyphs/png.ts';
import type { Bitmap } from '../glyphs/types.ts';
import type { PaperDocument } from './document.ts';
import { joined, type Language } from './wording.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

export const pngUrl = (bitmap: Bitmap): string =>
  `data:image/png;base64,${Buffer.from(pngOf(bitmap)).toString('base64')}`;

/** Of the whole paper, as a reader of it would tell it from others: what it is. */
export function titleOf(document: PaperDocument, language: Language): string {
  const headline = document.find((block) => block.type === 'headline');
  return headline === undefined ? '' : joined(headline.text, language);
}

export const langOf = (language: Language): string => (language === 'en' ? 'en' : 'zh-CN');
