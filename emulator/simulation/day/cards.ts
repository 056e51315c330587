/** Cards of its own for every terminal of a day, so that no cardholder stands at two counters at once. */
import { loadCards } from '../../cards.ts';
import { loadChipCards } from '../../chip-cards.ts';
import type { ChipCardFile } from '../../models/card/chip-card-file.ts';
import type { Card } from '../../models/cards.ts';

/** Enough for a day of anything. */
const FULL_MINOR = '10000000000';
/** What a fixture's card has at least that is not there to be too poor. */
const MONEYED_MINOR = 1_000_000n;

const BIN_DIGITS = 6;
/** Between the terminal's digits and the check digit: they tell the cards of one terminal apart. */
const TAIL_DIGITS = 3;
/** Of the chips there are more, and these end in 00, which no stripe does. */
const CHIP_TAIL_DIGITS = 4;

const FIXTURES = loadCards();
const CHIPS = loadChipCards();

/** The fixtures' cards, by their names and with their habits, under numbers that no other index has. */
export const cardsOf = (index: number): readonly Card[] => FIXTURES.map((card) => renumbered(card, index));

/** Likewise the chip cards. */
export const chipsOf = (index: number): readonly ChipCardFile[] => CHIPS.map((card) => renumberedChip(card, index));

function renumberedChip(card: ChipCardFile, index: number): ChipCardFile {
  const { account, pan: known, track2 } = card;
  const pan = panOf(known, index, CHIP_TAIL_DIGITS);
  return {
    ...card,
    pan,
    track2: pan + track2.slice(known.length),
    account: { ...account, balanceMinor: FULL_MINOR },
  };
}

function panOf(known: string, index: number, tailDigits: number): string {
  const middle = String(index).padStart(known.length - BIN_DIGITS - tailDigits - 1, '0');
  const body = known.slice(0, BIN_DIGITS) + middle + known.slice(-tailDigits - 1, -1);
  return body + checkDigit(body);
}

function renumbered(card: Card, index: number): Card {
  const { account, expiry, pan: known, serviceCode, track2 } = card;
  const pan = panOf(known, index, TAIL_DIGITS);
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
