/** A paper as plain text, for people: sizes and cuts are lost, columns are kept. */
import type { Paper } from '../domain/paper.ts';
import { layout, type LaidOut } from './layout.ts';
import { paperDocument } from './paper-document.ts';

/** @param columns of the roll, e.g. 32 or 48. Every line of the result ends with a newline. */
export const paperText = (paper: Paper, columns: number): string => renderText(layout(paperDocument(paper), columns));

const renderText = (laidOut: readonly LaidOut[]): string => laidOut.map(asText).join('');

function asText(element: LaidOut): string {
  switch (element.type) {
    case 'line':
      return `${element.text}\n`;
    case 'feed':
      return '\n'.repeat(element.lines);
    case 'cut':
      break;
  }
  return '';
}
