/** Code 128 (ISO/IEC 15417) with its code sets A, B and C as GS k marks them, and GS1-128 on top of it. */
import type { Barcode, Encode } from './barcode.ts';

type CodeSet = 'A' | 'B' | 'C';

const PATTERNS = (
  '212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 ' +
  '113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 ' +
  '212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 ' +
  '113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 ' +
  '314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 ' +
  '241211 221114 413111 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 ' +
  '214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412 211214 ' +
  '211232 2331112'
).split(' ');
const START: Readonly<Record<CodeSet, number>> = { A: 103, B: 104, C: 105 };
const STOP = 106;
const SHIFT = 98;
/** The value that changes into a set, which is function 4 when the set is the present one. */
const CHANGE: Readonly<Record<CodeSet, number>> = { A: 101, B: 100, C: 99 };
const FUNCTIONS: Readonly<Record<string, number>> = { 1: 102, 2: 97, 3: 96 };
const PAIRS_END = 100;

const isSet = (letter: string): letter is CodeSet => letter === 'A' || letter === 'B' || letter === 'C';

/** A character's value in set A or B, or undefined where the set does not have it. */
const valueOf = (code: number, set: 'A' | 'B'): number | undefined => {
  if (code >= 0x20 && code < 0x60) return code - 0x20;
  if (set === 'A') return code < 0x20 ? code + 0x40 : undefined;
  return code >= 0x60 && code < 0x80 ? code - 0x20 : undefined;
};

const barcode = (kind: Barcode['kind'], values: readonly number[], text: string): Barcode => {
  const check = values.reduce((sum, value, at) => sum + value * Math.max(1, at), 0) % 103;
  const widths = [...values, check, STOP].map((value) => PATTERNS[value] ?? '').join('');
  return { kind, elements: Array.from(widths).map(Number), twoWidths: false, text };
};

const readable = (code: number): string => (code < 0x20 || code > 0x7e ? ' ' : String.fromCharCode(code));

/** Data as GS k 73 has them: `{A`, `{B`, `{C` choose a set, `{S` shifts, `{1` to `{4` are functions, `{{` is a brace. */
class Marked {
  readonly #data: string;
  readonly values: number[] = [];
  text = '';
  #set: CodeSet | undefined;
  #shifted = false;

  constructor(data: string) {
    this.#data = data;
  }

  /** False: not what Code 128 can say. */
  read(): boolean {
    for (let at = 0; at < this.#data.length; at++) {
      const isMark = this.#data[at] === '{' && at + 1 < this.#data.length;
      if (isMark) at += 1;
      const letter = this.#data[at] ?? '';
      if (!(isMark && letter !== '{' ? this.#mark(letter) : this.#character(letter.charCodeAt(0)))) return false;
    }
    return this.#set !== undefined && this.values.length > 1 && !this.#shifted;
  }

  #mark(letter: string): boolean {
    if (isSet(letter)) {
      if (this.#set !== letter) this.values.push(this.#set === undefined ? START[letter] : CHANGE[letter]);
      this.#set = letter;
      return true;
    }
    if (this.#set === undefined) return false;
    if (letter === 'S' && this.#set !== 'C' && !this.#shifted) {
      this.values.push(SHIFT);
      this.#shifted = true;
      return true;
    }
    const value = letter === '4' ? (this.#set === 'C' ? undefined : CHANGE[this.#set]) : FUNCTIONS[letter];
    if (value === undefined || (this.#set === 'C' && letter !== '1')) return false;
    this.values.push(value);
    return true;
  }

  #character(code: number): boolean {
    if (this.#set === undefined) return false;
    const set = this.#shifted ? (this.#set === 'A' ? 'B' : 'A') : this.#set;
    this.#shifted = false;
    const value = set === 'C' ? (code < PAIRS_END ? code : undefined) : valueOf(code, set);
    if (value === undefined) return false;
    this.values.push(value);
    this.text += set === 'C' ? String(code).padStart(2, '0') : readable(code);
    return true;
  }
}

/** Plain ASCII with the code sets chosen here: C for runs of digits, B otherwise, A where control characters stand. */
const automatic = (data: string): { readonly values: readonly number[]; readonly text: string } | undefined => {
  if (!/^[\x00-\x7f]+$/.test(data)) return undefined;
  const values: number[] = [];
  let set: CodeSet | undefined;
  const change = (to: CodeSet) => {
    if (set !== to) values.push(set === undefined ? START[to] : CHANGE[to]);
    set = to;
  };
  for (let at = 0; at < data.length;) {
    const digits = /^(?:\d\d)+/.exec(data.slice(at))?.[0] ?? '';
    if (digits.length >= 4 || (set === 'C' && digits !== '') || (digits.length === data.length && digits !== '')) {
      change('C');
      for (const pair of digits.match(/../g) ?? []) values.push(Number(pair));
      at += digits.length;
      continue;
    }
    const code = data.charCodeAt(at);
    change(code < 0x20 ? 'A' : set === 'A' && code < 0x60 ? 'A' : 'B');
    values.push(valueOf(code, set === 'A' ? 'A' : 'B') ?? 0);
    at += 1;
  }
  return {
    values,
    text: Array.from(data)
      .map((character) => readable(character.charCodeAt(0)))
      .join(''),
  };
};

export const code128 = (data: string, how: 'marked' | 'automatic'): Barcode | undefined => {
  if (how === 'automatic') {
    const plain = automatic(data);
    return plain === undefined ? undefined : barcode('code128', plain.values, plain.text);
  }
  const marked = new Marked(data);
  return marked.read() ? barcode('code128', marked.values, marked.text) : undefined;
};

/** GS k 74: element strings; function 1 goes before them by itself, parentheses and spaces are for people. */
export const gs1128: Encode = (data) => {
  const said = data.replaceAll(/[() ]|\{[()1*]/g, '');
  const plain = automatic(said);
  if (said === '' || plain === undefined) return undefined;
  const [start = START.B, ...rest] = plain.values;
  return barcode('gs1-128', [start, FUNCTIONS['1'] ?? 0, ...rest], data.replaceAll(/\{./g, ''));
};
