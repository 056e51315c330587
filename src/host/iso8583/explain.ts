/** A message for people: every field with its name, and nothing in it that must not be seen. */
import type { Bilingual } from '../../domain/bilingual.ts';
import { maskPan } from '../../domain/pan.ts';
import type { Dialect } from './compile.ts';
import type { Coding, FieldRow } from './dialect.ts';
import type { Message } from './message.ts';

export interface Explanation {
  /** `tpdu`, `header`, `mti` or the field number. */
  readonly field: string;
  readonly name: Bilingual;
  /** Masked and printable. */
  readonly value: string;
}

/**
 * The parts of a message in wire order, safe to show and to log.
 *
 * Fails closed: a field that the dialect does not know is hidden like a key (dialect sheet 11.3 for the PAN).
 */
export function explain(dialect: Dialect, message: Message): readonly Explanation[] {
  const explanations: Explanation[] = [];
  const part = (field: string, name: Bilingual, value: string): void => {
    if (value !== '') explanations.push({ field, name, value: printable(value) });
  };
  part('tpdu', { zh: '传输协议数据单元', en: 'TPDU' }, message.tpdu);
  part('header', { zh: '报文头', en: 'header' }, message.header);
  part('mti', { zh: '消息类型', en: 'message type' }, message.mti);
  // Integer keys of an object come in ascending order.
  for (const [field, value] of Object.entries(message.fields)) {
    if (value === undefined) continue;
    const row = dialect.table.rows[Number(field)];
    explanations.push({ field, name: row?.name ?? UNKNOWN, value: shown(row, value) });
  }
  return explanations;
}

const UNKNOWN: Bilingual = { zh: '未知', en: 'unknown' };

function shown(row: FieldRow | undefined, value: string): string {
  if (row?.sensitive === 'open') return printable(FREE_TEXT.has(row.coding) ? maskRuns(value) : value);
  if (row?.sensitive === 'pan') return maskPan(value);
  return `[hidden, ${value.length} characters]`;
}

/** Hosts write what they like into these. */
const FREE_TEXT: ReadonlySet<Coding> = new Set(['bytes', 'gbk']);

/** Masks every run of digits that is as long as a PAN. */
const maskRuns = (text: string): string => text.replaceAll(/(?<!\d)\d{12,19}(?!\d)/g, maskPan);

/** Control characters, bytes beyond ASCII of a byte field, and bytes that were no text, as `\xNN`. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\u0080-\u00FF\p{Cs}]/gu, (character) => {
    const byte = character.charCodeAt(0) & 0xff;
    return `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  });
}

/** The explanations as a table for a terminal, a Chinese character being two columns wide; without a final newline. */
export function explanationTable(explanations: readonly Explanation[]): string {
  const rows = explanations.map(({ field, name, value }) => [field, name.zh, name.en, value] as const);
  const widthOf = (column: 0 | 1 | 2): number => Math.max(0, ...rows.map((cells) => columns(cells[column])));
  const widths = [widthOf(0), widthOf(1), widthOf(2)] as const;
  return rows
    .map(([field, zh, en, value]) =>
      `${field.padStart(widths[0])}  ${pad(zh, widths[1])}  ${pad(en, widths[2])}  ${value}`.trimEnd(),
    )
    .join('\n');
}

const pad = (text: string, width: number): string => text + ' '.repeat(width - columns(text));

function columns(text: string): number {
  let width = 0;
  for (const character of text) width += /[\u1100-\u115F\u2E80-\uFFEF]/.test(character) ? 2 : 1;
  return width;
}
