/** The vocabulary of scripts: what a person or a fault does to the emulated device, as words and as data. */
import { fail, ok, type Result } from '../../src/domain/result.ts';
import type { PullMoment } from '../models/chip-reader/loose-card.ts';
import type { Decision } from '../models/host/decisions.ts';
import type { F39Rule } from '../models/host/f39-rules.ts';
import type { HostDeed } from '../models/host/host-deeds.ts';
import type { CardState } from '../models/host/issuer.ts';
import type { PinPadKey } from '../models/pin-pad/pin-entry.ts';
import type { PrinterDeed } from '../models/printer/deeds.ts';
import type { Fault } from '../wire/faults.ts';
import { PRINTER_HELP, printerDeed } from './printer-deeds.ts';

const LINE_NAMES = ['swipe-reader', 'pin-pad', 'printer', 'chip-reader'] as const;

export type LineName = (typeof LINE_NAMES)[number];

export type Deed =
  | { readonly type: 'swipe'; readonly card: string }
  /** By its name, or a file of its own. A card that is in the slot makes room for it. */
  | { readonly type: 'insert'; readonly card: string }
  /** Takes the card out; harmless when there is none. With a moment: this card, or the next one, when it has come to that. */
  | { readonly type: 'pull'; readonly moment?: PullMoment }
  /** The chip card reader loses its power, or gets it back. */
  | { readonly type: 'reader-power'; readonly on: boolean }
  /** On the chip card reader's own keypad. */
  | { readonly type: 'reader-press'; readonly keys: readonly PinPadKey[] }
  | { readonly type: 'press'; readonly keys: readonly PinPadKey[] }
  | { readonly type: 'printer'; readonly deed: PrinterDeed }
  | { readonly type: 'host'; readonly deed: HostDeed }
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

export const DEED_HELP: readonly string[] = [
  'swipe CARD                      swipe a card (npm run sale -- --list names them)',
  'insert CARD|FILE                put a chip card, or a recording of one, into the reader',
  'pull [after COMMANDS | at INSTRUCTION [NTH]]   take it out: now, or when it has answered so many commands,',
  '                                or before its answer to that one is heard (hex: AE for GENERATE AC)',
  'reader off | reader on          the chip card reader loses its power and gets it back',
  'reader pin DIGITS               key a PIN and ENTER on the keypad of the chip card reader',
  'reader key 0-9|enter|clear|cancel   press one key of it',
  'pin DIGITS                      key a PIN and ENTER on the PIN pad',
  'key 0-9|enter|clear|cancel      press one key of the PIN pad',
  ...PRINTER_HELP,
  'host next MTI|any DECISION [times N] [terminal T]',
  '  DECISION: lose-request | lose-reply | hang-up | late MS | twice | bad-mac | wrong-stan | wrong-terminal',
  '            truncated | oversized | refuse F39 | approve F39',
  'host down | host up             the machine goes away and comes back',
  'host stop | host start          it hangs up on everything until it is started',
  'host slow MS                    every answer that much later; 0 ends it',
  'host rule F39 [card LAST-DIGITS] [amount FEN] [ending DIGITS] [mti MTI] [times N]',
  'host rules clear',
  'host require DIGIT [TERMINAL]   what the header asks the terminal for; 0 forgets it',
  'host partial on|off             a sale short of funds is approved for what there is (F39 10), if its 60.6 is 1',
  'host script LAST-DIGITS 71|72 COMMAND [COMMAND]…   has a chip do it with the next answer to it (72: after its last',
  '                                cryptogram); COMMAND: CLA INS P1 P2 DATA in hex, its MAC is put to it',
  'host card LAST-DIGITS active|lost|stolen|restricted|retained|dormant|pin-blocked',
  `line ${LINE_NAMES.join('|')} noise|dead|heal`,
];

const isLine = (word: string | undefined): word is LineName => LINE_NAMES.some((name) => name === word);

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
  const printer = printerDeed(words);
  if (printer !== undefined) return { type: 'printer', deed: printer };
  switch (verb) {
    case 'swipe':
      return first === undefined ? undefined : { type: 'swipe', card: first };
    case 'insert':
      return first === undefined ? undefined : { type: 'insert', card: words.slice(1).join(' ') };
    case 'pull':
      return pullDeed(words.slice(1));
    case 'reader':
      if (first === 'pin' || first === 'key') {
        const pressed = readDeed(words.slice(1));
        return pressed?.type === 'press' ? { ...pressed, type: 'reader-press' } : undefined;
      }
      if (words.length !== 2 || (first !== 'on' && first !== 'off')) return undefined;
      return { type: 'reader-power', on: first === 'on' };
    case 'pin':
      return /^\d{1,12}$/.test(first ?? '') ? { type: 'press', keys: [...keysOf(first ?? ''), 'enter'] } : undefined;
    case 'key':
      return isKey(first) ? { type: 'press', keys: [first] } : undefined;
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

function pullDeed([preposition, what = '', nth = '1', ...more]: readonly string[]): Deed | undefined {
  if (preposition === undefined) return { type: 'pull' };
  if (more.length > 0) return undefined;
  if (preposition === 'after' && isCount(what) && nth === '1') {
    return { type: 'pull', moment: { type: 'after', commands: Number(what) } };
  }
  if (preposition !== 'at' || !/^[\dA-F]{2}$/i.test(what) || !isCount(nth)) return undefined;
  return { type: 'pull', moment: { type: 'at', instruction: Number.parseInt(what, 16), nth: Number(nth) } };
}

const HOST_WORDS: Readonly<Record<string, Deed>> = {
  down: { type: 'host-power', on: false },
  up: { type: 'host-power', on: true },
  stop: { type: 'host', deed: { type: 'stop' } },
  start: { type: 'host', deed: { type: 'start' } },
  'partial on': { type: 'host', deed: { type: 'partial-approval', on: true } },
  'partial off': { type: 'host', deed: { type: 'partial-approval', on: false } },
  'rules clear': { type: 'host', deed: { type: 'forget-rules' } },
};

function hostDeed([, ...words]: readonly string[]): Deed | undefined {
  const whole = HOST_WORDS[words.join(' ')];
  if (whole !== undefined) return whole;
  const deed = hostDeedOf(words);
  return deed === undefined ? undefined : { type: 'host', deed };
}

function hostDeedOf([verb, first = '', second, ...rest]: readonly string[]): HostDeed | undefined {
  switch (verb) {
    case 'next':
      return nextDeed(first, [second ?? '', ...rest]);
    case 'slow':
      return /^\d{1,6}$/.test(first) && second === undefined ? { type: 'slow', ms: Number(first) } : undefined;
    case 'rule':
      return ruleDeed(first, second === undefined ? [] : [second, ...rest]);
    case 'require':
      if (!/^\d$/.test(first) || rest.length > 0) return undefined;
      return { type: 'require', digit: Number(first), ...(second !== undefined && { terminal: second }) };
    case 'script':
      return scriptDeed(first, [second ?? '', ...rest]);
    case 'card':
      return /^\d{4,19}$/.test(first) && isCardState(second) ? { type: 'card', card: first, state: second } : undefined;
    default:
      return undefined;
  }
}

const SCRIPT_TIMES = { 71: 'before', 72: 'after' } as const;

/** CLA INS P1 P2, and whatever data; Lc is put in where the MAC is. */
const COMMAND_HEX = /^([\dA-F]{8})((?:[\dA-F]{2})*)$/i;

function scriptDeed(card: string, [template, ...commands]: readonly string[]): HostDeed | undefined {
  const forms = commands.map((text) => COMMAND_HEX.exec(text));
  if (!/^\d{4,19}$/.test(card) || (template !== '71' && template !== '72') || forms.length === 0) return undefined;
  if (forms.includes(null)) return undefined;
  return {
    type: 'script',
    card,
    script: {
      when: SCRIPT_TIMES[template],
      commands: forms.map((form) => ({ type: 'any', header: form?.[1] ?? '', data: form?.[2] ?? '' })),
    },
  };
}

function nextDeed(mti: string, words: readonly string[]): HostDeed | undefined {
  const [withTimes, terminal] = optionAtEnd(words, 'terminal');
  const [rest, times] = optionAtEnd(withTimes, 'times');
  const [kind, argument, ...more] = rest;
  const decision = decisionOf(kind, argument);
  if (!/^(\d{4}|any)$/.test(mti) || decision === undefined || more.length > 0) return undefined;
  if (times !== undefined && !isCount(times)) return undefined;
  return {
    type: 'next',
    ...(mti !== 'any' && { mti }),
    ...(terminal !== undefined && { terminal }),
    ...(times !== undefined && { times: Number(times) }),
    decision,
  };
}

/** The words without a last pair of `name` and a value, and that value. */
function optionAtEnd(words: readonly string[], name: string): readonly [rest: readonly string[], value?: string] {
  const value = words.at(-1);
  return words.at(-2) === name && value !== undefined ? [words.slice(0, -2), value] : [words];
}

/** What a rule may say, and what it looks like. */
const RULE_WORDS: Readonly<Record<string, readonly [RegExp, (value: string) => Omit<F39Rule, 'responseCode'>]>> = {
  card: [/^\d{4,19}$/, (card) => ({ card })],
  amount: [/^\d{1,12}$/, (amountMinor) => ({ amountMinor })],
  ending: [/^\d{1,12}$/, (amountEndsWith) => ({ amountEndsWith })],
  mti: [/^\d{4}$/, (mti) => ({ mti })],
  times: [/^[1-9]\d{0,5}$/, (times) => ({ times: Number(times) })],
};

function ruleDeed(responseCode: string, words: readonly string[]): HostDeed | undefined {
  if (!/^(?!10)[0-9A-Z]{2}$/.test(responseCode) || words.length % 2 === 1) return undefined;
  let rule: F39Rule = { responseCode };
  for (let at = 0; at < words.length; at += 2) {
    const [form, made] = RULE_WORDS[words[at] ?? ''] ?? [];
    const value = words[at + 1] ?? '';
    if (form?.test(value) !== true || made === undefined) return undefined;
    rule = { ...rule, ...made(value) };
  }
  return { type: 'rule', rule };
}

/** F39 of an approval that is not for part of the amount. */
const APPROVAL = /^(00|11|A[2456])$/;

function decisionOf(kind: string | undefined, argument: string | undefined): Decision | undefined {
  switch (kind) {
    case 'silent':
    case 'lose-request':
      return argument === undefined ? { type: 'silent' } : undefined;
    case 'lose-reply':
    case 'bad-mac':
    case 'hang-up':
    case 'twice':
    case 'wrong-stan':
    case 'wrong-terminal':
    case 'truncated':
    case 'oversized':
      return argument === undefined ? { type: kind } : undefined;
    case 'late':
      return isCount(argument) ? { type: 'late', ms: Number(argument) } : undefined;
    case 'refuse':
      return /^(?!00)[0-9A-Z]{2}$/.test(argument ?? '') ? { type: 'refuse', responseCode: argument ?? '' } : undefined;
    case 'approve':
      return APPROVAL.test(argument ?? '') ? { type: 'approve', responseCode: argument ?? '' } : undefined;
    default:
      return undefined;
  }
}

const isCount = (text: string | undefined): boolean => /^[1-9]\d{0,5}$/.test(text ?? '');

const CARD_STATES: ReadonlySet<string> = new Set<CardState>([
  'active',
  'lost',
  'stolen',
  'restricted',
  'retained',
  'dormant',
  'pin-blocked',
]);

const isCardState = (word: string | undefined): word is CardState => CARD_STATES.has(word ?? '');

const keysOf = (digits: string): PinPadKey[] => digits.split('').filter(isKey);

function isKey(word: string | undefined): word is PinPadKey {
  return word === 'enter' || word === 'clear' || word === 'cancel' || /^\d$/.test(word ?? '');
}
