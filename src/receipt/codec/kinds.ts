/** How the values of a slip become small: one kind each, exact both ways for every value of its type. */
import type { Bilingual } from '../../domain/bilingual.ts';
import { toAmountMinor } from '../../domain/money.ts';
import { Bug } from '../../domain/result.ts';
import { bytesOfHex, hexOf } from './bytes.ts';
import { isCount, isList, isMap, type Cbor } from './cbor.ts';

export interface Kind {
  /** @throws Bug for a value that is not of the field's type. */
  readonly encode: (value: unknown) => Cbor;
  /** Undefined for what `encode` never makes. */
  readonly decode: (value: Cbor) => unknown;
}

const DIGITS_MAX = 15;

/**
 * Whatever JSON can say, as it is: what has no kind of its own yet. Fields without a value are left out.
 */
export const plain: Kind = {
  encode: (value) => {
    if (typeof value === 'string') return value.toWellFormed();
    if (typeof value === 'boolean' || Number.isSafeInteger(value)) return value as boolean | number;
    if (Array.isArray(value)) return value.map((item) => plain.encode(item));
    if (typeof value !== 'object' || value === null) throw new Bug(`A slip cannot hold a ${typeof value}.`);
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    return new Map(entries.map(([name, item]) => [name, plain.encode(item)]));
  },
  decode: (value) => {
    if (value instanceof Uint8Array) return undefined;
    if (isList(value)) return value.map((item) => plain.decode(item));
    if (isMap(value)) return Object.fromEntries([...value].map(([name, item]) => [name, plain.decode(item)]));
    return value;
  },
};

export const text: Kind = {
  encode: plain.encode,
  decode: (value) => (typeof value === 'string' ? value : undefined),
};

/** Upper-case hexadecimal digits as the bytes that they are. */
export const hex: Kind = {
  encode: (value) => (/^[\dA-F]*$/.test(String(value)) ? bytesOfHex(String(value)) : undefined) ?? text.encode(value),
  decode: (value) => (value instanceof Uint8Array ? hexOf(value).toUpperCase() : text.decode(value)),
};

export const texts: Kind = {
  encode: plain.encode,
  decode: (value) => (isList(value) && value.every((item) => typeof item === 'string') ? value : undefined),
};

export const flag: Kind = {
  encode: plain.encode,
  decode: (value) => (typeof value === 'boolean' ? value : undefined),
};

/** Text whose usual forms are a number, and which stays text in all others. */
const compact = (small: {
  readonly encode: (text: string) => number | undefined;
  readonly decode: (value: number) => string | undefined;
}): Kind => ({
  encode: (value) => small.encode(String(value)) ?? text.encode(value),
  decode: (value) => (isCount(value) ? small.decode(value) : text.decode(value)),
});

/** Up to 15 digits as a number with a 1 before them, which keeps their zeros. */
export const digits = compact({
  encode: (text) => (/^\d+$/.test(text) && text.length <= DIGITS_MAX ? Number(`1${text}`) : undefined),
  decode: (value) => (/^1\d+$/.test(String(value)) ? String(value).slice(1) : undefined),
});

/** Six digits, stars, four digits (dialect sheet 11.3). */
export const maskedPan = compact({
  encode: (text) => {
    const [, first, stars = '', last] = /^(\d{6})(\*{1,99})(\d{4})$/.exec(text) ?? [];
    return first === undefined ? undefined : Number(`1${first}${last}${stars.length.toString().padStart(2, '0')}`);
  },
  decode: (value) => {
    const [, first, last, stars] = /^1(\d{6})(\d{4})(\d\d)$/.exec(String(value)) ?? [];
    return first === undefined ? undefined : `${first}${'*'.repeat(Number(stars))}${last}`;
  },
});

/** Of year, month, day, hour, minute, second: the smallest, and how many there are. */
const CLOCK = [
  [2000, 100],
  [1, 12],
  [1, 31],
  [0, 24],
  [0, 60],
  [0, 60],
] as const;

/** `YYYY-MM-DD HH:MM:SS` of this century in four bytes: no calendar is asked, so the 31st of February stays what it is. */
export const moment = compact({
  encode: (text) => {
    const parts = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)$/.exec(text)?.slice(1).map(Number) ?? [];
    let value = 0;
    for (const [index, [least, count]] of CLOCK.entries()) {
      const offset = (parts[index] ?? -1) - least;
      if (offset < 0 || offset >= count) return undefined;
      value = value * count + offset;
    }
    return value;
  },
  decode: (value) => {
    let rest = value;
    const parts: string[] = [];
    for (const [least, count] of CLOCK.toReversed()) {
      parts.unshift(((rest % count) + least).toString().padStart(2, '0'));
      rest = Math.floor(rest / count);
    }
    const [year, month, day, ...time] = parts;
    return rest === 0 ? `${year}-${month}-${day} ${time.join(':')}` : undefined;
  },
});

/** The place in a table that only ever grows at its end. */
export const choice = (words: readonly string[]): Kind =>
  compact({
    encode: (text) => (words.includes(text) ? words.indexOf(text) : undefined),
    decode: (value) => words[value],
  });

/** The same for what has a word in each language. */
export const wording = (table: readonly Bilingual[]): Kind => ({
  encode: (value) => {
    const { zh, en } = value as Bilingual;
    const place = table.findIndex((row) => row.zh === zh && row.en === en);
    return place === -1 ? [plain.encode(zh), plain.encode(en)] : place;
  },
  decode: (value) => {
    if (isCount(value)) return table[value];
    if (!isList(value) || value.length !== 2 || !value.every((word) => typeof word === 'string')) return undefined;
    return { zh: value[0], en: value[1] };
  },
});

/** Minor units. */
export const amount: Kind = {
  encode: (value) => Number(toAmountMinor(BigInt(value as string))),
  decode: (value) => {
    try {
      return typeof value === 'number' ? toAmountMinor(BigInt(value)) : undefined;
    } catch {
      return undefined;
    }
  },
};

export const count: Kind = {
  encode: plain.encode,
  decode: (value) => (isCount(value) ? value : undefined),
};
