/** An emulated PIN pad: the VISA packet protocol as VeriFone pads speak it, with the U messages for UnionPay (PIN pad sheet). */
import type { TdesDukpt } from '../crypto/tdes-dukpt.ts';
import { type Action, type DeviceModel, Surprise } from '../model.ts';
import {
  ACK,
  type Envelope,
  encodeFrame,
  EOT,
  FRAME_LENGTH_MAX,
  FRAME_LENGTH_MAX_LONG,
  FrameDecoder,
  NAK,
  type Received,
} from './frame.ts';
import { KeyStore, type MasterKeys } from './key-store.ts';
import type { Outcome, Pad, Sm4PinBlock } from './message.ts';
import { findMessage } from './messages.ts';
import { OFFLINE_PIN_IDS } from './offline-pin-messages.ts';
import { type EntryEnd, type PinPadKey, pressKey } from './pin-entry.ts';
import { answerPin, type PinRequest, refuseForRate } from './pin-request.ts';

export interface PinPadOptions {
  /** What the key-loading room has put in: hex of 16, 32 or 48 digits by slot `0` to `9`. */
  readonly masterKeys: MasterKeys;
  /** SM4 master keys, 32 digits, in slots that `masterKeys` leaves free: a key serves one algorithm. */
  readonly sm4MasterKeys?: MasterKeys;
  /** `unsettled` when left out: PINs under an SM4 key are refused. */
  readonly sm4PinBlock?: Sm4PinBlock;
  /** A DUKPT key set that is in already; message 90 loads another. */
  readonly dukpt?: TdesDukpt;
  /** For the PIN that goes to the card. A pad that was given none does not know U68 and U70, as old ones. */
  readonly entropy?: (bytes: number) => Uint8Array;
  /** Sixteen characters; zeros when nothing was ever loaded (PIN pad sheet 3, message 06). */
  readonly serialNumber?: string;
  /** Turns the limit on: PINs that may be keyed at once, 0 to 127. One more comes every 30 s (PIN pad sheet 4.4). */
  readonly pinTokens?: number;
  /**
   * An unknown message fails the run. On a wire with faults damage can pass the eight-bit check and look like one:
   * there it is `ignored`, as the pads do.
   */
  readonly unknownMessages?: 'surprise' | 'ignored';
}

export type PinPadDeed =
  | { readonly type: 'key'; readonly key: PinPadKey }
  /** The mains go and come back: keys and serial number stay, everything under way is forgotten. */
  | { readonly type: 'power-cycle' };

export type PinPadSight =
  | {
      readonly type: 'prompt';
      /** Empty when the terminal gave no amount. */
      readonly amountText: string;
      /** The terminal's own prompts (Z62), shown in turn. */
      readonly lines: readonly string[];
      readonly lengthMin: number;
      readonly lengthMax: number;
      readonly bypassAllowed: boolean;
    }
  /** One star for each digit keyed so far. */
  | { readonly type: 'stars'; readonly count: number }
  /** A key was refused. */
  | { readonly type: 'beep' }
  | { readonly type: 'timed-out' }
  /** Everything that stands on the display. */
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'idle' };

type Actions = readonly Action<PinPadSight>[];

type State =
  | { readonly type: 'idle' }
  | { readonly type: 'entering'; readonly request: PinRequest; readonly pin: string }
  | { readonly type: 'ending' }
  | {
      readonly type: 'replying';
      readonly envelope: Envelope;
      readonly frame: Uint8Array;
      readonly sends: number;
      readonly naks: number;
      readonly commit: () => void;
    };

/** Each wait for the terminal's ACK; three of them are the fifteen seconds of PIN pad sheet 2. */
const REPLY_TIMEOUT_MS = 5000;
const SENDS_MAX = 3;
const NAKS_MAX = 3;
/** Far above a character time at 1200 baud (8 ms). The sheet names no such timer; without it half a frame would eat the next. */
const INTER_BYTE_TIMEOUT_MS = 500;
const PIN_TOKENS_MAX = 127;
const PIN_TOKEN_MS = 30_000;

const TIMERS = ['inter-byte', 'reply', 'entry', 'end'] as const;

/**
 * Choices where the sheet leaves one:
 * - A good frame is acknowledged in every state, because an ACK says no more than that. During a PIN entry nothing else
 *   happens, so that a terminal which missed the ACK of its request and repeats it still gets its PIN. Only 72 acts then,
 *   and is answered by EOT without ACK.
 * - A good frame while an answer waits for its ACK means that the terminal has gone on: the answer is dropped
 *   uncommitted and the frame executed, also when it is the same as before.
 * - Hearing EOT the pad drops its answer; during a PIN entry it ignores it.
 * - Without a PIN the classic requests end in EOT. 08 has no answer frame.
 */
export class PinPadModel implements DeviceModel<PinPadDeed, PinPadSight> {
  readonly #pad: Pad;
  readonly #unknownMessages: 'surprise' | 'ignored';
  readonly #decoder = new FrameDecoder();
  #state: State = { type: 'idle' };
  #midFrame = false;
  #pinTokens: number | undefined;
  #tokenTimerRuns = false;

  constructor(options: PinPadOptions) {
    this.#pad = {
      keys: new KeyStore({
        des: options.masterKeys,
        sm4: options.sm4MasterKeys ?? {},
        ...(options.dukpt && { dukpt: options.dukpt }),
      }),
      sm4PinBlock: options.sm4PinBlock ?? 'unsettled',
      serialNumber: options.serialNumber ?? '0'.repeat(16),
      text: '',
      job: undefined,
      entropy: options.entropy,
      offlinePin: undefined,
      loadingMasters: false,
    };
    this.#unknownMessages = options.unknownMessages ?? 'surprise';
    this.#pinTokens = options.pinTokens;
  }

  /** @throws Surprise when the terminal sends a message that no pad of the family knows. */
  bytes(chunk: Uint8Array): Actions {
    const actions = this.#decoder.push(chunk).flatMap((received) => this.#receive(received));
    return [...actions, ...this.#watchFrame()];
  }

  elapsed(timer: string): Actions {
    switch (timer) {
      case 'inter-byte':
        this.#decoder.reset();
        this.#midFrame = false;
        return [];
      case 'reply':
        return this.#state.type === 'replying' ? this.#repeat(this.#state) : [];
      case 'entry':
        return this.#endEntry({ type: 'timed-out' });
      case 'end':
        return this.#state.type === 'ending' ? this.#settle([writeByte(EOT)]) : [];
      case 'pin-token':
        this.#tokenTimerRuns = false;
        this.#pinTokens = (this.#pinTokens ?? 0) + 1;
        return this.#keepTokensComing();
      default:
        return [];
    }
  }

  does(deed: PinPadDeed): Actions {
    switch (deed.type) {
      case 'key':
        return this.#press(deed.key);
      case 'power-cycle':
        return this.#powerCycle();
    }
  }

  #watchFrame(): Actions {
    const before = this.#midFrame;
    this.#midFrame = this.#decoder.midFrame;
    if (this.#midFrame) return [{ type: 'arm', timer: 'inter-byte', ms: INTER_BYTE_TIMEOUT_MS }];
    return before ? [{ type: 'disarm', timer: 'inter-byte' }] : [];
  }

  #receive(received: Received): Actions {
    switch (received.type) {
      case 'frame':
        return this.#execute(received.envelope, received.body);
      case 'damaged':
        return [writeByte(NAK)];
      case 'ack':
        return this.#state.type === 'replying' ? this.#acknowledged(this.#state) : [];
      case 'nak':
        return this.#state.type === 'replying' ? this.#refused(this.#state) : [];
      case 'eot':
        return this.#state.type === 'replying' ? this.#settle([]) : [];
      case 'discarded':
        return [];
    }
  }

  #execute(envelope: Envelope | 'mixed', body: string): Actions {
    const found = findMessage(body);
    if (!found && this.#unknownMessages === 'surprise') throw new Surprise(unknown(body));
    if (this.#state.type === 'entering') {
      if (body !== '72' || envelope !== 'transaction') return [writeByte(ACK)];
      return this.#settle([writeByte(EOT), { type: 'sight', sight: { type: 'idle' } }]);
    }
    const acknowledged = this.#settle([writeByte(ACK)]);
    if (this.#pad.job?.id !== found?.id) this.#pad.job = undefined;
    if (!OFFLINE_PIN_IDS.has(found?.id ?? '')) this.#pad.offlinePin = undefined;
    if (found?.id !== '02') this.#pad.loadingMasters = false;
    const handle = found?.message.handle;
    if (!handle || found.message.envelope !== envelope || isTooLong(found.id, body)) return acknowledged;
    return [...acknowledged, ...this.#carryOut(envelope, handle(body.slice(found.id.length), this.#pad))];
  }

  #carryOut(envelope: Envelope, outcome: Outcome): Actions {
    switch (outcome.type) {
      case 'silence':
        return [];
      case 'end':
        if (outcome.afterMs === 0) return [writeByte(EOT)];
        this.#state = { type: 'ending' };
        return [{ type: 'arm', timer: 'end', ms: outcome.afterMs }];
      case 'reply': {
        const frame = encodeFrame(envelope, outcome.body);
        const commit = outcome.commit ?? ((): void => undefined);
        this.#state = { type: 'replying', envelope, frame, sends: 1, naks: 0, commit };
        return [{ type: 'write', bytes: frame }, armReplyTimer];
      }
      case 'entry':
        return [
          ...this.#keepTokensComing(),
          ...(this.#pinTokens === 0
            ? this.#carryOut(envelope, refuseForRate(outcome.request))
            : this.#beginEntry(outcome.request)),
        ];
      case 'show':
        this.#pad.text = outcome.text;
        return [{ type: 'sight', sight: { type: 'text', text: outcome.text } }];
      case 'idle':
        this.#pad.text = '';
        return [{ type: 'sight', sight: { type: 'idle' } }];
    }
  }

  #beginEntry(request: PinRequest): Actions {
    this.#state = { type: 'entering', request, pin: '' };
    const { amountText, lines, lengthMin, lengthMax, bypassAllowed } = request;
    return [
      { type: 'arm', timer: 'entry', ms: request.timeoutMs },
      { type: 'sight', sight: { type: 'prompt', amountText, lines, lengthMin, lengthMax, bypassAllowed } },
    ];
  }

  /** Keys pressed when nobody asked for a PIN do nothing. */
  #press(key: PinPadKey): Actions {
    if (this.#state.type !== 'entering') return [];
    const effect = pressKey(this.#state.request, this.#state.pin, key);
    switch (effect.type) {
      case 'keyed':
        this.#state = { ...this.#state, pin: effect.pin };
        return [{ type: 'sight', sight: { type: 'stars', count: effect.pin.length } }];
      case 'beep':
        return [{ type: 'sight', sight: { type: 'beep' } }];
      case 'ended':
        return this.#endEntry(effect.end);
    }
  }

  #endEntry(end: EntryEnd): Actions {
    if (this.#state.type !== 'entering') return [];
    const { request } = this.#state;
    const seen: Actions = end.type === 'timed-out' ? [{ type: 'sight', sight: { type: 'timed-out' } }] : [];
    this.#pad.text = '';
    return [
      ...this.#settle([...seen, { type: 'sight', sight: { type: 'idle' } }]),
      ...(end.type === 'entered' ? this.#spendToken() : []),
      ...this.#carryOut('transaction', answerPin(request, end)),
    ];
  }

  #spendToken(): Actions {
    if (this.#pinTokens === undefined) return [];
    this.#pinTokens -= 1;
    return this.#keepTokensComing();
  }

  #keepTokensComing(): Actions {
    if (this.#pinTokens === undefined || this.#pinTokens >= PIN_TOKENS_MAX || this.#tokenTimerRuns) return [];
    this.#tokenTimerRuns = true;
    return [{ type: 'arm', timer: 'pin-token', ms: PIN_TOKEN_MS }];
  }

  #acknowledged(replying: Extract<State, { type: 'replying' }>): Actions {
    replying.commit();
    // EOT ends an SI … SO exchange; the others end with the ACK (PIN pad sheet 2).
    return this.#settle(replying.envelope === 'administration' ? [writeByte(EOT)] : []);
  }

  #refused(replying: Extract<State, { type: 'replying' }>): Actions {
    const naks = replying.naks + 1;
    if (naks >= NAKS_MAX) return this.#settle([writeByte(EOT)]);
    this.#state = { ...replying, naks };
    return [{ type: 'write', bytes: replying.frame }, armReplyTimer];
  }

  #repeat(replying: Extract<State, { type: 'replying' }>): Actions {
    if (replying.sends >= SENDS_MAX) return this.#settle([writeByte(EOT)]);
    this.#state = { ...replying, sends: replying.sends + 1 };
    return [{ type: 'write', bytes: replying.frame }, armReplyTimer];
  }

  #powerCycle(): Actions {
    this.#state = { type: 'idle' };
    this.#decoder.reset();
    this.#midFrame = false;
    this.#pad.text = '';
    this.#pad.job = undefined;
    this.#pad.offlinePin = undefined;
    this.#pad.loadingMasters = false;
    return [...TIMERS.map((timer) => ({ type: 'disarm', timer }) as const), { type: 'sight', sight: { type: 'idle' } }];
  }

  /** Back to idle: stops the timer of the state that ends, then does what ends it. */
  #settle(actions: Actions): Actions {
    const timer = TIMER_OF[this.#state.type];
    this.#state = { type: 'idle' };
    return timer === undefined ? actions : [{ type: 'disarm', timer }, ...actions];
  }
}

const TIMER_OF: Readonly<Record<State['type'], string | undefined>> = {
  idle: undefined,
  entering: 'entry',
  ending: 'end',
  replying: 'reply',
};

const armReplyTimer = { type: 'arm', timer: 'reply', ms: REPLY_TIMEOUT_MS } as const;

const writeByte = (byte: number): Action<never> => ({ type: 'write', bytes: Uint8Array.of(byte) });

const isTooLong = (id: string, body: string): boolean =>
  body.length + 3 > (id === 'Z66' ? FRAME_LENGTH_MAX_LONG : FRAME_LENGTH_MAX);

/** Names the id only: what follows it may be card data. */
const unknown = (body: string): string =>
  `The terminal sent the PIN pad a message that begins with ${JSON.stringify(body.slice(0, 2))}, which no pad of the family knows.`;
