/** What a single byte means on paper: code pages (ESC t), national variants (ESC R) and GBK pairs (printer sheet 11). */

const PC437 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀' +
  'αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';
const PC850 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀' +
  'ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0';

/** The upper 128 characters of a page that TextDecoder knows by `label`. */
const upperHalf = (label: string): string => {
  const bytes = Uint8Array.from({ length: 128 }, (_, index) => 128 + index);
  return new TextDecoder(label).decode(bytes);
};

/** ESC t n. A page that is not listed prints as page 0: a wrong page shows on paper, as it does on a printer. */
const PAGES: ReadonlyMap<number, string> = new Map([
  [0, PC437],
  [2, PC850],
  [16, upperHalf('windows-1252')],
  [17, upperHalf('ibm866')],
  [19, PC850.replace('ı', '€')],
  [39, upperHalf('iso-8859-2')],
  [40, upperHalf('iso-8859-15')],
  [45, upperHalf('windows-1250')],
  [46, upperHalf('windows-1251')],
]);

/** ESC R n: which ASCII code points a national variant prints differently. 15 is China: only the dollar sign. */
const NATIONAL_VARIANTS: ReadonlyMap<number, ReadonlyMap<number, string>> = new Map([
  [3, new Map([[0x23, '£']])],
  [8, new Map([[0x5c, '¥']])],
  [13, new Map([[0x5c, '₩']])],
  [15, new Map([[0x24, '¥']])],
]);

/** The character that byte `code` (20h to FFh) prints as, one narrow cell. */
export const narrowCharacter = (code: number, page: number, nationalVariant: number): string => {
  const variant = NATIONAL_VARIANTS.get(nationalVariant)?.get(code);
  if (variant !== undefined) return variant;
  if (code < 0x80) return String.fromCharCode(code);
  const character = (PAGES.get(page) ?? PC437)[code - 0x80] ?? ' ';
  return character < '\u00a1' || character === '\ufffd' ? ' ' : character;
};

const GBK = new TextDecoder('gbk');

/** The character of a GBK pair, or undefined where GBK has none. */
export const wideCharacter = (lead: number, trail: number): string | undefined => {
  const text = GBK.decode(Uint8Array.of(lead, trail));
  return text.length === 1 && text !== '\ufffd' ? text : undefined;
};
