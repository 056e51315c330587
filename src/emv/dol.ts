/** Data object lists: what a card asks for, and the bytes that it gets (EMV Book 3, 5.4). */
import { fail, ok, type Result } from '../domain/result.ts';
import { concat } from './bytes.ts';
import { dictionaryRow } from './dictionary.ts';
import { isConstructed, readTag } from './tlv.ts';

export interface DolEntry {
  readonly tag: string;
  /** In bytes. */
  readonly length: number;
}

type DolProblemCode = 'tag-cut-off' | 'tag-too-long' | 'tag-not-canonical' | 'length-missing' | 'length-too-long';

export interface DolProblem {
  readonly code: DolProblemCode;
  readonly offset: number;
}

/** Tags and lengths without values; the length is one byte. */
export function parseDol(bytes: Uint8Array): Result<readonly DolEntry[], DolProblem> {
  const entries: DolEntry[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = readTag(bytes, at);
    if (!tag.ok) return fail({ code: tag.error, offset: at });
    at += tag.value.length / 2;
    const length = bytes[at];
    if (length === undefined) return fail({ code: 'length-missing', offset: at });
    if (length > 0x7f) return fail({ code: 'length-too-long', offset: at });
    entries.push({ tag: tag.value, length });
    at += 1;
  }
  return ok(entries);
}

/** Tags only, as in the static data authentication tag list 9F4A. */
export function parseTagList(bytes: Uint8Array): Result<readonly string[], DolProblem> {
  const tags: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = readTag(bytes, at);
    if (!tag.ok) return fail({ code: tag.error, offset: at });
    tags.push(tag.value);
    at += tag.value.length / 2;
  }
  return ok(tags);
}

/**
 * The values one after the other, each cut or filled to the length that the list asks for (5.4): an unknown, absent or
 * constructed object is zeros; numeric ones keep their right end, all others their left; compressed numeric ones are
 * filled with F on the right, numeric ones with zeros on the left, all others with zeros on the right.
 */
export function fillDol(entries: readonly DolEntry[], valueOf: (tag: string) => Uint8Array | undefined): Uint8Array {
  return concat(
    ...entries.map(({ tag, length }) => fitted(isConstructed(tag) ? undefined : valueOf(tag), length, formatOf(tag))),
  );
}

const formatOf = (tag: string): 'n' | 'cn' | 'other' => {
  const format = dictionaryRow(tag)?.format;
  return format === 'n' || format === 'cn' ? format : 'other';
};

function fitted(value: Uint8Array | undefined, length: number, format: 'n' | 'cn' | 'other'): Uint8Array {
  const wanted = new Uint8Array(length);
  if (value === undefined) return wanted;
  if (format === 'n') {
    const kept = value.subarray(Math.max(0, value.length - length));
    wanted.set(kept, length - kept.length);
    return wanted;
  }
  if (format === 'cn') wanted.fill(0xff);
  wanted.set(value.subarray(0, length));
  return wanted;
}
