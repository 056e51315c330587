/** A document set in columns: the one source of the bytes for the printer and of the text for people. */
import { Bug } from '../domain/result.ts';
import type { Bilingual } from '../domain/bilingual.ts';
import type { Block, PaperDocument, Table } from './document.ts';
import { fold } from './fold.ts';
import { columnsOf, printable } from './gbk.ts';
import { tableTexts } from './table.ts';

/** `tall` is double height; `large` is double height and width. */
export type Size = 'normal' | 'tall' | 'large';

export type LaidOut =
  | { readonly type: 'line'; readonly text: string; readonly size: Size; readonly bold: boolean }
  | { readonly type: 'feed'; readonly lines: number }
  | { readonly type: 'cut' };

/** The narrowest roll that the words of a slip make sense on. */
const COLUMNS_MIN = 16;
const INDENT = '  ';
/** Room for a name written by hand. */
const SIGNATURE_FEED_LINES = 3;

/** @throws Bug for fewer than 16 columns: a printer profile is wrong. */
export function layout(document: PaperDocument, columns: number): readonly LaidOut[] {
  if (!Number.isInteger(columns) || columns < COLUMNS_MIN) {
    throw new Bug(`A slip needs ${COLUMNS_MIN} columns or more, not ${columns}: correct the printer profile.`);
  }
  return document.flatMap((block) => layBlock(block, columns));
}

function layBlock(block: Block, columns: number): readonly LaidOut[] {
  switch (block.type) {
    case 'text':
      return fold(printable(block.text), columns).map((text) =>
        line(block.align === 'center' ? centered(text, columns) : text, 'normal', block.bold),
      );
    case 'headline':
      return layHeadline(block.text, columns);
    case 'pair':
      return layPair(block.label, block.value, columns);
    case 'big':
      return layBig(block.label, block.value, columns);
    case 'table':
      return layTable(block, columns);
    case 'signature':
      return [
        ...lines(fold(labelText(block.label), columns)),
        { type: 'feed', lines: SIGNATURE_FEED_LINES },
        rule(columns),
        ...lines(fold(printable(block.acknowledgement.zh), columns)),
        ...lines(fold(printable(block.acknowledgement.en), columns)),
      ];
    case 'rule':
      return [rule(columns, block.weight)];
    case 'feed':
    case 'cut':
      break;
  }
  return [block];
}

function layPair(label: Bilingual, value: string, columns: number): readonly LaidOut[] {
  const whole = `${labelText(label)}${printable(value)}`;
  if (columnsOf(whole) <= columns) return [line(whole)];
  const folded = fold(printable(value), columns - INDENT.length);
  return lines([...fold(labelText(label), columns), ...folded.map((text) => INDENT + text)]);
}

/** A smaller size is better than a fold: an amount in two pieces can be misread. */
function layBig(label: Bilingual, value: string, columns: number): readonly LaidOut[] {
  const text = printable(value);
  const size = largestSize(text, columns);
  return [...lines(fold(labelText(label), columns)), ...fold(text, columns).map((part) => line(part, size, true))];
}

function layHeadline(text: string, columns: number): readonly LaidOut[] {
  const shown = printable(text);
  const size = largestSize(shown, columns);
  const room = size === 'large' ? Math.floor(columns / 2) : columns;
  return fold(shown, room).map((part) => line(centered(part, room), size, true));
}

function layTable(table: Table, columns: number): readonly LaidOut[] {
  const { head, rows } = tableTexts(table, columns);
  return [...lines(head), rule(columns), ...lines(rows)];
}

const largestSize = (text: string, columns: number): Size => (columnsOf(text) * 2 <= columns ? 'large' : 'tall');

const labelText = (label: Bilingual): string => printable(`${label.zh}(${label.en}):`);
const centered = (text: string, columns: number): string =>
  ' '.repeat(Math.floor((columns - columnsOf(text)) / 2)) + text;
const rule = (columns: number, weight: 'light' | 'heavy' = 'light'): LaidOut =>
  line((weight === 'light' ? '-' : '=').repeat(columns));
const lines = (texts: readonly string[]): readonly LaidOut[] => texts.map((text) => line(text));
const line = (text: string, size: Size = 'normal', bold = false): LaidOut => ({ type: 'line', text, size, bold });
