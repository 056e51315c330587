/** How much a paper wears the head: the dot rows in which any dot is heated. */
import type { Paper } from '../domain/paper.ts';
import { layout, type LaidOut } from './layout.ts';
import { paperDocument } from './paper-document.ts';
import { PLAIN, type PaperSettings } from './paper-settings.ts';
import { dotsOf, lettersHeight, type Sheet } from './picture.ts';

/** As many as there are letters high: a few rows more than are heated. A logo that only the printer has counts nothing. */
export function headLinesOf(paper: Paper, sheet: Sheet, settings: PaperSettings = PLAIN): number {
  return layout(paperDocument(paper, settings), sheet.columns, settings.language)
    .map((element) => rowsOf(element, sheet))
    .reduce((sum, rows) => sum + rows, 0);
}

function rowsOf(element: LaidOut, { widthDots }: Sheet): number {
  if (element.type !== 'line') return dotsOf(element, widthDots)?.heightDots ?? 0;
  return element.text.trim() === '' ? 0 : lettersHeight(element);
}
