/** A table set in columns: one line to a row where that fits, otherwise the lines that its fields are grouped in. */
import type { Table, TableField, Words } from './document.ts';
import { fold } from './fold.ts';
import { columnsOf } from './gbk.ts';
import { joined, textsOf, type Language } from './wording.ts';

const GAP = ' ';
/** Before the lines of a row but its first, so that the eye finds where a row begins. */
const INDENT = '  ';

interface Slot {
  readonly index: number;
  readonly align: TableField['align'];
  readonly width: number;
}

type SlotLine = readonly Slot[];

export interface TableTexts {
  readonly head: readonly string[];
  readonly rows: readonly string[];
}

/** @returns lines no wider than `columns` */
export function tableTexts(table: Table, columns: number, language: Language): TableTexts {
  const fields = table.lines.flat();
  const widths = fields.map((field, index) =>
    Math.max(
      field.widthMin ?? 0,
      widthOf(field.label, language),
      ...table.rows.map((row) => widthOf(row[index] ?? '', language)),
    ),
  );
  const slots = fields.map(({ align }, index): Slot => ({ index, align, width: widths[index] ?? 0 }));
  const lines = arrangement(table, slots, columns);
  return {
    head: rowTexts(lines, (index) => textsOf(fields[index]?.label ?? '', language)),
    rows: table.rows.flatMap((row) => rowTexts(lines, (index, width) => cellTexts(row[index] ?? '', width, language))),
  };
}

/** The first that fits: one line, the table's own lines, a line to every field. */
function arrangement(table: Table, slots: SlotLine, columns: number): readonly SlotLine[] {
  let taken = 0;
  const grouped = table.lines.map(({ length }) => slots.slice(taken, (taken += length)));
  const room = (line: number): number => columns - (line === 0 ? 0 : INDENT.length);
  const fits = (lines: readonly SlotLine[]): boolean => lines.every((line, index) => neededBy(line) <= room(index));
  const lines = [[slots], grouped].find(fits) ?? slots.map((slot) => [slot]);
  return lines.map((line, index) => stretched(line, room(index)));
}

const neededBy = (line: SlotLine): number =>
  line.reduce((sum, { width }) => sum + width, GAP.length * (line.length - 1));

/** What is left over goes to the last field that is set left, so that what is set right ends with the paper. */
function stretched(line: SlotLine, columns: number): SlotLine {
  const last = Math.max(
    0,
    line.findLastIndex(({ align }) => align === 'left'),
  );
  const spare = columns - neededBy(line);
  return line.map((slot, index) => (index === last ? { ...slot, width: slot.width + spare } : slot));
}

function rowTexts(
  lines: readonly SlotLine[],
  textsOf: (index: number, width: number) => readonly string[],
): readonly string[] {
  return lines.flatMap((line, number) => {
    const cells = line.map((slot) => textsOf(slot.index, slot.width).flatMap((text) => fold(text, slot.width)));
    const height = Math.max(...cells.map(({ length }) => length));
    return Array.from({ length: height }, (_, depth) =>
      (
        (number === 0 ? '' : INDENT) + line.map((slot, place) => set(cells[place]?.[depth] ?? '', slot)).join(GAP)
      ).trimEnd(),
    );
  });
}

function set(text: string, { align, width }: Slot): string {
  const padding = ' '.repeat(width - columnsOf(text));
  return align === 'left' ? text + padding : padding + text;
}

/** The narrowest that a cell can be set in: English may be folded between its words. */
function widthOf(cell: Words, language: Language): number {
  if (typeof cell === 'string') return columnsOf(joined(cell, language));
  const parts = textsOf(cell, language).flatMap((text) => (text === cell.zh ? [text] : text.split(' ')));
  return Math.max(...parts.map(columnsOf));
}

function cellTexts(cell: Words, width: number, language: Language): readonly string[] {
  const whole = joined(cell, language);
  return columnsOf(whole) <= width ? [whole] : textsOf(cell, language);
}
