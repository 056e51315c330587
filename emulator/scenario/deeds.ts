/** The vocabulary of scripts: what a person or a fault does to the emulated device, as words and as data. */
import { fail, ok, type Result } from '../../src/domain/result.ts';
import type { Decision, Override } from '../models/host/decisions.ts';
import type { PinPadKey } from '../models/pin-pad/pin-entry.ts';
import type { PrinterDeed } from '../models/printer/deeds.ts';
import type { Fault } from '../wire/faults.ts';

export type LineName = 'swipe-reader' | 'pin-pad' | 'printer';

export type Deed =
  | { readonly type: 'swipe'; readonly card: string }
  | { readonly type: 'press'; readonly keys: readonly PinPadKey[] }
  | { readonly type: 'printer'; readonly deed: PrinterDeed }
  | { readonly type: 'host'; readonly deed: Override }
  /** The host's machine goes away and comes back; its ledger stays. */
  | { readonly type: 'host-power'; readonly on: boolean }
  | { readonly type: 'line'; readonly line: LineName; readonly faults: readonly Fault[] }
  | { readonly type: 'heal'; readonly line: LineName };

/** Enough to hurt every exchange or so, and over before the patience of the protocols is. */
const NOISE: readonly Fault[] = [
  { direction: 'incoming', type: 'noise', flipRate: 0.004, dropRate: 0.003, garbageRate: 0.003, faultsMax: 6 },
  { direction: 'outgoing', type: 'noise', flipRate: 0.004, dropRate: 0.003, garbageRate: 0.003, faultsMax: 6 },
];

const DEAD: readonly Fault[] = [
  { direction: 'incoming', type: 'mute' },
  { direction: 'outgoing', type: 'mute' },
];

const PRINTER_WORDS: Readonly<Record<string, PrinterDeed>> = {
  'paper out': { type: 'paper-out' },
  'paper low': { type: 'paper-low' },
  'paper load': { type: 'load-paper' },
  'cover open': { type: 'open-cover' },
  'cover close': { type: 'close-cover' },
  'cutter jam': { type: 'jam-cutter' },
  'cutter clear': { type: 'clear-jam' },
  'printer off': { type: 'power-off' },
  'printer on': { type: 'power-on' },
};

export const DEED_HELP: readonly string[] = [
  'swipe CARD                      swipe a card (npm run sale -- --list names them)',
  'pin DIGITS                      key a PIN and ENTER on the PIN pad',
  'key 0-9|enter|clear|cancel      press one key of the PIN pad',
  Object.keys(PRINTER_WORDS).join(' | '),
  'paper out-after LINES | cover open-after LINES',
  'host next MTI silent|lose-reply|bad-mac|hang-up|twice|wrong-stan|late MS|refuse CODE',
  'host down | host up',
  'line swipe-reader|pin-pad|printer noise|dead|heal',
];

const isLine = (word: string | undefined): word is LineName =>
  word === 'swipe-reader' || word === 'pin-pad' || word === 'printer';

/** Reads one deed in words; the error says what is known. */
export function parseDeed(text: string): Result<Deed, string> {
  const words = text.trim().split(/\s+/);
  const deed = readDeed(words);
  return deed === undefined
    ? fail(`Not a deed: "${words[0] ?? ''} …". Known are:\n  ${DEED_HELP.join('\n  ')}`)
    : ok(deed);
}

function readDeed(words: readonly string[]): Deed | undefined {
  const [verb, first, second] = words;
  const phrase = PRINTER_WORDS[words.join(' ')];
  if (phrase !== undefined) return { type: 'printer', deed: phrase };
  switch (verb) {
    case 'swipe':
      return first === undefined ? undefined : { type: 'swipe', card: first };
    case 'pin':
      return /^\d{1,12}$/.test(first ?? '') ? { type: 'press', keys: [...keysOf(first ?? ''), 'enter'] } : undefined;
    case 'key':
      return isKey(first) ? { type: 'press', keys: [first] } : undefined;
    case 'paper':
    case 'cover':
      return after(verb, first, second);
    case 'host':
      return hostDeed(words);
    case 'line':
      if (!isLine(first)) return undefined;
      if (second === 'heal') return { type: 'heal', line: first };
      if (second === 'noise') return { type: 'line', line: first, faults: NOISE };
      return second === 'dead' ? { type: 'line', line: first, faults: DEAD } : undefined;
    default:
      return undefined;
  }
}

function after(verb: 'paper' | 'cover', word: string | undefined, count: string | undefined): Deed | undefined {
  if (!/^\d{1,4}$/.test(count ?? '')) return undefined;
  const lines = Number(count);
  if (verb === 'paper' && word === 'out-after') return { type: 'printer', deed: { type: 'paper-out-after', lines } };
  if (verb === 'cover' && word === 'open-after') return { type: 'printer', deed: { type: 'open-cover-after', lines } };
  return undefined;
}

function hostDeed([, what, mti, kind, argument]: readonly string[]): Deed | undefined {
  if (what === 'down' || what === 'up') return { type: 'host-power', on: what === 'up' };
  const decision = decisionOf(kind, argument);
  if (what !== 'next' || !/^\d{4}$/.test(mti ?? '') || decision === undefined) return undefined;
  return { type: 'host', deed: { type: 'next', ...(mti === undefined ? {} : { mti }), decision } };
}

function decisionOf(kind: string | undefined, argument: string | undefined): Decision | undefined {
  switch (kind) {
    case 'silent':
    case 'lose-reply':
    case 'bad-mac':
    case 'hang-up':
    case 'twice':
    case 'wrong-stan':
      return { type: kind };
    case 'late':
      return /^\d{1,6}$/.test(argument ?? '') ? { type: 'late', ms: Number(argument) } : undefined;
    case 'refuse':
      return argument === undefined ? undefined : { type: 'refuse', responseCode: argument };
    default:
      return undefined;
  }
}

const keysOf = (digits: string): PinPadKey[] => digits.split('').filter(isKey);

function isKey(word: string | undefined): word is PinPadKey {
  return word === 'enter' || word === 'clear' || word === 'cancel' || /^\d$/.test(word ?? '');
}
