/** The chip card reader as the terminal sees it: a slot that tells of cards, and bytes to and from the one that is in. */
import type { Result } from '../../domain/result.ts';

export type ChipReaderEvent =
  /** The reader answers; a card that is in is told of next. `firmware` is for people and logs. */
  | { readonly type: 'reader-found'; readonly firmware: string }
  /** Unplugged, or silent. It is looked for until it is back. A card that was in is not told of again. */
  | { readonly type: 'reader-lost'; readonly reason: string }
  | { readonly type: 'card-inserted' }
  | { readonly type: 'card-removed' };

export interface ChipReaderFailure {
  readonly reason:
    | 'no-card'
    /** The card was pulled, or exchanged for another, since it got power. */
    | 'card-removed'
    /** It does not answer: inserted the wrong way round, broken, or what it was sent was no command. */
    | 'card-mute'
    /** It answers, but not as a card must. */
    | 'card-error'
    /** The reader does not know the message, or not with these parameters. */
    | 'unsupported'
    /** Nothing is known of what the card has done: power it anew. */
    | 'no-answer'
    | 'reader-lost'
    | 'cancelled'
    /** Another request is under way. */
    | 'busy';
  /** For logs. Never card data. */
  readonly detail: string;
}

export type ChipReaderAnswer<Value> = (answer: Result<Value, ChipReaderFailure>) => void;

/** What the answer to reset has led to. The structures are those of CCID 1.1, 6.1.7. */
export type CardProtocol =
  | {
      readonly protocol: 'T=0';
      /** TA1, or 11 without one: the speeds. */
      readonly fiDi: number;
      /** Convention `3F` instead of `3B`. */
      readonly inverse?: boolean;
      /** TC1, or 0: extra guard time. */
      readonly guardTime: number;
      /** TC2, or 0A. */
      readonly waitingInteger: number;
    }
  | {
      readonly protocol: 'T=1';
      readonly fiDi: number;
      readonly inverse?: boolean;
      readonly guardTime: number;
      /** TB3, or 4D: BWI and CWI. */
      readonly waitingIntegers: number;
      /** TA3, or 20: the longest information field that the card takes. */
      readonly cardFieldMax: number;
    };

export interface TransmitOptions {
  /**
   * T=1, and only for the block that grants the card the time that it has asked for (S(WTX response)): as many block
   * waiting times. Without it the reader gives the card up after one (CCID 6.1.4, bBWI).
   */
  readonly waitingTimes: number;
}

/** A PIN that is keyed on the reader's own keypad and goes to the card from there (CCID 1.1, 6.1.11). */
export interface PinVerification {
  /**
   * VERIFY with a block of ISO 9564-1 format 2 that has no PIN in it: five bytes of header, 20, and seven of FF. The reader
   * fills in the length and the digits.
   */
  readonly template: Uint8Array;
  /** T=1 at the transport level: node address, protocol control byte and length of the block; the reader adds the check. */
  readonly prologue?: readonly [number, number, number];
  /** 4 to 12 (ISO 9564-1). */
  readonly lengthMin: number;
  readonly lengthMax: number;
  /** For the whole entry: 1 to 255. */
  readonly timeoutSeconds: number;
  /** USB language code, e.g. 0409 for English, 0804 for Chinese. */
  readonly language: number;
}

export type PinOnReader =
  /**
   * What the card said to it: with T=1 the whole block. Two bytes with T=1 are the reader's own word, and the card was sent
   * nothing.
   */
  | { readonly type: 'answered'; readonly bytes: Uint8Array }
  /** Nothing went to the card. */
  | { readonly type: 'cancelled' | 'timed-out' };

/**
 * One request at a time. Each is answered once, later, and never from inside the call.
 *
 * The reader works at the level of transport units: with T=0 they are five bytes and data, of which `61xx` and `6Cxx`
 * come back; with T=1 they are whole blocks with their check. Making them is the caller's business.
 */
export interface ChipReader {
  /** Sets the one listener, and tells it later how things stand. */
  onEvent(listener: (event: ChipReaderEvent) => void): void;
  /** Cold reset, at 5 V (EMV Book 1: class A). Answers with the answer to reset. */
  powerOn(answer: ChipReaderAnswer<Uint8Array>): void;
  /** What the reader must know before the first unit. With `pps` the card is asked first to agree to it. */
  useProtocol(protocol: CardProtocol, options: { readonly pps: boolean }, answer: ChipReaderAnswer<undefined>): void;
  /** One unit to the card and its answer. Both may be card data: not for logs. Never repeated when in doubt. */
  transmit(unit: Uint8Array, answer: ChipReaderAnswer<Uint8Array>, options?: TransmitOptions): void;
  /** Asks the cardholder. A reader without a keypad is `unsupported`. */
  verifyPin(verification: PinVerification, answer: ChipReaderAnswer<PinOnReader>): void;
  powerOff(answer: ChipReaderAnswer<undefined>): void;
  /** Ends the request under way, whose answer is then `cancelled`. Harmless without one. */
  cancel(): void;
  /** Gives the line back. No answer and no event comes any more. */
  close(): void;
}
