/** Interleaved 2 of 5 (ISO/IEC 16390) and Codabar (EN 798): two element widths, no check digit of their own. */
import type { Encode } from './barcode.ts';

/** Which of a digit's five elements are wide. */
const ITF_DIGITS = ['11221', '21112', '12112', '22111', '11212', '21211', '12211', '11122', '21121', '12121'];
const ITF_START = [1, 1, 1, 1];
const ITF_STOP = [2, 1, 1];

/** An even count of digits: the bars say one, the spaces between them the next. */
export const itf: Encode = (data) => {
  if (!/^(?:\d\d)+$/.test(data)) return undefined;
  const elements = [...ITF_START];
  for (let at = 0; at < data.length; at += 2) {
    const [bars = '', spaces = ''] = [ITF_DIGITS[Number(data[at])], ITF_DIGITS[Number(data[at + 1])]];
    for (let element = 0; element < 5; element++) elements.push(Number(bars[element]), Number(spaces[element]));
  }
  return { kind: 'itf', elements: [...elements, ...ITF_STOP], twoWidths: true, text: data };
};

const CODABAR: Readonly<Record<string, string>> = {
  0: '1111122',
  1: '1111221',
  2: '1112112',
  3: '2211111',
  4: '1121121',
  5: '2111121',
  6: '1211112',
  7: '1211211',
  8: '1221111',
  9: '2112111',
  '-': '1112211',
  $: '1122111',
  ':': '2111212',
  '/': '2121112',
  '.': '2121211',
  '+': '1121212',
  A: '1122121',
  B: '1212112',
  C: '1112122',
  D: '1112221',
};

/** Begins and ends with one of A to D, in either case. */
export const codabar: Encode = (data) => {
  if (!/^[A-Da-d][\d$+\-./:]*[A-Da-d]$/.test(data)) return undefined;
  const elements = Array.from(data.toUpperCase())
    .map((character) => CODABAR[character] ?? '')
    .join('1');
  return { kind: 'codabar', elements: Array.from(elements).map(Number), twoWidths: true, text: data };
};
