/** A slip as plain text, for people: sizes and cuts are lost, columns are kept. */
import type { Slip } from '../domain/slip.ts';
import { layout, type LaidOut } from './layout.ts';
import { slipDocument } from './slip-document.ts';

/** @param columns of the paper, e.g. 32 or 48. Every line of the result ends with a newline. */
export const slipText = (slip: Slip, columns: number): string => renderText(layout(slipDocument(slip), columns));

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
