/** A receipt as HTML: every word that comes from outside is escaped, here and nowhere else. */
import type { Bilingual } from '../../domain/bilingual.ts';
import type { PaperDocument } from '../../printer/document.ts';
import type { ReceiptView } from './view.ts';

type Block = PaperDocument[number];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Without what is not seen but turns or hides what is. */
const escaped = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '').replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

const MARKS: Readonly<Record<ReceiptView['verdict'], string>> = {
  good: '✓',
  'unknown-key': '?',
  bad: '✕',
  short: '#',
  'newer-version': '!',
  unreadable: '!',
  empty: '票',
};

export function receiptHtml({ advice, document, kid, title, verdict }: ReceiptView): string {
  const banner =
    `<header class="${verdict}" role="status"><b>${MARKS[verdict]}</b>` +
    `<h1>${words(title)}</h1><p>${words(advice)}</p></header>`;
  const paper = document === undefined ? '' : `<article>${document.map(blockHtml).join('')}</article>`;
  const signer =
    kid === undefined ? '' : `<footer>${words({ zh: '签名密钥', en: 'Signing key' })}<code>${kid}</code></footer>`;
  return banner + paper + signer;
}

const words = ({ en, zh }: Bilingual): string =>
  `<span lang="zh">${escaped(zh)}</span> <span lang="en">${escaped(en)}</span>`;

function blockHtml(block: Block): string {
  switch (block.type) {
    case 'headline':
      return `<h2>${escaped(block.text)}</h2>`;
    case 'text':
      return `<p class="${block.align}${block.bold ? ' bold' : ''}">${escaped(block.text)}</p>`;
    case 'pair':
    case 'big':
      return `<dl class="${block.type}"><dt>${words(block.label)}</dt><dd>${escaped(block.value)}</dd></dl>`;
    case 'signature':
      return `<p class="signature">${words(block.label)}</p><p class="small">${words(block.acknowledgement)}</p>`;
    case 'rule':
      return '<hr>';
    default:
      // Tables stand on no slip; feed and cut are the paper's affair.
      return '';
  }
}
