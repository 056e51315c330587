/** Bytes and the upper-case hex text in which keys, blocks and MACs travel. */
import { Bug } from '../../../src/domain/result.ts';

const HEX_OF_BYTE: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).toUpperCase().padStart(2, '0'),
);

/** Whole bytes in hex digits of either case; the empty text is zero bytes. */
export const isHex = (text: string): boolean => text.length % 2 === 0 && /^[0-9A-Fa-f]*$/.test(text);

export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX_OF_BYTE[byte];
  return text;
}

/** @throws Bug when the text is not {@link isHex}; the text, which may be a key, is not quoted. */
export function fromHex(text: string): Uint8Array {
  if (!isHex(text)) throw new Bug(`fromHex was given ${text.length} characters that are not whole bytes of hex.`);
  const bytes = new Uint8Array(text.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = Number.parseInt(text.slice(index * 2, index * 2 + 2), 16);
  }
  return bytes;
}

/** The ASCII codes of a text. @throws Bug when a character has none. */
export function fromAscii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => {
    const code = character.charCodeAt(0);
    if (code > 0x7f) throw new Bug('fromAscii was given a character outside ASCII.');
    return code;
  });
}

/** Byte by byte; the second may be longer. */
export const xor = (a: Uint8Array, b: Uint8Array): Uint8Array => a.map((byte, index) => byte ^ (b[index] ?? 0));
