/** A card under power: its answer to reset judged, its protocol chosen, and whole commands carried to it. */
import type { Cancel, Clock } from '../domain/clock.ts';
import { Bug, fail, ok, type Result } from '../domain/result.ts';
import { type Atr, judgeAtr, type LinkParameters, parseAtr, type Reset } from '../emv/link/atr.ts';
import { receiveT0, startT0, type T0Effect, type T0State } from '../emv/link/t0.ts';
import {
  announceBlockSize,
  openT1,
  receiveT1,
  type T1Effect,
  type T1Input,
  type T1State,
  transmitT1,
} from '../emv/link/t1.ts';
import type { ChipFailure, ReaderFailure, ReaderProtocol, TransportReader } from './port-types.ts';

/**
 * For a command and everything that it takes, and for the whole of a reset. A card that asks for time again and again,
 * or chains without end, is given up then: somebody stands there and waits.
 */
export const COMMAND_TIME_MAX_MS = 60_000;

export interface LinkFailure {
  readonly reason: Extract<
    ChipFailure,
    'card-removed' | 'card-mute' | 'card-error' | 'answer-to-reset-refused' | 'reader-failed'
  >;
  readonly detail: string;
}

/** What became of a PIN that was to be keyed on the reader. */
export type PinVerdict =
  /** Of the card, status word included. */
  | { readonly type: 'answered'; readonly response: Uint8Array }
  /** The card was sent nothing. */
  | { readonly type: 'cancelled' | 'timed-out' | 'no-keypad' };

type Answer<Value> = (result: Result<Value, LinkFailure>) => void;

const REASONS: Readonly<Record<ReaderFailure['reason'], LinkFailure['reason']>> = {
  'no-card': 'card-removed',
  'card-removed': 'card-removed',
  'card-mute': 'card-mute',
  'card-error': 'card-error',
  unsupported: 'card-error',
  'no-answer': 'reader-failed',
  'reader-lost': 'reader-failed',
  cancelled: 'reader-failed',
  busy: 'reader-failed',
};

const failureOf = ({ reason, detail }: ReaderFailure): LinkFailure => ({ reason: REASONS[reason], detail });

/** One at a time: `open`, then `transmit` again and again. After a failure the card is to be switched off. */
export class CardLink {
  readonly #reader: TransportReader;
  readonly #clock: Clock;
  /** Of T=1; undefined: T=0. */
  #t1: T1State | undefined;
  #end: Answer<Uint8Array> | undefined;
  /** The block that is out has a PIN in it that only the reader knows. */
  #isPinOut = false;
  #cancelTimer: Cancel = () => undefined;

  constructor(reader: TransportReader, clock: Clock) {
    this.#reader = reader;
    this.#clock = clock;
  }

  /** Gives power, by a cold reset and if need be a warm one (EMV Book 1, 6.1.3). */
  open(answer: Answer<undefined>): void {
    this.#begin((result) => answer(result.ok ? ok(undefined) : result));
    this.#reset('cold');
  }

  /** One short APDU and its answer, status word included. */
  transmit(apdu: Uint8Array, answer: Answer<Uint8Array>): void {
    this.#begin(answer);
    if (this.#t1 === undefined) this.#stepT0(startT0(apdu));
    else this.#stepT1(transmitT1(this.#t1, apdu));
  }

  /**
   * Has a PIN keyed on the reader, and sends it with the VERIFY.
   *
   * @param template without the PIN; with T=1 it takes one block.
   * @param language ISO 639-1.
   */
  verifyOnReader(template: Uint8Array, language: string | undefined, answer: Answer<PinVerdict>): void {
    const over = (type: Exclude<PinVerdict['type'], 'answered'>): void => {
      this.#leave();
      answer(ok({ type }));
    };
    this.#begin(
      (result) => answer(result.ok ? ok({ type: 'answered', response: result.value }) : result),
      COMMAND_TIME_MAX_MS + PIN_ENTRY.timeoutSeconds * 1000,
    );
    const sent = this.#t1 === undefined ? undefined : transmitT1(this.#t1, template);
    const prologue = sent === undefined ? undefined : prologueOf(sent);
    this.#reader.verifyPin(
      { ...PIN_ENTRY, template, language: languageCodeOf(language), ...(prologue && { prologue }) },
      this.#expect((result) => {
        if (!result.ok && result.error.reason === 'unsupported') return over('no-keypad');
        if (!result.ok) return this.#takeVerdict(sent?.[0], result);
        if (result.value.type !== 'answered') return over(result.value.type);
        this.#takeVerdict(sent?.[0], ok(result.value.bytes));
      }),
    );
  }

  /** No answer comes any more. */
  close(): void {
    if (this.#end !== undefined) this.#reader.cancel();
    this.#leave();
  }

  #leave(): void {
    this.#cancelTimer();
    this.#end = undefined;
  }

  #begin(answer: Answer<Uint8Array>, timeMaxMs = COMMAND_TIME_MAX_MS): void {
    if (this.#end !== undefined) throw new Bug('A card is sent one command at a time.');
    this.#end = answer;
    this.#isPinOut = false;
    this.#cancelTimer = this.#clock.after(timeMaxMs, () => {
      this.#reader.cancel();
      this.#finish(fail({ reason: 'card-error', detail: 'it does not come to an end' }));
    });
  }

  #finish(result: Result<Uint8Array, LinkFailure>): void {
    const end = this.#end;
    this.#leave();
    end?.(result);
  }

  /** For the reader: drops what answers a command that is over. */
  #expect<Value>(take: (result: Result<Value, ReaderFailure>) => void): (result: Result<Value, ReaderFailure>) => void {
    const end = this.#end;
    return (result) => {
      if (end !== undefined && end === this.#end) take(result);
    };
  }

  /* ---- reset ---- */

  #reset(reset: Reset): void {
    this.#reader.powerOn(
      this.#expect((powered) => {
        if (!powered.ok) return this.#finish(fail(failureOf(powered.error)));
        const atr = parseAtr(powered.value);
        const judged = atr.ok ? judgeAtr(atr.value, reset) : atr;
        if (atr.ok && judged.ok) return this.#useProtocol(atr.value, judged.value);
        // A card that has power already gets a warm reset from the reader.
        if (reset === 'cold') return this.#reset('warm');
        const problem = judged.ok ? '' : judged.error;
        const detail = typeof problem === 'string' ? problem : `${problem.byte} ${problem.value ?? 'is missing'}`;
        this.#finish(fail({ reason: 'answer-to-reset-refused', detail }));
      }),
    );
  }

  #useProtocol(atr: Atr, parameters: LinkParameters): void {
    // EMV leaves the speed as the answer to reset has it: nothing is negotiated (Book 1, 8.3.3.1).
    this.#reader.useProtocol(
      protocolOf(atr, parameters),
      { pps: false },
      this.#expect((used) => {
        if (!used.ok) return this.#finish(fail(failureOf(used.error)));
        if (parameters.protocol === 0) return this.#finish(ok(new Uint8Array()));
        this.#stepT1(announceBlockSize(openT1(parameters.cardBlockBytesMax)));
      }),
    );
  }

  /* ---- transport ---- */

  #stepT0([state, effect]: readonly [T0State, T0Effect]): void {
    switch (effect.type) {
      case 'done':
        return this.#finish(ok(effect.response));
      case 'failed':
        return this.#finish(fail({ reason: 'card-error', detail: effect.code }));
      case 'send':
        this.#reader.transmit(
          effect.tpdu,
          this.#expect((result) => {
            if (!result.ok) return this.#finish(fail(failureOf(result.error)));
            this.#stepT0(receiveT0(state, result.value));
          }),
        );
    }
  }

  #stepT1([state, effects]: readonly [T1State, readonly T1Effect[]]): void {
    this.#t1 = state;
    // Where there is an end, what is still to be sent before it is a courtesy to a card that loses its power now.
    const effect = effects.find(({ type }) => type !== 'send') ?? effects[0];
    switch (effect?.type) {
      case undefined:
        throw new Bug('The T=1 link neither sends nor ends.');
      case 'ready':
        return this.#finish(ok(new Uint8Array()));
      case 'done':
        return this.#finish(ok(effect.response));
      case 'failed': {
        const reason = effect.code === 'card-mute' ? 'card-mute' : 'card-error';
        return this.#finish(fail({ reason, detail: effect.code }));
      }
      case 'send':
        this.#sendBlock(state, effect);
    }
  }

  #sendBlock(state: T1State, { block, waitMultiplier }: Extract<T1Effect, { readonly type: 'send' }>): void {
    // What we have of it is the template, whose block the card would count as a wrong PIN.
    if (this.#isPinOut && isInformation(block)) {
      return this.#finish(fail({ reason: 'card-error', detail: 'the block with the PIN was not understood' }));
    }
    const take = this.#expect<Uint8Array>((result) => this.#takeBlock(state, result));
    if (waitMultiplier > 1) this.#reader.transmit(block, take, { waitingTimes: waitMultiplier });
    else this.#reader.transmit(block, take);
  }

  #takeBlock(state: T1State, result: Result<Uint8Array, ReaderFailure>): void {
    const input = inputOf(result);
    if (input === undefined && !result.ok) return this.#finish(fail(failureOf(result.error)));
    if (input !== undefined) this.#stepT1(receiveT1(state, input));
  }

  /** @param sent of T=1, if the block went out; two bytes say that it did not. */
  #takeVerdict(sent: T1State | undefined, result: Result<Uint8Array, ReaderFailure>): void {
    if (sent !== undefined && !(result.ok && result.value.length === OWN_WORD_BYTES)) {
      this.#isPinOut = true;
      return this.#takeBlock(sent, result);
    }
    this.#finish(result.ok ? result : fail(failureOf(result.error)));
  }
}

const OWN_WORD_BYTES = 2;

const isInformation = (block: Uint8Array): boolean => ((block[1] ?? 0) & 0x80) === 0;

/** @throws Bug when there is no block: the link was not idle. */
function prologueOf([, effects]: readonly [T1State, readonly T1Effect[]]): readonly [number, number, number] {
  const [effect] = effects;
  if (effect?.type !== 'send') throw new Bug('A PIN was to be checked while the T=1 link was not idle.');
  const [nad = 0, pcb = 0, length = 0] = effect.block;
  return [nad, pcb, length];
}

/** What a person is given for it (ISO 9564-1: 4 to 12 digits). */
const PIN_ENTRY = { lengthMin: 4, lengthMax: 12, timeoutSeconds: 60 } as const;

/** USB language codes, which CCID has. */
const CHINESE = 0x0804;
const LANGUAGE_CODES: Readonly<Record<string, number>> = { zh: CHINESE, en: 0x0409 };

const languageCodeOf = (language = ''): number => LANGUAGE_CODES[language] ?? CHINESE;

/** What the reducer can help against: silence, and characters that made no block. Undefined: nothing can be done. */
function inputOf(result: Result<Uint8Array, ReaderFailure>): T1Input | undefined {
  if (result.ok) return { type: 'block', bytes: result.value };
  if (result.error.reason === 'card-mute') return { type: 'silence' };
  return result.error.reason === 'card-error' ? { type: 'block', bytes: new Uint8Array() } : undefined;
}

function protocolOf({ convention }: Atr, parameters: LinkParameters): ReaderProtocol {
  const common = { fiDi: parameters.speed, inverse: convention === 'inverse', guardTime: parameters.extraGuardTime };
  if (parameters.protocol === 0) return { protocol: 'T=0', ...common, waitingInteger: parameters.waitingInteger };
  return {
    protocol: 'T=1',
    ...common,
    waitingIntegers: (parameters.blockWaitingInteger << 4) | parameters.characterWaitingInteger,
    cardFieldMax: parameters.cardBlockBytesMax,
  };
}
