/** For tests: a terminal of few manners, which builds its requests by itself and shares nothing with the real one. */
import { decode, encode, framed, FrameReader, macInput } from '../../../src/host/iso8583/codec.ts';
import type { Fields, Message } from '../../../src/host/iso8583/message.ts';
import { unionpay } from '../../../src/host/iso8583/unionpay.ts';
import { Bug, type Result } from '../../../src/domain/result.ts';
import type { Action } from '../model.ts';
import { DesKey } from '../crypto/des-key.ts';
import { fromHex, toHex } from '../crypto/hex.ts';
import { unionPayMacText } from '../crypto/mac.ts';
import { buildPinBlock } from '../crypto/pin-block.ts';
import { Sm4Key } from '../crypto/sm4-key.ts';
import { encryptTrack } from '../crypto/track.ts';
import { unwrapKey, workingKey } from '../crypto/working-key.ts';
import { HostModel, type HostSetup } from './host-model.ts';
import type { HostSession, HostSight } from './host-session.ts';
import type { HostAccount } from './issuer.ts';

export const MASTER_KEY = '44444444444444444444444444444444';
export const SM4_MASTER_KEY = '1234567890ABCDEFABCDEF0987654321';
export const MERCHANT = '898440100000001';
export const NOW = '20260315143205';

const MAC_TO_BE_MADE = '????????';

/** `undefined` leaves a field out. */
export type Changes = Readonly<Partial<Record<number, string | undefined>>>;

export const account = (changes: Partial<HostAccount> = {}): HostAccount => ({
  pan: '6222021234567800010',
  pin: '123456',
  expiry: '2812',
  balanceMinor: '100000',
  state: 'active',
  behaviour: 'answer',
  ...changes,
});

/** Numbers itself, so that no two keys are the same. */
function countingEntropy(): (bytes: number) => Uint8Array {
  let next = 1;
  return (bytes) => Uint8Array.from({ length: bytes }, () => (next = (next * 37 + 11) % 251));
}

export const hostOf = (changes: Partial<HostSetup> = {}): HostModel =>
  new HostModel({
    accounts: [account()],
    terminals: ['10000001', '10000002'].map((terminal) => ({
      terminal,
      merchant: MERCHANT,
      masterKey: MASTER_KEY,
      ...(terminal === '10000001' && { sm4MasterKey: SM4_MASTER_KEY }),
      batch: 7,
    })),
    now: () => NOW,
    entropy: countingEntropy(),
    ...changes,
  });

const trackOf = ({ pan, expiry }: HostAccount): string => `${pan}D${expiry}1010000012345`.slice(0, 37);

/** MTI, F3, F25 and 60.1 (dialect sheet 4.1), written down apart from the host's own table. */
const FACTS = {
  'balance-inquiry': ['0200', '310000', '00', '01'],
  sale: ['0200', '000000', '00', '22'],
  void: ['0200', '200000', '00', '23'],
  refund: ['0220', '200000', '00', '25'],
  'pre-authorization': ['0100', '030000', '06', '10'],
  'pre-authorization-void': ['0100', '200000', '06', '11'],
  completion: ['0200', '000000', '06', '20'],
  'completion-advice': ['0220', '000000', '06', '24'],
  'completion-void': ['0200', '200000', '06', '21'],
  'account-verification': ['0100', '330000', '00', '00'],
  transfer: ['0200', '400000', '00', '47'],
  'two-card-transfer': ['0200', '400000', '66', '49'],
} as const;

/** By 60.3: algorithm, bytes of a key's place, whether a track key comes too (dialect sheet 5.4). */
const KEY_FORMS = {
  '001': ['des', 8, false],
  '003': ['des', 16, false],
  '004': ['des', 16, true],
  '005': ['sm4', 16, false],
  '006': ['sm4', 16, true],
} as const;

type TestKey = DesKey | Sm4Key;

export type TestTransaction = keyof typeof FACTS;

export interface Sale {
  readonly stan: number;
  readonly amountMinor?: string;
  readonly account?: HostAccount;
  /** Absent: no PIN is entered. */
  readonly pin?: string;
}

/** A transaction about an earlier one, as its answer was. */
export interface FollowUp extends Sale {
  readonly original: Message;
}

export class TestTerminal {
  readonly id: string;
  readonly #merchant: string;
  batch = '000000';
  /** The header's fifth digit (dialect sheet 1.2). */
  isInTraining = false;
  keys: { readonly pin: TestKey; readonly mac: TestKey; readonly track?: TestKey } | undefined;
  readonly #host: HostModel;
  #session: HostSession;
  readonly #reader = new FrameReader();

  constructor(host: HostModel, id = '10000001', merchant = MERCHANT) {
    this.#host = host;
    this.#session = host.session();
    this.id = id;
    this.#merchant = merchant;
  }

  /** A new connection. */
  reconnect(): void {
    this.#session = this.#host.session();
  }

  send(bytes: Uint8Array): readonly Action<HostSight>[] {
    return this.#session.bytes(framed(bytes));
  }

  raw(bytes: Uint8Array): readonly Action<HostSight>[] {
    return this.#session.bytes(bytes);
  }

  elapsed(timer: string): readonly Action<HostSight>[] {
    return this.#session.elapsed(timer);
  }

  /** The one reply to a message; throws when there is none or several. */
  ask(bytes: Uint8Array): Message {
    return one(this.repliesIn(this.send(bytes)));
  }

  repliesIn(actions: readonly Action<HostSight>[]): readonly Message[] {
    return actions
      .flatMap((action) => (action.type === 'write' ? this.#reader.push(action.bytes) : []))
      .flatMap((event) => (event.type === 'frame' ? [decoded(event.bytes)] : []));
  }

  signIn(code: keyof typeof KEY_FORMS = '004'): Message {
    const reply = this.ask(this.message('0800', { 11: '000001', 60: `00000000${code}`, 63: '01 ' }));
    if (reply.fields[39] !== '00') return reply;
    const block = fromHex(reply.fields[62] ?? '');
    const [algorithm, place, hasTrack] = KEY_FORMS[code];
    const keyAt = (index: number): TestKey =>
      keyIn(block.slice(index * (place + 4), (index + 1) * (place + 4)), algorithm);
    this.keys = { pin: keyAt(0), mac: keyAt(1), ...(hasTrack && { track: keyAt(2) }) };
    this.batch = reply.fields[60]?.slice(2, 8) ?? '';
    return reply;
  }

  sale(sale: Sale, changes: Changes = {}): Uint8Array {
    return this.financial('sale', sale, changes);
  }

  /** Swiped, its track enciphered if there is a key for it. */
  financial(name: TestTransaction, sale: Sale, changes: Changes = {}): Uint8Array {
    const { account: card = account(), pin } = sale;
    const track = this.keys?.track === undefined ? trackOf(card) : enciphered(this.keys.track, trackOf(card));
    const trackDigit = this.keys?.track === undefined ? '0' : '1';
    const isSm4 = this.keys?.pin.algorithm === 'sm4';
    const security = this.#security(pin !== undefined, trackDigit);
    return this.message(FACTS[name][0], {
      ...this.#facts(name, sale),
      22: pin === undefined ? '022' : '021',
      35: track,
      ...(pin !== undefined && { 26: '12', ...this.#pinFields(pin, card.pan) }),
      ...((pin !== undefined || trackDigit === '1' || isSm4) && { 53: security }),
      ...changes,
    });
  }

  /** Names its original in every way that its kind has (dialect sheet 3.4, 4.2). */
  followUp(name: TestTransaction, { original: { fields }, ...sale }: FollowUp, changes: Changes = {}): Uint8Array {
    const numbers = `${fields[60]?.slice(2, 8)}${fields[11]}`;
    const byReference = name === 'void' || name === 'refund' || name === 'completion-void';
    return this.financial(name, sale, {
      ...(byReference && { 37: fields[37] }),
      38: fields[38],
      61: name === 'void' ? numbers : `${numbers}${fields[13]}`,
      ...(name === 'refund' && { 63: '000' }),
      ...changes,
    });
  }

  reversal(sale: Sale, changes: Changes = {}): Uint8Array {
    return this.reversalOf('sale', sale, changes);
  }

  /** With its own numbers in F61 where the original had one. */
  reversalOf(name: TestTransaction, sale: Sale, changes: Changes = {}): Uint8Array {
    const hadOriginal = ['void', 'pre-authorization-void', 'completion', 'completion-void'].includes(name);
    return this.message('0400', {
      ...this.#facts(name, sale),
      22: '021',
      39: '98',
      ...(this.keys?.pin.algorithm === 'sm4' && { 53: this.#security(true, '1') }),
      ...(hadOriginal && { 61: `${this.batch}${sixDigits(sale.stan)}` }),
      ...changes,
    });
  }

  /** With F41 and F42; an F64 of {@link MAC_TO_BE_MADE} becomes the MAC when there are keys. */
  message(mti: string, changes: Changes): Uint8Array {
    const given = Object.entries({ 41: this.id, 42: this.#merchant, ...changes });
    const fields: Fields = Object.fromEntries(given.filter(([, value]) => value !== undefined));
    const header = `6031${this.isInTraining ? '1' : '0'}0311312`;
    const bytes = encoded({ tpdu: '6000030000', header, mti, fields });
    if (fields[64] !== MAC_TO_BE_MADE || this.keys === undefined) return bytes;
    return encoded({
      ...decoded(bytes),
      fields: { ...fields, 64: unionPayMacText(this.keys.mac, macInput(bytes)) },
    });
  }

  macIsRight({ fields, ...rest }: Message): boolean {
    if (this.keys === undefined) return false;
    return fields[64] === unionPayMacText(this.keys.mac, macInput(encoded({ fields, ...rest })));
  }

  #security(hasPin: boolean, trackDigit: string): string {
    const key = this.keys?.pin;
    const algorithm = key?.algorithm === 'sm4' ? '3' : key?.length === 8 ? '0' : '6';
    return `${hasPin ? '2' : '0'}${algorithm}${trackDigit}`.padEnd(16, '0');
  }

  /** With SM4 zeros in F52 and the block itself in F59 A1 (dialect sheet 6.1, 10.2). */
  #pinFields(pin: string, pan: string): Fields {
    if (this.keys === undefined) return { 52: '0'.repeat(16) };
    const key = this.keys.pin;
    const block = key.encrypt(buildPinBlock(pin, pan, key.blockLength));
    if (key.algorithm === 'des') return { 52: toHex(block) };
    return { 52: '0'.repeat(16), 59: `A1016${String.fromCharCode(...block)}` };
  }

  #facts(name: TestTransaction, { stan, amountMinor = '1500' }: Sale): Fields {
    const [, processingCode, condition, type] = FACTS[name];
    const hasAmount = name !== 'balance-inquiry' && name !== 'account-verification';
    return {
      3: processingCode,
      ...(hasAmount && { 4: amountMinor.padStart(12, '0') }),
      11: sixDigits(stan),
      25: condition,
      49: '156',
      60: `${type}${this.batch}000500`,
      64: MAC_TO_BE_MADE,
    };
  }
}

export const sixDigits = (value: number): string => value.toString().padStart(6, '0');

/** One entry of a key block: the key, whose second half may be filler, and four bytes of check value. */
function keyIn(entry: Uint8Array, algorithm: 'des' | 'sm4'): TestKey {
  const [place, checkValue] = [entry.slice(0, -4), toHex(entry.slice(-4))];
  const isFilled = algorithm === 'des' && place.slice(8).every((byte) => byte === 0);
  const key =
    algorithm === 'sm4'
      ? new Sm4Key(unwrapKey(new Sm4Key(fromHex(SM4_MASTER_KEY)), place))
      : workingKey(unwrapKey(new DesKey(fromHex(MASTER_KEY)), isFilled ? place.slice(0, 8) : place));
  if (toHex(key.checkValue()) === checkValue) return key;
  throw new Bug('The check value of a key is wrong.');
}

const enciphered = (key: TestKey, track: string): string => valueOf(encryptTrack(key, track));
const encoded = (message: Message): Uint8Array => valueOf(encode(unionpay, message));
const decoded = (bytes: Uint8Array): Message => valueOf(decode(unionpay, bytes));

function valueOf<Value>(result: Result<Value, unknown>): Value {
  if (!result.ok) throw new Bug(`The test built nonsense: ${JSON.stringify(result.error)}`);
  return result.value;
}

function one(messages: readonly Message[]): Message {
  const [message, ...more] = messages;
  if (message === undefined || more.length > 0) throw new Bug(`One reply was expected, ${messages.length} came.`);
  return message;
}
