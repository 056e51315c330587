/** An emulated chip card reader of the GemPC Twin's kind: CCID messages on a serial line (CCID serial sheet). */
import { fromAscii, toHex } from '../crypto/hex.ts';
import { type Action, type DeviceModel, Surprise } from '../model.ts';
import type { CardResponse, EmulatedCard } from './emulated-card.ts';
import { FrameCollector, frameOf, REFUSAL } from './frames.ts';
import {
  CANCELLED,
  fillIn,
  inBlock,
  type KeypadKey,
  type PinEntry,
  pressKey,
  readSecure,
  TIMED_OUT,
} from './keypad.ts';
import { type Answer, CHAIN, type Command, commandOf, ERROR, messageOf } from './messages.ts';
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
  /** For PINs, which then go to the card and nowhere else. */
  readonly keypad: boolean;
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
  keypad: false,
  unknownMessages: 'surprise',
};

export type ChipReaderDeed =
  | { readonly type: 'insert'; readonly card: EmulatedCard }
  | { readonly type: 'pull' }
  /** On the reader's own keypad; nothing happens while no PIN is asked for. */
  | { readonly type: 'key'; readonly key: KeypadKey }
  /** The reader loses its power, or gets it back; a card that is in stays in. */
  | { readonly type: 'power'; readonly on: boolean }
  /** So many frames to come are refused, whatever is in them. */
  | { readonly type: 'refuse'; readonly frames: number };

export type ChipReaderSight =
  /** The light beside the slot. */
  | { readonly type: 'card-power'; readonly on: boolean }
  | {
      readonly type: 'pin-prompt';
      readonly lengthMin: number;
      readonly lengthMax: number;
      /** USB language code. */
      readonly language: number;
    }
  /** One star for each digit keyed so far. */
  | { readonly type: 'stars'; readonly count: number }
  | { readonly type: 'beep' }
  | { readonly type: 'pin-over' };

type Actions = readonly Action<ChipReaderSight>[];

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
  /** A cardholder is at the keypad. */
  #entry: { readonly command: Command; readonly wanted: PinEntry; readonly pin: string } | undefined;
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
      else if (this.#lastReply !== undefined && !this.#isBusy) actions.push(this.#write(this.#lastReply));
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
      case 'pin':
        return this.#endEntry(TIMED_OUT);
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
      case 'key':
        return this.#press(deed.key);
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
    const command = (this.#busy ?? this.#entry)?.command;
    const moved = this.#moved(Uint8Array.of(0x50, 0x02));
    const failed = command === undefined ? [] : [...this.#stop(), this.#reply(command, { error: ERROR.mute })];
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
    this.#lastReply = undefined;
    this.#chainIn = [];
    this.#chainOut = undefined;
    return [...this.#stop(), ...this.#light()];
  }

  #hear(message: Uint8Array): Actions {
    if (this.#refusals > 0) {
      this.#refusals -= 1;
      return [this.#write(REFUSAL)];
    }
    const command = commandOf(message);
    const echo = this.#profile.echoes ? [this.#write(frameOf(message))] : [];
    const answers = this.#answer(command);
    const moved = this.#movements.map((notification) => this.#write(notification));
    this.#movements = [];
    return [...echo, ...moved, ...answers, ...this.#light()];
  }

  #answer(command: Command): Actions {
    if (command.code === ABORT) return this.#abort(command);
    if (this.#isBusy) return [this.#reply(command, { error: ERROR.busy })];
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
        return this.#secure(command);
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

  /* ---- the keypad ---- */

  #secure(command: Command): Actions {
    if (!this.#profile.keypad) return [this.#reply(command, { error: ERROR.unsupported })];
    if (this.#slot.status !== 0) return [this.#reply(command, { error: ERROR.mute })];
    const wanted = readSecure(command.data);
    if ('wrongByte' in wanted) return [this.#reply(command, { error: wanted.wrongByte })];
    const { lengthMin, lengthMax, language, timeoutMs } = wanted;
    this.#entry = { command, wanted, pin: '' };
    return [
      { type: 'arm', timer: 'pin', ms: timeoutMs },
      { type: 'sight', sight: { type: 'pin-prompt', lengthMin, lengthMax, language } },
    ];
  }

  #press(key: KeypadKey): Actions {
    const entry = this.#entry;
    if (entry === undefined) return [];
    const effect = pressKey(entry.wanted, entry.pin, key);
    switch (effect.type) {
      case 'keyed':
        this.#entry = { ...entry, pin: effect.pin };
        return [{ type: 'sight', sight: { type: 'stars', count: effect.pin.length } }];
      case 'refused':
        return [{ type: 'sight', sight: { type: 'beep' } }];
      case 'cancelled':
        return this.#endEntry(CANCELLED);
      case 'entered': {
        const { command, wanted } = entry;
        const filled = fillIn(wanted, entry.pin);
        return [...this.#stop(), ...this.#started(command, this.#send(wanted, filled)), ...this.#light()];
      }
    }
  }

  #send(wanted: PinEntry, command: Uint8Array): CardResponse | undefined {
    if (this.#profile.level === 'extended-apdu') return this.#slot.transmit(command);
    return this.#slot.exchange(this.#slot.parameters.protocol === 1 ? inBlock(wanted, command) : command);
  }

  /** The reader's own word: the card hears nothing. */
  #endEntry(word: Uint8Array): Actions {
    const entry = this.#entry;
    return entry === undefined ? [] : [...this.#stop(), this.#reply(entry.command, { data: word })];
  }

  /* ---- */

  get #isBusy(): boolean {
    return this.#busy !== undefined || this.#entry !== undefined;
  }

  /** Forgets what is under way, without a reply. */
  #stop(): Actions {
    const wasEntering = this.#entry !== undefined;
    this.#busy = undefined;
    this.#entry = undefined;
    return wasEntering
      ? [...IDLE, { type: 'disarm', timer: 'pin' }, { type: 'sight', sight: { type: 'pin-over' } }]
      : IDLE;
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
    this.#chainIn = [];
    this.#chainOut = undefined;
    return [...this.#stop(), this.#reply(command, {})];
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

const EXTEND = { type: 'arm', timer: 'extension', ms: EXTENSION_MS } as const;
const IDLE = [
  { type: 'disarm', timer: 'card' },
  { type: 'disarm', timer: 'extension' },
] as const;
