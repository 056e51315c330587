/** Issuer commands: each authenticated by the issuer's MAC over the transaction that it answers (Book 2, 9; PBOC part 5). */
import { toHex } from '../crypto/hex.ts';
import { pinDigits, type TransactionKeys } from '../crypto/card-keys.ts';
import { done, status, SW, type Answer, type Command } from './command.ts';
import type { ApplicationMemory, CardMemory } from './memory.ts';
import { recordName } from './personalize.ts';
import type { Session } from './session.ts';

/** What a script may change. */
interface Changeable {
  readonly session: Session;
  readonly card: CardMemory;
  readonly memory: ApplicationMemory;
  readonly pinTriesMax: number;
}

/** A command whose MAC was right. */
interface Proven extends Changeable {
  readonly keys: TransactionKeys;
  readonly arqc: Uint8Array;
  readonly p1: number;
  readonly p2: number;
  /** Without the MAC. */
  readonly data: Uint8Array;
}

const PIN_DIGITS_MIN = 4;
const PIN_DIGITS_MAX = 12;
/** A counter or a limit that is one byte. */
const BYTE = 1;
const AMOUNT_BYTES = 6;

/** By INS. */
const scripts: ReadonlyMap<number, (the: Proven) => Answer> = new Map([
  [0x1e, ({ memory }) => changed(() => (memory.isBlocked = true))],
  [0x18, ({ memory }) => changed(() => (memory.isBlocked = false))],
  [0x16, ({ card }) => changed(() => (card.isBlocked = true))],
  [0x24, (the) => pinChange(the)],
  [0xda, (the) => putData(the)],
  [0xdc, (the) => updateRecord(the)],
]);

export const isScript = ({ class: cla, instruction }: Command): boolean =>
  (cla === 0x84 || cla === 0x04) && scripts.has(instruction);

/** Does what the issuer says, if it is the issuer that says it. */
export function runScript(command: Command, the: Changeable): Answer {
  const script = scripts.get(command.instruction);
  const secrets = the.session.scriptKeys();
  if (script === undefined || secrets === undefined) return status(SW.notInOrder);
  const answer = proven(command, the, secrets, script);
  the.session.scriptRan(answer.status === SW.ok);
  return answer;
}

function proven(
  { data, header, p1, p2 }: Command,
  the: Changeable,
  secrets: { readonly keys: TransactionKeys; readonly arqc: Uint8Array },
  script: (the: Proven) => Answer,
): Answer {
  const { arqc, keys } = secrets;
  const macAt = data.length - keys.scriptMacLength;
  if (macAt < 0) return status(SW.secureMessagingMissing);
  const content = data.slice(0, macAt);
  const isRight = toHex(data.slice(macAt)) === toHex(keys.scriptMac(header, arqc, content));
  return isRight ? script({ ...the, ...secrets, p1, p2, data: content }) : status(SW.secureMessagingWrong);
}

/** P2 00 gives the tries back; 01 and 02 bring a new PIN, masked with the one so far or without it. */
function pinChange({ arqc, card, data, keys, p2, pinTriesMax }: Proven): Answer {
  if (p2 === 0x00) return changed(() => (card.pinTriesLeft = pinTriesMax));
  if (p2 !== 0x01 && p2 !== 0x02) return status(SW.wrongParameters);
  const masked = keys.decipherScriptData(data, arqc);
  if (masked?.length !== 8) return status(SW.secureMessagingWrong);
  const digits = toHex(keys.maskedPin(masked, p2 === 0x01 ? card.pin : undefined));
  const length = Number.parseInt(digits.slice(1, 2), 16);
  const pin = digits.slice(2, 2 + length);
  const isPin = length >= PIN_DIGITS_MIN && length <= PIN_DIGITS_MAX && /^\d+$/.test(pin);
  if (!isPin || digits !== toHex(pinDigits(pin))) return status(SW.dataInvalidated);
  return changed(() => {
    card.pin = pin;
    card.pinTriesLeft = pinTriesMax;
  });
}

/** The limits of the card's own decisions. */
function putData({ data, memory, p1, p2 }: Proven): Answer {
  const tag = toHex(Uint8Array.of(p1, p2));
  const [first = 0] = data;
  if (tag === '9F54') {
    if (data.length !== AMOUNT_BYTES || !/^\d+$/.test(toHex(data))) return status(SW.wrongLength);
    return changed(() => (memory.cumulativeOfflineLimitMinor = BigInt(toHex(data))));
  }
  if (tag !== '9F58' && tag !== '9F59') return status(SW.dataNotFound);
  if (data.length !== BYTE) return status(SW.wrongLength);
  return changed(() => {
    if (tag === '9F58') memory.consecutiveOfflineLimit = first;
    else memory.consecutiveOfflineMax = first;
  });
}

function updateRecord({ data, memory, p1, p2, session }: Proven): Answer {
  const name = recordName(p2 >> 3, p1);
  if ((p2 & 0x07) !== 4) return status(SW.wrongParameters);
  if (!session.application.records.has(name)) return status(SW.recordNotFound);
  return changed(() => memory.records.set(name, data));
}

function changed(change: () => unknown): Answer {
  change();
  return done();
}
