/**
 * What a dialect of ISO 8583 is: a table of data that the codec engine compiles and walks. Nothing here knows of a
 * particular acquirer.
 */
import type { Bilingual } from '../../domain/bilingual.ts';

/**
 * How the value of a field becomes bytes. The prefix of a variable field counts what the coding counts.
 *
 * | coding | value | bytes | counts |
 * |---|---|---|---|
 * | `bcd` | digits | two to a byte; an odd last digit is followed by a pad nibble 0 | digits |
 * | `bcd-right` | digits | two to a byte; a pad nibble 0 precedes an odd first digit | digits |
 * | `bcd-track` | digits and A to F; `=` and `>` are written as D | as `bcd` | digits |
 * | `digits` | digits | one ASCII character each | characters |
 * | `ascii` | printable ASCII | the same | bytes |
 * | `bytes` | U+0000 to U+00FF | one byte each: nothing is lost, whatever it is | bytes |
 * | `gbk` | text; bytes that are not GBK are lone surrogates U+DC80 to U+DCFF | GBK | bytes |
 * | `hex` | upper-case hex | the bytes | bytes |
 * | `ascii-hex` | upper-case hex | the hex digits in ASCII | characters |
 */
export type Coding = 'bcd' | 'bcd-right' | 'bcd-track' | 'digits' | 'ascii' | 'bytes' | 'gbk' | 'hex' | 'ascii-hex';

/** In units of the coding. `filled`: a shorter value is padded with spaces on the right when it is encoded. */
export type Size =
  | { readonly kind: 'fixed'; readonly length: number; readonly filled: boolean }
  | { readonly kind: 'variable'; readonly prefixDigits: 2 | 3; readonly lengthMax: number };

/** How much of a value people may see: all, the first six and last four (a PAN), or nothing. */
export type Visibility = 'open' | 'pan' | 'hidden';

export interface FieldRow {
  readonly name: Bilingual;
  readonly coding: Coding;
  readonly size: Size;
  readonly sensitive: Visibility;
}

export interface DialectTable {
  readonly name: string;
  /** BCD digits before the MTI; 0 for none. */
  readonly tpduDigits: number;
  readonly headerDigits: number;
  /** `bcd`: packed MTI and length prefixes, binary bitmap. `ascii`: characters, and the bitmap in hex. */
  readonly notation: 'bcd' | 'ascii';
  /** 64: one bitmap, and its bit 1 is never set. 128: bit 1 announces a second bitmap. */
  readonly fieldMax: 64 | 128;
  readonly rows: Readonly<Partial<Record<number, FieldRow>>>;
}

export const fixed = (length: number): Size => ({ kind: 'fixed', length, filled: false });
export const filled = (length: number): Size => ({ kind: 'fixed', length, filled: true });
export const ll = (lengthMax: number): Size => ({ kind: 'variable', prefixDigits: 2, lengthMax });
export const lll = (lengthMax: number): Size => ({ kind: 'variable', prefixDigits: 3, lengthMax });

/** One line of a dialect's table. What it does not say about sensitivity is open. */
export const row = (zh: string, en: string, coding: Coding, size: Size, sensitive: Visibility = 'open'): FieldRow => ({
  name: { zh, en },
  coding,
  size,
  sensitive,
});
