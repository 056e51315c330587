/** A paper as SVG: real text, which can be read aloud, searched and copied, on the grid of the printer's columns. */
import type { Paper } from '../domain/paper.ts';
import { layout, type LaidOut, type LaidOutLine, type Size } from './layout.ts';
import { escaped, langOf, pngUrl, titleOf } from './markup.ts';
import { paperDocument } from './paper-document.ts';
import { PLAIN, type PaperSettings } from './paper-settings.ts';
import { dotsOf, heightOf, leftOf, lineWidth, TIMES, type Sheet } from './picture.ts';

/** Size of the letters and where they stand below the top of a line, in dots. */
const LETTERS: Record<'small' | 'other', { readonly sizeDots: number; readonly baselineDots: number }> = {
  small: { sizeDots: 15, baselineDots: 13 },
  other: { sizeDots: 22, baselineDots: 20 },
};

const lettersOf = (size: Size) => LETTERS[size === 'small' ? 'small' : 'other'];

const STYLE =
  "text{font-family:'Noto Sans Mono CJK SC','Sarasa Mono SC','Noto Sans SC',monospace;white-space:pre;fill:#000}";

/** A unit of the picture is a dot of the printer. A logo that only the printer has is left out. */
export function paperSvg(paper: Paper, sheet: Sheet, settings: PaperSettings = PLAIN): string {
  const { language } = settings;
  const document = paperDocument(paper, settings);
  const laidOut = layout(document, sheet.columns, language);
  const parts: string[] = [];
  let top = 0;
  for (const element of laidOut) {
    parts.push(...partOf(element, top, sheet.widthDots));
    top += heightOf(element, sheet);
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" xml:lang="${langOf(language)}" xml:space="preserve" width="${sheet.widthDots}" height="${top}" viewBox="0 0 ${sheet.widthDots} ${top}">`,
    `<title>${escaped(titleOf(document, language))}</title>`,
    `<style>${STYLE}</style>`,
    `<rect width="${sheet.widthDots}" height="${top}" fill="#fff"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

function partOf(element: LaidOut, top: number, widthDots: number): readonly string[] {
  if (element.type === 'line' && element.text.trim() !== '') return [textOf(element, top, widthDots)];
  const dots = dotsOf(element, widthDots);
  if (dots === undefined) return [];
  const box = `x="${leftOf(dots, widthDots)}" y="${top}" width="${dots.widthDots}" height="${dots.heightDots}"`;
  // A code is no picture to somebody who cannot see it.
  const label = element.type === 'code' ? ` role="img" aria-label="${escaped(element.text)}"` : '';
  return [`<image ${box}${label} href="${pngUrl(dots)}"/>`];
}

/** Stretched to the columns that it has on paper, whatever the font of the reader. */
function textOf(line: LaidOutLine, top: number, widthDots: number): string {
  const [timesWide, timesHigh] = TIMES[line.size];
  const { baselineDots, sizeDots } = lettersOf(line.size);
  const width = lineWidth(line);
  const left = line.align === 'center' ? Math.max(0, Math.floor((widthDots - width) / 2)) : 0;
  const attributes = [
    `transform="translate(${left} ${top}) scale(${timesWide} ${timesHigh})"`,
    `y="${baselineDots}" font-size="${sizeDots}"`,
    `textLength="${width / timesWide}" lengthAdjust="spacingAndGlyphs"`,
    // A rule is for the eye only.
    ...(/^[-=]+$/.test(line.text) ? ['aria-hidden="true"'] : []),
    ...(line.bold ? ['font-weight="bold"'] : []),
  ];
  return `<text ${attributes.join(' ')}>${escaped(line.text)}</text>`;
}
