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
import { encryptTrack } from '../crypto/track.ts';
import { unwrapKey, workingKey } from '../crypto/working-key.ts';
import { HostModel, type HostSetup } from './host-model.ts';
import type { HostSession, HostSight } from './host-session.ts';
import type { HostAccount } from './issuer.ts';

export const MASTER_KEY = '44444444444444444444444444444444';
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
  keys: { readonly pin: DesKey; readonly mac: DesKey; readonly track?: DesKey } | undefined;
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

  signIn(code: '001' | '003' | '004' = '004'): Message {
    const reply = this.ask(this.message('0800', { 11: '000001', 60: `00000000${code}`, 63: '01 ' }));
    if (reply.fields[39] !== '00') return reply;
    const block = fromHex(reply.fields[62] ?? '');
    const long = code === '001' ? 8 : 16;
    this.keys = {
      pin: keyIn(block, 0, long, long),
      mac: keyIn(block, long + 4, 8, long),
      ...(code === '004' && { track: keyIn(block, 40, 16, 16) }),
    };
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
    const algorithm = this.keys?.pin.length === 8 ? '0' : '6';
    const security = `${pin === undefined ? '0' : '2'}${algorithm}${trackDigit}`.padEnd(16, '0');
    return this.message(FACTS[name][0], {
      ...this.#facts(name, sale),
      22: pin === undefined ? '022' : '021',
      35: track,
      ...(pin !== undefined && { 26: '12', 52: this.#pinBlock(pin, card.pan) }),
      ...((pin !== undefined || trackDigit === '1') && { 53: security }),
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
      ...(hadOriginal && { 61: `${this.batch}${sixDigits(sale.stan)}` }),
      ...changes,
    });
  }

  /** With F41 and F42; an F64 of {@link MAC_TO_BE_MADE} becomes the MAC when there are keys. */
  message(mti: string, changes: Changes): Uint8Array {
    const given = Object.entries({ 41: this.id, 42: this.#merchant, ...changes });
    const fields: Fields = Object.fromEntries(given.filter(([, value]) => value !== undefined));
    const bytes = encoded({ tpdu: '6000030000', header: '603100311312', mti, fields });
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

  #pinBlock(pin: string, pan: string): string {
    return this.keys === undefined ? '0'.repeat(16) : toHex(this.keys.pin.encrypt(buildPinBlock(pin, pan)));
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

/** The key of `length` bytes at `offset`, whose place in the block is `long` bytes. */
function keyIn(block: Uint8Array, offset: number, length: number, long: number): DesKey {
  const key = workingKey(unwrapKey(new DesKey(fromHex(MASTER_KEY)), block.slice(offset, offset + length)));
  if (toHex(key.checkValue()) === toHex(block.slice(offset + long, offset + long + 4))) return key;
  throw new Bug(`The check value of the key at ${offset} is wrong.`);
}

const enciphered = (key: DesKey, track: string): string => valueOf(encryptTrack(key, track));
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
