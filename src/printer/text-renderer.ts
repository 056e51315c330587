/** A paper as plain text, for people: sizes and cuts are lost, columns are kept. */
import type { Paper } from '../domain/paper.ts';
import { columnsOf } from './gbk.ts';
import { layout, type LaidOut } from './layout.ts';
import { paperDocument } from './paper-document.ts';
import { PLAIN, type PaperSettings } from './paper-settings.ts';

/** @param columns of the roll, e.g. 32 or 48. Every line of the result ends with a newline. */
export const paperText = (paper: Paper, columns: number, settings: PaperSettings = PLAIN): string =>
  layout(paperDocument(paper, settings), columns, settings.language)
    .map((element) => asText(element, columns))
    .join('');

function asText(element: LaidOut, columns: number): string {
  switch (element.type) {
    case 'line': {
      const free = element.align === 'center' ? Math.max(0, columns - columnsOf(element.text)) : 0;
      return `${' '.repeat(Math.floor(free / 2))}${element.text}\n`;
    }
    case 'feed':
      return '\n'.repeat(element.lines);
    case 'logo':
      return '[logo]\n';
    case 'code':
      return `[QR ${element.text}]\n`;
    case 'pattern':
      return `[${element.name}]\n`;
    case 'space':
    case 'cut':
      break;
  }
  return '';
}
