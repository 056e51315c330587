/** A paper as JSON: the document itself, in both languages, with field names that stay as they are. */
import type { Paper } from '../domain/paper.ts';
import type { Block } from './document.ts';
import { paperDocument } from './paper-document.ts';
import { PLAIN, type PaperSettings } from './paper-settings.ts';

/** Raised when a field changes its meaning or goes; new fields may come without it. */
const FORMAT_VERSION = 1;

export function paperJson(paper: Paper, settings: PaperSettings = PLAIN): string {
  const blocks = paperDocument(paper, settings).map(jsonOf);
  const whole = {
    format: 'slipway-paper',
    version: FORMAT_VERSION,
    kind: paper.type,
    language: settings.language,
    blocks,
  };
  return `${JSON.stringify(whole, undefined, 2)}\n`;
}

/** The dots of a logo as base64: packed rows, a set bit is black. */
function jsonOf(block: Block): unknown {
  if (block.type !== 'logo' || block.logo.type !== 'dots') return block;
  const { heightDots, rows, widthDots } = block.logo.bitmap;
  return { ...block, logo: { type: 'dots', widthDots, heightDots, rows: Buffer.from(rows).toString('base64') } };
}
