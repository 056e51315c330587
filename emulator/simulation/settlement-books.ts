/** Holds each batch's books against each other: what the journal makes it come to, what the host has of it, and its papers. */
import { responseMeaning } from '../../src/domain/response-code.ts';
import { CNY, formatAmount, toAmountMinor } from '../../src/domain/money.ts';
import type { FlowEvent } from '../../src/flows/journal.ts';
import { TRANSACTION_TYPES, type TransactionKind } from '../../src/flows/transaction/types.ts';
import type { BatchReport } from '../models/host/batch-report.ts';
import type { Service, Transaction } from './replayed.ts';
import { reportIdOf, sixDigits, type Paper } from './slips.ts';
import type { SimulatedWorld } from './world.ts';

export interface BatchBooks {
  readonly world: SimulatedWorld;
  readonly transactions: readonly Transaction[];
  readonly services: readonly Service[];
  readonly paper: Paper;
}

type Side = 'domestic' | 'foreign';
const SIDES: readonly Side[] = ['domestic', 'foreign'];

/** Of one batch: what it comes to, and every attempt to settle it. */
interface Batch {
  readonly number: number;
  readonly items: readonly Transaction[];
  /** Approved with a chip that moved no money: each has a certificate, and counts on no side. */
  readonly holds: readonly Transaction[];
  /** Of those of which nobody knows, or whose reversal was given up: the host may have them, and no proof of them. */
  readonly unknown: readonly number[];
  readonly settlements: readonly Service[];
  readonly report: BatchReport;
  /** Of each side: whether the host may rightly have something else, given up or refused for good. */
  readonly isDoubtful: Readonly<Record<Side, boolean>>;
}

/** Everything on which the books of the batches differ. */
export function batchDisagreements(books: BatchBooks): readonly string[] {
  return [
    ...batchesOf(books).flatMap((batch) => [...onHost(batch), ...uploads(batch), ...onPaper(batch, books)]),
    ...books.transactions.filter(isStored).flatMap((notice) => noticeAtHost(notice, books)),
  ];
}

/** The reports that somebody was owed. */
export const reportsOwed = (services: readonly Service[]): readonly string[] =>
  services.filter(isSettled).flatMap((each) => papersOf(each).map((name) => reportIdOf(each.context.batch, name)));

const isSettlement = ({ context }: Service): boolean => context.kind === 'settlement';
const isSettled = (service: Service): boolean => isSettlement(service) && service.path === 'done';

function batchesOf({ services, transactions, world }: BatchBooks): readonly Batch[] {
  const settlements = services.filter(isSettlement);
  const numbers = new Set(settlements.map(({ context }) => context.batch));
  return [...numbers].map((number) => {
    const own = transactions.filter(({ context }) => context.trace?.batch === number);
    const doubtful = own.filter((each) => isDoubtful(each, world));
    return {
      number,
      items: own.filter(counts),
      holds: own.filter((each) => hasCertificate(each) && !counts(each)),
      unknown: own.filter(({ path }) => path === 'unanswered').map(stanOf),
      settlements: settlements.filter(({ context }) => context.batch === number),
      report: world.device.host.batchReport(world.terminal.terminal, number),
      isDoubtful: {
        // A card that was never answered for is of no side that the terminal knows.
        domestic: doubtful.some((each) => each.path === 'unanswered' || sideOf(each) === 'domestic'),
        foreign: doubtful.some((each) => each.path === 'unanswered' || sideOf(each) === 'foreign'),
      },
    };
  });
}

function isDoubtful({ context: { stored, trace }, path }: Transaction, { device, terminal }: SimulatedWorld): boolean {
  if (path === 'unanswered') return true;
  const entry = trace && device.host.entryJson(terminal.terminal, trace.batch, trace.stan);
  return path === 'approved' && stored && entry?.state !== 'booked' && entry?.state !== 'refunded';
}

const counts = ({ context, path }: Transaction): boolean =>
  path === 'approved' && !context.training && TRANSACTION_TYPES[context.kind].totals !== 'none';

/** Of a chip that has carried the whole payment; a stripe that stood in for one has none. */
const hasCertificate = ({ context: { card, chipEnd, kind, training }, path }: Transaction): boolean =>
  path === 'approved' &&
  TRANSACTION_TYPES[kind].slip &&
  !training &&
  card?.chip !== undefined &&
  chipEnd?.fields55 !== undefined;

/** A 94 does not say whose card it is; its original did. */
function sideOf({ context: { original, reply } }: Transaction): Side {
  const organisation = reply?.cardOrganisation ?? original?.cardOrganisation ?? 'CUP';
  return organisation === 'CUP' ? 'domestic' : 'foreign';
}

const minorOf = ({ context: { amount } }: Transaction): bigint => BigInt(amount ?? '0');
const stanOf = ({ context: { trace } }: Transaction): number => trace?.stan ?? 0;

const sum = (items: readonly Transaction[]): bigint => items.reduce((total, each) => total + minorOf(each), 0n);

/** As `models/host/settlement.ts` reports it. */
function totalsOf(items: readonly Transaction[], side: Side): object {
  const of = (totals: 'debit' | 'credit'): readonly Transaction[] =>
    items.filter((each) => sideOf(each) === side && TRANSACTION_TYPES[each.context.kind].totals === totals);
  const [debit, credit] = [of('debit'), of('credit')];
  return {
    debitCount: debit.length,
    creditCount: credit.length,
    debitMinor: sum(debit).toString(),
    creditMinor: sum(credit).toString(),
  };
}

/** Why the host may not have the last message. */
export const isTrouble = (event: FlowEvent): boolean =>
  event.type === 'HostSilent' ||
  event.type === 'PowerRestored' ||
  event.type === 'PinPadFailed' ||
  event.type === 'ReplyMacWrong' ||
  event.type === 'HostUnreachable' ||
  (event.type === 'HostReplied' && responseMeaning(event.reply.responseCode).category !== 'approved');

/** Whether both have settled it, once, and agree on what it came to. */
function onHost(batch: Batch): readonly string[] {
  const { number, report, settlements } = batch;
  const [settlement, ...others] = settlements.filter(isSettled);
  if (others.length > 0) return [`the batch ${number} was settled ${others.length + 1} times`];
  if (settlement === undefined) {
    // The answer was lost and it was refused when asked again: the batch is still to be settled, as the batch log says.
    const isRefused = settlements.some(({ context }) => context.failure === 'refused-by-host');
    return report.terminalTotals === undefined || isRefused
      ? []
      : [`the host has settled the batch ${number}, and the terminal has not`];
  }
  if (report.balanced === undefined) return [`the terminal has settled the batch ${number}, and the host has not`];
  return [...SIDES.flatMap((side) => sideAtHost(batch, side, settlement)), ...endAtHost(batch, settlement)];
}

function sideAtHost({ isDoubtful, items, number, report }: Batch, side: Side, { context }: Service): readonly string[] {
  const [due, said] = [totalsOf(items, side), report.terminalTotals?.[side]].map((totals) => JSON.stringify(totals));
  const isBalanced = report.balanced?.[side] === true;
  const heard = context.settlement?.[side];
  const name = `the ${side} side of the batch ${number}`;
  return [
    ...(due === said ? [] : [`${name} comes to ${due}, the host was told ${said}`]),
    ...(isBalanced || isDoubtful[side] ? [] : [`nothing explains why ${name} differs`]),
    ...((heard === 'balanced') === isBalanced ? [] : [`${name} is ${isBalanced}, and ${heard} was heard`]),
  ];
}

function endAtHost({ number, report }: Batch, { context, rows }: Service): readonly string[] {
  const { balanced, end } = report;
  if (end === undefined) {
    return rows.some(({ event }) => isTrouble(event)) ? [] : [`the upload of the batch ${number} has no end`];
  }
  const isBalanced = balanced?.domestic === true && balanced.foreign;
  const isRight = end.saidBalanced === isBalanced && end.announced === context.uploaded.length;
  return isRight ? [] : [`the end of the batch ${number} says ${JSON.stringify(end)}`];
}

/** What is to be uploaded was: once, or it is on the list of failures. Chips always are (dialect sheet 9.5, step 6). */
function uploads({ holds, items, number, report, settlements, unknown }: Batch): readonly string[] {
  const settlement = settlements.find(isSettled);
  if (settlement === undefined) return [];
  const { refused, unuploaded } = settlement.context;
  const uploaded = [...report.matched, ...report.missingAtHost].map(({ stan }) => stan);
  const failed = [...refused.map(({ stan }) => stan), ...unuploaded];
  const isDue = (each: Transaction): boolean => hasCertificate(each) || report.balanced?.[sideOf(each)] === false;
  const due = items.filter(isDue).map(stanOf);
  const ofHolds = report.uploads - uploaded.length;
  const heard = holds.filter((each) => !failed.includes(stanOf(each))).length;
  return [
    ...due
      .filter((stan) => !uploaded.includes(stan) && !failed.includes(stan))
      .map((stan) => `${number}/${stan} was not uploaded, and is on no list of failures`),
    ...uploaded.filter((stan) => !due.includes(stan)).map((stan) => `${number}/${stan} was uploaded, and need not be`),
    ...refused
      .filter(({ responseCode }) => responseCode === '94')
      .map(({ stan }) => `${number}/${stan} is on the list of failures, and the host has it`),
    // Of a failure the host may have had the upload, and only its answer was none.
    ...(ofHolds >= heard && ofHolds <= holds.length
      ? []
      : [`${report.uploads} uploads of ${number} are ${uploaded.length}, and those of ${heard} holds`]),
    ...report.certificateFindings
      .filter(({ problem, stan }) => problem !== 'missing' || !(failed.includes(stan) || unknown.includes(stan)))
      .map(({ problem, stan }) => `the certificate of ${number}/${stan}: ${problem}`),
  ];
}

const papersOf = ({ context: { asks, refused, unuploaded } }: Service) => [
  'settlement' as const,
  ...(asks.details ? (['details'] as const) : []),
  ...(refused.length + unuploaded.length > 0 ? (['failures'] as const) : []),
];

function onPaper(batch: Batch, { paper, transactions }: BatchBooks): readonly string[] {
  const settlement = batch.settlements.find(isSettled);
  if (settlement === undefined) return [];
  return papersOf(settlement).flatMap((name) => {
    const id = reportIdOf(batch.number, name);
    const complete = paper.complete(id);
    const unmarked = paper.unmarkedHeads(id);
    const wanted = {
      settlement: () => SIDES.flatMap((side) => sideOnPaper(batch, side)),
      details: () => detailsOnPaper(batch, transactions),
      failures: () => failuresOnPaper(settlement),
    }[name]();
    return [
      ...(complete.length > 0 ? [] : [`there is no complete report ${id}`]),
      ...(unmarked > 1 ? [`${unmarked} reports ${id} are not marked as reprints`] : []),
      ...complete.flatMap(({ lines }) => {
        const text = read(lines.join(' '));
        return wanted
          .filter((words) => !text.includes(read(words)))
          .map((words) => `the report ${id} does not say ${words}`);
      }),
    ];
  });
}

/** Without the English, which stands on lines of its own where the paper is narrow. */
const read = (text: string): string => text.replaceAll(/[A-Z]{2,}/g, ' ').replaceAll(/\s+/g, ' ');

/** The verdict of a side, a row for every kind of transaction, and the host's own where it has others. */
function sideOnPaper({ items, report }: Batch, side: Side): readonly string[] {
  const own = items.filter((each) => sideOf(each) === side);
  const kinds = (Object.keys(TRANSACTION_TYPES) as TransactionKind[]).map((kind) => ({
    name: (TRANSACTION_TYPES[kind].settlementName ?? TRANSACTION_TYPES[kind].name).zh,
    of: own.filter(({ context }) => context.kind === kind),
  }));
  const row = (name: string, count: number, minor: bigint): string =>
    `${name} ${count} ${formatAmount(toAmountMinor(minor), CNY)}`;
  const rows = kinds.filter(({ of }) => of.length > 0).map(({ name, of }) => row(name, of.length, sum(of)));
  const isBalanced = report.balanced?.[side] === true;
  const { creditCount, creditMinor, debitCount, debitMinor } = report.hostTotals[side];
  return [
    `${side === 'domestic' ? '内卡' : '外卡'}(CARDS): ${isBalanced ? '对账平' : '对账不平'}`,
    // Of both sides, but no two kinds have rows alike.
    ...rows,
    ...(isBalanced
      ? []
      : [row('主机借记', debitCount, BigInt(debitMinor)), row('主机贷记', creditCount, BigInt(creditMinor))]),
  ];
}

/** Dialect sheet 11.6: voided pairs are left out. */
function detailsOnPaper({ items }: Batch, transactions: readonly Transaction[]): readonly string[] {
  const undone = undoneBy(transactions);
  const listed = items.filter(
    (each) => TRANSACTION_TYPES[each.context.kind].follows === undefined && !undone.has(each.began),
  );
  return [`(SUM):${listed.length}`, ...listed.map((each) => `${sixDigits(stanOf(each))} ${letterOf(each)} `)];
}

const letterOf = ({ context: { kind } }: Transaction): string => TRANSACTION_TYPES[kind].letter;

/** By the first row of each: what later transactions have taken back, but for refunds, of which there may be more than one. */
export function undoneBy(transactions: readonly Transaction[]): ReadonlySet<number> {
  const undone = new Set<number>();
  const originalOf = ({ context: { original } }: Transaction): Transaction | undefined =>
    transactions.find(
      ({ context: { trace } }) =>
        trace !== undefined && trace.stan === original?.stan && trace.batch === original.batch,
    );
  for (const each of transactions) {
    const original = originalOf(each);
    if (each.path !== 'approved' || each.context.training || each.context.kind === 'refund' || !original) continue;
    undone.add(original.began);
    // What was completed holds again when its completion is voided.
    const held = originalOf(original);
    if (held !== undefined) undone.delete(held.began);
  }
  return undone;
}

const failuresOnPaper = ({ context: { refused, unuploaded } }: Service): readonly string[] => [
  ...unuploaded.map(sixDigits),
  ...refused.map(({ stan }) => sixDigits(stan)),
];

const isStored = ({ context, path }: Transaction): boolean =>
  path === 'approved' && context.stored && !context.training;

/** F39 of every answer to a notice that was forwarded, oldest first. */
export const answersTo = (stan: number, services: readonly Service[]): readonly string[] =>
  services
    .filter(({ context }) => context.kind === 'forwarding')
    .flatMap(({ rows }) => {
      let under: number | undefined;
      return rows.flatMap(({ event }) => {
        if (event.type === 'TraceKept') under = event.stan;
        return event.type === 'HostReplied' && under === stan ? [event.reply.responseCode] : [];
      });
    });

/** The host has it, or has refused it for good: it is not sent again. */
export const isFinal = (responseCode: string): boolean => responseMeaning(responseCode).action !== 'sign-in-again';

/** A notice that was stored: forwarded before anything else, and at the host once. */
function noticeAtHost(notice: Transaction, { services, transactions, world }: BatchBooks): readonly string[] {
  const { amount, trace } = notice.context;
  if (trace === undefined) return [];
  const name = `${trace.batch}/${trace.stan}`;
  const answers = answersTo(trace.stan, services);
  const isTaken = answers.some((code) => code === '94' || responseMeaning(code).category === 'approved');
  const entry = world.device.host.entryJson(world.terminal.terminal, trace.batch, trace.stan);
  const isInForce = entry?.state === 'booked' || entry?.state === 'refunded';
  return [
    ...(isTaken && !isInForce ? [`the host has taken the notice ${name}, and has it not`] : []),
    ...(isInForce && entry.amountMinor !== amount ? [`the host has the notice ${name} with ${entry.amountMinor}`] : []),
    ...(answers.filter(isFinal).length > 1 ? [`the notice ${name} was forwarded again after its answer`] : []),
    ...forwardedInTime(notice, services, transactions).map(
      (before) => `the notice ${name} was not forwarded before ${before}`,
    ),
  ];
}

const hasItem = ({ context }: Service, stan: number): boolean => context.items.some((item) => item.stan === stan);

/** Before each transaction and each settlement that came after it, until the host had answered, or it was settled. */
function forwardedInTime(
  notice: Transaction,
  services: readonly Service[],
  transactions: readonly Transaction[],
): readonly string[] {
  const { rows } = notice;
  const stan = stanOf(notice);
  const endedAt = rows.at(-1)?.seq ?? 0;
  const tries = services.filter(
    (each) =>
      each.context.kind === 'forwarding' &&
      hasItem(each, stan) &&
      each.rows.some(({ event }) => event.type === 'TraceKept'),
  );
  const later = [...transactions, ...services.filter(isSettlement)]
    .filter(({ began }) => began > endedAt)
    .toSorted((a, b) => a.began - b.began);
  return later.flatMap(({ began, context }, index) => {
    const since = later[index - 1]?.began ?? endedAt;
    const before = tries.filter((each) => each.began < began);
    const isAnswered = answersTo(stan, before).some(isFinal);
    const isOver = services.some((each) => each.began < began && isSettled(each) && hasItem(each, stan));
    return isAnswered || isOver || before.some((each) => each.began > since) ? [] : [`${context.kind} ${began}`];
  });
}
