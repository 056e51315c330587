/** What a merchant or an acquirer chooses of how papers look. */
import type { Logo } from './logo.ts';
import type { Language } from './wording.ts';

export interface PaperSettings {
  /** Of every paper. */
  readonly language: Language;
  /** Above the title of a slip, centered. */
  readonly header: readonly string[];
  /** Above the foot of a slip, centered. */
  readonly footer: readonly string[];
  /** Above everything else on a slip. */
  readonly logo?: Logo;
}

export const PLAIN: PaperSettings = { language: 'zh-en', header: [], footer: [] };
