/** An emulated chip card reader of the GemPC Twin's kind: CCID messages on a serial line (CCID serial sheet). */
import { fromAscii, toHex } from '../crypto/hex.ts';
import { type Action, type DeviceModel, Surprise } from '../model.ts';
import type { CardResponse, EmulatedCard } from './emulated-card.ts';
import { FrameCollector, frameOf, REFUSAL } from './frames.ts';
import { Slot } from './slot.ts';

/** Half a frame is refused after this much silence. */
const SILENCE_MS = 100;
/** While a card thinks, the host is asked for patience this often. */
const EXTENSION_MS = 500;
const EXTENSION_BYTE = 0x80;
/** Chained commands are not collected beyond the longest extended APDU. */
const COMMAND_LENGTH_MAX = 65_544;
/** T=1 with BWI 4 at 3.58 MHz: after so much silence the reader gives the card up, unless it was told to wait longer. */
const BLOCK_WAITING_MS = 1_600;
/** Movements that a host in synchronous mode has not heard of yet. */
const MOVEMENTS_MAX = 8;

/** bError (CCID 6.2.6, and table 6.2-2): a number below 80h is the place of the wrong byte in the message. */
const ERROR = {
  unsupported: 0x00,
  protocol: 0x07,
  level: 0x08,
  mute: 0xfe,
  busy: 0xe0,
  aborted: 0xff,
  tooLong: 0x01,
} as const;

export interface ChipReaderProfile {
  /** What the escape command 02 answers. */
  readonly firmware: string;
  /** Repeats each whole frame of the host before it answers, as a GemPC Twin does. */
  readonly echoes: boolean;
  /**
   * How it asks for patience: a bare byte, or a reply that says so. With an echo only the byte works before the CCID
   * driver 1.5.2, which takes the frame after such a reply for another echo.
   */
  readonly timeExtension: 'byte' | 'message';
  /** Whether it can be told to keep slot changes for its next reply, or says them at once whatever it is told. */
  readonly slotChanges: 'as-told' | 'at-once';
  readonly level: 'tpdu' | 'extended-apdu';
  /** Most data of one reply; the rest is chained (`extended-apdu`). */
  readonly replyDataMax: number;
  /** `refused`: a message that no reader knows is answered with an error. For noisy wires and foreign programs. */
  readonly unknownMessages: 'surprise' | 'refused';
}

export const GEMPC_TWIN: ChipReaderProfile = {
  firmware: 'GemTwin-V2.00-GF05',
  echoes: true,
  timeExtension: 'byte',
  slotChanges: 'as-told',
  level: 'tpdu',
  replyDataMax: 261,
  unknownMessages: 'surprise',
};

export type ChipReaderDeed =
  | { readonly type: 'insert'; readonly card: EmulatedCard }
  | { readonly type: 'pull' }
  /** The reader loses its power, or gets it back; a card that is in stays in. */
  | { readonly type: 'power'; readonly on: boolean }
  /** So many frames to come are refused, whatever is in them. */
  | { readonly type: 'refuse'; readonly frames: number };

/** The light beside the slot. */
export type ChipReaderSight = { readonly type: 'card-power'; readonly on: boolean };

type Actions = readonly Action<ChipReaderSight>[];

/** A message of the host's, cut at the fields that every message has. */
interface Command {
  readonly code: number;
  readonly slot: number;
  readonly sequence: number;
  /** The three bytes whose meaning is the message's own. */
  readonly own: Uint8Array;
  readonly data: Uint8Array;
}

interface Answer {
  readonly data?: Uint8Array;
  readonly error?: number;
  /** Byte 9: chain parameter, protocol or clock state. */
  readonly own?: number;
}

export class ChipReaderModel implements DeviceModel<ChipReaderDeed, ChipReaderSight> {
  readonly #profile: ChipReaderProfile;
  readonly #slot = new Slot();
  readonly #collector = new FrameCollector();
  #on = true;
  #lit = false;
  #refusals = 0;
  #synchronous = false;
  #movements: Uint8Array[] = [];
  #lastReply: Uint8Array | undefined;
  /** A card exchange that takes time; without a response when the card takes too long. */
  #busy: { readonly command: Command; readonly response: Uint8Array | undefined } | undefined;
  #chainIn: number[] = [];
  #chainOut: Uint8Array | undefined;

  constructor(profile: ChipReaderProfile = GEMPC_TWIN) {
    this.#profile = profile;
  }

  bytes(chunk: Uint8Array): Actions {
    if (!this.#on) return [];
    const actions: Action<ChipReaderSight>[] = [];
    for (const byte of chunk) {
      const item = this.#collector.take(byte);
      if (item === undefined) continue;
      if (item.type === 'message') actions.push(...this.#hear(item.message));
      else if (item.type === 'spoilt') actions.push(this.#write(REFUSAL));
      else if (this.#lastReply !== undefined && this.#busy === undefined) actions.push(this.#write(this.#lastReply));
    }
    const silence: Action<ChipReaderSight> = this.#collector.isCollecting
      ? { type: 'arm', timer: 'silence', ms: SILENCE_MS }
      : { type: 'disarm', timer: 'silence' };
    return [...actions, silence];
  }

  elapsed(timer: string): Actions {
    switch (timer) {
      case 'silence':
        return this.#collector.giveUp() ? [this.#write(REFUSAL)] : [];
      case 'extension':
        return this.#busy === undefined ? [] : [this.#extension(this.#busy.command), EXTEND];
      case 'card':
        return this.#cardAnswered();
      default:
        throw new Surprise(`The chip reader has no timer "${timer}".`);
    }
  }

  does(deed: ChipReaderDeed): Actions {
    switch (deed.type) {
      case 'insert':
        return [...this.#pull(), ...this.#insert(deed.card)];
      case 'pull':
        return this.#pull();
      case 'power':
        return this.#power(deed.on);
      case 'refuse':
        this.#refusals += deed.frames;
        return [];
    }
  }

  #insert(card: EmulatedCard): Actions {
    this.#slot.insert(card);
    return this.#moved(Uint8Array.of(0x50, 0x03));
  }

  #pull(): Actions {
    if (!this.#slot.pull()) return [];
    const busy = this.#busy;
    const moved = this.#moved(Uint8Array.of(0x50, 0x02));
    const failed = busy === undefined ? [] : [...IDLE, this.#reply(busy.command, { error: ERROR.mute })];
    this.#busy = undefined;
    return [...moved, ...failed, ...this.#light()];
  }

  #moved(notification: Uint8Array): Actions {
    if (!this.#on) return [];
    if (!this.#synchronous) return [this.#write(notification)];
    this.#movements = [...this.#movements, notification].slice(-MOVEMENTS_MAX);
    return [];
  }

  #power(on: boolean): Actions {
    this.#on = on;
    this.#slot.powerOff();
    this.#collector.giveUp();
    this.#synchronous = false;
    this.#movements = [];
    this.#busy = undefined;
    this.#lastReply = undefined;
    this.#chainIn = [];
    this.#chainOut = undefined;
    return [...IDLE, ...this.#light()];
  }

  #hear(message: Uint8Array): Actions {
    if (this.#refusals > 0) {
      this.#refusals -= 1;
      return [this.#write(REFUSAL)];
    }
    const command: Command = {
      code: message[0] ?? 0,
      slot: message[5] ?? 0,
      sequence: message[6] ?? 0,
      own: message.slice(7, 10),
      data: message.slice(10),
    };
    const echo = this.#profile.echoes ? [this.#write(frameOf(message))] : [];
    const answers = this.#answer(command);
    const moved = this.#movements.map((notification) => this.#write(notification));
    this.#movements = [];
    return [...echo, ...moved, ...answers, ...this.#light()];
  }

  #answer(command: Command): Actions {
    if (command.code === ABORT) return this.#abort(command);
    if (this.#busy !== undefined) return [this.#reply(command, { error: ERROR.busy })];
    const slot = this.#slot;
    switch (command.code) {
      case 0x62: {
        const atr = slot.powerOn();
        return [this.#reply(command, atr === undefined ? { error: ERROR.mute } : { data: atr })];
      }
      case 0x63:
        slot.powerOff();
        return [this.#reply(command, {})];
      case 0x65:
        return [this.#reply(command, {})];
      case 0x6b:
        return [this.#reply(command, this.#escape(command))];
      case 0x61:
      case 0x6c:
      case 0x6d:
        return [this.#reply(command, this.#parameters(command))];
      case 0x6f:
        return this.#transfer(command);
      case 0x69:
        // No keypad.
        return [this.#reply(command, { error: ERROR.unsupported })];
      default:
        return [this.#reply(command, this.#unknown(`the message ${toHex(Uint8Array.of(command.code))}`))];
    }
  }

  #unknown(what: string): Answer {
    if (this.#profile.unknownMessages === 'refused') return { error: ERROR.unsupported };
    throw new Surprise(`The terminal sent ${what} to the chip reader, which does not know it.`);
  }

  #escape({ data }: Command): Answer {
    switch (toHex(data)) {
      case '02':
        return { data: fromAscii(this.#profile.firmware) };
      case '010101':
        this.#synchronous = this.#profile.slotChanges === 'as-told';
        return {};
      // Firmware features: an old Twin has none to tell.
      case '6A':
        return { error: ERROR.unsupported };
      default:
        return this.#unknown(`an escape command of ${data.length} bytes`);
    }
  }

  #parameters({ code, own, data }: Command): Answer {
    const slot = this.#slot;
    if (slot.status !== 0) return { error: ERROR.mute };
    if (code === 0x6d) slot.resetParameters();
    if (code === 0x61 && !slot.setParameters({ protocol: own[0] ?? 0, bytes: data })) return { error: ERROR.protocol };
    return { data: slot.parameters.bytes, own: slot.parameters.protocol };
  }

  #transfer(command: Command): Actions {
    const { data, own } = command;
    if (this.#slot.status !== 0) return [this.#reply(command, { error: ERROR.mute })];
    const level = (own[1] ?? 0) + (own[2] ?? 0) * 0x100;
    if (this.#profile.level === 'tpdu') {
      if (level !== 0) return [this.#reply(command, { error: ERROR.level })];
      return this.#started(command, this.#slot.exchange(data));
    }
    if (level === CHAIN.next) return [this.#replyInParts(command, this.#chainOut ?? new Uint8Array(0), false)];
    if (level === CHAIN.whole || level === CHAIN.begins) this.#chainIn = [];
    this.#chainIn.push(...data);
    if (this.#chainIn.length > COMMAND_LENGTH_MAX) return [this.#reply(command, { error: ERROR.tooLong })];
    if (level === CHAIN.begins || level === CHAIN.continues) return [this.#reply(command, { own: CHAIN.next })];
    const whole = Uint8Array.from(this.#chainIn);
    this.#chainIn = [];
    return this.#started(command, this.#slot.transmit(whole));
  }

  #started(command: Command, response: CardResponse | undefined): Actions {
    if (response === undefined) return [this.#reply(command, { error: ERROR.mute })];
    if (response.delayMs === 0) return [this.#replyInParts(command, response.bytes, true)];
    const patienceMs =
      this.#slot.parameters.protocol === 1 ? BLOCK_WAITING_MS * Math.max(1, command.own[0] ?? 0) : Infinity;
    const isInTime = response.delayMs <= patienceMs;
    this.#busy = { command, response: isInTime ? response.bytes : undefined };
    return [{ type: 'arm', timer: 'card', ms: isInTime ? response.delayMs : patienceMs }, EXTEND];
  }

  #cardAnswered(): Actions {
    const busy = this.#busy;
    this.#busy = undefined;
    if (busy === undefined) return [];
    const { command, response } = busy;
    const reply =
      response === undefined
        ? this.#reply(command, { error: ERROR.mute })
        : this.#replyInParts(command, response, true);
    return [...IDLE, reply];
  }

  #replyInParts(command: Command, response: Uint8Array, isFirst: boolean): Action<ChipReaderSight> {
    const data = response.subarray(0, this.#profile.replyDataMax);
    const isLast = data.length === response.length;
    this.#chainOut = isLast ? undefined : response.slice(data.length);
    const whole = isFirst ? CHAIN.whole : CHAIN.ends;
    const begun = isFirst ? CHAIN.begins : CHAIN.continues;
    return this.#reply(command, { data, own: isLast ? whole : begun });
  }

  /** What was under way is dropped, without a reply of its own. */
  #abort(command: Command): Actions {
    this.#busy = undefined;
    this.#chainIn = [];
    this.#chainOut = undefined;
    return [...IDLE, this.#reply(command, {})];
  }

  #extension(command: Command): Action<ChipReaderSight> {
    if (this.#profile.timeExtension === 'byte') return this.#write(Uint8Array.of(EXTENSION_BYTE));
    return this.#write(frameOf(messageOf(command, 0x80 | this.#slot.status, { error: 1 })));
  }

  #reply(command: Command, answer: Answer): Action<ChipReaderSight> {
    const failed = answer.error === undefined ? 0x00 : 0x40;
    this.#lastReply = frameOf(messageOf(command, failed | this.#slot.status, answer));
    return this.#write(this.#lastReply);
  }

  #write(bytes: Uint8Array): Action<ChipReaderSight> {
    return { type: 'write', bytes };
  }

  #light(): Actions {
    const on = this.#on && this.#slot.status === 0;
    if (on === this.#lit) return [];
    this.#lit = on;
    return [{ type: 'sight', sight: { type: 'card-power', on } }];
  }
}

const ABORT = 0x72;

/** wLevelParameter of a command and bChainParameter of a reply (CCID 6.1.4, 6.2.1). */
const CHAIN = { whole: 0x00, begins: 0x01, ends: 0x02, continues: 0x03, next: 0x10 } as const;

const EXTEND = { type: 'arm', timer: 'extension', ms: EXTENSION_MS } as const;
const IDLE = [
  { type: 'disarm', timer: 'card' },
  { type: 'disarm', timer: 'extension' },
] as const;

/** Which reply answers which message; whatever else comes is answered with the slot's status. */
const REPLY_CODES: Readonly<Record<number, number>> = {
  0x62: 0x80,
  0x6f: 0x80,
  0x69: 0x80,
  0x61: 0x82,
  0x6c: 0x82,
  0x6d: 0x82,
  0x6b: 0x83,
};

function messageOf(
  command: Command,
  status: number,
  { data = new Uint8Array(0), error = 0, own = 0 }: Answer,
): Uint8Array {
  const code = REPLY_CODES[command.code] ?? 0x81;
  const length = [data.length & 0xff, data.length >> 8, 0, 0];
  return Uint8Array.of(code, ...length, command.slot, command.sequence, status, error, own, ...data);
}
