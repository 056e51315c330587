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

export interface Sale {
  readonly stan: number;
  readonly amountMinor?: string;
  readonly account?: HostAccount;
  /** Absent: no PIN is entered. */
  readonly pin?: string;
}

export class TestTerminal {
  readonly id: string;
  batch = '000000';
  keys: { readonly pin: DesKey; readonly mac: DesKey; readonly track?: DesKey } | undefined;
  readonly #host: HostModel;
  #session: HostSession;
  readonly #reader = new FrameReader();

  constructor(host: HostModel, id = '10000001') {
    this.#host = host;
    this.#session = host.session();
    this.id = id;
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

  signIn(code: '003' | '004' = '004'): Message {
    const reply = this.ask(this.message('0800', { 11: '000001', 60: `00000000${code}`, 63: '01 ' }));
    if (reply.fields[39] !== '00') return reply;
    const block = fromHex(reply.fields[62] ?? '');
    const master = new DesKey(fromHex(MASTER_KEY));
    const keyAt = (offset: number, length: number) => {
      const key = workingKey(unwrapKey(master, block.slice(offset, offset + length)));
      if (toHex(key.checkValue()) !== toHex(block.slice(offset + (offset === 20 ? 16 : length)).slice(0, 4))) {
        throw new Bug(`The check value of the key at ${offset} is wrong.`);
      }
      return key;
    };
    this.keys = { pin: keyAt(0, 16), mac: keyAt(20, 8), ...(block.length === 60 && { track: keyAt(40, 16) }) };
    this.batch = reply.fields[60]?.slice(2, 8) ?? '';
    return reply;
  }

  sale({ stan, amountMinor = '1500', account: card = account(), pin }: Sale, changes: Changes = {}): Uint8Array {
    const track = this.keys?.track === undefined ? trackOf(card) : enciphered(this.keys.track, trackOf(card));
    const trackDigit = this.keys?.track === undefined ? '0' : '1';
    const security = `${pin === undefined ? '06' : '26'}${trackDigit}`.padEnd(16, '0');
    return this.message('0200', {
      ...this.#financial(stan, amountMinor),
      22: pin === undefined ? '022' : '021',
      35: track,
      ...(pin !== undefined && { 26: '12', 52: this.#pinBlock(pin, card.pan) }),
      ...((pin !== undefined || trackDigit === '1') && { 53: security }),
      ...changes,
    });
  }

  reversal({ stan, amountMinor = '1500' }: Sale, changes: Changes = {}): Uint8Array {
    return this.message('0400', { ...this.#financial(stan, amountMinor), 22: '021', 39: '98', ...changes });
  }

  /** With F41 and F42; an F64 of {@link MAC_TO_BE_MADE} becomes the MAC when there are keys. */
  message(mti: string, changes: Changes): Uint8Array {
    const given = Object.entries({ 41: this.id, 42: MERCHANT, ...changes });
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

  #financial(stan: number, amountMinor: string): Fields {
    return {
      3: '000000',
      4: amountMinor.padStart(12, '0'),
      11: stan.toString().padStart(6, '0'),
      25: '00',
      49: '156',
      60: `22${this.batch}000500`,
      64: MAC_TO_BE_MADE,
    };
  }
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
