/** A chip card: selection, the order of commands, and what it does wrong on purpose. */
import type { CardResponse, EmulatedCard } from '../chip-reader/emulated-card.ts';
import { fromHex, toHex } from '../crypto/hex.ts';
import type { ChipCardFile, CommandName, Misbehaviour } from './chip-card-file.ts';
import { done, readCommand, status, SW, type Answer, type Command } from './command.ts';
import type { EmvKeys } from './emv-keys.ts';
import { applicationMemory, cardMemory, type ApplicationMemory, type CardMemory } from './memory.ts';
import { DIRECTORY_FILE, DIRECTORY_NAME, directoryFci, personalize, type CardApplication } from './personalize.ts';
import { isScript, runScript } from './scripts.ts';
import { Session, type Entropy } from './session.ts';
import { tlv } from './tlv.ts';

interface Held {
  readonly application: CardApplication;
  readonly memory: ApplicationMemory;
}

/** What somebody who could look into the chip would see. */
export interface ChipCardState {
  readonly pinTriesLeft: number;
  readonly isBlocked: boolean;
  readonly applications: readonly {
    readonly aid: string;
    readonly atc: number;
    readonly lastOnlineAtc: number;
    readonly consecutiveOffline: number;
    readonly isBlocked: boolean;
  }[];
}

const CHALLENGE_LENGTH = 8;
/** P2 of SELECT: the next one that fits the name. */
const NEXT = 0x02;
const NOTHING: CardResponse = { bytes: new Uint8Array(), delayMs: 0 };

export class ChipCard implements EmulatedCard {
  readonly file: ChipCardFile;
  readonly #keys: EmvKeys;
  readonly #entropy: Entropy;
  readonly #held: readonly Held[];
  readonly #memory: CardMemory;
  #misbehaviours: readonly Misbehaviour[];
  #selected: Session | 'directory' | undefined;
  /** Of the application that answered to a partial name last. */
  #selectedAt = -1;
  /** For the command right after it. */
  #challenge: Uint8Array | undefined;
  #isMute = false;

  /** @throws Bug for a file that contradicts itself. */
  constructor(file: ChipCardFile, keys: EmvKeys, entropy: Entropy) {
    this.file = file;
    this.#keys = keys;
    this.#entropy = entropy;
    this.#memory = cardMemory(file);
    this.#misbehaviours = file.misbehaviours;
    this.#held = file.applications.map((each) => ({
      application: personalize(file, each, keys),
      memory: applicationMemory(each),
    }));
  }

  reset(): Uint8Array {
    this.#forget();
    return fromHex(this.file.answerToReset);
  }

  removed(): void {
    this.#forget();
  }

  transmit(bytes: Uint8Array): CardResponse {
    if (this.#isMute) return NOTHING;
    const command = readCommand(bytes);
    const name = command === undefined ? undefined : this.#nameOf(command);
    const wrong = this.#misbehaviours.filter(({ on }) => on === name);
    if (wrong.some(({ does }) => does === 'mute')) {
      this.#isMute = true;
      return NOTHING;
    }
    const forced = wrong.find((each) => each.does === 'status');
    const { data, status: word } =
      forced === undefined ? this.#answer(command) : status(Number.parseInt(forced.status, 16));
    const delayMs = wrong.reduce(
      (sum, each) => (each.does === 'delay' ? sum + each.delayMs : sum),
      this.file.delayMs ?? 0,
    );
    return { bytes: Uint8Array.of(...distorted(data, wrong), word >> 8, word & 0xff), delayMs };
  }

  /** From now on, besides what its file says. */
  misbehave(...misbehaviours: readonly Misbehaviour[]): void {
    this.#misbehaviours = [...this.#misbehaviours, ...misbehaviours];
  }

  state(): ChipCardState {
    const { isBlocked, pinTriesLeft } = this.#memory;
    return {
      pinTriesLeft,
      isBlocked,
      applications: this.#held.map(({ application, memory }) => ({
        aid: application.file.aid,
        atc: memory.atc,
        lastOnlineAtc: memory.lastOnlineAtc,
        consecutiveOffline: memory.consecutiveOffline,
        isBlocked: memory.isBlocked,
      })),
    };
  }

  #forget(): void {
    this.#selected = undefined;
    this.#selectedAt = -1;
    this.#challenge = undefined;
    this.#isMute = false;
  }

  #nameOf(command: Command): CommandName | undefined {
    const name = names.get((command.class << 8) | command.instruction);
    if (name === 'select') return isDirectory(command.data) ? 'select-directory' : 'select';
    if (name === 'generate-ac-1') return this.#session()?.stage === 'online' ? 'generate-ac-2' : 'generate-ac-1';
    return name ?? (isScript(command) ? 'script' : undefined);
  }

  #answer(command: Command | undefined): Answer {
    const challenge = this.#challenge;
    this.#challenge = undefined;
    if (command === undefined) return status(SW.wrongLength);
    const name = this.#nameOf(command);
    if (name === undefined) {
      return status(classes.has(command.class) ? SW.unknownInstruction : SW.unknownClass);
    }
    if (this.#memory.isBlocked) return status(name.startsWith('select') ? SW.notSupported : SW.notInOrder);
    if (name === 'select' || name === 'select-directory') return this.#select(command);
    if (name === 'get-challenge') return this.#newChallenge();
    if (name === 'read-record' && this.#selected === 'directory') return this.#readDirectory(command);
    const session = this.#session();
    return session === undefined ? status(SW.notInOrder) : this.#inSession(name, command, session, challenge);
  }

  #inSession(name: CommandName, command: Command, session: Session, challenge: Uint8Array | undefined): Answer {
    switch (name) {
      case 'get-processing-options':
        return session.processingOptions(command);
      case 'read-record':
        return session.readRecord(command);
      case 'get-data':
        return session.data(command);
      case 'internal-authenticate':
        return session.internalAuthenticate(command);
      case 'verify':
        return session.verify(command, challenge);
      case 'generate-ac-1':
      case 'generate-ac-2':
        return session.generate(command);
      case 'external-authenticate':
        return session.externalAuthenticate(command);
      case 'script': {
        const memory = this.#held[this.#selectedAt]?.memory;
        if (memory === undefined) return status(SW.notInOrder);
        const { pinTriesMax } = this.file;
        return runScript(command, { session, card: this.#memory, memory, pinTriesMax });
      }
      default:
        return status(SW.notInOrder);
    }
  }

  /** Book 1, 11.3 and 12.3.3: by a name or its beginning, the first that fits or the next. */
  #select({ data, p1, p2 }: Command): Answer {
    if (p1 !== 0x04 || (p2 !== 0x00 && p2 !== NEXT)) return status(SW.wrongParameters);
    if (isDirectory(data)) {
      if (!this.file.directory) return status(SW.fileNotFound);
      this.#selected = 'directory';
      this.#selectedAt = -1;
      return done(directoryFci());
    }
    const from = p2 === NEXT ? this.#selectedAt + 1 : 0;
    const at = this.#held.findIndex(
      ({ application }, index) => index >= from && toHex(application.aid).startsWith(toHex(data)),
    );
    const found = this.#held[at];
    if (found === undefined || data.length === 0) return status(SW.fileNotFound);
    this.#selectedAt = at;
    this.#selected = new Session(found.application, {
      file: this.file,
      keys: this.#keys,
      entropy: this.#entropy,
      card: this.#memory,
      memory: found.memory,
    });
    const { fci } = found.application;
    return { data: fci, status: found.memory.isBlocked ? SW.invalidated : SW.ok };
  }

  /** One entry in each record. */
  #readDirectory({ p1, p2 }: Command): Answer {
    if (p2 !== ((DIRECTORY_FILE << 3) | 4)) return status(SW.wrongParameters);
    const entry = this.#held[p1 - 1]?.application.entry;
    return entry === undefined ? status(SW.recordNotFound) : done(tlv('70', entry));
  }

  #newChallenge(): Answer {
    this.#challenge = this.#entropy(CHALLENGE_LENGTH);
    return done(this.#challenge);
  }

  #session(): Session | undefined {
    return this.#selected === 'directory' ? undefined : this.#selected;
  }
}

/** By CLA and INS. */
const names: ReadonlyMap<number, CommandName> = new Map([
  [0x00a4, 'select'],
  [0x00b2, 'read-record'],
  [0x80a8, 'get-processing-options'],
  [0x80ca, 'get-data'],
  [0x0084, 'get-challenge'],
  [0x0088, 'internal-authenticate'],
  [0x0020, 'verify'],
  [0x80ae, 'generate-ac-1'],
  [0x0082, 'external-authenticate'],
]);

const classes: ReadonlySet<number> = new Set([0x00, 0x04, 0x80, 0x84]);

const isDirectory = (name: Uint8Array): boolean => toHex(name) === toHex(DIRECTORY_NAME);

function distorted(data: Uint8Array, wrong: readonly Misbehaviour[]): Uint8Array {
  if (wrong.some(({ does }) => does === 'shorten')) return data.slice(0, -1);
  return wrong.some(({ does }) => does === 'lengthen') ? Uint8Array.of(...data, 0) : data;
}
