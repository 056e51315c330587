/** Finds the transaction that a void, a refund or a completion is about (dialect sheet 3.4, 4.4). */
import type { Fields } from '../../../src/host/iso8583/message.ts';
import { fail, ok, type Result } from '../../../src/domain/result.ts';
import { refused, type Verdict } from './exchange.ts';
import type { Terminal } from './keys.ts';
import type { Ledger } from './ledger.ts';
import type { Entry } from './ledger-entry.ts';
import type { OriginalBy, TransactionRow } from './transactions.ts';

export interface OriginalSought {
  readonly fields: Fields;
  readonly terminal: Terminal;
  readonly pan: string;
  readonly amountMinor: bigint;
  readonly isExercise: boolean;
  readonly row: TransactionRow & { readonly original: NonNullable<TransactionRow['original']> };
}

export type Found = Result<Entry, Verdict>;

/** F61: batch 6, trace 6, date 4 (dialect sheet 3.4). */
interface OriginalField {
  readonly batch: number;
  readonly stan: number;
  /** MMDD. */
  readonly date: string;
}

const DIGITS_WITHOUT_DATE = 12;
const DIGITS_WITH_DATE = 16;

/** The original in force, or F39: 25 there is none, 22 it is not this one's to follow, 12 nothing of it is left. */
export function findOriginal(sought: OriginalSought, ledger: Ledger): Found {
  const field = readOriginalField(sought);
  if (field === undefined) return fail(refused('30', 'F61 is too short'));
  if (sought.isExercise) return ok(rehearsed(sought, field));
  const found = finders[sought.row.original.by](sought, field, ledger);
  if (!found.ok) return found;
  const fault = unfitness(found.value, sought) ?? contradiction(found.value, sought);
  return fault === undefined ? found : fail(fault);
}

/** What an exercise follows up was an exercise too, which nobody kept: it was all that the follow-up says. */
const rehearsed = ({ amountMinor, fields, terminal }: OriginalSought, { batch, stan }: OriginalField): Entry => ({
  terminal: terminal.id,
  batch,
  stan,
  state: 'booked',
  amountMinor,
  requestedMinor: amountMinor,
  refundedMinor: 0n,
  postings: [],
  changed: [],
  ...(fields[38] !== undefined && { authorizationCode: fields[38] }),
});

function readOriginalField({ fields, row }: OriginalSought): OriginalField | undefined {
  const digits = fields[61] ?? '';
  if (digits.length < (row.original.by === 'trace' ? DIGITS_WITHOUT_DATE : DIGITS_WITH_DATE)) return undefined;
  return { batch: Number(digits.slice(0, 6)), stan: Number(digits.slice(6, 12)), date: digits.slice(12, 16) };
}

type Finder = (sought: OriginalSought, field: OriginalField, ledger: Ledger) => Found;

const none = (reason: string): Found => fail(refused('25', reason));

const finders: Readonly<Record<OriginalBy, Finder>> = {
  trace({ fields, terminal }, { batch, stan }, ledger) {
    if (batch !== terminal.batch) return fail(refused('22', 'original-of-another-batch'));
    const entry = ledger.entry({ terminal: terminal.id, batch, stan });
    if (entry === undefined) return none('no-original');
    return entry.referenceNumber === fields[37] || entry.referenceNumber === undefined
      ? ok(entry)
      : none('reference-number-differs');
  },
  reference({ fields }, field, ledger) {
    const entry = ledger.withReference(fields[37] ?? '');
    if (entry === undefined) return none('no-original');
    if (entry.date !== field.date) return none('date-differs');
    return isNamed(entry, field) ? ok(entry) : none('trace-number-differs');
  },
  authorization({ fields, pan }, field, ledger) {
    const ofThatDay = ledger.preAuthorizations(fields[38] ?? '', pan).filter(({ date }) => date === field.date);
    const entry = ofThatDay.find((each) => isNamed(each, field));
    return entry === undefined ? none('no-original') : ok(entry);
  },
};

/** Zeros name nothing: the original is in another terminal, or nobody knows its numbers. */
const isNamed = (entry: Entry, { batch, stan }: OriginalField): boolean =>
  (batch === 0 && stan === 0) || (entry.batch === batch && entry.stan === stan);

/** Why nothing can follow this entry at all. */
function unfitness(entry: Entry, { row }: OriginalSought): Verdict | undefined {
  const { state, transaction } = entry;
  if (transaction === undefined || !row.original.of.includes(transaction)) {
    return refused('25', 'original-is-another-transaction');
  }
  if (state === 'held' || state === 'booked') return undefined;
  return refused(state === 'declined' || state === 'reversed' ? '25' : '12', `original-${state}`);
}

/** What the request says otherwise than the original did. */
function contradiction(entry: Entry, { fields, pan, terminal }: OriginalSought): Verdict | undefined {
  if (entry.merchant !== terminal.merchant.trimEnd()) return refused('25', 'original-of-another-merchant');
  if (entry.pan !== pan) return refused('22', 'original-of-another-card');
  if (fields[38] !== undefined && fields[38] !== entry.authorizationCode) {
    return refused('25', 'authorization-code-differs');
  }
  return undefined;
}
