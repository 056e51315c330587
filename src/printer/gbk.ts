/** What the paper can show: GBK characters, and nothing that the printer would take for a command. */
import iconv from 'iconv-lite';

const QUESTION_MARK = Uint8Array.of(0x3f);
const encoded = new Map<string, Uint8Array>();

/**
 * Text as it will stand on paper. White space becomes a space; what has no GBK character (control characters among
 * them, which the printer would execute: printer sheet 13, fault 7) becomes `?`, visibly. U+00A5 becomes the full-width
 * sign, because GB18030's four bytes for it print as `0 6` (printer sheet 11). Idempotent.
 */
export function printable(text: string): string {
  let shown = '';
  for (const character of text.normalize('NFC').replaceAll('\u00a5', '\uffe5').replaceAll(/\s/g, ' ')) {
    shown += encodeCharacter(character) === QUESTION_MARK ? '?' : character;
  }
  return shown;
}

/** One element per character, so that nothing can come between the two bytes of a Chinese one. */
export const encodeText = (text: string): readonly Uint8Array[] => Array.from(printable(text), encodeCharacter);

/** Columns that printable text takes: a GBK character has as many bytes as columns (printer sheet 11). */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += encodeCharacter(character).length;
  return columns;
}

function encodeCharacter(character: string): Uint8Array {
  const known = encoded.get(character);
  if (known !== undefined) return known;
  const bytes = encodeSafely(character);
  // GBK has fewer than 24,000 characters; what it has not is not kept, so this map is bounded.
  if (bytes !== QUESTION_MARK) encoded.set(character, bytes);
  return bytes;
}

function encodeSafely(character: string): Uint8Array {
  const bytes = iconv.encode(character, 'gbk');
  const [first = 0, second = 0] = bytes;
  const isAscii = bytes.length === 1 && first >= 0x20 && first <= 0x7e;
  const isPair = bytes.length === 2 && first >= 0x81 && first <= 0xfe && second >= 0x40 && second !== 0x7f;
  // iconv-lite answers `?` for what it cannot encode, and 80 for the euro sign, which is not GBK.
  const isItself = character === '?' || first !== 0x3f;
  return (isAscii || isPair) && isItself ? new Uint8Array(bytes) : QUESTION_MARK;
}
