/** The bank behind the card: says yes or no to a card, its expiry and its PIN. It moves no money. */
import { Bug } from '../../../src/domain/result.ts';

/** Wrong PINs in a row after which the card is blocked (F39 75). */
export const WRONG_PINS_MAX = 3;

type CardState = 'active' | 'lost' | 'stolen' | 'restricted' | 'retained' | 'dormant' | 'pin-blocked';

/** How the host behaves when this card's authorization comes. */
export type CardBehaviour = 'answer' | 'silent' | 'late';

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

interface Card extends HostAccount {
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

  /**
   * F39: `00` when the bank has nothing against this card, or why it has. A wrong PIN is counted, a right one clears
   * the count; a PIN is only looked at when nothing else is wrong with the card.
   */
  verdict({ pan, expiry, pin, now }: Presented): string {
    const card = this.#cards.get(pan);
    if (card === undefined) return '14';
    const refusal = refusalByState[card.state];
    if (refusal !== undefined) return refusal;
    if (card.expiry < now.slice(2, 6)) return '54';
    if (expiry !== undefined && expiry !== card.expiry) return '54';
    return pin === undefined ? '00' : pinVerdict(card, pin);
  }
}

function pinVerdict(card: Card, reading: PinReading): string {
  if (reading.type === 'unreadable') return '99';
  if (card.wrongPins >= WRONG_PINS_MAX) return '75';
  if (reading.pin === card.pin) {
    card.wrongPins = 0;
    return '00';
  }
  card.wrongPins += 1;
  return card.wrongPins >= WRONG_PINS_MAX ? '75' : '55';
}
