/** From any paper to its document. */
import type { Paper } from '../domain/paper.ts';
import type { PaperDocument } from './document.ts';
import { PLAIN, type PaperSettings } from './paper-settings.ts';
import {
  detailDocument,
  failureDocument,
  parameterDocument,
  reversalNotice,
  settlementDocument,
} from './report-documents.ts';
import { slipDocument } from './slip-document.ts';
import { stripDocument } from './strip-document.ts';

export function paperDocument(paper: Paper, settings: PaperSettings = PLAIN): PaperDocument {
  switch (paper.type) {
    case 'slip':
      return slipDocument(paper, settings);
    case 'settlement':
      return settlementDocument(paper, settings);
    case 'details':
      return detailDocument(paper, settings);
    case 'failures':
      return failureDocument(paper, settings);
    case 'parameters':
      return parameterDocument(paper, settings);
    case 'notice':
      return reversalNotice(paper, settings);
    case 'test-strip':
      return stripDocument(paper, settings);
  }
}
