/** What the emulated reader needs of an answer to reset (ISO/IEC 7816-3, clause 8). */
import { fail, ok, type Result } from '../../../src/domain/result.ts';

export interface CardProtocols {
  /** In the order of the answer; the first is the one that the card speaks unless told otherwise. */
  readonly offered: readonly number[];
  /** TA1, the speeds, where there is one. */
  readonly speeds?: number;
  /** T=1: the longest information field that the card takes. */
  readonly cardFieldMax: number;
}

const DIRECT = 0x3b;
const INVERSE = 0x3f;

export function readAtr(atr: Uint8Array): Result<CardProtocols, string> {
  const [start, format = 0] = atr;
  if (atr.length < 2 || atr.length > 33) return fail('must have 2 to 33 bytes');
  if (start !== DIRECT && start !== INVERSE) return fail('must begin with 3B or 3F');
  const offered: number[] = [];
  let speeds: number | undefined;
  let cardFieldMax = 32;
  let at = 2;
  let present = format >> 4;
  for (let group = 1; present !== 0; group++) {
    const take = (bit: number): number | undefined => ((present & bit) === 0 ? undefined : (atr[at++] ?? 0));
    const [ta, , tc, td] = [take(1), take(2), take(4), take(8)];
    if (group === 1) speeds = ta;
    // Interface bytes from the third group on belong to the protocol that the TD before them names.
    if (group > 2 && offered.at(-1) === 1) {
      cardFieldMax = ta ?? cardFieldMax;
      // EMV Book 1, TC3: the check of a block is an LRC.
      if (tc !== undefined && (tc & 1) === 1) return fail('asks for a CRC, which no payment card does');
    }
    if (td !== undefined) offered.push(td & 0x0f);
    present = td === undefined ? 0 : td >> 4;
  }
  const hasCheck = offered.some((protocol) => protocol !== 0);
  const length = at + (format & 0x0f) + (hasCheck ? 1 : 0);
  if (atr.length !== length) return fail(`has ${atr.length} bytes where its own format wants ${length}`);
  if (hasCheck && atr.subarray(1).reduce((sum, byte) => sum ^ byte, 0) !== 0)
    return fail('has a wrong check byte (TCK)');
  const protocols = offered.filter((protocol) => protocol < 15);
  return ok({
    offered: protocols.length === 0 ? [0] : [...new Set(protocols)],
    ...(speeds !== undefined && { speeds }),
    cardFieldMax,
  });
}
