/** The commands that are not text: status, flow, fences (printer sheet 2, 3, 6, 7). */
import { Bug } from '../domain/result.ts';

export type RealTimeRequest = 1 | 2 | 3 | 4;

/** DLE EOT n: answered at reception, even by a printer that has stopped (printer sheet 2). */
export const dleEot = (n: RealTimeRequest): Uint8Array => Uint8Array.of(0x10, 0x04, n);

/** DLE DC4 8: forgets everything in the buffers, then answers `37 25 00` (printer sheet 7). */
export const CLEAR_BUFFERS = Uint8Array.of(0x10, 0x14, 0x08, 0x01, 0x03, 0x14, 0x01, 0x06, 0x02, 0x08);

/** DLE ENQ 2: ends a recoverable error whose cause is gone, and forgets the buffers (printer sheet 7). */
export const RECOVER = Uint8Array.of(0x10, 0x05, 0x02);

export const INITIALIZE = Uint8Array.of(0x1b, 0x40);

/** GS a n: the printer speaks by itself at every change of what the mask names (printer sheet 3). `ESC @` undoes it. */
export const automaticStatus = (mask: number): Uint8Array => Uint8Array.of(0x1d, 0x61, mask);

/** FS &: the power-up state differs between firmwares, so it is always said (printer sheet 11). */
export const CHINESE_ON = Uint8Array.of(0x1c, 0x26);

/** ESC d n: feeds n lines. */
export const feedLines = (n: number): Uint8Array => Uint8Array.of(0x1b, 0x64, n);

/** ESC J n: feeds n motion units, which are dots or half ones. */
export const feedDots = (n: number): Uint8Array => Uint8Array.of(0x1b, 0x4a, n);

/** GS V 0, and not the builder's `cut()`, which ends with an `ESC @` (printer sheet 13, fault 5). */
export const CUT = Uint8Array.of(0x1d, 0x56, 0x00);

/** GS r 1: answered when everything before it has been taken from the buffer (printer sheet 5). */
export const STATUS_FENCE = Uint8Array.of(0x1d, 0x72, 0x01);

/** GS ( H function 48: answered with the id when everything before it is on paper (printer sheet 6). */
export function processIdFence(id: string): Uint8Array {
  if (!/^[ -~]{4}$/.test(id)) throw new Bug('A process id has four characters from 20h to 7Eh.');
  return Uint8Array.of(0x1d, 0x28, 0x48, 0x06, 0x00, 0x30, 0x30, ...Array.from(id, (digit) => digit.charCodeAt(0)));
}

/** The id of a barrier, which no slip has. */
export const BARRIER_ID = '    ';

/** @param id unused by a printer without process ids */
export const fence = (completion: 'process-id' | 'status-fence', id: string): Uint8Array =>
  completion === 'process-id' ? processIdFence(id) : STATUS_FENCE;

const DIGITS = 0x7e - 0x20 + 1;
const PROCESS_IDS = DIGITS ** 4;

/**
 * The id after `previous`: a number in digits 20h to 7Eh, as ids must ascend (printer sheet 6). Never behind the seconds
 * of the clock, so that a slip that an earlier process left in the printer seldom has the id of one of this process: it
 * may where a process begins anew within a second, or the clock is set back. Never 0, which is {@link BARRIER_ID}.
 */
export function nextProcessNumber(previous: number, nowMs: number): number {
  const number = Math.max(previous + 1, Math.floor(nowMs / 1000) % PROCESS_IDS) % PROCESS_IDS;
  return number === 0 ? 1 : number;
}

/** @param number 0 to 95^4 - 1 */
export function processId(number: number): string {
  let id = '';
  for (let rest = number, place = 0; place < 4; place++, rest = Math.floor(rest / DIGITS)) {
    id = String.fromCharCode(0x20 + (rest % DIGITS)) + id;
  }
  return id;
}
