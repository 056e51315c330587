/** Makes errands of the rows of a day, with the slips of the day in hand: what is voided, refunded or completed is read off them. */
import { Bug } from '../../../src/domain/result.ts';
import { maskedPan } from '../../models/host/masked-pan.ts';
import type { PaperPiece } from '../../models/printer/paper.ts';
import type { Random } from '../../time/random.ts';
import type { BookedCard } from '../books.ts';
import type { Errand } from '../person.ts';
import { Paper, sixDigits } from '../slips.ts';
import { FIRST_ROW, type Amount, type DayRow, type Original } from './plan.ts';
import { slipFacts, type SlipFacts } from './slip-facts.ts';

/** Up to 5,000 yuan, and more than a poor card has. */
const AMOUNT_MINOR_MIN = 101;
const AMOUNT_MINOR_MAX = 500_000;
/** One fen more than the host takes in one transaction. */
const TOO_LARGE_MINOR = 100_000_001n;

const MONEYED = ['approved', 'approved', 'approved', 'second', 'foreign'] as const;
const CHIPS = ['chip-credit', 'chip-debit', 'chip-debit', 'chip-cda', 'chip-offline-pin', 'chip-blocks'] as const;
/** Type 01, the identity card, and a number that nobody has. */
const DOCUMENT = '01110101199001011237';
const NOBODY_HAS = '999999';

export interface DayErrandsSetup {
  readonly rows: readonly DayRow[];
  readonly random: Random;
  /** F41. */
  readonly terminal: string;
  readonly cards: readonly BookedCard[];
  /** Of the cards that a row leaves open, so many in a hundred are put in; what follows them is done by chip too. */
  readonly chipPercent: number;
  /** All paper of this terminal so far. */
  readonly pieces: readonly PaperPiece[];
}

export class DayErrands {
  readonly #setup: DayErrandsSetup;
  readonly #rows: DayRow[];
  readonly #slips = new SlipBook();
  /** How many errands of each row were made, by its name. */
  readonly made = new Map<string, number>();
  readonly total: number;

  constructor(setup: DayErrandsSetup) {
    this.#setup = setup;
    this.#rows = [...setup.rows];
    this.total = setup.rows.length;
  }

  /** How many are still to be made. */
  get left(): number {
    return this.#rows.length;
  }

  /** The first row whose original there is by now; when all wait for one, a sale. */
  next(): Errand {
    this.#slips.read(this.#setup.pieces);
    for (const [index, row] of this.#rows.entries()) {
      const errand = this.#make(row);
      if (errand === undefined) continue;
      this.#rows.splice(index, 1);
      return this.#count(row, errand);
    }
    // In place of the last one, which would have had to wait longest.
    this.#rows.pop();
    const sale = this.#make(FIRST_ROW);
    if (sale === undefined) throw new Bug('A sale needs no original.');
    return this.#count(FIRST_ROW, sale);
  }

  #count({ name }: DayRow, errand: Errand): Errand {
    this.made.set(name, (this.made.get(name) ?? 0) + 1);
    return errand;
  }

  #make(row: DayRow): Errand | undefined {
    const { random, terminal } = this.#setup;
    const candidates = row.original === undefined ? [] : this.#slips.candidates(row.original);
    if (row.original !== undefined && candidates.length === 0) return undefined;
    const original = candidates.length === 0 ? undefined : random.pick(candidates);
    const amount = this.#amountOf(row.amount, original);
    const card = row.card ?? this.#cardOf(original) ?? this.#anyCard();
    const deeds = (row.host ?? []).map((words) => `host next ${words} terminal ${terminal}`);
    return {
      item: row.item,
      card,
      ...(card.startsWith('chip-') && { inserts: true }),
      ...(amount !== undefined && { amount: amount.toString() }),
      ...namedBy(row, original),
      ...row.more,
      fault: { ...row.fault, deeds: [...(row.fault?.deeds ?? []), ...deeds] },
    };
  }

  /** Without chips no chance is drawn for them: the day is then the same as it was before there were any. */
  #anyCard(): string {
    const { chipPercent, random } = this.#setup;
    return random.pick(chipPercent > 0 && random.chance(chipPercent / 100) ? CHIPS : MONEYED);
  }

  #cardOf(original: SlipFacts | undefined): string | undefined {
    return this.#setup.cards.find(({ pan }) => maskedPan(pan) === original?.maskedPan)?.name;
  }

  #amountOf(amount: Amount | undefined, original: SlipFacts | undefined): bigint | undefined {
    const { random } = this.#setup;
    const upTo = (most: bigint): bigint => 1n + BigInt(random.int(Number(most)));
    const whole = original?.amountMinor ?? 0n;
    const left = original === undefined ? 0n : this.#slips.leftMinor(original);
    switch (amount) {
      case 'any':
        return BigInt(AMOUNT_MINOR_MIN + random.int(AMOUNT_MINOR_MAX - AMOUNT_MINOR_MIN + 1));
      case 'part':
        return left > 1n ? upTo(left - 1n) : left;
      case 'all':
        return left;
      case 'all-or-less':
        return random.chance(0.5) ? whole : upTo(whole);
      case 'more-than-left':
        return whole;
      case 'a-little-more':
        return (whole * 110n) / 100n;
      case 'twice':
        return whole * 2n;
      case 'too-large':
        return TOO_LARGE_MINOR;
      case undefined:
        return undefined;
    }
  }
}

/** What is keyed where the terminal asks for the original, in its order. */
function namedBy({ item, original: kind }: DayRow, original: SlipFacts | undefined): Pick<Errand, 'original'> {
  if (item === 'transfer') return { original: [DOCUMENT] };
  if (original === undefined) return {};
  const { authorizationCode = NOBODY_HAS, date, referenceNumber = NOBODY_HAS, voucher } = original;
  if (item === 'refund') return { original: [referenceNumber, date] };
  return { original: kind === 'hold' ? [authorizationCode, date] : [sixDigits(voucher)] };
}

/** The merchant's copies of the day, and what they say of each other. */
class SlipBook {
  readonly #slips: SlipFacts[] = [];
  #piecesRead = 0;
  readonly #voided = new Set<number>();
  readonly #refundedMinor = new Map<string, bigint>();
  /** By the authorization code of a pre-authorization: the slips that have used it up. */
  readonly #followers = new Map<string, SlipFacts[]>();
  readonly #known = new Set<number>();

  read(pieces: readonly PaperPiece[]): void {
    const paper = new Paper(pieces.slice(this.#piecesRead));
    this.#piecesRead = pieces.length;
    for (const id of paper.slipIds) {
      for (const { lines } of paper.complete(id)) {
        const facts = slipFacts(id, lines);
        if (facts?.copy !== 'merchant' || this.#known.has(facts.voucher)) continue;
        this.#known.add(facts.voucher);
        this.#learn(facts);
      }
    }
  }

  leftMinor({ amountMinor, referenceNumber = '' }: SlipFacts): bigint {
    return amountMinor - (this.#refundedMinor.get(referenceNumber) ?? 0n);
  }

  candidates(original: Original): readonly SlipFacts[] {
    return this.#slips.filter((slip) => this.#is(original, slip));
  }

  #is(original: Original, slip: SlipFacts): boolean {
    const { amountMinor, authorizationCode, referenceNumber, type, voucher } = slip;
    const left = this.leftMinor(slip);
    const isUntouched = !this.#voided.has(voucher) && left === amountMinor;
    const isDebit = type === 'SALE' || type === 'AUTH COMPLETE' || type === 'AUTH SETTLEMENT';
    const isRefundable = isDebit && !this.#voided.has(voucher) && referenceNumber !== undefined && left > 0n;
    switch (original) {
      case 'sale':
        return type === 'SALE' && isUntouched;
      case 'refundable':
        return isRefundable;
      case 'partly-refunded':
        return isRefundable && left < amountMinor;
      case 'hold':
        return type === 'AUTH' && authorizationCode !== undefined && !this.#isUsedUp(authorizationCode);
      case 'completion':
        return type === 'AUTH COMPLETE' && isUntouched;
      case 'any':
        return true;
    }
  }

  #isUsedUp(authorizationCode: string): boolean {
    return (this.#followers.get(authorizationCode) ?? []).some(({ voucher }) => !this.#voided.has(voucher));
  }

  #learn(slip: SlipFacts): void {
    const { amountMinor, originalAuthorizationCode, originalReferenceNumber, originalVoucher, type } = slip;
    this.#slips.push(slip);
    if ((type === 'VOID' || type === 'COMPLETE VOID') && originalVoucher !== undefined)
      this.#voided.add(originalVoucher);
    if (type === 'REFUND' && originalReferenceNumber !== undefined) {
      const before = this.#refundedMinor.get(originalReferenceNumber) ?? 0n;
      this.#refundedMinor.set(originalReferenceNumber, before + amountMinor);
    }
    const usesUp = type === 'AUTH VOID' || type === 'AUTH COMPLETE' || type === 'AUTH SETTLEMENT';
    if (!usesUp || originalAuthorizationCode === undefined) return;
    const others = this.#followers.get(originalAuthorizationCode) ?? [];
    this.#followers.set(originalAuthorizationCode, [...others, slip]);
  }
}
