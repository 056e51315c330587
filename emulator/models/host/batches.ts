/** What the host keeps of every batch that a terminal has settled: the totals, and what was uploaded (dialect sheet 9.4, 9.5). */
import { amountOf, batchOf, refused, terminalOf, type Request, type Verdict } from './exchange.ts';
import { reportOf, type BatchReport } from './batch-report.ts';
import type { Chips } from './chips.ts';
import { DOMESTIC, type Issuer } from './issuer.ts';
import type { Terminal } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { answeredTotals, compareTotals, readTotals, totalsOfEntries } from './settlement.ts';
import { chipUpload, codeOf, detailsIn, type Batch, type Upload } from './uploads.ts';

/** A terminal that uploads more items of one batch has gone wrong: it is answered F39 96. */
const UPLOADS_MAX = 10_000;

export class Batches {
  readonly #ledger: Ledger;
  readonly #issuer: Issuer;
  readonly #chips: Chips;
  readonly #batches = new Map<string, Batch>();

  constructor(ledger: Ledger, issuer: Issuer, chips: Chips) {
    this.#ledger = ledger;
    this.#issuer = issuer;
    this.#chips = chips;
  }

  /** 0500. Closes the batch; the same again, after a lost answer, is answered alike. */
  settle(request: Request): Verdict {
    const terminal = terminalOf(request);
    const { fields } = request.message;
    const number = batchOf(request.message);
    const earlier = this.#batches.get(nameOf(terminal, number));
    if (number !== terminal.batch && earlier?.settled === undefined) return refused('77', 'not-the-current-batch');
    const terminalTotals = readTotals(fields[48] ?? '');
    if (terminalTotals === undefined) return refused('30', 'F48 is no settlement total');
    const hostTotals = totalsOfEntries(this.#ledger.entriesOf(terminal.id, number));
    const balanced = compareTotals(terminalTotals, hostTotals);
    const batch = earlier ?? { uploads: [] };
    batch.settled = { terminalTotals, hostTotals, balanced };
    this.#batches.set(nameOf(terminal, number), batch);
    if (number === terminal.batch) terminal.closeBatch();
    return {
      responseCode: '00',
      fields: { 48: answeredTotals(hostTotals, balanced), ...(fields[63] !== undefined && { 63: fields[63] }) },
    };
  }

  /** 0320 with details, 60.3 = 201. */
  detail(request: Request): Verdict {
    return this.#upload(request, detailsIn(request.message));
  }

  /** 0320 with a notice's body: an offline transaction, a refund, a completion advice. */
  notice(request: Request): Verdict {
    const { fields } = request.message;
    const { card } = request;
    const pan = card?.type === 'card' ? card.card.pan : fields[2];
    const foreign = pan !== undefined && this.#issuer.organisation(pan) !== DOMESTIC;
    return this.#upload(request, [
      {
        kind: 'notice',
        stan: Number(fields[11]),
        amountMinor: amountOf(request.message),
        side: foreign ? 'foreign' : 'domestic',
        ...(pan !== undefined && { pan }),
      },
    ]);
  }

  /** 0320 with a chip transaction's proof: 60.3 = 203 and 205 with the certificate, 204 and 206 of what failed. */
  chip(request: Request): Verdict {
    return this.#upload(request, chipUpload(request.message, this.#chips));
  }

  /** 0320, 60.3 = 207 or 202, with the number of items uploaded. */
  end(request: Request): Verdict {
    const terminal = terminalOf(request);
    const { fields } = request.message;
    const batch = this.#batches.get(nameOf(terminal, batchOf(request.message)));
    if (batch?.settled === undefined) return refused('77', 'batch-not-settled');
    if (!/^\d{4}$/.test(fields[48] ?? '')) return refused('30', 'F48 is no count of four digits');
    batch.end = { saidBalanced: codeOf(fields) === '207', announced: Number(fields[48]) };
    return { responseCode: '00' };
  }

  /** What both sides have of a batch. @param terminal F41, without spaces on the right. */
  report(terminal: string, batch: number): BatchReport {
    const kept = this.#batches.get(`${terminal}/${batch}`) ?? { uploads: [] };
    return reportOf({ terminal, batch }, kept, this.#ledger.entriesOf(terminal, batch));
  }

  #upload(request: Request, uploads: readonly Upload[] | string): Verdict {
    if (typeof uploads === 'string') return refused('30', uploads);
    const batch = this.#batches.get(nameOf(terminalOf(request), batchOf(request.message)));
    if (batch?.settled === undefined) return refused('77', 'batch-not-settled');
    const fresh = uploads.filter(
      ({ kind, stan }) => !batch.uploads.some((known) => known.kind === kind && known.stan === stan),
    );
    if (fresh.length === 0) return refused('94', 'uploaded-before');
    if (batch.uploads.length + fresh.length > UPLOADS_MAX) return refused('96', 'too-many-uploads');
    batch.uploads.push(...fresh);
    return { responseCode: '00' };
  }
}

const nameOf = ({ id }: Terminal, batch: number): string => `${id}/${batch}`;
