/**
 * The chip card as the flows see it. A session is a dialogue: the card's steps come one after the other, and each waits
 * for an answer. Split-phase like every port (see `ports.ts`).
 */
import type { AmountMinor } from '../domain/money.ts';
import type { Secret } from '../domain/secret.ts';
import type { Track2 } from '../domain/track2.ts';

export type ChipCardEvent =
  | { readonly type: 'inserted' }
  | { readonly type: 'removed' }
  /** No reader any more, and so no card. It is looked for; a card in it is told of as `inserted`. */
  | { readonly type: 'lost'; readonly reason: string };

/**
 * One card at a time, from power to power off.
 *
 * The card wants amount and date as soon as its application is selected (PDOL), so they are keyed before `start`; the
 * card may be in the slot by then. From `start` on there is one step after the other: each step but `ended` waits for
 * one `answer`, and `ended` always comes, once. Then the card has no power any more, and is to be taken out.
 */
export interface ChipCardPort {
  /** Sets the one listener, and tells it later of the card that is in. */
  onEvent(listener: (event: ChipCardEvent) => void): void;
  /** @throws Bug while another card is under way. */
  start(request: ChipRequest, tell: (step: ChipStep) => void): void;
  /**
   * To the step told last. Too late, after `ended`, it is dropped: a card may be pulled while a person makes up his mind.
   *
   * @throws Bug when no step waits, or not for this.
   */
  answer(answer: ChipAnswer): void;
  /**
   * Ends it as `cancelled`. Dropped from `go-online` on: then the card is to hear what became of its request, by an
   * answer. Harmless when nothing is under way.
   */
  cancel(): void;
}

export interface ChipRequest {
  /** `reading` is the simplified flow, of voids and completions: it ends when the card has said its number (dialect sheet 4.2). */
  readonly extent: 'payment' | 'reading';
  /** With cashback in it; zero for an inquiry and for `reading`. */
  readonly amount: AmountMinor;
  readonly amountOther?: AmountMinor;
  /** 9C: 00 goods and services, 01 cash, 09 cashback, 20 refund, 30 balance. */
  readonly transactionType: string;
  /** YYYYMMDD and hhmmss, the terminal's own. */
  readonly date: string;
  readonly time: string;
  readonly stan: number;
  /** Whether a person wants it online. */
  readonly forcedOnline: boolean;
  /** As the host sent them, hex (dialect sheet 7.3). What cannot be read is left out, and logged. */
  readonly applications: readonly string[];
  readonly caKeys: readonly string[];
  isOnBlacklist(pan: Secret<string>): boolean;
}

export interface ChipCard {
  readonly pan: Secret<string>;
  /** YYMM. */
  readonly expiry: string;
  /** Field 23. */
  readonly sequenceNumber: string;
  /** Tag 57, for field 35; absent when the card has none or none that is in order. */
  readonly track2?: Track2;
  /** Upper-case hex. */
  readonly aid: string;
  readonly label: string;
}

/** An application that can be paid with, as people see it. */
interface ChipChoice {
  readonly aid: string;
  readonly label: string;
  /** In a code table of ISO/IEC 8859. */
  readonly preferredName?: { readonly codeTable: number; readonly bytes: Uint8Array };
}

/** How the PIN is to be prepared. */
export type ChipPinForm =
  | { readonly type: 'online' }
  /** On the card reader's own keypad or not at all. */
  | { readonly type: 'offline-plaintext' }
  | {
      readonly type: 'offline-enciphered';
      readonly modulus: Uint8Array;
      readonly exponent: Uint8Array;
      readonly challenge: Uint8Array;
    };

export type ChipStep =
  /** Answer: `chosen` or `cancelled`. The best first. */
  | {
      readonly type: 'choose-application';
      readonly choices: readonly ChipChoice[];
      /** ISO 639-1, which of ours the card prefers. */
      readonly language?: string;
      /** The one chosen before could not be had. */
      readonly isSecondTry: boolean;
    }
  /** Answer: `confirmed` or `cancelled`. */
  | { readonly type: 'confirm-application'; readonly choice: ChipChoice; readonly language?: string }
  /** Whose card it is; not with `reading`, which ends here. Answer: `confirmed` or `cancelled`. */
  | { readonly type: 'card-read'; readonly card: ChipCard }
  /**
   * Answer: `pin-entered`, or `pin-on-reader` if the form is `offline-plaintext`; `pin-bypassed`, `pin-pad-not-working` or
   * `cancelled`. May come again.
   */
  | {
      readonly type: 'ask-pin';
      readonly form: ChipPinForm;
      readonly pan: Secret<string>;
      /** Of an offline PIN, where the card says it. */
      readonly triesLeft?: number;
      readonly isSecondTry: boolean;
      readonly language?: string;
    }
  /** Answer: `host-replied` or `unable-to-go-online`, even when the card has been taken out meanwhile. */
  | {
      readonly type: 'go-online';
      readonly card: ChipCard;
      /** Of the financial request, and of its reversal before the card has heard the answer (dialect sheet 7.2). */
      readonly field55: Uint8Array;
      readonly reversalField55: Uint8Array;
      /** Whether a PIN for the host was entered. */
      readonly onlinePin: boolean;
    }
  | { readonly type: 'ended'; readonly end: ChipEnd };

export type ChipAnswer =
  | { readonly type: 'chosen'; readonly index: number }
  | { readonly type: 'confirmed' }
  | { readonly type: 'cancelled' }
  /** @property data what the card gets to see of an offline PIN, enciphered for it; none of an online PIN. */
  | { readonly type: 'pin-entered'; readonly data?: Secret<Uint8Array> }
  /** The cardholder is told to key it on the card reader, which checks it with the card; a clear PIN comes nowhere else. */
  | { readonly type: 'pin-on-reader' }
  | { readonly type: 'pin-bypassed' }
  | { readonly type: 'pin-pad-not-working' }
  | {
      readonly type: 'host-replied';
      /** Field 39. */
      readonly responseCode: string;
      readonly isApproved: boolean;
      /** Field 38. */
      readonly authorizationCode?: string;
      readonly field55?: Uint8Array;
    }
  /** Not reached, or silent; what is owed to the host for that is the flow's business. */
  | { readonly type: 'unable-to-go-online' };

export type ChipFailure =
  | 'cancelled'
  | 'card-removed'
  | 'card-mute'
  /** It answers, but not as a card must; or it will not come to an end. */
  | 'card-error'
  | 'answer-to-reset-refused'
  | 'reader-failed'
  /** No application that both sides have. */
  | 'no-common-application'
  | 'no-usable-application'
  | 'card-blocked'
  /** What the card says of itself cannot be used. */
  | 'card-data-wrong'
  | 'cryptogram-wrong';

/** What has been recorded when it ends; absent where it did not come so far. */
interface ChipEvidence {
  readonly card?: ChipCard;
  readonly online: 'not-tried' | 'approved' | 'declined' | 'unable';
  /** Hex. */
  readonly registers?: { readonly tvr: string; readonly tsi: string; readonly cvmResults: string };
  /** Hex: what the card sent to the host; 9F26 of the slip is the card's last word. */
  readonly arqc?: string;
  readonly needsSignature: boolean;
  /** Whether the issuer's scripts have results, which the host is to be told (dialect sheet 9.1). */
  readonly hasScriptResults: boolean;
  readonly fields55?: {
    readonly financial: Uint8Array;
    readonly offline: Uint8Array;
    readonly reversal: Uint8Array;
    readonly scriptNotification: Uint8Array;
  };
  /** Hex by tag, for the slip (dialect sheet 11.4). */
  readonly slip: Readonly<Record<string, string>>;
}

export type ChipEnd = ChipEvidence &
  (
    | { readonly type: 'approved' }
    /** @property needsReversal the host has approved. */
    | { readonly type: 'declined'; readonly by: 'card' | 'host'; readonly needsReversal: boolean }
    /** Of `reading`. */
    | { readonly type: 'read'; readonly card: ChipCard }
    | {
        readonly type: 'failed';
        readonly reason: ChipFailure;
        /** For logs and service. */
        readonly detail: string;
        /** Whether the stripe may be swiped instead (field 60.5: 2). */
        readonly fallbackAllowed: boolean;
        readonly needsReversal: boolean;
      }
  );
