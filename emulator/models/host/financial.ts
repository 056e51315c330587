/** Decides and books financial requests, each after its row of the table. */
import { Bug, ok, type Result } from '../../../src/domain/result.ts';
import type { Fields } from '../../../src/host/iso8583/message.ts';
import { cardDataFault, isFallback, isStripeEntry, readPin, type CardInRequest } from './card-data.ts';
import type { ChipReading, Chips, ProvenChip } from './chips.ts';
import {
  amountOf,
  keyOfMessage,
  refused,
  terminalOf,
  type AnswerNumbers,
  type Request,
  type Verdict,
} from './exchange.ts';
import { exerciseBooks, type Books } from './exercises.ts';
import { DOMESTIC, type Issuer } from './issuer.ts';
import type { Terminal, WorkingKeys } from './keys.ts';
import type { Ledger } from './ledger.ts';
import {
  keyOf,
  leftMinor,
  type Booking,
  type BookingOutcome,
  type Change,
  type Entry,
  type Posting,
} from './ledger-entry.ts';
import { findOriginal } from './originals.ts';
import { presentationOf } from './presentation.ts';
import { remarksField, type HostIdentity } from './replies.ts';
import type { ScriptNotices } from './script-notices.ts';
import type { Effect, TransactionRow } from './transactions.ts';
import { receivingCard, verificationFault, verifiedReply, type Verified } from './transfers.ts';

interface FinancialRules {
  /** More than this in one transaction is F39 61, in minor units. */
  readonly amountLimitMinor: bigint;
  /** What a completion may capture, in percent of what is held. */
  readonly completionPercent: bigint;
  /** Whether a sale that says that it can take it (60.6 = 1) is approved for what there is (F39 10). */
  readonly partialApproval: () => boolean;
  /** Whether a refund is paid although nobody knows its original. */
  readonly refundsWithoutOriginal: boolean;
  /** F39 of a chip whose cryptogram is wrong. */
  readonly wrongCryptogramCode: string;
}

export interface FinancialSetup {
  readonly ledger: Ledger;
  readonly issuer: Issuer;
  readonly chips: Chips;
  readonly scriptNotices: ScriptNotices;
  readonly identity: HostIdentity;
  readonly rules: FinancialRules;
}

/** A request of a fit card, with all that its effect needs. */
interface Case {
  readonly request: Request;
  readonly row: TransactionRow;
  readonly terminal: Terminal;
  readonly card: CardInRequest;
  readonly chip: ChipReading;
  readonly fields: Fields;
  readonly amountMinor: bigint;
  readonly numbers: AnswerNumbers;
  /** F39 of an approval. */
  readonly approval: string;
  /** Local `YYYYMMDDhhmmss`. */
  readonly now: string;
}

/** Enough of it for the ledger. */
type Movement = Pick<Booking, 'postings' | 'changes'> & Partial<Pick<Booking, 'amountMinor' | 'authorizationCode'>>;

export class Financial {
  readonly #setup: FinancialSetup;
  /** By terminal, exercises apart: the last receiving card that was found good for a transfer. */
  readonly #verified = new Map<string, Verified>();

  constructor(setup: FinancialSetup) {
    this.#setup = setup;
  }

  /** @param approval F39 of an approval: 00, or what a rule makes of it. */
  decide(request: Request, numbers: AnswerNumbers, now: string, approval = '00'): Verdict {
    const row = rowOf(request);
    const terminal = terminalOf(request);
    const key = keyOfMessage(request.message);
    // Before the batch is looked at: who repeats a notice of a batch that is over is to hear that it was taken.
    if (isBooked(row) && !this.#booksFor(request).isOpen(key, row.name)) {
      const isForestalled = this.#setup.ledger.entry(key)?.state === 'forestalled';
      return refused('94', isForestalled ? 'reversed-before-it-came' : 'duplicate');
    }
    if (key.batch !== terminal.batch) return refused('77', 'not-the-current-batch');
    if (terminal.batchIsClosed) return refused('77', 'batch-is-closed');
    const chip = this.#chipIn(request);
    const checked = this.#checked(request, row, terminal, chip, { numbers, now, approval });
    const verdict = checked.ok ? this.#effects[row.effect](checked.value) : checked.error;
    if (verdict.fields === undefined) this.bookRefusal(request, verdict.responseCode);
    return chip.type === 'proven' ? this.#issuerAnswers(request, chip.chip, verdict, { numbers, now }) : verdict;
  }

  /** The verdict with F55, of which the scripts are remembered: the terminal owes a notice of them. */
  #issuerAnswers(
    { isExercise, message }: Request,
    chip: ProvenChip,
    verdict: Verdict,
    { numbers, now }: Pick<Case, 'numbers' | 'now'>,
  ): Verdict {
    const { fields, scripts } = this.#setup.chips.answer(chip, verdict.responseCode, isExercise);
    const authorizationCode = verdict.fields?.[38];
    if (scripts > 0) {
      this.#setup.scriptNotices.owed({
        ...keyOfMessage(message),
        pan: chip.pan,
        counter: chip.counter,
        scripts,
        date: now.slice(4, 8),
        referenceNumber: numbers.referenceNumber,
        ...(authorizationCode !== undefined && { authorizationCode }),
      });
    }
    return { ...verdict, fields: { ...verdict.fields, ...fields } };
  }

  /** A refusal, also one that a script wants, is an entry: the same request again is a duplicate. */
  bookRefusal(request: Request, responseCode: string): void {
    const { message, card, terminal } = request;
    const row = rowOf(request);
    if (!isBooked(row)) return;
    this.#booksFor(request).decline(keyOfMessage(message), {
      transaction: row.name,
      responseCode,
      amountMinor: amountOf(message),
      ...presentationOf(message.fields),
      ...(card?.type === 'card' && { pan: card.card.pan }),
      ...(terminal !== undefined && { merchant: terminal.merchant.trimEnd() }),
    });
  }

  #booksFor({ isExercise }: Request): Books {
    const { ledger } = this.#setup;
    return isExercise ? exerciseBooks(ledger) : ledger;
  }

  #chipIn({ card, message }: Request): ChipReading {
    return card?.type === 'card' ? this.#setup.chips.read(message.fields, card.card.pan) : { type: 'none' };
  }

  /** What is looked at before the effect: the card's data, the amount, the chip's cryptogram, the card, its PIN. */
  #checked(
    request: Request,
    row: TransactionRow,
    terminal: Terminal,
    chip: ChipReading,
    rest: Pick<Case, 'numbers' | 'now' | 'approval'>,
  ): Result<Case, Verdict> {
    const { fields } = request.message;
    const keys = keysOf(terminal);
    const no = (responseCode: string, reason: string) => ({ ok: false, error: refused(responseCode, reason) }) as const;
    const fault = cardDataFault(fields, keys, row);
    if (fault !== undefined) return no('30', fault);
    const reading = request.card;
    if (reading?.type === 'unreadable') return no('14', reading.problem);
    if (reading?.type !== 'card') return no('40', 'no-card');
    const { card } = reading;
    const amountMinor = amountOf(request.message);
    if (fields[4] !== undefined && amountMinor === 0n) return no('13', 'amount-zero');
    if (fields[49] !== undefined && fields[49] !== '156') {
      return no(row.effect === 'transfer' ? 'A1' : '12', 'currency-not-offered');
    }
    if (amountMinor > this.#limitMinor(card.pan)) return no('61', 'amount-above-the-limit');
    if (chip.type === 'wrong') {
      return no(chip.fault === 'form' ? '30' : this.#setup.rules.wrongCryptogramCode, chip.problem);
    }
    const pin = readPin(fields, card.pan, keys);
    const use = ['undo', 'credit', 'capture'].includes(row.effect) ? 'follow-up' : 'new';
    if (use === 'new' && isStripeEntry(fields)) {
      const stripeVerdict = this.#setup.issuer.stripeVerdict(card.pan, isFallback(fields));
      if (stripeVerdict !== '00') return no(stripeVerdict, 'the-chip-is-to-be-read');
    }
    const { isExercise } = request;
    const presented = { ...card, ...(pin !== undefined && { pin }), now: rest.now, isExercise };
    const responseCode = this.#setup.issuer.verdict(presented, use);
    if (responseCode !== '00') return { ok: false, error: { responseCode } };
    return ok({ request, row, terminal, card, chip, fields, amountMinor, ...rest });
  }

  #limitMinor(pan: string): bigint {
    const { issuer, rules } = this.#setup;
    const ofCard = issuer.limitMinor(pan) ?? rules.amountLimitMinor;
    return ofCard < rules.amountLimitMinor ? ofCard : rules.amountLimitMinor;
  }

  readonly #effects: Readonly<Record<Effect, (the: Case) => Verdict>> = {
    inquire: (the) => ({
      responseCode: the.approval,
      fields: { 54: balanceField(this.#setup.ledger.balanceMinor(the.card.pan) ?? 0n), ...this.#remarks(the) },
    }),
    verify: (the) => this.#verify(the),
    debit: (the) => this.#debit(the),
    hold: (the) => {
      const { pan } = the.card;
      return this.#book(the, moved(the.amountMinor, ['balance', pan], ['hold', pan]));
    },
    undo: (the) => this.#undo(the),
    credit: (the) => this.#credit(the),
    capture: (the) => this.#capture(the),
    transfer: (the) => this.#transfer(the),
  };

  #debit(the: Case): Verdict {
    const { card, terminal, amountMinor } = the;
    const of = (minor: bigint): Movement => ({
      ...moved(minor, ['balance', card.pan], ['merchant', terminal.merchant.trimEnd()]),
      amountMinor: minor,
    });
    const balanceMinor = this.#setup.ledger.balanceMinor(card.pan) ?? 0n;
    const takesPart = this.#setup.rules.partialApproval() && the.fields[60]?.[PARTIAL_DIGIT] === '1';
    const isShort = balanceMinor > 0n && balanceMinor < amountMinor;
    return takesPart && isShort
      ? this.#book({ ...the, approval: '10' }, of(balanceMinor))
      : this.#book(the, of(amountMinor));
  }

  #undo(the: Case): Verdict {
    const found = this.#original(the);
    if (!found.ok) return found.error;
    const original = found.value;
    if (original.refundedMinor > 0n) return refused('12', 'original-is-partly-refunded');
    if (original.amountMinor !== the.amountMinor) return refused('64', 'amount-differs');
    return this.#book(the, {
      postings: original.postings.map((posting) => ({ ...posting, minor: -posting.minor })),
      // What the original had changed is as it was before: a completion's pre-authorization holds again.
      changes: [changed(original, 'voided'), ...original.changed.map(({ before }) => before)],
      ...(the.fields[38] !== undefined && { authorizationCode: the.fields[38] }),
    });
  }

  #credit(the: Case): Verdict {
    const found = this.#original(the);
    const movement = moved(the.amountMinor, ['merchant', the.terminal.merchant.trimEnd()], ['balance', the.card.pan]);
    if (!found.ok) {
      const isUnknown = found.error.reason === 'no-original' && this.#setup.rules.refundsWithoutOriginal;
      return isUnknown ? this.#book(the, movement) : found.error;
    }
    const original = found.value;
    if (the.amountMinor > leftMinor(original)) return refused('64', 'more-than-is-left-of-the-original');
    const after = {
      ...changed(original, the.amountMinor === leftMinor(original) ? 'refunded' : original.state),
      refundedMinor: original.refundedMinor + the.amountMinor,
    };
    return this.#book(the, { ...movement, changes: [after] });
  }

  #capture(the: Case): Verdict {
    const found = this.#original(the);
    if (!found.ok) return found.error;
    const original = found.value;
    const { amountMinor, card, terminal } = the;
    const limitMinor = (original.amountMinor * this.#setup.rules.completionPercent) / 100n;
    if (amountMinor > limitMinor) return refused('64', 'more-than-may-be-captured');
    return this.#book(the, {
      postings: [
        { book: 'hold', owner: card.pan, minor: -original.amountMinor },
        { book: 'balance', owner: card.pan, minor: original.amountMinor - amountMinor },
        { book: 'merchant', owner: terminal.merchant.trimEnd(), minor: amountMinor },
      ],
      changes: [changed(original, 'completed')],
      ...(original.authorizationCode !== undefined && { authorizationCode: original.authorizationCode }),
    });
  }

  #verify(the: Case): Verdict {
    const fault = verificationFault(the.fields);
    if (fault !== undefined) return refused('30', fault);
    const { amountLimitMinor } = this.#setup.rules;
    this.#verified.set(verifierOf(the), { stan: Number(the.fields[11]), pan: the.card.pan });
    return { responseCode: the.approval, fields: verifiedReply(amountLimitMinor) };
  }

  #transfer(the: Case): Verdict {
    const receiving = receivingCard(the.fields);
    if (receiving === undefined) return refused('30', 'F62 is no card number');
    if (the.row.name === 'two-card-transfer') {
      const verified = this.#verified.get(verifierOf(the));
      if (verified?.pan !== receiving || verified.stan !== Number(the.fields[11])) {
        return refused('12', 'receiving-card-not-verified');
      }
    }
    if (receiving === the.card.pan || this.#setup.ledger.balanceMinor(receiving) === undefined) {
      return refused('A3', receiving === the.card.pan ? 'to-the-paying-card' : 'no-such-receiving-card');
    }
    return this.#book(the, {
      ...moved(the.amountMinor, ['balance', the.card.pan], ['balance', receiving]),
      receivingPan: receiving,
    });
  }

  #original({ amountMinor, card, fields, request, row, terminal }: Case): Result<Entry, Verdict> {
    const { original } = row;
    if (original === undefined) throw new Bug(`${row.name} has no original in the table.`);
    const { isExercise } = request;
    const sought = { amountMinor, fields, isExercise, terminal, pan: card.pan, row: { ...row, original } };
    return findOriginal(sought, this.#setup.ledger);
  }

  #book(the: Case, movement: Movement & Pick<Partial<Booking>, 'receivingPan'>): Verdict {
    const { amountMinor, approval, card, chip, fields, numbers, row, terminal } = the;
    const booking: Booking = {
      transaction: row.name,
      state: row.effect === 'debit' || row.effect === 'hold' ? 'held' : 'booked',
      amountMinor,
      requestedMinor: amountMinor,
      pan: card.pan,
      merchant: terminal.merchant.trimEnd(),
      responseCode: approval,
      date: the.now.slice(4, 8),
      ...numbers,
      foreign: this.#setup.issuer.organisation(card.pan) !== DOMESTIC,
      ...(fields[61] !== undefined && { originalField: fields[61] }),
      ...presentationOf(fields),
      ...(chip.type === 'proven' && { chipCounter: chip.chip.counter }),
      ...movement,
    };
    const outcome = this.#booksFor(the.request).book(keyOfMessage(the.request.message), booking);
    return outcome === 'booked' ? this.#approved(the, booking) : refused(refusalOf[outcome], outcome);
  }

  #approved(the: Case, { amountMinor, authorizationCode }: Booking): Verdict {
    const expiry = this.#setup.issuer.expiry(the.card.pan);
    return {
      responseCode: the.approval,
      fields: {
        4: amountMinor.toString().padStart(12, '0'),
        ...(expiry !== undefined && { 14: expiry }),
        38: authorizationCode,
        ...this.#remarks(the),
      },
    };
  }

  #remarks({ card }: Case): Fields {
    const { identity, issuer } = this.#setup;
    return remarksField(identity, issuer.organisation(card.pan));
  }
}

/** 60.6 (dialect sheet 3.1). */
const PARTIAL_DIGIT = 13;

const verifierOf = ({ request, terminal }: Case): string => `${terminal.id}/${request.isExercise}`;

type Place = readonly [Posting['book'], owner: string];

const moved = (minor: bigint, [fromBook, from]: Place, [toBook, to]: Place): Movement => ({
  postings: [
    { book: fromBook, owner: from, minor: -minor },
    { book: toBook, owner: to, minor },
  ],
  changes: [],
});

const changed = (entry: Entry, state: Entry['state']): Change => ({
  of: keyOf(entry),
  state,
  refundedMinor: entry.refundedMinor,
});

const refusalOf: Readonly<Record<Exclude<BookingOutcome, 'booked'>, string>> = {
  'insufficient-funds': '51',
  'no-such-account': '14',
  'already-decided': '94',
  full: '96',
};

/** Inquiries move nothing, and the two steps of a two-card transfer share their trace number. */
const isBooked = ({ effect }: TransactionRow): boolean => effect !== 'inquire' && effect !== 'verify';

/** F54: account type, the amount that can be spent (02), currency, sign, amount (dialect sheet 2). */
const balanceField = (minor: bigint): string =>
  `1002156${minor < 0n ? 'D' : 'C'}${(minor < 0n ? -minor : minor).toString().padStart(12, '0')}`;

function rowOf({ row: { transaction } }: Request): TransactionRow {
  if (transaction === undefined) throw new Bug('Only a transaction of the table gets this far.');
  return transaction;
}

function keysOf({ keys }: Terminal): WorkingKeys {
  if (keys === undefined) throw new Bug('Only a terminal that has signed in gets this far.');
  return keys;
}
