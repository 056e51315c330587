/** A receipt as HTML: every word that comes from outside is escaped, here and nowhere else. */
import type { Line, Words } from './lines.ts';
import type { ReceiptView } from './view.ts';

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

export function receiptHtml({ advice, kid, lines, title, verdict }: ReceiptView): string {
  const banner =
    `<header class="${verdict}" role="status"><b>${MARKS[verdict]}</b>` +
    `<h1>${words(title)}</h1><p>${words(advice)}</p></header>`;
  const paper = lines === undefined ? '' : `<article>${lines.map(lineHtml).join('')}</article>`;
  const signer =
    kid === undefined ? '' : `<footer>${words({ zh: '签名密钥', en: 'Signing key' })}<code>${kid}</code></footer>`;
  return banner + paper + signer;
}

const words = (text: Words): string =>
  typeof text === 'string'
    ? escaped(text)
    : `<span lang="zh">${escaped(text.zh)}</span> <span lang="en">${escaped(text.en)}</span>`;

function lineHtml(line: Line): string {
  switch (line.type) {
    case 'title':
      return `<h2>${words(line.words)}</h2>`;
    case 'text':
      return `<p>${words(line.words)}</p>`;
    case 'pair':
    case 'big':
      return `<dl class="${line.type}"><dt>${words(line.label)}</dt><dd>${words(line.value)}</dd></dl>`;
    case 'signature':
      return `<div class="signature">${words(line.label)}</div><p class="small">${words(line.acknowledgement)}</p>`;
    case 'rule':
      return '<hr>';
  }
}
