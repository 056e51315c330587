/** The ledger for people and reports: amounts as decimal strings, card numbers masked. */
import type { Entry, EntryKey, EntryMode, EntryState } from './ledger-entry.ts';
import { maskedPan } from './masked-pan.ts';
import type { TransactionName } from './transactions.ts';

export interface AccountJson {
  readonly maskedPan: string;
  readonly openingMinor: string;
  /** What can be spent. */
  readonly balanceMinor: string;
  /** By pre-authorizations. */
  readonly heldMinor: string;
}

export interface EntryJson extends EntryKey {
  readonly state: EntryState;
  readonly amountMinor: string;
  readonly transaction?: TransactionName;
  /** Where it is not the amount. */
  readonly requestedMinor?: string;
  readonly refundedMinor?: string;
  readonly maskedPan?: string;
  readonly receivingMaskedPan?: string;
  readonly merchant?: string;
  readonly entryMode?: EntryMode;
  readonly responseCode?: string;
  readonly referenceNumber?: string;
  readonly authorizationCode?: string;
  /** MMDD. */
  readonly date?: string;
  /** The entries that it changed when it was booked. */
  readonly follows?: readonly EntryKey[];
}

export interface LedgerJson {
  readonly accounts: readonly AccountJson[];
  readonly merchants: readonly { readonly merchant: string; readonly creditMinor: string }[];
  readonly entries: readonly EntryJson[];
}

export function entryJson(entry: Entry): EntryJson {
  const { terminal, batch, stan, state, amountMinor, requestedMinor, refundedMinor } = entry;
  const { transaction, merchant, responseCode, referenceNumber, authorizationCode, date } = entry;
  return {
    terminal,
    batch,
    stan,
    state,
    amountMinor: amountMinor.toString(),
    ...(transaction !== undefined && { transaction }),
    ...(requestedMinor !== amountMinor && { requestedMinor: requestedMinor.toString() }),
    ...(refundedMinor > 0n && { refundedMinor: refundedMinor.toString() }),
    ...(entry.pan !== undefined && { maskedPan: maskedPan(entry.pan) }),
    ...(entry.receivingPan !== undefined && { receivingMaskedPan: maskedPan(entry.receivingPan) }),
    ...(merchant !== undefined && { merchant }),
    ...(entry.entryMode !== undefined && { entryMode: entry.entryMode }),
    ...(responseCode !== undefined && { responseCode }),
    ...(referenceNumber !== undefined && { referenceNumber }),
    ...(authorizationCode !== undefined && { authorizationCode }),
    ...(date !== undefined && { date }),
    ...(entry.changed.length > 0 && { follows: entry.changed.map(({ after }) => after.of) }),
  };
}

export function ledgerJson(
  accounts: Iterable<{
    readonly pan: string;
    readonly openingMinor: bigint;
    readonly balanceMinor: bigint;
    readonly heldMinor: bigint;
  }>,
  merchants: ReadonlyMap<string, bigint>,
  entries: Iterable<Entry>,
): LedgerJson {
  return {
    accounts: [...accounts].map(({ pan, openingMinor, balanceMinor, heldMinor }) => ({
      maskedPan: maskedPan(pan),
      openingMinor: openingMinor.toString(),
      balanceMinor: balanceMinor.toString(),
      heldMinor: heldMinor.toString(),
    })),
    merchants: [...merchants].map(([merchant, minor]) => ({ merchant, creditMinor: minor.toString() })),
    entries: [...entries].map(entryJson),
  };
}
