/** What is done to the printer, in words. */
import type { PrinterDeed } from '../models/printer/deeds.ts';

const PHRASES: Readonly<Record<string, PrinterDeed>> = {
  'paper out': { type: 'paper-out' },
  'paper low': { type: 'paper-low' },
  'paper load': { type: 'load-paper' },
  'paper tear': { type: 'tear-off' },
  'cover open': { type: 'open-cover' },
  'cover close': { type: 'close-cover' },
  'feed press': { type: 'press-feed' },
  'feed release': { type: 'release-feed' },
  'cutter jam': { type: 'jam-cutter' },
  'cutter clear': { type: 'clear-jam' },
  'head hot': { type: 'overheat' },
  'head cool': { type: 'cool-down' },
  'head clean': { type: 'clean-head' },
  'printer break': { type: 'break-down' },
  'printer off': { type: 'power-off' },
  'printer on': { type: 'power-on' },
};

const DELAYED = {
  'paper out-after': 'paper-out-after',
  'cover open-after': 'open-cover-after',
  'printer off-after': 'power-off-after',
} as const;

export const PRINTER_HELP: readonly string[] = [
  Object.keys(PHRASES).join(' | '),
  'paper load ROWS                 a roll of so many dot rows (8 to the millimetre)',
  `${Object.keys(DELAYED).join(' | ')} COUNT [lines|rows]`,
  'printer off-after COUNT bytes   the power fails when so many bytes have arrived',
  'head dirt COLUMNS | head dead COLUMNS   from 0, e.g. 7,8,100; dirt goes with head clean',
  'head wear ROWS                  the dirt of so many dot rows, at once',
];

const isCount = (word: string): boolean => /^\d{1,7}$/.test(word);
const isColumns = (word: string): boolean => /^\d{1,4}(,\d{1,4})*$/.test(word);

/** Undefined: these words are not about the printer, or make no sense. */
export function printerDeed(words: readonly string[]): PrinterDeed | undefined {
  const phrase = PHRASES[words.join(' ')];
  if (phrase !== undefined) return phrase;
  const [what = '', how = '', value = '', unit = 'lines', ...more] = words;
  if (more.length > 0) return undefined;
  const verb = `${what} ${how}`;
  if (words.length === 3) {
    if (verb === 'paper load' && isCount(value)) return { type: 'load-paper', lengthDots: Number(value) };
    if (verb === 'head wear' && isCount(value)) return { type: 'wear-head', rows: Number(value) };
    const columns = isColumns(value) ? value.split(',').map(Number) : undefined;
    if (verb === 'head dirt' && columns !== undefined) return { type: 'dirty-head', deadColumns: columns };
    if (verb === 'head dead' && columns !== undefined) return { type: 'burn-out', columns };
  }
  return isDelayed(verb) && isCount(value) ? delayedDeed(DELAYED[verb], Number(value), unit) : undefined;
}

const isDelayed = (verb: string): verb is keyof typeof DELAYED => verb in DELAYED;

function delayedDeed(
  type: (typeof DELAYED)[keyof typeof DELAYED],
  count: number,
  unit: string,
): PrinterDeed | undefined {
  if (unit === 'lines') return { type, lines: count };
  if (unit === 'rows') return { type, rows: count };
  return unit === 'bytes' && type === 'power-off-after' ? { type, bytes: count } : undefined;
}
