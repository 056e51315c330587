/** From any paper to its document. */
import type { Paper } from '../domain/paper.ts';
import type { PaperDocument } from './document.ts';
import { detailDocument, failureDocument, settlementDocument } from './report-documents.ts';
import { slipDocument } from './slip-document.ts';

export function paperDocument(paper: Paper): PaperDocument {
  switch (paper.type) {
    case 'slip':
      return slipDocument(paper);
    case 'settlement':
      return settlementDocument(paper);
    case 'details':
      return detailDocument(paper);
    case 'failures':
      return failureDocument(paper);
  }
}
