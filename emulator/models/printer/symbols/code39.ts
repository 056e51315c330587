/** Code 39 (ISO/IEC 16388) and its successor Code 93, whose shifts and two check characters come by themselves. */
import type { Encode } from './barcode.ts';

const CODE39_CHARACTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%*';
const CODE39 = (
  '111221211 211211112 112211112 212211111 111221112 211221111 112221111 111211212 211211211 112211211 211112112 ' +
  '112112112 212112111 111122112 211122111 112122111 111112212 211112211 112112211 111122211 211111122 112111122 ' +
  '212111121 111121122 211121121 112121121 111111222 211111221 112111221 111121221 221111112 122111112 222111111 ' +
  '121121112 221121111 122121111 121111212 221111211 122111211 121212111 121211121 121112121 111212121 121121211'
).split(' ');

/** Start and stop are put around the data where they do not stand yet. */
export const code39: Encode = (data) => {
  const inner = /^\*(.*)\*$/.exec(data)?.[1] ?? data;
  if (!/^[\dA-Z\-. $/+%]+$/.test(inner)) return undefined;
  const elements = Array.from(`*${inner}*`)
    .map((character) => CODE39[CODE39_CHARACTERS.indexOf(character)] ?? '')
    .join('1');
  return { kind: 'code39', elements: Array.from(elements).map(Number), twoWidths: true, text: inner };
};

/** Values 0 to 42 as in Code 39, then the shifts ($), (%), (/), (+). */
const CODE93 = (
  '131112 111213 111312 111411 121113 121212 121311 111114 131211 141111 211113 211212 ' +
  '211311 221112 221211 231111 112113 112212 112311 122112 132111 111123 111222 111321 ' +
  '121122 131121 212112 212211 211122 211221 221121 222111 112122 112221 122121 123111 ' +
  '121131 311112 311211 321111 112131 113121 211131 121221 312111 311121 122211'
).split(' ');
const CODE93_CHARACTERS = CODE39_CHARACTERS.slice(0, 43);
const CODE93_START_STOP = '111141';
const SHIFT = { dollar: 43, percent: 44, slash: 45, plus: 46 } as const;
const LETTER_A = CODE93_CHARACTERS.indexOf('A');

/** ASCII beyond the 43: which shift goes before which letter, for codes from `from` on. */
const SHIFTED: readonly {
  readonly from: number;
  readonly to: number;
  readonly shift: number;
  readonly letter: string;
}[] = [
  { from: 0x00, to: 0x00, shift: SHIFT.percent, letter: 'U' },
  { from: 0x01, to: 0x1a, shift: SHIFT.dollar, letter: 'A' },
  { from: 0x1b, to: 0x1f, shift: SHIFT.percent, letter: 'A' },
  { from: 0x21, to: 0x2f, shift: SHIFT.slash, letter: 'A' },
  { from: 0x3a, to: 0x3a, shift: SHIFT.slash, letter: 'Z' },
  { from: 0x3b, to: 0x3f, shift: SHIFT.percent, letter: 'F' },
  { from: 0x40, to: 0x40, shift: SHIFT.percent, letter: 'V' },
  { from: 0x5b, to: 0x5f, shift: SHIFT.percent, letter: 'K' },
  { from: 0x60, to: 0x60, shift: SHIFT.percent, letter: 'W' },
  { from: 0x61, to: 0x7a, shift: SHIFT.plus, letter: 'A' },
  { from: 0x7b, to: 0x7f, shift: SHIFT.percent, letter: 'P' },
];

const code93Values = (character: string): readonly number[] => {
  const plain = CODE93_CHARACTERS.indexOf(character);
  if (plain >= 0) return [plain];
  const code = character.charCodeAt(0);
  const row = SHIFTED.find(({ from, to }) => code >= from && code <= to);
  return row === undefined ? [] : [row.shift, LETTER_A + row.letter.charCodeAt(0) - 0x41 + code - row.from];
};

/** Weights run from 1 at the right up to `heaviest`, and begin again. */
const checkValue = (values: readonly number[], heaviest: number): number =>
  values.toReversed().reduce((sum, value, at) => sum + value * ((at % heaviest) + 1), 0) % 47;

export const code93: Encode = (data) => {
  if (!/^[\x00-\x7f]+$/.test(data)) return undefined;
  const values = Array.from(data).flatMap(code93Values);
  values.push(checkValue(values, 20));
  values.push(checkValue(values, 15));
  const widths = `${CODE93_START_STOP}${values.map((value) => CODE93[value] ?? '').join('')}${CODE93_START_STOP}1`;
  const text = data.replaceAll(/[\x00-\x1f\x7f]/g, ' ');
  return { kind: 'code93', elements: Array.from(widths).map(Number), twoWidths: false, text };
};
