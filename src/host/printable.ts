/** GBK bytes, as strings of U+0000 to U+00FF, into text that may be shown and printed. */
import { gbkFromBytes } from './iso8583/gbk.ts';

/** Safe on paper and screen: no control codes, which a printer would obey, and no half characters; trimmed. */
export const printable = (bytes: string): string =>
  gbkFromBytes(bytes)
    .toWellFormed()
    .replaceAll('\uFFFD', '?')
    .replaceAll(/\p{Cc}/gu, ' ')
    .trim();
