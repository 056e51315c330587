/** A paper as one HTML file: for a screen, for a printer of any width, for a reader; it loads nothing and runs nothing. */
import type { Bilingual } from '../domain/bilingual.ts';
import type { Paper } from '../domain/paper.ts';
import { codeBitmap } from './code.ts';
import type { Block, Pair, PaperDocument, Table, Words } from './document.ts';
import { scale } from './layout.ts';
import { escaped, langOf, pngUrl, titleOf } from './markup.ts';
import { paperDocument } from './paper-document.ts';
import { PLAIN, type PaperSettings } from './paper-settings.ts';
import { patternBitmap } from './patterns.ts';
import { textsOf, type Language } from './wording.ts';

const STYLE = `
body{margin:0;background:#ddd;color:#000;font:15px/1.45 'Noto Sans SC','PingFang SC','Microsoft YaHei',sans-serif}
main{box-sizing:border-box;max-width:72mm;margin:1em auto;padding:5mm 4mm;background:#fff}
h1,h2,p,dl,table{margin:.25em 0}h1,h2{font-size:1.7em;line-height:1.2;text-align:center}
span[lang=en]{font-size:.8em}h1 span[lang=en],h2 span[lang=en]{display:block;font-size:.5em}
.center{text-align:center}.bold{font-weight:bold}.small{font-size:.75em}
dt{color:#444}dd{margin:0;overflow-wrap:anywhere}.pair div{display:flex;flex-wrap:wrap;gap:0 .6em}
.pair dd{margin-left:auto;text-align:right}.big dd{font-size:1.6em;font-weight:bold;line-height:1.25}
.fine{display:flex;flex-wrap:wrap;gap:0 1em;font:.72em/1.5 monospace}.fine div{display:flex;min-width:0}.fine dt::after{content:':'}
table{width:100%;border-collapse:collapse}th,td{text-align:left;vertical-align:top;padding:.1em 0 .1em .4em;overflow-wrap:anywhere}
th:first-child,td:first-child{padding-left:0}thead{border-bottom:1px dashed}.right{text-align:right;white-space:nowrap}
hr{border:0;border-top:1px dashed;margin:.6em 0}hr.heavy{border-top:3px double}
.signature{height:4.5em;border-bottom:1px solid}img{display:block;margin:0 auto}.pattern{max-width:100%}.code{padding:4mm;image-rendering:pixelated}
@page{margin:4mm}@media print{body{background:none}main{margin:0 auto;padding:0}}
`;

/** A screen has no head to be tested: as wide as the usual paper. */
const PATTERN_DOTS = 384;

/** Nothing may be loaded or run, whatever stands in the text. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

export function paperHtml(paper: Paper, settings: PaperSettings = PLAIN): string {
  const { language } = settings;
  const document = paperDocument(paper, settings);
  return [
    '<!doctype html>',
    `<html lang="${langOf(language)}">`,
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(titleOf(document, language))}</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    '<main>',
    ...bodyOf(document, language),
    '</main>',
    '</body>',
    '</html>\n',
  ].join('\n');
}

function bodyOf(document: PaperDocument, language: Language): readonly string[] {
  const title = document.find((block) => block.type === 'headline');
  return document.flatMap((block) => elementsOf(block, language, block === title));
}

function elementsOf(block: Block, language: Language, isTitle: boolean): readonly string[] {
  const words = (text: Words): string => inline(text, language);
  switch (block.type) {
    case 'logo':
      return block.logo.type === 'dots' ? [`<img alt="" src="${pngUrl(block.logo.bitmap)}">`] : [];
    case 'code':
      return [`<img class="code" alt="${escaped(block.text)}" src="${pngUrl(codeBitmap(block))}">`];
    case 'pattern':
      return [`<img class="pattern" alt="" src="${pngUrl(patternBitmap(block.name, PATTERN_DOTS))}">`];
    case 'scale':
      return [`<p class="small">${scale(PATTERN_DOTS / 12)}</p>`];
    case 'text':
      return [`<p class="${block.align} ${block.weight}">${words(block.text)}</p>`];
    case 'headline':
      return [isTitle ? `<h1>${words(block.text)}</h1>` : `<h2>${words(block.text)}</h2>`];
    case 'pair':
      return [entry('pair', block, language)];
    case 'pairs':
      return block.pairs.map((pair) => entry('pair', pair, language));
    case 'big':
      return [entry('big', block, language)];
    case 'table':
      return [tableOf(block, words)];
    case 'fine':
      return [
        `<dl class="fine">${block.items.map(({ label, value }) => item(words(label), words(value))).join('')}</dl>`,
      ];
    case 'signature':
      return [
        `<p class="signature">${labelOf(block.label, language)}</p>`,
        `<p class="small">${words(block.acknowledgement)}</p>`,
      ];
    case 'rule':
      return [`<hr class="${block.weight}">`];
    case 'feed':
    case 'cut':
      break;
  }
  return [];
}

const entry = (kind: 'pair' | 'big', { label, value }: Pair, language: Language): string =>
  `<dl class="${kind}">${item(labelOf(label, language), inline(value, language))}</dl>`;

const item = (label: string, value: string): string => `<div><dt>${label}</dt><dd>${value}</dd></div>`;

const labelOf = (label: Bilingual, language: Language): string => inline(label, language);

function tableOf({ lines, rows }: Table, words: (text: Words) => string): string {
  const fields = lines.flat();
  const row = (tag: 'th' | 'td', cells: readonly Words[]): string =>
    `<tr>${cells.map((cell, at) => `<${tag} class="${fields[at]?.align ?? 'left'}">${words(cell)}</${tag}>`).join('')}</tr>`;
  const head = row(
    'th',
    fields.map(({ label }) => label),
  );
  return `<table><thead>${head}</thead><tbody>${rows.map((cells) => row('td', cells)).join('')}</tbody></table>`;
}

/** English beside Chinese is marked as such, so that it is read aloud right. */
function inline(text: Words, language: Language): string {
  const [first = '', second] = textsOf(text, language).map(escaped);
  return second === undefined ? first : `${first} <span lang="en">${second}</span>`;
}
