/**
 * What the kernel asks of the world, and what it is told.
 *
 * The kernel is a generator: it yields a `Need` and is resumed with the `Answer` to it, so its phases read like the
 * specification, no promise crosses a port, and nothing happens that its caller does not do. It holds no clock and no
 * chance. Being deterministic, it is restored by giving the recorded answers to a new one.
 */
import { Bug } from '../domain/result.ts';
import type { Secret } from '../domain/secret.ts';

/** An application that both sides have, as people see it. */
export interface Choice {
  /** Upper-case hex. */
  readonly aid: string;
  /** ASCII. */
  readonly label: string;
  /** In the code table, of ISO/IEC 8859, that both sides have. */
  readonly preferredName?: { readonly codeTable: number; readonly bytes: Uint8Array };
}

/** How the PIN pad is to prepare the PIN. The kernel never sees one. */
export type PinForm =
  | { readonly type: 'online' }
  /** Only on the card reader's own keypad: a clear PIN comes neither here nor anywhere in the terminal. */
  | { readonly type: 'offline-plaintext' }
  /** The answer is enciphered for the card: EMV Book 2, 7.2. */
  | {
      readonly type: 'offline-enciphered';
      readonly modulus: Uint8Array;
      readonly exponent: Uint8Array;
      /** The card's unpredictable number. */
      readonly challenge: Uint8Array;
    };

export type Need =
  /** Ends with `response` or `card-gone`. The APDU is short; case 4 has its Le. */
  | { readonly type: 'transmit'; readonly apdu: Uint8Array }
  /** The same, of a command that carries a PIN, enciphered. */
  | { readonly type: 'transmit-secret'; readonly apdu: Secret<Uint8Array> }
  /**
   * The reader takes a PIN on its keypad, fills it into the VERIFY and sends that. Ends with `response`, `card-gone`,
   * `cancelled`, `timed-out` or `pin-pad-not-working`.
   */
  | {
      readonly type: 'verify-on-reader';
      /** A block of ISO 9564-1 format 2 stands in it, without length and PIN (EMV Book 3, 6.5.12.2). */
      readonly template: Uint8Array;
      readonly language?: string;
    }
  /** Ends with `chosen` or `cancelled`. In the order of the card's priorities. */
  | {
      readonly type: 'choose-application';
      readonly choices: readonly Choice[];
      /** ISO 639-1, of the terminal's languages the one that the card prefers. */
      readonly language?: string;
      /** The one chosen before could not be had. */
      readonly isSecondTry: boolean;
    }
  /** Ends with `confirmed` or `cancelled`. */
  | { readonly type: 'confirm-application'; readonly choice: Choice; readonly language?: string }
  /** The card has said who it is, and nothing is decided yet. Ends with `confirmed` or `cancelled`. */
  | { readonly type: 'card-read'; readonly card: CardData }
  /** Ends with `pin-entered`, or `pin-on-reader` for a plaintext one; `pin-bypassed`, `pin-pad-not-working` or `cancelled`. */
  | {
      readonly type: 'ask-pin';
      readonly form: PinForm;
      readonly pan: Secret<string>;
      /** Of an offline PIN, if the card says it. */
      readonly triesLeft?: number;
      /** The PIN before this one was wrong. */
      readonly isSecondTry: boolean;
      readonly language?: string;
    }
  /** Ends with `host-replied` or `unable-to-go-online`. */
  | {
      readonly type: 'go-online';
      /** Of the financial request, and of its reversal before the card has heard the answer (dialect sheet 7.2). */
      readonly field55: Uint8Array;
      readonly reversalField55: Uint8Array;
      /** Why: the card asked for advice or referral too. */
      readonly cryptogramInformation: number;
      readonly card: CardData;
      readonly onlinePin: boolean;
    };

export interface CardData {
  readonly aid: string;
  readonly label: string;
  readonly pan: Secret<string>;
  readonly track2?: Secret<string>;
  /** YYMM. */
  readonly expiry: string;
  /** Field 23: three digits; `000` when the card has none (dialect sheet 7.2). */
  readonly sequenceNumber: string;
}

export type Answer =
  | { readonly type: 'response'; readonly bytes: Uint8Array }
  /** Taken out, mute, or beyond the link's help. */
  | { readonly type: 'card-gone' }
  | { readonly type: 'chosen'; readonly index: number }
  | { readonly type: 'confirmed' }
  | { readonly type: 'cancelled' }
  /** @property data for VERIFY; absent for an online PIN, whose block the PIN pad gives to the host's message. */
  | { readonly type: 'pin-entered'; readonly data?: Secret<Uint8Array> }
  /** It is to be keyed on the reader. */
  | { readonly type: 'pin-on-reader' }
  | { readonly type: 'timed-out' }
  | { readonly type: 'pin-bypassed' }
  | { readonly type: 'pin-pad-not-working' }
  | {
      readonly type: 'host-replied';
      /** Field 39 as the card is told it, two characters. */
      readonly responseCode: string;
      readonly isApproved: boolean;
      /** Six characters. */
      readonly authorizationCode?: string;
      /** Field 55: 91, 71 and 72 are read from it. */
      readonly field55?: Uint8Array;
    }
  | { readonly type: 'unable-to-go-online' };

export type Step<Value> = Generator<Need, Value, Answer>;

/** Yields a need and gives back its answer. @throws Bug for an answer to something else. */
export function* ask<const Type extends Answer['type']>(
  need: Need,
  types: readonly Type[],
): Generator<Need, Extract<Answer, { readonly type: Type }>, Answer> {
  const answer = yield need;
  const isOneOf = (candidate: Answer): candidate is Extract<Answer, { readonly type: Type }> =>
    types.some((type) => type === candidate.type);
  if (!isOneOf(answer)) throw new Bug(`"${answer.type}" is no answer to "${need.type}".`);
  return answer;
}
