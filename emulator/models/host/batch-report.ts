/** What the host and the terminal each have of a settled batch, side by side. */
import { hasEffect, type Entry } from './ledger-entry.ts';
import { entryJson, type EntryJson } from './ledger-json.ts';
import { maskedPan } from './masked-pan.ts';
import { isSettled, sideOf, totalsJson, totalsOfEntries, type Balanced, type TotalsJson } from './settlement.ts';
import type { TransactionName } from './transactions.ts';
import type { Batch, Upload } from './uploads.ts';

interface BatchItemJson {
  readonly stan: number;
  readonly amountMinor: string;
  readonly maskedPan?: string;
  /** As the host knows it. */
  readonly transaction?: TransactionName;
  /** As the terminal uploaded it. */
  readonly kind?: Upload['kind'];
}

interface CertificateFindingJson extends BatchItemJson {
  /** In words without content. */
  readonly problem: string;
}

export interface BatchReport {
  readonly terminal: string;
  readonly batch: number;
  /** All that the host has approved and that was not reversed; the totals leave out what moves no money to the merchant. */
  readonly transactions: readonly EntryJson[];
  readonly hostTotals: TotalsJson;
  /** Absent until the terminal has settled. */
  readonly terminalTotals?: TotalsJson;
  readonly balanced?: Balanced;
  readonly uploads: number;
  /** What the end of the upload said, once it has come. */
  readonly end?: { readonly saidBalanced: boolean; readonly announced: number };
  readonly matched: readonly BatchItemJson[];
  /** Uploaded, and not in the ledger like this. */
  readonly missingAtHost: readonly BatchItemJson[];
  /** In the ledger and not uploaded, on a side whose totals differ. Where they agree nothing need be uploaded. */
  readonly missingAtTerminal: readonly BatchItemJson[];
  /** None is what must come out of a settled batch: every approved chip transaction has one certificate, and a right one. */
  readonly certificateFindings: readonly CertificateFindingJson[];
}

export function reportOf(
  key: { readonly terminal: string; readonly batch: number },
  { end, settled, uploads }: Batch,
  entries: readonly Entry[],
): BatchReport {
  const atHost = entries.filter(isSettled);
  // A failed chip transaction is uploaded as a proof: it claims no money. One that moves none has a proof too.
  const claims = uploads.filter(({ kind }) => kind !== 'chip-failed');
  const matched = atHost.filter((entry) => claims.some((upload) => isSame(entry, upload)));
  const isOfHold = (upload: Upload): boolean =>
    upload.chip !== undefined && entries.some((entry) => hasEffect(entry) && isSame(entry, upload));
  const isDue = (entry: Entry): boolean => settled?.balanced[sideOf(entry)] !== true;
  return {
    ...key,
    transactions: entries.filter(hasEffect).map(entryJson),
    hostTotals: totalsJson(totalsOfEntries(entries)),
    ...(settled !== undefined && {
      terminalTotals: totalsJson(settled.terminalTotals),
      balanced: settled.balanced,
    }),
    uploads: uploads.length,
    ...(end !== undefined && { end }),
    matched: matched.map(hostItem),
    missingAtHost: claims
      .filter((upload) => !atHost.some((entry) => isSame(entry, upload)) && !isOfHold(upload))
      .map(terminalItem),
    missingAtTerminal: atHost.filter((entry) => !matched.includes(entry) && isDue(entry)).map(hostItem),
    certificateFindings: settled === undefined ? [] : certificateFindings(uploads, entries, settled.balanced),
  };
}

/**
 * Missing is a certificate of money that moved. One of a pre-authorization may be there or not: no source says
 * (dialect sheet 9.5).
 */
function certificateFindings(
  uploads: readonly Upload[],
  entries: readonly Entry[],
  { domestic, foreign }: Balanced,
): readonly CertificateFindingJson[] {
  const proofs = uploads.filter(({ chip, kind }) => chip !== undefined && kind !== 'chip-failed');
  const chips = entries.filter((entry) => hasEffect(entry) && entry.chipCounter !== undefined);
  const isOf = (entry: Entry, upload: Upload): boolean =>
    isSame(entry, upload) && entry.chipCounter === upload.chip?.counter;
  const problemOf = (upload: Upload, index: number): string | undefined => {
    const entry = chips.find((each) => isOf(each, upload));
    if (entry === undefined) return 'surplus: no approved chip transaction is like this';
    if (proofs.slice(0, index).some((other) => isOf(entry, other))) return 'surplus: it has a certificate already';
    if (upload.chip?.saysBalanced !== (domestic && foreign)) return '60.3 says otherwise than the settlement';
    return upload.chip.fault;
  };
  return [
    ...chips
      .filter((entry) => isSettled(entry) && !proofs.some((upload) => isOf(entry, upload)))
      .map((entry) => ({ ...hostItem(entry), problem: 'missing' })),
    ...proofs.flatMap((upload, index) => {
      const problem = problemOf(upload, index);
      return problem === undefined ? [] : [{ ...terminalItem(upload), problem }];
    }),
  ];
}

/** The trace number, the amount and the side; the card too where the upload names one. */
const isSame = (entry: Entry, { amountMinor, pan, side, stan }: Upload): boolean =>
  entry.stan === stan &&
  entry.amountMinor === amountMinor &&
  sideOf(entry) === side &&
  (pan === undefined || entry.pan === pan);

const hostItem = ({ stan, amountMinor, pan, transaction }: Entry): BatchItemJson => ({
  stan,
  amountMinor: amountMinor.toString(),
  ...(pan !== undefined && { maskedPan: maskedPan(pan) }),
  ...(transaction !== undefined && { transaction }),
});

const terminalItem = ({ stan, amountMinor, pan, kind }: Upload): BatchItemJson => ({
  stan,
  amountMinor: amountMinor.toString(),
  ...(pan !== undefined && { maskedPan: maskedPan(pan) }),
  kind,
});
