/** What a byte means on paper: code pages (ESC t), national variants (ESC R), GBK and GB18030 (printer sheet 11). */
import { PC_PAGES } from './code-page-tables.ts';

/** ESC t 1: the box drawing of receipt printers, half-width katakana, and what stands behind it. */
const KATAKANA =
  '▁▂▃▄▅▆▇█▏▎▍▌▋▊▉┼┴┬┤├▔─│▕┌┐└┘╭╮╰╯' +
  '\u00a0｡｢｣､･ｦｧｨｩｪｫｬｭｮｯｰｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝﾞﾟ' +
  '═╞╪╡◢◣◥◤♠♥♦♣●○╱╲╳円年月日時分秒〒市区町村人▒\u00a0';

/** The upper 128 characters of a page that TextDecoder knows by `label`. */
const upperHalf = (label: string): string => {
  const bytes = Uint8Array.from({ length: 128 }, (_, index) => 128 + index);
  return new TextDecoder(label).decode(bytes);
};

/** ESC t n. A page that is not listed prints as page 0: a wrong page shows on paper, as it does on a printer. */
const PAGES: ReadonlyMap<number, string> = new Map([
  [0, PC_PAGES.PC437],
  [1, KATAKANA],
  [2, PC_PAGES.PC850],
  [3, PC_PAGES.PC860],
  [4, PC_PAGES.PC863],
  [5, PC_PAGES.PC865],
  [13, PC_PAGES.PC857],
  [14, PC_PAGES.PC737],
  [15, upperHalf('iso-8859-7')],
  [16, upperHalf('windows-1252')],
  [17, upperHalf('ibm866')],
  [18, PC_PAGES.PC852],
  [19, PC_PAGES.PC850.replace('ı', '€')],
  [21, upperHalf('windows-874')],
  [26, upperHalf('windows-874')],
  [33, PC_PAGES.PC775],
  [34, PC_PAGES.PC855],
  [35, PC_PAGES.PC861],
  [36, PC_PAGES.PC862],
  [37, PC_PAGES.PC864],
  [38, PC_PAGES.PC869],
  [39, upperHalf('iso-8859-2')],
  [40, upperHalf('iso-8859-15')],
  [44, PC_PAGES.PC1125],
  [45, upperHalf('windows-1250')],
  [46, upperHalf('windows-1251')],
  [47, upperHalf('windows-1253')],
  [48, upperHalf('windows-1254')],
  [49, upperHalf('windows-1255')],
  [50, upperHalf('windows-1256')],
  [51, upperHalf('windows-1257')],
  [52, upperHalf('windows-1258')],
]);

/** The twelve code points that ESC R changes, and under each n what they print as. 15 is China: only the dollar sign. */
const NATIONAL_CODES = '#$@[\\]^`{|}~';
const NATIONAL_VARIANTS: readonly string[] = [
  '#$@[\\]^`{|}~',
  '#$à°ç§^`éùè¨',
  '#$§ÄÖÜ^`äöüß',
  '£$@[\\]^`{|}~',
  '#$@ÆØÅ^`æøå~',
  '#¤ÉÄÖÅÜéäöåü',
  '#$@°\\é^ùàòèì',
  '₧$@¡Ñ¿^`¨ñ}~',
  '#$@[¥]^`{|}~',
  '#¤ÉÆØÅÜéæøåü',
  '#$ÉÆØÅÜéæøåü',
  '#$á¡Ñ¿é`íñóú',
  '#$á¡Ñ¿éüíñóú',
  '#$@[₩]^`{|}~',
  '#$ŽŠĐĆČžšđćč',
  '#¥@[\\]^`{|}~',
];

/** The character that byte `code` (20h to FFh) prints as, one narrow cell. */
export const narrowCharacter = (code: number, page: number, nationalVariant: number): string => {
  if (code < 0x80) {
    const ascii = String.fromCharCode(code);
    const at = NATIONAL_CODES.indexOf(ascii);
    return at < 0 ? ascii : (NATIONAL_VARIANTS[nationalVariant]?.[at] ?? ascii);
  }
  const character = (PAGES.get(page) ?? PC_PAGES.PC437)[code - 0x80] ?? ' ';
  return character < '\u00a1' || character === '\u00ad' || character === '\ufffd' ? ' ' : character;
};

const GB18030 = new TextDecoder('gb18030');

/** The character of a GBK pair or of the four bytes of GB18030, or undefined where there is none. */
export const wideCharacter = (...bytes: readonly number[]): string | undefined => {
  const text = GB18030.decode(Uint8Array.from(bytes));
  return Array.from(text).length === 1 && text !== '\ufffd' ? text : undefined;
};
