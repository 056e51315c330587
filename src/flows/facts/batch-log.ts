import type { AmountMinor } from '../../domain/money.ts';
import type { JournalRow } from '../journal.ts';
import { isIssuerAuthenticated, type ChipEndFacts } from '../transaction/chip-facts.ts';
import type { CardFacts, OriginalFacts } from '../transaction/events.ts';
import { TRANSACTION_TYPES, type TransactionKind } from '../transaction/types.ts';
import type { Entries } from '../transaction/commands.ts';

/** An approved transaction of the batch: what voids, reprints and the settlement need of it. */
export interface BatchEntry extends OriginalFacts {
  readonly maskedPan: string;
  readonly sealedPan: string;
  readonly expiry: string;
  /** Its rows in the journal. */
  readonly flowId: number;
  readonly kind: TransactionKind;
  readonly amount: AmountMinor;
  /** 63.1 is not CUP: it counts on the foreign side of the settlement (dialect sheet 9.4). */
  readonly foreign: boolean;
  /** What it followed up itself. */
  readonly original?: OriginalFacts;
  /** A later transaction has taken it back. */
  readonly undone: boolean;
  /** A notice that the host is still to have. */
  readonly toForward: boolean;
  /** Of a chip that has carried the payment: what the settlement uploads (dialect sheet 9.5, steps 6 to 8). */
  readonly chip?: {
    readonly sequenceNumber: string;
    /** Hex: the financial list with the last cryptogram. */
    readonly field55: string;
    readonly issuerAuthenticated: boolean;
  };
}

const ENDS_OF_PRINTING: ReadonlySet<JournalRow['event']['type']> = new Set([
  'SlipPrinted',
  'PrintDeferred',
  'ReceiptTaken',
]);

/**
 * Learns from the rows of one transaction that has ended. An approved transaction that moved money ends with its last
 * slip printed, put off or taken electronically, and no other does.
 */
export function enterInBatch(batch: readonly BatchEntry[], rows: readonly JournalRow[]): readonly BatchEntry[] {
  const last = rows.at(-1)?.event.type;
  if (last === undefined || !ENDS_OF_PRINTING.has(last)) return batch;
  const entry = entryOf(rows);
  if (entry === undefined) return batch;
  const { kind, original } = entry;
  // What was refunded, perhaps in part, can be refunded further.
  if (kind === 'refund') return [...batch, entry];
  const undone = batch.find((each) => isSame(each, original));
  const others = batch.map((each) => {
    if (each === undone) return { ...each, undone: true };
    // What was completed holds again when its completion is voided.
    return isSame(each, undone?.original) ? { ...each, undone: false } : each;
  });
  return [...others, entry];
}

const isSame = ({ batch, stan }: OriginalFacts, other: OriginalFacts | undefined): boolean =>
  other !== undefined && batch === other.batch && stan === other.stan;

/** The one that is named like this, if it may be followed up by a transaction of that kind. */
export function findInBatch(
  log: readonly BatchEntry[],
  wanted: { readonly batch: number; readonly kind: TransactionKind; readonly entries: Entries },
): BatchEntry | undefined {
  const { code, date, reference, voucher } = wanted.entries;
  const { follows, original } = TRANSACTION_TYPES[wanted.kind];
  return log.findLast((entry): boolean => {
    switch (original) {
      case 'voucher':
        return (
          entry.batch === wanted.batch && entry.stan === Number(voucher) && entry.kind === follows && !entry.undone
        );
      case 'reference':
        return (
          entry.referenceNumber === reference && entry.date === date && TRANSACTION_TYPES[entry.kind].totals === 'debit'
        );
      case 'authorization-code':
        return (
          entry.kind === 'pre-authorization' && entry.authorizationCode === code && entry.date === date && !entry.undone
        );
      default:
        return false;
    }
  });
}

/** 63.1; absent means CUP (dialect sheet 2.1). */
export const isForeign = (cardOrganisation = 'CUP'): boolean => cardOrganisation !== 'CUP';

/** The last event of that type among a flow's. */
export const eventOf = <Type extends JournalRow['event']['type']>(rows: readonly JournalRow[], type: Type) =>
  rows.findLast(({ event }) => event.type === type)?.event as
    | Extract<JournalRow['event'], { readonly type: Type }>
    | undefined;

function entryOf(rows: readonly JournalRow[]): BatchEntry | undefined {
  const find = <Type extends JournalRow['event']['type']>(type: Type) => eventOf(rows, type);
  const [first] = rows;
  const started = find('TransactionStarted');
  const original = find('OriginalFound')?.original;
  const trace = find('TraceAllotted');
  const card = find('CardRead')?.card ?? original;
  const reply = find('HostReplied')?.reply;
  const part = find('PartAccepted') === undefined ? undefined : reply?.amount;
  const amount = part ?? find('AmountEntered')?.amount ?? original?.amount;
  if (first === undefined || started === undefined || started.training === true) return undefined;
  if (amount === undefined || trace === undefined) return undefined;
  const { expiry, maskedPan, sealedPan } = card ?? {};
  if (expiry === undefined || maskedPan === undefined || sealedPan === undefined) return undefined;
  const isForwarded = TRANSACTION_TYPES[started.kind].inDoubt === 'forward';
  if (reply === undefined && !isForwarded) return undefined;
  const cardOrganisation = reply?.cardOrganisation ?? original?.cardOrganisation;
  return {
    flowId: first.flowId,
    kind: started.kind,
    batch: trace.batch,
    stan: trace.stan,
    amount,
    maskedPan,
    sealedPan,
    expiry,
    foreign: isForeign(cardOrganisation),
    ...(cardOrganisation !== undefined && { cardOrganisation }),
    ...(reply?.hostDate !== undefined && { date: reply.hostDate }),
    ...(reply?.referenceNumber !== undefined && { referenceNumber: reply.referenceNumber }),
    ...(reply?.authorizationCode !== undefined && { authorizationCode: reply.authorizationCode }),
    ...namedOriginal(original, rows),
    ...chipOf(find('CardRead')?.card, find('ChipEnded')?.end),
    undone: false,
    toForward: reply === undefined,
  };
}

function chipOf(card: CardFacts | undefined, end: ChipEndFacts | undefined): Pick<BatchEntry, 'chip'> {
  // A stripe that has stood in for the chip has no part in it.
  if (card?.chip === undefined || end?.fields55 === undefined) return {};
  const { sequenceNumber } = card.chip;
  const { financial: field55 } = end.fields55;
  return { chip: { sequenceNumber, field55, issuerAuthenticated: isIssuerAuthenticated(end) } };
}

/** An original of which only its own slip's words are known. */
function namedOriginal(found: OriginalFacts | undefined, rows: readonly JournalRow[]): { original?: OriginalFacts } {
  if (found !== undefined) return { original: found };
  const keyed = (name: string): string | undefined => {
    const row = rows.findLast(({ event }) => event.type === 'EntryKeyed' && event.entry === name);
    return row?.event.type === 'EntryKeyed' ? row.event.text : undefined;
  };
  const [code, date, reference] = [keyed('code'), keyed('date'), keyed('reference')];
  if (date === undefined) return {};
  return {
    original: {
      batch: 0,
      stan: 0,
      date,
      ...(reference !== undefined && { referenceNumber: reference }),
      ...(code !== undefined && { authorizationCode: code }),
    },
  };
}
