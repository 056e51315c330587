/**
 * For tests: a PIN pad that keeps to PIN pad sheet 1, 2 and 11 and no more. Its ciphers are none: the answers only show
 * which request they belong to.
 */
import type { Cancel, Clock } from '../../domain/clock.ts';
import type { Line } from '../../domain/line.ts';

const [STX, ETX, SI, SO, ACK, NAK, EOT] = [0x02, 0x03, 0x0f, 0x0e, 0x06, 0x15, 0x04] as const;
const SILENCE_MS = 100;
const REPLY_WAIT_MS = 5_000;
const REPEATS_MAX = 2;

export interface Entry {
  readonly pan: string;
  end: 'open' | 'completed' | 'cancelled';
}

export interface StandInOptions {
  /** While its reply waits for an ACK it hears no frame; otherwise a frame counts as the ACK. */
  readonly deafWhileReplying?: boolean;
  /** How long the cardholder takes. */
  readonly typingMs?: number;
  /** Replaces an answer: a text, `silence`, or `eot`. */
  readonly answer?: (text: string) => string | undefined;
}

/** What the stand-in makes of data: different data, different digits. */
export function fakeMac(hex: string): string {
  let sum = 0n;
  for (const character of hex) sum = (sum * 31n + BigInt(character.charCodeAt(0))) & 0xffff_ffff_ffff_ffffn;
  return sum.toString(16).padStart(16, '0').toUpperCase();
}

/** The block of a PIN that was entered for this PAN. */
export const fakePinBlock = (pan: string): string => pan.padStart(16, 'F').slice(-16);

type State =
  | { readonly type: 'idle' }
  | { readonly type: 'entering'; readonly entry: Entry; readonly stop: Cancel }
  | { readonly type: 'replying'; readonly bytes: Uint8Array; readonly repeats: number; readonly naks: number };

export class StandInPinPad {
  /** Texts of the frames that it acted upon, in order. */
  readonly executed: string[] = [];
  readonly entries: Entry[] = [];
  readonly #line: Line;
  readonly #clock: Clock;
  readonly #options: StandInOptions;
  #held: number[] = [];
  #state: State = { type: 'idle' };
  #macHex = '';
  #macNext = 0;
  #cancelSilence: Cancel = () => {};
  #cancelWait: Cancel = () => {};

  constructor(line: Line, clock: Clock, options: StandInOptions = {}) {
    this.#line = line;
    this.#clock = clock;
    this.#options = options;
    line.listen({ bytes: (chunk) => chunk.forEach((byte) => this.#byte(byte)), closed: () => {} });
  }

  #byte(byte: number): void {
    this.#cancelSilence();
    const held = this.#held;
    if (held.length === 0 && byte !== STX && byte !== SI) return this.#bare(byte);
    held.push(byte);
    const close = held.findIndex((each, index) => index > 0 && (each === ETX || each === SO));
    if (close < 0 || held.length < close + 2) {
      this.#cancelSilence = this.#clock.after(SILENCE_MS, () => (this.#held = []));
      return;
    }
    this.#held = [];
    const body = held.slice(1, close + 1);
    const isGood = body.reduce((sum, each) => sum ^ each, 0) === held[close + 1] && body.every((each) => each < 0x80);
    const envelope = held[0] === STX ? STX : SI;
    if (isGood) this.#frame(envelope, String.fromCharCode(...body.slice(0, -1)));
    else this.#write(NAK);
  }

  #write(...bytes: readonly number[]): void {
    this.#line.write(Uint8Array.from(bytes));
  }

  #bare(byte: number): void {
    const state = this.#state;
    if (state.type !== 'replying') return;
    if (byte === ACK) {
      this.#rest();
      if (state.bytes[0] === SI) this.#write(EOT);
    } else if (byte === EOT) {
      this.#rest();
    } else if (byte === NAK) {
      if (state.naks + 1 >= 3) {
        this.#rest();
        this.#write(EOT);
      } else {
        this.#say({ ...state, naks: state.naks + 1 });
      }
    }
  }

  #rest(): void {
    this.#cancelWait();
    this.#state = { type: 'idle' };
  }

  #say(state: Extract<State, { type: 'replying' }>): void {
    this.#cancelWait();
    this.#state = state;
    this.#line.write(state.bytes);
    this.#cancelWait = this.#clock.after(REPLY_WAIT_MS, () => {
      if (state.repeats < REPEATS_MAX) return this.#say({ ...state, repeats: state.repeats + 1 });
      this.#rest();
      this.#write(EOT);
    });
  }

  #reply(envelope: number, text: string): void {
    const close = envelope === STX ? ETX : SO;
    const body = [...Array.from(text, (character) => character.charCodeAt(0)), close];
    const bytes = Uint8Array.of(
      envelope,
      ...body,
      body.reduce((sum, byte) => sum ^ byte, 0),
    );
    this.#say({ type: 'replying', bytes, repeats: 0, naks: 0 });
  }

  #frame(envelope: number, text: string): void {
    const state = this.#state;
    if (state.type === 'entering') {
      if (text !== '72' && !text.startsWith('U60')) return;
      state.stop();
      // Worse than real ones, which hear nothing but 72 now: the entry before stays open for ever, as evidence.
      if (text !== '72') return this.#execute(envelope, text);
      state.entry.end = 'cancelled';
      this.executed.push(text);
      this.#rest();
      this.#write(EOT);
      return;
    }
    if (state.type === 'replying' && this.#options.deafWhileReplying === true) return;
    this.#rest();
    this.#write(ACK);
    this.executed.push(text);
    const answer = this.#options.answer?.(text);
    if (answer === 'silence') return;
    if (answer === 'eot') return this.#write(EOT);
    if (answer !== undefined) return this.#reply(envelope, answer);
    this.#execute(envelope, text);
  }

  #execute(envelope: number, text: string): void {
    const [head = '', ...fields] = text.split('\u001c');
    if (text.startsWith('UK')) return this.#reply(envelope, `UK0\u001c${fields[1] ?? ''}`);
    if (text.startsWith('U64')) return this.#reply(envelope, `U650${fakeMac(fields[2] ?? '')}`);
    if (text.startsWith('U66')) return this.#reply(envelope, this.#mac(head, fields[1] ?? ''));
    if (text.startsWith('U60.')) this.#enter(envelope, head.slice(4));
  }

  #mac(head: string, hex: string): string {
    const sequence = Number(head.slice(4, 6));
    if (sequence === 0) this.#macHex = '';
    else if (sequence !== this.#macNext) return 'U672';
    this.#macHex += hex;
    this.#macNext = sequence + 1;
    return head.charAt(3) === '6' ? `U670${fakeMac(this.#macHex)}` : 'U671';
  }

  #enter(envelope: number, pan: string): void {
    const entry: Entry = { pan, end: 'open' };
    this.entries.push(entry);
    const stop = this.#clock.after(this.#options.typingMs ?? 3_000, () => {
      entry.end = 'completed';
      this.#reply(envelope, `U61.00601${fakePinBlock(pan)}`);
    });
    this.#state = { type: 'entering', entry, stop };
  }
}
