/** UPC-A, UPC-E, EAN-13 and EAN-8 (ISO/IEC 15420), with their check digits computed or verified. */
import type { Barcode, Encode } from './barcode.ts';

/** Number set A, element widths; B is A backwards, C has the same widths as A with the colours changed. */
const DIGITS = ['3211', '2221', '2122', '1411', '1132', '1231', '1114', '1312', '1213', '3112'];
/** Which digits of the left half are of set B, by the first digit of EAN-13. */
const EAN13_SETS = ['AAAAAA', 'AABABB', 'AABBAB', 'AABBBA', 'ABAABB', 'ABBAAB', 'ABBBAA', 'ABABAB', 'ABABBA', 'ABBABA'];
/** UPC-E with number system 0, by the check digit. */
const UPCE_SETS = ['BBBAAA', 'BBABAA', 'BBAABA', 'BBAAAB', 'BABBAA', 'BAABBA', 'BAAABB', 'BABABA', 'BABAAB', 'BAABAB'];
const GUARD = '111';
const CENTRE = '11111';
const UPCE_END = '111111';

const pattern = (digit: string, set: string): string => {
  const widths = DIGITS[Number(digit)] ?? '';
  return set === 'B' ? Array.from(widths).toReversed().join('') : widths;
};
const half = (digits: string, sets: string): string =>
  Array.from(digits)
    .map((digit, at) => pattern(digit, sets[at] ?? 'A'))
    .join('');

/** Weights 3 and 1 alternate from the right. */
const checkDigit = (digits: string): string => {
  const sum = Array.from(digits)
    .toReversed()
    .reduce((total, digit, at) => total + Number(digit) * (at % 2 === 0 ? 3 : 1), 0);
  return String((10 - (sum % 10)) % 10);
};

/** With its check digit, which is computed where it lacks and verified where it stands. */
const checked = (data: string, length: number): string | undefined => {
  if (!/^\d+$/.test(data)) return undefined;
  if (data.length === length - 1) return data + checkDigit(data);
  return data.length === length && checkDigit(data.slice(0, -1)) === data.at(-1) ? data : undefined;
};

const barcode = (kind: Barcode['kind'], widths: string, text: string): Barcode => ({
  kind,
  elements: Array.from(widths).map(Number),
  twoWidths: false,
  text,
});

const thirteen = (digits: string): string => {
  const sets = EAN13_SETS[Number(digits[0])] ?? '';
  return GUARD + half(digits.slice(1, 7), sets) + CENTRE + half(digits.slice(7), 'AAAAAA') + GUARD;
};

export const ean13: Encode = (data) => {
  const digits = checked(data, 13);
  return digits === undefined ? undefined : barcode('ean-13', thirteen(digits), digits);
};

export const upcA: Encode = (data) => {
  const digits = checked(data, 12);
  return digits === undefined ? undefined : barcode('upc-a', thirteen(`0${digits}`), digits);
};

export const ean8: Encode = (data) => {
  const digits = checked(data, 8);
  if (digits === undefined) return undefined;
  const widths = GUARD + half(digits.slice(0, 4), 'AAAA') + CENTRE + half(digits.slice(4), 'AAAA') + GUARD;
  return barcode('ean-8', widths, digits);
};

/** The eleven digits that six stand for. */
const expanded = (six: string): string => {
  const [a = '', b = '', c = '', d = '', e = '', f = ''] = six;
  if ('012'.includes(f)) return `0${a}${b}${f}0000${c}${d}${e}`;
  if (f === '3') return `0${a}${b}${c}00000${d}${e}`;
  if (f === '4') return `0${a}${b}${c}${d}00000${e}`;
  return `0${a}${b}${c}${d}${e}0000${f}`;
};

/** The six digits that stand for eleven or twelve, if there are such. */
const compressed = (data: string): string | undefined => {
  const eleven = data.slice(0, 11);
  const take = (...places: readonly number[]) => places.map((place) => eleven[place] ?? '').join('');
  const candidates = [
    take(1, 2, 8, 9, 10, 3),
    `${take(1, 2, 3, 9, 10)}3`,
    `${take(1, 2, 3, 4, 10)}4`,
    take(1, 2, 3, 4, 5, 10),
  ];
  return candidates.find((six) => expanded(six) === eleven);
};

const sixOf = (data: string): string | undefined => {
  if (data.length === 6) return data;
  if (!data.startsWith('0')) return undefined;
  if (data.length === 7 || data.length === 8) return data.slice(1, 7);
  return data.length === 11 || data.length === 12 ? compressed(data) : undefined;
};

/** Six digits, or seven and eight with the number system 0, or the eleven and twelve that they stand for. */
export const upcE: Encode = (data) => {
  if (!/^\d+$/.test(data)) return undefined;
  const six = sixOf(data);
  if (six === undefined) return undefined;
  const check = checkDigit(expanded(six));
  if ((data.length === 8 || data.length === 12) && data.at(-1) !== check) return undefined;
  return barcode('upc-e', GUARD + half(six, UPCE_SETS[Number(check)] ?? '') + UPCE_END, `0${six}${check}`);
};
