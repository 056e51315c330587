/** A document set in columns: the one source of the bytes for the printer, of pictures and of the text for people. */
import { Bug } from '../domain/result.ts';
import type { Bilingual } from '../domain/bilingual.ts';
import type { Block, Code, FineItem, Pair, PaperDocument, Pattern, Table, Words } from './document.ts';
import { fold } from './fold.ts';
import { columnsOf, printable } from './gbk.ts';
import type { Logo } from './logo.ts';
import { NUMBERED_EVERY_DOTS } from './patterns.ts';
import { tableTexts } from './table.ts';
import { joined, labelParts, textsOf, type Language } from './wording.ts';

/** `tall` is double height; `large` is double height and width; `small` is font B, which has no Chinese. */
export type Size = 'small' | 'normal' | 'tall' | 'large';

export type LaidOut = LaidOutLine | LaidOutLogo | Code | Pattern | FeedOrCut;

export interface LaidOutLine {
  readonly type: 'line';
  readonly text: string;
  readonly size: Size;
  readonly bold: boolean;
  readonly align: 'left' | 'center';
}

interface LaidOutLogo {
  readonly type: 'logo';
  readonly logo: Logo;
}

type FeedOrCut =
  | { readonly type: 'feed'; readonly lines: number }
  /** Less than a line, so that what follows does not touch tall letters. */
  | { readonly type: 'space' }
  | { readonly type: 'cut' };

/** The narrowest roll that the words of a slip make sense on. */
const COLUMNS_MIN = 16;
const INDENT = '  ';
/** Between two pairs on one line. */
const PAIR_GAP_COLUMNS = 2;
const FINE_GAP = '  ';
const SPACE: LaidOut = { type: 'space' };
/** Room for a name written by hand. */
const SIGNATURE_FEED_LINES = 3;

const SCALE_COLUMNS = NUMBERED_EVERY_DOTS / 12;

/** What a space is; half of it on printers that count in half dots. */
export const SPACE_DOTS = 8;

/** Of the paper and of what is set on it. */
interface Setting {
  /** Of font A. */
  readonly columns: number;
  readonly language: Language;
}

/** @throws Bug for fewer than 16 columns: a printer profile is wrong. */
export function layout(document: PaperDocument, columns: number, language: Language): readonly LaidOut[] {
  if (!Number.isInteger(columns) || columns < COLUMNS_MIN) {
    throw new Bug(`A slip needs ${COLUMNS_MIN} columns or more, not ${columns}: correct the printer profile.`);
  }
  return document.flatMap((block) => layBlock(block, { columns, language }));
}

/** Font B is 9 dots wide and font A 12 (printer sheet 12). */
const smallColumns = (columns: number): number => Math.floor((columns * 12) / 9);

function layBlock(block: Block, setting: Setting): readonly LaidOut[] {
  switch (block.type) {
    case 'text':
      return layText(block, setting);
    case 'headline':
      return layProminent(block, 'center', setting);
    case 'pair':
      return layPair(block, setting);
    case 'pairs':
      return layPairs(block.pairs, setting);
    case 'big':
      return [...layLabel(block.label, setting), ...layProminent({ ...block, text: block.value }, 'left', setting)];
    case 'table':
      return layTable(block, setting);
    case 'fine':
      return layFine(block.items, setting);
    case 'signature':
      return [
        ...layLabel(block.label, setting),
        { type: 'feed', lines: SIGNATURE_FEED_LINES },
        rule(setting.columns),
        ...textsOf(block.acknowledgement, setting.language).flatMap((text) => laySmall(text, 'left', setting)),
      ];
    case 'rule':
      return [rule(setting.columns, block.weight)];
    case 'logo':
      return [block, SPACE];
    case 'code': {
      const quiet = quietZone(block);
      return [...quiet, block, ...quiet];
    }
    case 'scale':
      return [line(scale(setting.columns))];
    case 'pattern':
    case 'feed':
    case 'cut':
      break;
  }
  return [block];
}

/** Each number begins where its tooth stands. */
export const scale = (columns: number): string =>
  Array.from({ length: Math.floor(columns / SCALE_COLUMNS) }, (_, at) =>
    String(at * NUMBERED_EVERY_DOTS).padEnd(SCALE_COLUMNS),
  )
    .join('')
    .trimEnd();

/** Four modules of white (ISO/IEC 18004); beside the code the margins see to that. */
const quietZone = ({ moduleDots }: Code): readonly LaidOut[] =>
  Array.from({ length: Math.ceil((4 * moduleDots) / SPACE_DOTS) }, () => SPACE);

/** Both languages in one line, or each in lines of its own. */
function layText({ align, text, weight }: Extract<Block, { type: 'text' }>, setting: Setting): readonly LaidOut[] {
  const { columns, language } = setting;
  const whole = joined(text, language);
  const texts = columnsOf(whole) <= columns ? [whole] : textsOf(text, language);
  if (weight === 'small') return texts.flatMap((each) => laySmall(each, align, setting));
  const bold = weight === 'bold';
  return texts.flatMap((each) => fold(each, columns).map((part) => line(part, { bold, align })));
}

/** In font B, as long as the printer has the characters in it. */
function laySmall(text: string, align: LaidOutLine['align'], { columns }: Setting): readonly LaidOut[] {
  return columnsOf(text) === text.length
    ? fold(text, smallColumns(columns)).map((part) => line(part, { size: 'small', align }))
    : fold(text, columns).map((part) => line(part, { align }));
}

/** Between the languages rather than within one. */
function layLabel(label: Bilingual, { columns, language }: Setting): readonly LaidOut[] {
  const parts = labelParts(label, language);
  const whole = parts.join('');
  return lines(columnsOf(whole) <= columns ? [whole] : parts.flatMap((part) => fold(part, columns)));
}

function layPair({ label, value }: Pair, setting: Setting): readonly LaidOut[] {
  const { columns, language } = setting;
  const whole = pairText({ label, value }, language);
  if (columnsOf(whole) <= columns) return [line(whole)];
  const folded = fold(joined(value, language), columns - INDENT.length);
  return [...layLabel(label, setting), ...lines(folded.map((text) => INDENT + text))];
}

function layPairs(pairs: readonly [Pair, Pair], setting: Setting): readonly LaidOut[] {
  const [left, right] = [pairText(pairs[0], setting.language), pairText(pairs[1], setting.language)];
  const gap = setting.columns - columnsOf(left) - columnsOf(right);
  return gap < PAIR_GAP_COLUMNS
    ? pairs.flatMap((pair) => layPair(pair, setting))
    : [line(left + ' '.repeat(gap) + right)];
}

const pairText = ({ label, value }: Pair, language: Language): string =>
  labelParts(label, language).join('') + joined(value, language);

/**
 * Both languages in one large line; where there is no room for that, Chinese large and English below it, or else both in
 * one tall line. A smaller size is better than a fold: an amount in two pieces can be misread.
 */
function layProminent(
  { apart, text }: { readonly apart: boolean; readonly text: Words },
  align: LaidOutLine['align'],
  { columns, language }: Setting,
): readonly LaidOut[] {
  const isLarge = (each: string): boolean => columnsOf(each) * 2 <= columns;
  const texts = textsOf(text, language);
  const whole = texts.join(' ');
  const isOneLine = !apart && (isLarge(whole) || (columnsOf(whole) <= columns && !isLarge(texts[0] ?? '')));
  const [first = '', ...others] = isOneLine ? [whole] : texts;
  const size = isLarge(first) ? 'large' : 'tall';
  // So that it is seen to belong to the value above it, where a label could stand.
  const indent = apart || align === 'center' ? '' : INDENT;
  return [
    ...fold(first, columns).map((part) => line(part, { size, bold: true, align })),
    ...others.flatMap((each) =>
      fold(each, columns - indent.length).map((part) => line(indent + part, { bold: true, align })),
    ),
    SPACE,
  ];
}

function layTable(table: Table, { columns, language }: Setting): readonly LaidOut[] {
  const { head, rows } = tableTexts(table, columns, language);
  return [...lines(head), rule(columns), ...lines(rows)];
}

function layFine(items: readonly FineItem[], setting: Setting): readonly LaidOut[] {
  const room = smallColumns(setting.columns);
  const texts: string[] = [];
  for (const { label, value } of items) {
    const text = printable(`${label}:${value}`);
    const extended = `${texts.at(-1) ?? ''}${FINE_GAP}${text}`;
    if (texts.length > 0 && columnsOf(extended) <= room && extended.length === columnsOf(extended)) {
      texts[texts.length - 1] = extended;
    } else {
      texts.push(text);
    }
  }
  return texts.flatMap((text) => laySmall(text, 'left', setting));
}

const rule = (columns: number, weight: 'light' | 'heavy' = 'light'): LaidOut =>
  line((weight === 'light' ? '-' : '=').repeat(columns));
const lines = (texts: readonly string[]): readonly LaidOut[] => texts.map((text) => line(text));
const line = (text: string, style: Partial<Pick<LaidOutLine, 'size' | 'bold' | 'align'>> = {}): LaidOut => ({
  type: 'line',
  text,
  size: style.size ?? 'normal',
  bold: style.bold ?? false,
  align: style.align ?? 'left',
});
