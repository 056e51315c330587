/** Data objects for people and logs: named, explained, and without anything that must not be seen. */
import { maskPan } from '../domain/pan.ts';
import { toAscii, toHex } from './bytes.ts';
import { dictionaryRow } from './dictionary.ts';
import { parseDol, parseTagList } from './dol.ts';
import { AIP_FLAGS, CAPABILITY_FLAGS, flagsOf, TSI_FLAGS, TVR_FLAGS, USAGE_FLAGS } from './flags.ts';
import type { Tlv } from './tlv.ts';

/** A PAN of twelve digits is six bytes: a value of an unknown tag that is shorter cannot hold one. */
const UNKNOWN_LENGTH_SHOWN = 5;

const FLAGS: Readonly<Record<string, Parameters<typeof flagsOf>[0]>> = {
  '82': AIP_FLAGS,
  '95': TVR_FLAGS,
  '9B': TSI_FLAGS,
  '9F07': USAGE_FLAGS,
  '9F0D': TVR_FLAGS,
  '9F0E': TVR_FLAGS,
  '9F0F': TVR_FLAGS,
  '9F33': CAPABILITY_FLAGS,
  DF11: TVR_FLAGS,
  DF12: TVR_FLAGS,
  DF13: TVR_FLAGS,
};

const DOLS = new Set(['8C', '8D', '97', '9F38', '9F49', '9F4F', 'DF14']);

/** One line per object, children indented by two spaces. */
export function describeTlv(objects: readonly Tlv[], indent = ''): readonly string[] {
  return objects.flatMap((object) => {
    const { tag, value, children } = object;
    const head = `${indent}${tag} ${dictionaryRow(tag)?.name ?? 'unknown'} [${value.length}]`;
    if (children !== undefined) return [head, ...describeTlv(children, `${indent}  `)];
    return [`${head}: ${describeValue(tag, value)}`, ...explain(tag, value).map((line) => `${indent}    ${line}`)];
  });
}

/** A value that may stand in a log. Fails closed: what is not known to be harmless is not shown. */
export function describeValue(tag: string, value: Uint8Array): string {
  const row = dictionaryRow(tag);
  if (value.length === 0) return '(empty)';
  if (row === undefined) return value.length <= UNKNOWN_LENGTH_SHOWN ? toHex(value) : '(not shown)';
  if (row.sensitivity === 'whole') return '(not shown)';
  if (row.sensitivity === 'pan') return maskPan(toHex(value).replace(/F+$/, ''));
  // 80, 83, 86 and the script templates have a content that only their context explains: it may be a PIN command.
  if (row.tag === '80' || row.tag === '83' || row.tag === '86' || row.format === 't') return '(not shown)';
  const isText = row.format === 'a' || row.format === 'an' || row.format === 'ans';
  return isText ? `"${toAscii(value)}"` : toHex(value);
}

function explain(tag: string, value: Uint8Array): readonly string[] {
  const table = FLAGS[tag];
  if (table !== undefined) return flagsOf(table, value);
  if (tag === '9F4A') {
    const tags = parseTagList(value);
    return tags.ok ? tags.value.map(named) : ['not a list of tags'];
  }
  if (!DOLS.has(tag)) return [];
  const list = parseDol(value);
  return list.ok ? list.value.map((entry) => `${named(entry.tag)} [${entry.length}]`) : ['not a data object list'];
}

const named = (tag: string): string => `${tag} ${dictionaryRow(tag)?.name ?? 'unknown'}`;
