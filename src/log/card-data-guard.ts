/** The last net under the log: masks anything that looks like a card number before it reaches the disk. */
import { maskPan, passesLuhn } from '../domain/pan.ts';

const DIGIT_RUN = /\d{13,}/g;
const PAN_LENGTHS = [19, 18, 17, 16, 15, 14, 13];

/**
 * Masks every run of 13 to 19 digits that passes the Luhn check, also inside a longer run of digits (a track, a frame
 * in hex). One run in ten of innocent digits is masked too: that is the price.
 */
export function guardCardData(text: string): string {
  return text.replace(DIGIT_RUN, (run) => (run.length > 19 ? maskInside(run) : passesLuhn(run) ? maskPan(run) : run));
}

function maskInside(run: string): string {
  let result = '';
  for (let index = 0; index < run.length;) {
    const length = PAN_LENGTHS.find(
      (candidate) => index + candidate <= run.length && passesLuhn(run.slice(index, index + candidate)),
    );
    result += length === undefined ? (run[index] ?? '') : maskPan(run.slice(index, index + length));
    index += length ?? 1;
  }
  return result;
}
