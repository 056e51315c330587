/** Which of the two languages of a document are shown, and how they stand together. */
import type { Bilingual } from '../domain/bilingual.ts';
import type { Words } from './document.ts';
import { printable } from './gbk.ts';

export type Language = 'zh-en' | 'zh' | 'en';

/** Chinese first, each printable: one text, or two that may stand beside or below each other. */
export function textsOf(words: Words, language: Language): readonly string[] {
  if (typeof words === 'string' || words.zh === words.en)
    return [printable(typeof words === 'string' ? words : words.en)];
  return (language === 'zh-en' ? [words.zh, words.en] : [words[language]]).map(printable);
}

/** In one line. */
export const joined = (words: Words, language: Language): string => textsOf(words, language).join(' ');

/** `卡号(CARD NO):`, `卡号:` or `CARD NO:`, in the parts that it may be taken apart into. */
export function labelParts(label: Bilingual, language: Language): readonly string[] {
  const [first = '', second] = textsOf(label, language);
  return second === undefined ? [`${first}:`] : [first, `(${second}):`];
}
