/**
 * A message as data. Every field value is a string: digits for BCD fields, text for ASCII and text fields, upper-case
 * hex for binary fields. Which is which is the dialect's business.
 */
export interface Message {
  /** Ten BCD digits, e.g. `6000030000`; empty in a dialect without it. */
  readonly tpdu: string;
  /** Twelve BCD digits, e.g. `603100311312`; empty in a dialect without it. */
  readonly header: string;
  /** Four digits. */
  readonly mti: string;
  /** Keyed by field number, 2 to 128; absent fields are absent keys. */
  readonly fields: Fields;
}

export type Fields = Readonly<Partial<Record<number, string>>>;

/** Where a message is malformed: the field (or `tpdu`, `header`, `mti`, `bitmap`, `length`) and the byte offset. */
export interface MalformedMessage {
  readonly field: string;
  /** Bytes from the first byte of the message without its length bytes. */
  readonly offset: number;
  /** What was wrong and what was expected; never the content. */
  readonly problem: string;
}
