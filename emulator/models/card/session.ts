/** One application while it is selected: from GET PROCESSING OPTIONS to the last cryptogram (EMV Book 3, 6.5 and 10). */
import { Bug } from '../../../src/domain/result.ts';
import { CRYPTOGRAM_TAGS, cryptogramTail, TransactionKeys } from '../crypto/card-keys.ts';
import { fromHex, toHex } from '../crypto/hex.ts';
import { sha1 } from '../crypto/rsa-key.ts';
import { signedDynamicData } from './certificates.ts';
import type { ChipCardFile } from './chip-card-file.ts';
import { done, status, SW, type Answer, type Command } from './command.ts';
import type { EmvKeys } from './emv-keys.ts';
import type { ApplicationMemory, CardMemory } from './memory.ts';
import { recordName, type CardApplication } from './personalize.ts';
import {
  CRYPTOGRAM,
  firstDecision,
  secondDecision,
  verificationResults,
  type CryptogramType,
  type Happened,
} from './risk.ts';
import { dolLength, dolValues, readTlvs, tlv, type DolEntry } from './tlv.ts';

/** So many bytes of chance. */
export type Entropy = (bytes: number) => Uint8Array;

/** What the session stands upon, and what outlives it. */
export interface Holder {
  readonly file: ChipCardFile;
  readonly keys: EmvKeys;
  readonly entropy: Entropy;
  readonly card: CardMemory;
  readonly memory: ApplicationMemory;
}

type Stage = 'selected' | 'initiated' | 'online' | 'ended';

/** P1 of GENERATE AC: a signature is wanted (Book 3, table 12). */
const COMBINED = 0x10;
/** Of the interchange profile: what of authentication the card has (Book 3, annex C1). */
const SUPPORTS = { dynamic: 0x20, combined: 0x01 } as const;
const CARD_NUMBER_LENGTH = 8;
const PIN_BLOCK_LENGTH = 8;
/** Of the issuer's status in method 2 (CSU): the byte, and the bit that approves. */
const STATUS_AT = 5;
const APPROVES = 0x80;
/** Tag 8A of a terminal that could not go online: Y3 and Z3. */
const UNABLE_ONLINE: ReadonlySet<string> = new Set(['5933', '5A33']);

export class Session {
  readonly application: CardApplication;
  readonly #holder: Holder;
  #stage: Stage = 'selected';
  #keys: TransactionKeys | undefined;
  /** What the terminal has sent for PDOL, CDOL1 and CDOL2: bytes for signatures, values for cryptograms. */
  #sent = new Uint8Array();
  #values = new Map<string, Uint8Array>();
  #arqc: Uint8Array | undefined;
  #hasScripts = false;
  /** How the application was when this transaction began: what it tells of the one before. */
  readonly #before: ApplicationMemory;
  #happened: Happened;

  constructor(application: CardApplication, holder: Holder) {
    this.application = application;
    this.#holder = holder;
    this.#before = { ...holder.memory };
    this.#happened = {
      pinVerified: false,
      pinFailed: false,
      pinTriesLeft: holder.card.pinTriesLeft,
      issuerAuthenticated: undefined,
      issuerDeclines: false,
      unableOnline: false,
      dynamicallyAuthenticated: false,
    };
  }

  get stage(): Stage {
    return this.#stage;
  }

  /** What issuer commands are protected with; only after an ARQC. */
  scriptKeys(): { readonly keys: TransactionKeys; readonly arqc: Uint8Array } | undefined {
    return this.#keys === undefined || this.#arqc === undefined ? undefined : { keys: this.#keys, arqc: this.#arqc };
  }

  /** Counts an issuer command for the verification results of the next transaction. */
  scriptRan(isRight: boolean): void {
    const { memory } = this.#holder;
    if (!this.#hasScripts) this.#forgetScripts();
    this.#hasScripts = true;
    memory.scripts += 1;
    if (!isRight) memory.hasScriptFailed = true;
  }

  #forgetScripts(): void {
    this.#holder.memory.scripts = 0;
    this.#holder.memory.hasScriptFailed = false;
  }

  /** 6.5.8. The transaction counter grows here, and nowhere else. */
  processingOptions({ data }: Command): Answer {
    if (this.#stage !== 'selected') return status(SW.notInOrder);
    const { pdol, interchangeProfile, locator, file } = this.application;
    const [given, ...others] = readTlvs(data) ?? [];
    if (given?.tag !== '83' || others.length > 0 || given.value.length !== dolLength(pdol)) {
      return status(SW.wrongLength);
    }
    this.#take(pdol, given.value);
    const { file: card, keys, memory } = this.#holder;
    memory.atc += 1;
    this.#keys = new TransactionKeys(file.scheme, keys.file.masterKeys, card, this.#atc());
    this.#stage = 'initiated';
    return file.answerFormat === 1
      ? done(tlv('80', interchangeProfile, locator))
      : done(tlv('77', tlv('82', interchangeProfile), tlv('94', locator)));
  }

  /** 6.5.11. */
  readRecord({ p1, p2 }: Command): Answer {
    if ((p2 & 0x07) !== 4) return status(SW.wrongParameters);
    if (this.#stage === 'selected') return status(SW.notInOrder);
    const name = recordName(p2 >> 3, p1);
    const record = this.#holder.memory.records.get(name) ?? this.application.records.get(name);
    return record === undefined ? status(SW.recordNotFound) : done(record);
  }

  /** 6.5.7. */
  data({ p1, p2 }: Command): Answer {
    const { card, memory } = this.#holder;
    const tag = toHex(Uint8Array.of(p1, p2));
    const kept: Readonly<Record<string, Uint8Array | undefined>> = {
      '9F36': this.#atc(),
      '9F13': twoBytes(memory.lastOnlineAtc),
      '9F17': Uint8Array.of(card.pinTriesLeft),
      '9F58': Uint8Array.of(memory.consecutiveOfflineLimit),
      '9F59': Uint8Array.of(memory.consecutiveOfflineMax),
      '9F54': amountBytes(memory.cumulativeOfflineLimitMinor),
      '9F4F': fromHex(this.application.file.data['9F4F'] ?? ''),
    };
    const value = kept[tag];
    return value === undefined || value.length === 0 ? status(SW.dataNotFound) : done(tlv(tag, value));
  }

  /** 6.5.9. */
  internalAuthenticate({ data }: Command): Answer {
    const { ddol, file } = this.application;
    if (!this.#supports(SUPPORTS.dynamic)) return status(SW.unknownInstruction);
    if (this.#stage !== 'initiated') return status(SW.notInOrder);
    if (data.length !== dolLength(ddol)) return status(SW.wrongLength);
    this.#happened = { ...this.#happened, dynamicallyAuthenticated: true };
    const signature = this.#signed(this.#cardNumber(), data);
    return done(file.answerFormat === 1 ? tlv('80', signature) : tlv('77', tlv('9F4B', signature)));
  }

  /** 6.5.12: P2 80 for a clear PIN block, 88 for one under the card's public key with the challenge (Book 2, 7.2). */
  verify({ data, p2 }: Command, challenge: Uint8Array | undefined): Answer {
    const { card } = this.#holder;
    if (p2 !== 0x80 && p2 !== 0x88) return status(SW.wrongParameters);
    if (this.#stage !== 'initiated' || (p2 === 0x88 && challenge === undefined)) return status(SW.notInOrder);
    if (card.pinTriesLeft === 0) return status(SW.blocked);
    const { modulus } = this.#holder.keys.card;
    if (data.length !== (p2 === 0x88 ? modulus.length : PIN_BLOCK_LENGTH)) return status(SW.wrongLength);
    const block = p2 === 0x88 ? this.#deciphered(data, challenge ?? new Uint8Array()) : data;
    if (block === undefined) return status(SW.dataInvalidated);
    const isRight = toHex(block) === `2${card.pin.length.toString(16)}${card.pin}`.padEnd(16, 'F').toUpperCase();
    card.pinTriesLeft = isRight ? this.#holder.file.pinTriesMax : card.pinTriesLeft - 1;
    this.#happened = {
      ...this.#happened,
      pinVerified: isRight,
      pinFailed: !isRight,
      pinTriesLeft: card.pinTriesLeft,
    };
    return isRight ? done() : status(SW.triesLeft + card.pinTriesLeft);
  }

  /** 6.5.4. Once in a transaction, between ARQC and the second cryptogram. */
  externalAuthenticate({ data }: Command): Answer {
    if (this.#stage !== 'online' || this.#happened.issuerAuthenticated !== undefined) return status(SW.notInOrder);
    if (data.length < 8 || data.length > 16) return status(SW.wrongLength);
    this.#heard(data);
    return this.#happened.issuerAuthenticated === true ? done() : status(SW.authenticationFailed);
  }

  /** 6.5.5. */
  generate({ data, p1 }: Command): Answer {
    const requested = cryptogramTypes.get(p1 & 0xc0);
    if (requested === undefined || (p1 & 0x2f) !== 0) return status(SW.wrongParameters);
    if (this.#stage !== 'initiated' && this.#stage !== 'online') return status(SW.notInOrder);
    const dol = this.#stage === 'initiated' ? this.application.cdol1 : this.application.cdol2;
    if (data.length !== dolLength(dol)) return status(SW.wrongLength);
    if (this.#stage === 'online' && requested === CRYPTOGRAM.arqc) return status(SW.notInOrder);
    this.#take(dol, data);
    const type = this.#stage === 'initiated' ? this.#first(requested) : this.#second(requested);
    const isSigned = (p1 & COMBINED) !== 0 && this.#supports(SUPPORTS.combined) && type !== CRYPTOGRAM.aac;
    return done(this.#cryptogramAnswer(type, isSigned));
  }

  #first(requested: CryptogramType): CryptogramType {
    const { card, memory } = this.#holder;
    const amountMinor = this.#amountMinor();
    const facts = { amountMinor, pinTriesLeft: card.pinTriesLeft };
    const type = firstDecision(requested, this.application.file, memory, facts);
    this.#happened = { ...this.#happened, first: type };
    this.#stage = type === CRYPTOGRAM.arqc ? 'online' : 'ended';
    if (type === CRYPTOGRAM.tc) this.#approvedOffline(amountMinor);
    return type;
  }

  #second(requested: CryptogramType): CryptogramType {
    const { memory } = this.#holder;
    const unableOnline = UNABLE_ONLINE.has(toHex(this.#values.get('8A') ?? new Uint8Array()));
    const issuerData = this.#values.get('91') ?? new Uint8Array();
    // A card that has the issuer's cryptogram in CDOL2 hears of it only now; zeros say that there was none.
    if (this.#happened.issuerAuthenticated === undefined && issuerData.some((byte) => byte !== 0)) {
      this.#heard(issuerData);
    }
    this.#happened = { ...this.#happened, unableOnline };
    const type = secondDecision(requested, this.application.file, memory, this.#happened);
    this.#happened = { ...this.#happened, second: type };
    this.#stage = 'ended';
    if (unableOnline && type === CRYPTOGRAM.tc) this.#approvedOffline(this.#amountMinor());
    if (!unableOnline) this.#wasOnline();
    return type;
  }

  #approvedOffline(amountMinor: bigint): void {
    this.#holder.memory.consecutiveOffline += 1;
    this.#holder.memory.cumulativeOfflineMinor += amountMinor;
  }

  /** The issuer has been heard: if it has shown that it is the issuer, counting begins anew. */
  #wasOnline(): void {
    const { memory } = this.#holder;
    memory.isOnlineUnfinished = false;
    memory.hasIssuerFailed = this.#happened.issuerAuthenticated === false;
    if (!this.#hasScripts) this.#forgetScripts();
    if (this.#happened.issuerAuthenticated !== true) return;
    memory.lastOnlineAtc = memory.atc;
    memory.consecutiveOffline = 0;
    memory.cumulativeOfflineMinor = 0n;
  }

  #cryptogramAnswer(type: CryptogramType, isSigned: boolean): Uint8Array {
    const { file } = this.application;
    const { memory } = this.#holder;
    const issuerData = this.#issuerData();
    const cryptogram = this.#cryptogram(issuerData);
    if (type === CRYPTOGRAM.arqc) {
      this.#arqc = cryptogram;
      memory.isOnlineUnfinished = true;
    }
    const information = Uint8Array.of(type);
    if (file.answerFormat === 1 && !isSigned) {
      return tlv('80', information, this.#atc(), cryptogram, issuerData);
    }
    const head = [tlv('9F27', information), tlv('9F36', this.#atc())];
    const tail = tlv('9F10', issuerData);
    if (!isSigned) return tlv('77', ...head, tlv('9F26', cryptogram), tail);
    return tlv('77', ...head, tlv('9F4B', this.#combined(information, cryptogram, [...head, tail])), tail);
  }

  /** Book 2, 6.6.1: the signature also covers everything that was sent, and this answer but itself. */
  #combined(information: Uint8Array, cryptogram: Uint8Array, answered: readonly Uint8Array[]): Uint8Array {
    const hash = sha1(Uint8Array.of(...this.#sent, ...answered.flatMap((object) => [...object])));
    const dynamic = Uint8Array.of(...this.#cardNumber(), ...information, ...cryptogram, ...hash);
    return this.#signed(dynamic, this.#values.get('9F37') ?? new Uint8Array());
  }

  #issuerData(): Uint8Array {
    const results = verificationResults(this.#before, this.#happened, this.#amountMinor());
    return this.application.file.scheme === 'pboc'
      ? Uint8Array.of(0x07, 0x01, 0x01, ...results, 0x01)
      : Uint8Array.of(0x06, 0x01, 0x12, ...results);
  }

  #cryptogram(issuerData: Uint8Array): Uint8Array {
    const own = new Map([
      ['82', this.application.interchangeProfile],
      ['9F36', this.#atc()],
    ]);
    const parts = CRYPTOGRAM_TAGS.map((tag) => own.get(tag) ?? this.#values.get(tag));
    if (parts.includes(undefined)) throw new Bug(`CDOL1 of ${this.application.file.label} asks for too little.`);
    const tail = cryptogramTail(this.application.file.scheme, issuerData) ?? new Uint8Array();
    return this.#transactionKeys().cryptogram(Uint8Array.of(...parts.flatMap((part) => [...(part ?? [])]), ...tail));
  }

  /** PBOC: eight bytes of cryptogram and the response code. Common: four and four of status. */
  #issuerIsRight(data: Uint8Array): boolean {
    const arqc = this.#arqc ?? new Uint8Array();
    const keys = this.#transactionKeys();
    if (this.application.file.refusesIssuer === true) return false;
    return keys.scheme === 'pboc'
      ? toHex(keys.arpcMethod1(arqc, data.slice(8, 10))) === toHex(data.slice(0, 8))
      : toHex(keys.arpcMethod2(arqc, data.slice(4, 8))) === toHex(data.slice(0, 4));
  }

  #heard(data: Uint8Array): void {
    const declines = this.#transactionKeys().scheme === 'emv-common' && ((data[STATUS_AT] ?? 0) & APPROVES) === 0;
    this.#happened = {
      ...this.#happened,
      issuerAuthenticated: this.#issuerIsRight(data),
      issuerDeclines: declines,
    };
  }

  /** Book 2, 7.2: 7F, the block, the challenge, then chance. */
  #deciphered(data: Uint8Array, challenge: Uint8Array): Uint8Array | undefined {
    const key = this.#holder.keys.card;
    // A number that is not below the modulus is no ciphertext, and OpenSSL throws at it.
    if (toHex(data) >= toHex(key.modulus)) return undefined;
    const clear = key.sign(data);
    const isOurs = clear[0] === 0x7f && toHex(clear.slice(9, 17)) === toHex(challenge);
    return isOurs ? clear.slice(1, 9) : undefined;
  }

  #signed(dynamicData: Uint8Array, terminalData: Uint8Array): Uint8Array {
    const isWrong = this.application.file.signsWrong === true;
    return signedDynamicData(this.#holder.keys.card, dynamicData, terminalData, isWrong);
  }

  /** Tag 9F4C, with its length. */
  #cardNumber(): Uint8Array {
    return Uint8Array.of(CARD_NUMBER_LENGTH, ...this.#holder.entropy(CARD_NUMBER_LENGTH));
  }

  #take(dol: readonly DolEntry[], data: Uint8Array): void {
    this.#sent = Uint8Array.of(...this.#sent, ...data);
    for (const [tag, value] of dolValues(dol, data)) this.#values.set(tag, value);
  }

  #amountMinor(): bigint {
    const digits = toHex(this.#values.get('9F02') ?? new Uint8Array());
    return /^\d+$/.test(digits) ? BigInt(digits) : 0n;
  }

  #supports(bit: number): boolean {
    return ((this.application.interchangeProfile[0] ?? 0) & bit) !== 0;
  }

  #atc(): Uint8Array {
    return twoBytes(this.#holder.memory.atc);
  }

  #transactionKeys(): TransactionKeys {
    if (this.#keys === undefined) throw new Bug('Keys are made when a transaction is begun.');
    return this.#keys;
  }
}

const cryptogramTypes: ReadonlyMap<number, CryptogramType> = new Map(
  Object.values(CRYPTOGRAM).map((type) => [type, type]),
);

const twoBytes = (value: number): Uint8Array => Uint8Array.of((value >> 8) & 0xff, value & 0xff);
const amountBytes = (minor: bigint): Uint8Array => fromHex(minor.toString().padStart(12, '0'));
