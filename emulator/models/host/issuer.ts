/** The bank behind the card: says yes or no to a card, its expiry and its PIN. It moves no money. */
import { Bug } from '../../../src/domain/result.ts';
import type { ChipOfAccount } from './chips.ts';

/** Wrong PINs in a row after which the card is blocked (F39 75). */
export const WRONG_PINS_MAX = 3;

export type CardState = 'active' | 'lost' | 'stolen' | 'restricted' | 'retained' | 'dormant' | 'pin-blocked';

/** How the host behaves when this card's authorization comes. */
export type CardBehaviour = 'answer' | 'silent' | 'late';

/** `fallback-only`: where the chip could not be read (60.5). What will not do is F39 45. */
type StripeUse = 'allowed' | 'fallback-only' | 'refused';

/** A card account as the host's bank has it. */
export interface HostAccount {
  /** 12 to 19 digits. */
  readonly pan: string;
  /** 4 to 12 digits. */
  readonly pin: string;
  /** YYMM; good to the end of that month. */
  readonly expiry: string;
  /** Minor units, as a whole decimal number. */
  readonly balanceMinor: string | bigint;
  readonly state: CardState;
  readonly behaviour: CardBehaviour;
  /** More than this in one transaction is F39 61, in minor units; without it only the host's own limit counts. */
  readonly limitMinor?: string | bigint;
  /** 63.1 (dialect sheet 2.1). Anything but `CUP`, which it is without it, is settled as foreign. */
  readonly organisation?: string;
  /** Of a card that has a chip too: whether its stripe will do; it will, unless it says otherwise. */
  readonly stripe?: StripeUse;
  /** Without it every chip transaction of the card is refused. */
  readonly chip?: ChipOfAccount;
}

export type PinReading =
  | { readonly type: 'pin'; readonly pin: string }
  /** The block did not decipher to a PIN. */
  | { readonly type: 'unreadable' };

/** What is presented with a request: everything already deciphered. */
export interface Presented {
  readonly pan: string;
  /** YYMM, from the track or F14. */
  readonly expiry?: string;
  /** Absent when the cardholder entered none. */
  readonly pin?: PinReading;
  /** Local `YYYYMMDDhhmmss`. */
  readonly now: string;
  /** Leaves the count of wrong PINs as it is. */
  readonly isExercise: boolean;
}

/** F39 for cards that are not fit to pay (dialect sheet 11.1). */
const refusalByState: Readonly<Record<CardState, string | undefined>> = {
  active: undefined,
  'pin-blocked': undefined,
  lost: '41',
  stolen: '43',
  restricted: '62',
  retained: '04',
  dormant: '21',
};

/** 63.1 of domestic cards (dialect sheet 9.4). */
export const DOMESTIC = 'CUP';

interface Card extends HostAccount {
  state: CardState;
  wrongPins: number;
}

export class Issuer {
  readonly #cards = new Map<string, Card>();

  /** @throws Bug for data that no card has. */
  constructor(accounts: readonly HostAccount[]) {
    for (const account of accounts) {
      if (!/^\d{12,19}$/.test(account.pan)) throw new Bug('An account has 12 to 19 digits of PAN.');
      if (!/^\d{4,12}$/.test(account.pin)) throw new Bug('An account has 4 to 12 digits of PIN.');
      if (!/^\d{2}(0[1-9]|1[0-2])$/.test(account.expiry)) throw new Bug('An account has an expiry date YYMM.');
      if (!/^[A-Z]{3}$/.test(account.organisation ?? DOMESTIC)) throw new Bug('63.1 of an account is three letters.');
      this.#cards.set(account.pan, { ...account, wrongPins: account.state === 'pin-blocked' ? WRONG_PINS_MAX : 0 });
    }
  }

  behaviour(pan: string): CardBehaviour | undefined {
    return this.#cards.get(pan)?.behaviour;
  }

  /** YYMM on file. */
  expiry(pan: string): string | undefined {
    return this.#cards.get(pan)?.expiry;
  }

  chip(pan: string): ChipOfAccount | undefined {
    return this.#cards.get(pan)?.chip;
  }

  /** F39 of a new transaction with the stripe of this card. */
  stripeVerdict(pan: string, isFallback: boolean): '00' | '45' {
    const { stripe = 'allowed' } = this.#cards.get(pan) ?? {};
    return stripe === 'allowed' || (stripe === 'fallback-only' && isFallback) ? '00' : '45';
  }

  /** 63.1. */
  organisation(pan: string): string {
    return this.#cards.get(pan)?.organisation ?? DOMESTIC;
  }

  limitMinor(pan: string): bigint | undefined {
    const limit = this.#cards.get(pan)?.limitMinor;
    return limit === undefined ? undefined : BigInt(limit);
  }

  /** The one card whose number ends in these digits. @throws Bug when there is none, or more than one. */
  endingIn(digits: string): string {
    const found = [...this.#cards.keys()].filter((pan) => pan.endsWith(digits));
    const [pan] = found;
    if (pan === undefined || found.length > 1) throw new Bug(`${found.length} cards end in "${digits.slice(-4)}".`);
    return pan;
  }

  /** Blocks a card, or lets it live again: the count of wrong PINs starts anew. */
  setState(pan: string, state: CardState): void {
    const card = this.#cards.get(pan);
    if (card === undefined) throw new Bug('Only a card that the bank has can change its state.');
    card.state = state;
    card.wrongPins = state === 'pin-blocked' ? WRONG_PINS_MAX : 0;
  }

  /** As reports say it; a card with too many wrong PINs is blocked, whatever else it is. */
  state(pan: string): { readonly state: CardState; readonly wrongPins: number } | undefined {
    const card = this.#cards.get(pan);
    if (card === undefined) return undefined;
    const blocked = card.state === 'active' && card.wrongPins >= WRONG_PINS_MAX;
    return { state: blocked ? 'pin-blocked' : card.state, wrongPins: card.wrongPins };
  }

  /**
   * F39: `00` when the bank has nothing against this card, or why it has. A wrong PIN is counted, a right one clears
   * the count; a PIN is only looked at when nothing else is wrong with the card.
   *
   * @param use `follow-up`: what was begun with a card can be ended although it is lost or has expired since.
   */
  verdict({ pan, expiry, pin, now, isExercise }: Presented, use: 'new' | 'follow-up'): string {
    const card = this.#cards.get(pan);
    if (card === undefined) return '14';
    if (use === 'new') {
      const refusal = refusalByState[card.state];
      if (refusal !== undefined) return refusal;
      if (card.expiry < now.slice(2, 6)) return '54';
      if (expiry !== undefined && expiry !== card.expiry) return '54';
    }
    if (pin === undefined) return '00';
    const { responseCode, wrongPins } = pinVerdict(card, pin);
    if (!isExercise) card.wrongPins = wrongPins;
    return responseCode;
  }
}

/** F39, and what the count of wrong PINs becomes. */
function pinVerdict({ pin, wrongPins }: Card, reading: PinReading): { responseCode: string; wrongPins: number } {
  if (reading.type === 'unreadable') return { responseCode: '99', wrongPins };
  if (wrongPins >= WRONG_PINS_MAX) return { responseCode: '75', wrongPins };
  if (reading.pin === pin) return { responseCode: '00', wrongPins: 0 };
  const counted = wrongPins + 1;
  return { responseCode: counted >= WRONG_PINS_MAX ? '75' : '55', wrongPins: counted };
}
