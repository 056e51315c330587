/** The issuer's side of a chip transaction: checks the card's cryptogram, answers with its own, sends it commands. */
import { Bug } from '../../../src/domain/result.ts';
import type { Fields } from '../../../src/host/iso8583/message.ts';
import { readTlvs, tlv } from '../card/tlv.ts';
import {
  CRYPTOGRAM_TAGS,
  cryptogramTail,
  TransactionKeys,
  type CryptogramScheme,
  type KeySet,
} from '../crypto/card-keys.ts';
import { fromAscii, fromHex, toHex } from '../crypto/hex.ts';
import { approvals } from './exchange.ts';
import { lengthMax, protectedCommand, type IssuerCommand } from './issuer-commands.ts';

/** Of the issuer's own cryptogram in an answer. */
export type IssuerAnswer = 'right' | 'wrong' | 'none';

/** What the bank knows of a card's chip. */
export interface ChipOfAccount {
  readonly masterKeys: KeySet;
  /** Two digits, as F23 and tag 5F34 say it. */
  readonly sequenceNumber: string;
  /** `right`, unless it says otherwise. */
  readonly answer?: IssuerAnswer;
}

/** Commands that go out together: as template 71 before the card's last cryptogram, or as 72 after it. */
export interface IssuerScript {
  readonly when: 'before' | 'after';
  readonly commands: readonly IssuerCommand[];
}

/** Scripts that wait for one card; more are a mistake. */
const SCRIPTS_MAX = 8;
/** F55 holds no more (dialect sheet 2). */
const FIELD_55_MAX = 255;

/** A request whose cryptogram was right. */
export interface ProvenChip {
  readonly keys: TransactionKeys;
  readonly arqc: Uint8Array;
  readonly pan: string;
  /** 9F36, hex. */
  readonly counter: string;
}

export type ChipReading =
  /** Nothing of a chip in it. */
  | { readonly type: 'none' }
  | { readonly type: 'proven'; readonly chip: ProvenChip }
  /** In words for reports, without content. `code`: F39 30 for the form, or that of a wrong cryptogram. */
  | { readonly type: 'wrong'; readonly fault: 'form' | 'cryptogram'; readonly problem: string };

/** F22, first two digits, of what a chip was read with (dialect sheet 7.1). */
const CHIP_ENTRIES: ReadonlySet<string> = new Set(['05', '07']);

export const isChipEntry = (fields: Fields): boolean => CHIP_ENTRIES.has((fields[22] ?? '').slice(0, 2));

/** Tags of F55 that each message must have (dialect sheet 7.2). */
const MANDATORY = {
  request: [...CRYPTOGRAM_TAGS, '9F26', '9F27', '9F10', '9F33'],
  reversal: ['95', '9F10', '9F36'],
  scriptNotice: ['9F33', '95', '9F37', '9F1E', '9F10', '9F26', '9F36', '82', 'DF31', '9F1A', '9A'],
} as const;

type Values = ReadonlyMap<string, Uint8Array>;

/** F55 by tag; or what is wrong with it, in words without content. */
export function readField55(field55: string | undefined, message: keyof typeof MANDATORY): Values | string {
  const objects = readTlvs(fromHex(field55 ?? ''));
  if (objects === undefined) return 'F55 is not data objects';
  const values = new Map(objects.map(({ tag, value }) => [tag, value]));
  const missing = MANDATORY[message].filter((tag) => !values.has(tag));
  return missing.length > 0 ? `F55 has no ${missing.join(', ')}` : values;
}

const valueOf = (values: Values, tag: string): Uint8Array => values.get(tag) ?? new Uint8Array();

/** 9F36, hex: which transaction of the card it was. */
export const counterIn = (values: Values): string => toHex(valueOf(values, '9F36'));

/** By the version that stands in 9F10. */
const schemes: ReadonlyMap<number, CryptogramScheme> = new Map([
  [0x01, 'pboc'],
  [0x12, 'emv-common'],
]);
const VERSION_AT = 2;
const ARQC = '80';
const CERTIFICATE = '40';
/** TVR byte 5: a script after the last cryptogram has failed, which the cryptogram cannot know of. */
const LATE_SCRIPT_FAILED = 0x10;
/** TVR byte 5. */
const ISSUER_NOT_AUTHENTICATED = 0x40;

export class Chips {
  readonly #known: (pan: string) => ChipOfAccount | undefined;
  readonly #answers = new Map<string, IssuerAnswer>();
  readonly #scripts = new Map<string, IssuerScript[]>();

  constructor(known: (pan: string) => ChipOfAccount | undefined) {
    this.#known = known;
  }

  /** How the card's authorizations are answered from now on. */
  setAnswer(pan: string, answer: IssuerAnswer): void {
    this.#answers.set(pan, answer);
  }

  /**
   * Goes out with the answer to the card's next authorization.
   * @throws Bug when there is nothing in it, or when it is more than one answer holds with those that wait.
   */
  addScript(pan: string, script: IssuerScript): void {
    const waiting = this.#scripts.get(pan) ?? [];
    if (script.commands.length === 0) throw new Bug('A script is of at least one command.');
    if (waiting.length >= SCRIPTS_MAX) throw new Bug(`More than ${SCRIPTS_MAX} scripts wait for one card.`);
    const scripts = [...waiting, script];
    const length = AUTHENTICATION_MAX + scripts.reduce((sum, each) => sum + templateMax(each), 0);
    if (length > FIELD_55_MAX)
      throw new Bug(`F55 holds ${FIELD_55_MAX} bytes: the card's scripts may come to ${length}.`);
    this.#scripts.set(pan, scripts);
  }

  read(fields: Fields, pan: string): ChipReading {
    if (fields[55] === undefined || !isChipEntry(fields)) return { type: 'none' };
    const values = readField55(fields[55], 'request');
    if (typeof values === 'string') return wrong('form', values);
    const amount = toHex(valueOf(values, '9F02'));
    if (amount !== (fields[4] ?? '').padStart(12, '0')) return wrong('form', 'F4 and 9F02 are different amounts');
    const chip = this.#known(pan);
    if (chip === undefined) return wrong('cryptogram', 'the bank knows no chip of this card');
    if (Number(fields[23]) !== Number(chip.sequenceNumber)) return wrong('cryptogram', 'F23 is not of this card');
    if (toHex(valueOf(values, '9F27')) !== ARQC) return wrong('cryptogram', 'the cryptogram asks for nothing');
    const keys = keysFor(values, chip, pan);
    if (keys === undefined) return wrong('cryptogram', 'the cryptogram is of no known version');
    return isRight(keys, values)
      ? { type: 'proven', chip: { keys, arqc: valueOf(values, '9F26'), pan, counter: counterIn(values) } }
      : wrong('cryptogram', 'the cryptogram is wrong');
  }

  /**
   * What is wrong with the last cryptogram of a transaction in the batch upload (dialect sheet 7.2, 9.5), in words
   * without content. Of a card whose keys nobody here has, it cannot be told.
   *
   * @param issuerBelieved whether the upload says so: of a card that was not content with its issuer the TVR says it too.
   */
  certificateFault(values: Values, fields: Fields, pan: string, issuerBelieved: boolean): string | undefined {
    const verification = valueOf(values, '95');
    const believed = ((verification[4] ?? 0) & ISSUER_NOT_AUTHENTICATED) === 0;
    if (believed !== issuerBelieved) return 'F62 and the TVR disagree about the issuer';
    const chip = this.#known(pan);
    if (chip === undefined) return undefined;
    if (Number(fields[23]) !== Number(chip.sequenceNumber)) return 'F23 is not of this card';
    const keys = keysFor(values, chip, pan);
    if (keys === undefined) return 'the cryptogram is of no known version';
    const earlier = verification.map((byte, index) => (index === 4 ? byte & ~LATE_SCRIPT_FAILED : byte));
    const isProof = isRight(keys, values) || isRight(keys, new Map([...values, ['95', earlier]]));
    return isProof ? undefined : 'the cryptogram is wrong';
  }

  /**
   * F55 of the answer: the issuer's cryptogram in tag 91, and the scripts that wait (dialect sheet 7.2). Uses them up,
   * and says how many they were. In an exercise none go out: they wait for the card's next transaction.
   *
   * @throws Bug when they are more than F55 holds.
   */
  answer(
    { arqc, keys, pan }: ProvenChip,
    responseCode: string,
    isExercise: boolean,
  ): { readonly fields: Fields; readonly scripts: number } {
    const answer = this.#answers.get(pan) ?? this.#known(pan)?.answer ?? 'right';
    const scripts = isExercise ? [] : (this.#scripts.get(pan) ?? []);
    if (!isExercise) this.#scripts.delete(pan);
    const objects = [
      ...(answer === 'none' ? [] : [tlv('91', authentication(keys, arqc, responseCode, answer === 'wrong'))]),
      ...scripts.map((script) => template(script, keys, arqc)),
    ].flatMap((object) => [...object]);
    if (objects.length > FIELD_55_MAX) throw new Bug(`F55 holds ${FIELD_55_MAX} bytes, not ${objects.length}.`);
    return { fields: objects.length === 0 ? {} : { 55: toHex(Uint8Array.from(objects)) }, scripts: scripts.length };
  }
}

/** `undefined`: 9F10 and 9F36 are of no version that this bank has. */
function keysFor(values: Values, chip: ChipOfAccount, pan: string): TransactionKeys | undefined {
  const issuerData = valueOf(values, '9F10');
  const scheme = schemes.get(issuerData[VERSION_AT] ?? 0);
  const atc = valueOf(values, '9F36');
  if (scheme === undefined || cryptogramTail(scheme, issuerData) === undefined || atc.length !== 2) return undefined;
  return new TransactionKeys(scheme, chip.masterKeys, { pan, sequenceNumber: chip.sequenceNumber }, atc);
}

function isRight(keys: TransactionKeys, values: Values): boolean {
  const tail = cryptogramTail(keys.scheme, valueOf(values, '9F10')) ?? new Uint8Array();
  const data = Uint8Array.of(...CRYPTOGRAM_TAGS.flatMap((tag) => [...valueOf(values, tag)]), ...tail);
  return toHex(keys.cryptogram(data)) === toHex(valueOf(values, '9F26'));
}

/** Whether the cryptogram of F55 is one that approves, by 9F27. */
export const isCertificate = (values: Values): boolean => toHex(valueOf(values, '9F27')) === CERTIFICATE;

const wrong = (fault: 'form' | 'cryptogram', problem: string): ChipReading => ({ type: 'wrong', fault, problem });

/** Method 1 goes with the response code, method 2 with four bytes of status, of which bit 8 of the second approves. */
function authentication(keys: TransactionKeys, arqc: Uint8Array, responseCode: string, isWrong: boolean): Uint8Array {
  const code = fromAscii(responseCode);
  const status = Uint8Array.of(0, approvals.has(responseCode) || responseCode === '10' ? 0x80 : 0, 0, 0);
  const [cryptogram, rest] =
    keys.scheme === 'pboc' ? [keys.arpcMethod1(arqc, code), code] : [keys.arpcMethod2(arqc, status), status];
  const [first = 0, ...others] = cryptogram;
  return Uint8Array.of(isWrong ? first ^ 0xff : first, ...others, ...rest);
}

/** A script's number, by which the terminal reports what became of it (DF31). */
const SCRIPT_IDENTIFIER = fromHex('00000001');

/** Tag 91 (Book 3, 10.9). */
const AUTHENTICATION_MAX = 2 + 16;
/** A tag of one byte, and a length of one or two. */
const TAG_MAX = 3;

const templateMax = ({ commands }: IssuerScript): number =>
  TAG_MAX +
  tlv('9F18', SCRIPT_IDENTIFIER).length +
  commands.reduce((sum, command) => sum + TAG_MAX + lengthMax(command), 0);

const template = ({ commands, when }: IssuerScript, keys: TransactionKeys, arqc: Uint8Array): Uint8Array =>
  tlv(
    when === 'before' ? '71' : '72',
    tlv('9F18', SCRIPT_IDENTIFIER),
    ...commands.map((command) => tlv('86', protectedCommand(command, keys, arqc))),
  );
