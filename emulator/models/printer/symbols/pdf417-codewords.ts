/** Bytes as PDF417 codewords: numeric compaction for long runs of digits, text compaction for ASCII, bytes otherwise. */

const TO_TEXT = 900;
const TO_BYTES = 901;
const TO_NUMBERS = 902;
const TO_BYTES_BY_SIX = 924;
/** ISO/IEC 15438: from 13 digits on, numeric compaction is the shorter one. */
const DIGITS_MIN = 13;
const DIGITS_MAX = 44;

type Submode = 'alpha' | 'lower' | 'mixed' | 'punctuation';

const ALPHA = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ ';
const LOWER = 'abcdefghijklmnopqrstuvwxyz ';
const MIXED = '0123456789&\r\t,:#-.$/+%*=^';
const PUNCTUATION = ';<>@[\\]_`~!\r\t,:\n-.$/"|*()?{}\'';
/** 25 of mixed begins punctuation, 26 is a space. */
const MIXED_SPACE = 26;
const SHIFT_TO_PUNCTUATION = 29;
const SHIFT_TO_ALPHA = 27;
const FILLER = 29;

/** What changes from one submode into another for good. Punctuation is only ever shifted to. */
const LATCHES: Readonly<Record<string, readonly number[]>> = {
  'alpha lower': [27],
  'alpha mixed': [28],
  'lower alpha': [28, 28],
  'lower mixed': [28],
  'mixed lower': [27],
  'mixed alpha': [28],
};

const valueIn = (character: string, submode: Submode): number => {
  if (submode === 'mixed' && character === ' ') return MIXED_SPACE;
  return { alpha: ALPHA, lower: LOWER, mixed: MIXED, punctuation: PUNCTUATION }[submode].indexOf(character);
};

const isText = (byte: number): boolean =>
  byte === 0x09 || byte === 0x0a || byte === 0x0d || (byte >= 0x20 && byte <= 0x7e);

const textCodewords = (text: string): readonly number[] => {
  const values: number[] = [];
  let submode: Submode = 'alpha';
  for (const character of text) {
    if (valueIn(character, submode) >= 0) {
      values.push(valueIn(character, submode));
      continue;
    }
    if (submode === 'lower' && valueIn(character, 'alpha') >= 0) {
      values.push(SHIFT_TO_ALPHA, valueIn(character, 'alpha'));
      continue;
    }
    const next = (['alpha', 'lower', 'mixed'] as const).find((other) => valueIn(character, other) >= 0);
    if (next === undefined) {
      values.push(SHIFT_TO_PUNCTUATION, valueIn(character, 'punctuation'));
      continue;
    }
    values.push(...(LATCHES[`${submode} ${next}`] ?? []), valueIn(character, next));
    submode = next;
  }
  if (values.length % 2 === 1) values.push(FILLER);
  return Array.from({ length: values.length / 2 }, (_, at) => (values[2 * at] ?? 0) * 30 + (values[2 * at + 1] ?? 0));
};

/** A number in base 900, highest digit first, as many digits as are told or needed. */
const inBase900 = (value: bigint, digits: number): readonly number[] => {
  const codewords: number[] = [];
  for (let rest = value; codewords.length < digits || rest > 0n; rest /= 900n) codewords.unshift(Number(rest % 900n));
  return codewords;
};

const numberCodewords = (digits: string): readonly number[] =>
  (digits.match(new RegExp(`\\d{1,${DIGITS_MAX}}`, 'g')) ?? []).flatMap((part) => inBase900(BigInt(`1${part}`), 1));

const byteCodewords = (bytes: Uint8Array): readonly number[] => {
  const codewords = [bytes.length % 6 === 0 ? TO_BYTES_BY_SIX : TO_BYTES];
  let at = 0;
  for (; at + 6 <= bytes.length; at += 6) {
    const value = bytes.subarray(at, at + 6).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
    codewords.push(...inBase900(value, 5));
  }
  return [...codewords, ...bytes.subarray(at)];
};

/** Where the run of bytes of one kind that begins at `from` ends. */
const runEnd = (payload: Uint8Array, from: number, belongs: (at: number) => boolean): number => {
  let to = from;
  while (to < payload.length && belongs(to)) to += 1;
  return to;
};

/** The data codewords without the count before them and the padding behind. */
export const pdf417Codewords = (payload: Uint8Array): readonly number[] => {
  const latin = String.fromCharCode(...payload);
  const digitsAt = (at: number): number => /^\d*/.exec(latin.slice(at, at + DIGITS_MIN))?.[0].length ?? 0;
  const codewords: number[] = [];
  for (let at = 0; at < payload.length;) {
    if (digitsAt(at) >= DIGITS_MIN) {
      const end = runEnd(payload, at, (each) => /\d/.test(latin[each] ?? ''));
      codewords.push(TO_NUMBERS, ...numberCodewords(latin.slice(at, end)));
      at = end;
    } else if (isText(payload[at] ?? 0)) {
      const end = runEnd(payload, at, (each) => isText(payload[each] ?? 0) && digitsAt(each) < DIGITS_MIN);
      // Text is what a symbol begins with.
      codewords.push(...(at === 0 ? [] : [TO_TEXT]), ...textCodewords(latin.slice(at, end)));
      at = end;
    } else {
      const end = runEnd(payload, at, (each) => !isText(payload[each] ?? 0));
      codewords.push(...byteCodewords(payload.subarray(at, end)));
      at = end;
    }
  }
  return codewords;
};
