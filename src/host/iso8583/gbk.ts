/**
 * GBK text to Unicode and back without losing a byte. Both functions take and give bytes as strings of U+0000 to
 * U+00FF.
 *
 * A byte that is not part of a GBK character becomes the lone surrogate U+DC00 + byte, U+DC80 to U+DCFF (the
 * `surrogateescape` of PEP 383): field 63 of a host with another code page survives a round trip.
 */
import iconv from 'iconv-lite';

const ESCAPE = 0xdc00;

// oxlint-disable-next-line no-control-regex -- NUL to DEL is exactly what is meant.
const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text);

/** The characters of `raw`, or undefined unless encoding them gives `raw` back: what is no character does not. */
function exactly(raw: string): string | undefined {
  const text = iconv.decode(Buffer.from(raw, 'latin1'), 'gbk');
  return iconv.encode(text, 'gbk').toString('latin1') === raw ? text : undefined;
}

export function gbkFromBytes(raw: string): string {
  if (isAscii(raw)) return raw;
  const whole = exactly(raw);
  if (whole !== undefined) return whole;
  let text = '';
  let at = 0;
  while (at < raw.length) {
    const byte = raw.charCodeAt(at);
    const pair = byte >= 0x80 && at + 1 < raw.length ? exactly(raw.slice(at, at + 2)) : undefined;
    if (pair !== undefined) {
      text += pair;
      at += 2;
    } else {
      text += byte < 0x80 ? raw.charAt(at) : String.fromCharCode(ESCAPE + byte);
      at += 1;
    }
  }
  return text;
}

/** Undefined if a character has no GBK code. */
export function gbkToBytes(text: string): string | undefined {
  if (isAscii(text)) return text;
  let raw = '';
  for (const character of text) {
    const code = character.charCodeAt(0);
    if (code < 0x80) raw += character;
    else if (character.length === 1 && code >= ESCAPE + 0x80 && code <= ESCAPE + 0xff) {
      raw += String.fromCharCode(code - ESCAPE);
    } else {
      const encoded = iconv.encode(character, 'gbk').toString('latin1');
      if (iconv.decode(Buffer.from(encoded, 'latin1'), 'gbk') !== character) return undefined;
      raw += encoded;
    }
  }
  return raw;
}
