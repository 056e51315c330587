/** Cards of its own for every terminal of a day, so that no cardholder stands at two counters at once. */
import { loadCards } from '../../cards.ts';
import type { Card } from '../../models/cards.ts';

/** Enough for a day of anything. */
const FULL_MINOR = '10000000000';
/** What a fixture's card has at least that is not there to be too poor. */
const MONEYED_MINOR = 1_000_000n;

const BIN_DIGITS = 6;
/** Between the terminal's digits and the check digit: they tell the cards of one terminal apart. */
const TAIL_DIGITS = 3;

const FIXTURES = loadCards();

/** The fixtures' cards, by their names and with their habits, under numbers that no other index has. */
export const cardsOf = (index: number): readonly Card[] => FIXTURES.map((card) => renumbered(card, index));

function renumbered(card: Card, index: number): Card {
  const { account, expiry, pan: known, serviceCode, track2 } = card;
  const middle = String(index).padStart(known.length - BIN_DIGITS - TAIL_DIGITS - 1, '0');
  const body = known.slice(0, BIN_DIGITS) + middle + known.slice(-TAIL_DIGITS - 1, -1);
  const pan = body + checkDigit(body);
  const discretionary = track2.slice(`${known}D${expiry}${serviceCode}`.length);
  const isMoneyed = BigInt(account.balanceMinor) >= MONEYED_MINOR;
  return {
    ...card,
    pan,
    track2: `${pan}D${expiry}${serviceCode}${discretionary}`,
    account: isMoneyed ? { ...account, balanceMinor: FULL_MINOR } : account,
  };
}

/** ISO/IEC 7812-1 annex B. */
function checkDigit(body: string): string {
  let sum = 0;
  for (let fromRight = 0; fromRight < body.length; fromRight++) {
    const digit = Number(body.at(-1 - fromRight));
    const value = fromRight % 2 === 0 ? digit * 2 : digit;
    sum += value > 9 ? value - 9 : value;
  }
  return String((10 - (sum % 10)) % 10);
}
