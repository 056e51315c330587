/** Holds the books against each other: the host's ledger, the journal, what people were told, and the paper. */
import { formatAmount, CNY } from '../../src/domain/money.ts';
import type { TransactionResult } from '../../src/domain/outcome.ts';
import type { SlipCopy } from '../../src/domain/slip.ts';
import type { JournalRow } from '../../src/flows/journal.ts';
import type { TransactionContext } from '../../src/flows/transaction/context.ts';
import type { TransactionFlow } from '../../src/flows/transaction/machine.ts';
import { TRANSACTION_TYPES, type TransactionKind } from '../../src/flows/transaction/types.ts';
import { factsDisagreements } from './facts-books.ts';
import { receiptDisagreements } from './receipts.ts';
import { servicesIn, transactionsIn, type Service, type Transaction } from './replayed.ts';
import { batchDisagreements, isTrouble, reportsOwed } from './settlement-books.ts';
import { Paper, reportIdOf, sixDigits, slipIdOf } from './slips.ts';
import type { SimulatedWorld } from './world.ts';

/** Swiped or inserted: all that books know of it. */
export interface BookedCard {
  readonly name: string;
  readonly pan: string;
  readonly track2: string;
  readonly account: { readonly balanceMinor: string; readonly organisation?: string };
}

export interface Books {
  readonly world: SimulatedWorld;
  readonly rows: readonly JournalRow[];
  /** All that the terminal has seen. */
  readonly cards: readonly BookedCard[];
  /** The chart that the terminal had, if it was a wrong one. */
  readonly transactionFlow?: TransactionFlow;
  /** Whether the printer can be made to forget: then no slip's tail comes out after it. */
  readonly printerForgets: boolean;
}

const COPIES: readonly SlipCopy[] = ['merchant', 'cardholder'];

/** Everything on which the books differ; nothing is what must come out. */
export const disagreements = (books: Books): readonly string[] => [
  ...books.world.device.host.discrepancies(),
  ...terminalDisagreements(books),
];

/** Without the host's own invariants, which are one for all of its terminals. */
export function terminalDisagreements(books: Books): readonly string[] {
  const { world, rows } = books;
  const replayed = { transactions: transactionsIn(rows, books.transactionFlow), services: servicesIn(rows) };
  const transactions = replayed.transactions.filter((each) => typeof each !== 'string');
  const services = replayed.services.filter((each) => typeof each !== 'string');
  const paper = new Paper(world.pieces);
  const undone = new Undone(transactions);
  return [
    ...[...replayed.transactions, ...replayed.services].filter((each) => typeof each === 'string'),
    ...[...transactions, ...services].flatMap(notOver),
    ...tracesUsedTwice(rows),
    ...transactions.flatMap((each) => onPaper(each, paper)),
    ...receiptDisagreements(world.receipts, transactions),
    ...printedAgain(services, transactions, paper),
    ...strayPaper(transactions, services, paper, books),
    ...transactions.flatMap((each) => atHost(each, undone, books)),
    ...books.cards.flatMap((card) => onAccount(card, transactions, books)),
    ...batchDisagreements({ world, transactions, services, paper }),
    ...factsDisagreements({ rows, transactions, services, sightings: world.sightings }),
    ...untoldScripts(transactions, services, rows, books),
    ...asTold(world.results, transactions),
    ...cardNumbers(paper, books),
  ];
}

const notOver = ({ context, ended, path, rows }: Transaction | Service): readonly string[] => [
  ...(ended ? [] : [`a ${context.kind} has not ended but stands in ${path}`]),
  ...(rows.at(-1)?.ended === ended ? [] : [`the journal and the chart differ on whether a ${context.kind} has ended`]),
];

/** Dialect sheet 5.5: a trace number names one request within its batch. */
function tracesUsedTwice(rows: readonly JournalRow[]): readonly string[] {
  const used = new Set<string>();
  return rows.flatMap(({ event }) => {
    if (event.type !== 'TraceAllotted') return [];
    const trace = `${event.batch}/${event.stan}`;
    if (used.has(trace)) return [`the trace ${trace} was allotted twice`];
    used.add(trace);
    return [];
  });
}

const owesSlip = ({ context, path }: Transaction): boolean =>
  path === 'approved' && TRANSACTION_TYPES[context.kind].slip;

function onPaper(transaction: Transaction, paper: Paper): readonly string[] {
  const { context, path } = transaction;
  const { trace } = context;
  if (trace === undefined) return [];
  return COPIES.flatMap((copy) => {
    const id = slipIdOf(trace, copy);
    const complete = paper.complete(id);
    const unmarked = paper.unmarkedHeads(id);
    const complaints: string[] = [];
    // What was taken electronically may stand on paper too, where the printer had stopped in the middle of it.
    const isTaken = copy === 'cardholder' && context.receiptTaken;
    if (!isTaken && complete.length > 0 !== owesSlip(transaction)) {
      complaints.push(`${complete.length} complete slips ${id}, the terminal says ${path}`);
    }
    if (unmarked > 1) complaints.push(`${unmarked} slips ${id} are not marked as reprints`);
    return [...complaints, ...complete.flatMap(({ lines }) => misprints(id, lines, context))];
  });
}

/** What must stand on a slip and does not. */
function misprints(id: string, lines: readonly string[], context: TransactionContext): readonly string[] {
  const { amount, card, reply, trace } = context;
  const text = lines.join('\n');
  const sign = TRANSACTION_TYPES[context.kind].givesBack ? '-' : '';
  const wanted = [
    `(BATCH NO):${sixDigits(trace?.batch ?? 0)}`,
    `(VOUCHER NO):${sixDigits(trace?.stan ?? 0)}`,
    `RMB ${sign}${amount === undefined ? '' : formatAmount(amount, CNY)}`,
    card?.maskedPan ?? 'a card',
    reply?.referenceNumber ?? '',
    reply?.authorizationCode ?? '',
  ];
  const missing = wanted.filter((words) => !text.includes(words));
  return missing.map((words) => `the slip ${id} does not say ${words}`);
}

/** Every print that somebody asked for of something that is printed already. */
function printedAgain(
  services: readonly Service[],
  transactions: readonly Transaction[],
  paper: Paper,
): readonly string[] {
  const ids = services
    .filter(({ context, path }) => context.kind.startsWith('reprint') && path === 'done')
    .flatMap(({ context: { printsAgain } }) => {
      const settled = services.find(({ began }) => began === printsAgain);
      if (settled !== undefined) return [reportIdOf(settled.context.batch, 'settlement')];
      const { trace } = transactions.find(({ began }) => began === printsAgain)?.context ?? {};
      return trace === undefined ? ['nothing'] : COPIES.map((copy) => slipIdOf(trace, copy));
    });
  return [...Map.groupBy(ids, (id) => id)].flatMap(([id, { length }]) => {
    const marked = paper.complete(id).filter((each) => each.marked).length;
    return marked >= length ? [] : [`${id} was printed again ${length} times, and ${marked} prints are marked`];
  });
}

function strayPaper(
  transactions: readonly Transaction[],
  services: readonly Service[],
  paper: Paper,
  books: Books,
): readonly string[] {
  const slips = transactions.flatMap((each) => {
    const { trace } = each.context;
    return owesSlip(each) && trace !== undefined ? COPIES.map((copy) => slipIdOf(trace, copy)) : [];
  });
  const owed = new Set([...slips, ...reportsOwed(services)]);
  const strays = [...paper.ids].filter((id) => !owed.has(id));
  const tails = books.printerForgets ? paper.tails : [];
  return [
    ...strays.map((id) => `there is paper ${id}, which nobody was owed`),
    ...tails.map((id) => `the tail of ${id} came out of the printer`),
  ];
}

const nameOf = (trace: { readonly batch: number; readonly stan: number } | undefined): string =>
  `${trace?.batch}/${trace?.stan}`;

/**
 * What later transactions have taken from: those that name its trace or its authorization code, and refunds, perhaps
 * unanswered, that name its reference number. What they left is held against the account instead.
 */
class Undone {
  readonly #traces: ReadonlySet<string>;
  readonly #references: ReadonlySet<string | undefined>;
  readonly #codes: ReadonlySet<string | undefined>;

  constructor(transactions: readonly Transaction[]) {
    const followers = transactions.filter(({ context }) => context.original !== undefined);
    const isRefund = ({ context, path }: Transaction): boolean => context.kind === 'refund' && path !== 'declined';
    const originals = followers.flatMap(({ context, path }) => (mayHaveMoved.has(path) ? [context.original] : []));
    this.#traces = new Set(originals.map(nameOf));
    this.#codes = new Set(originals.map((original) => original?.authorizationCode));
    this.#references = new Set(followers.filter(isRefund).map(({ context }) => context.original?.referenceNumber));
  }

  has({ context: { kind, reply, trace } }: Transaction): boolean {
    const isUsedUp = kind === 'pre-authorization' && this.#codes.has(reply?.authorizationCode);
    return isUsedUp || this.#traces.has(nameOf(trace)) || this.#references.has(reply?.referenceNumber);
  }
}

const mayHaveMoved: ReadonlySet<string> = new Set(['approved', 'unanswered']);

/** What the host holds or has captured for a request of these, until something follows it. */
const HOLDING: ReadonlySet<TransactionKind> = new Set(['sale', 'pre-authorization', 'completion', 'completion-advice']);

/** Each under its own trace, so that two wrongs of the same amount do not pass for a right. */
function atHost(transaction: Transaction, undone: Undone, { world }: Books): readonly string[] {
  const { context, path } = transaction;
  const { amount = '0', kind, trace } = context;
  const isCertain = path !== 'unanswered' && !context.stored && !context.training;
  if (!HOLDING.has(kind) || !isCertain || trace === undefined || undone.has(transaction)) return [];
  const held = world.device.host.heldMinor(world.terminal.terminal, trace.batch, trace.stan);
  const due = path === 'approved' ? BigInt(amount) : 0n;
  return held === due ? [] : [`the host holds ${held} for ${trace.batch}/${trace.stan}, the terminal says ${due}`];
}

/** What an approved transaction takes from what is the cardholder's: a hold takes nothing, its capture does. */
const TAKES: Readonly<Record<TransactionKind, 1n | 0n | -1n>> = {
  sale: 1n,
  void: -1n,
  refund: -1n,
  'pre-authorization': 0n,
  'pre-authorization-void': 0n,
  completion: 1n,
  'completion-advice': 1n,
  'completion-void': -1n,
  balance: 0n,
  // Gives it to the receiving card, which is looked at as the card of this transaction too.
  transfer: 1n,
  'single-message-transfer': 1n,
};

/** Where the terminal does not know, or the host may still refuse what was stored, the host's word counts. */
function taken({ context: { amount, kind, stored, trace, training }, path }: Transaction, { world }: Books): bigint {
  if (training || trace === undefined) return 0n;
  if (path === 'approved' && !stored) return TAKES[kind] * BigInt(amount ?? '0');
  if (path !== 'approved' && path !== 'unanswered') return 0n;
  const entry = world.device.host.entryJson(world.terminal.terminal, trace.batch, trace.stan);
  return entry !== undefined && isInForce(entry.state) ? TAKES[kind] * BigInt(entry.amountMinor) : 0n;
}

/** Whether an entry of the host's ledger, once approved, was not taken back by its own reversal. */
export const isInForce = (state: string | undefined): boolean =>
  state !== undefined && state !== 'declined' && state !== 'reversed' && state !== 'forestalled';

function onAccount(card: BookedCard, transactions: readonly Transaction[], books: Books): readonly string[] {
  const isOf = (facts: TransactionContext['card']): boolean => facts?.maskedPan.endsWith(card.pan.slice(-4)) === true;
  const due = transactions.reduce((sum, each) => {
    const given = isOf(each.context.receiver) ? taken(each, books) : 0n;
    return sum + (isOf(each.context.card) ? taken(each, books) : 0n) - given;
  }, 0n);
  const has = BigInt(card.account.balanceMinor) - (books.world.device.host.ownedMinor(card.pan) ?? 0n);
  return has === due ? [] : [`${card.name}: the host has taken ${has}, the terminal says ${due}`];
}

/**
 * What the host was not told of its issuers' scripts, though the card has said what became of them. Each is told with
 * the next occasion and dropped with its batch (dialect sheet 9.1): one that had an occasion, and no trouble with it,
 * was told.
 */
function untoldScripts(
  transactions: readonly Transaction[],
  services: readonly Service[],
  rows: readonly JournalRow[],
  { world }: Books,
): readonly string[] {
  const untold = world.device.host
    .ledgerJson()
    .scriptsUntold.filter(({ terminal }) => terminal === world.terminal.terminal);
  return transactions.flatMap(({ context: { chipEnd, trace }, rows: own }) => {
    const isUntold = untold.some(({ batch, stan }) => batch === trace?.batch && stan === trace.stan);
    if (!isUntold || chipEnd?.fields55?.scriptNotification === undefined) return [];
    const endedAt = own.at(-1)?.seq ?? 0;
    const isOccasion = rows.some(({ event, seq }) => seq > endedAt && closesOrBegins(event));
    const hadTrouble = services.some(
      ({ began, context, rows: tries }) =>
        began > endedAt && context.kind === 'script-notices' && tries.some(({ event }) => isTrouble(event)),
    );
    return isOccasion && !hadTrouble ? [`the host was not told of the scripts of ${nameOf(trace)}`] : [];
  });
}

const closesOrBegins = (event: JournalRow['event']): boolean =>
  event.type === 'TransactionStarted' || (event.type === 'ServiceStarted' && event.kind === 'settlement');

/** What may become of what people were told was still open. */
const LATER: Readonly<Partial<Record<TransactionResult['outcome'], readonly string[]>>> = {
  'reversal-pending': ['reversed', 'unanswered'],
  'repeat-pending': ['approved', 'declined'],
};

/** What people were told, against what the journal says in the end: only a pending reversal may change. */
function asTold(results: readonly TransactionResult[], transactions: readonly Transaction[]): readonly string[] {
  const byName = new Map(transactions.map((each) => [nameOf(each.context.trace), each]));
  return results.flatMap((told) => {
    if (told.stan === undefined || told.batch === undefined) return [];
    const name = nameOf({ batch: told.batch, stan: told.stan });
    const transaction = byName.get(name);
    if (transaction === undefined) return [`a result was shown for ${name}, of which the journal knows nothing`];
    return differencesOf(name, told, transaction);
  });
}

function differencesOf(name: string, told: TransactionResult, transaction: Transaction): readonly string[] {
  const { context, path } = transaction;
  const mayBe = LATER[told.outcome] ?? [told.outcome];
  const facts: readonly (readonly [what: string, told: string | undefined, is: string | undefined])[] = [
    ['outcome', told.outcome, mayBe.includes(path) ? told.outcome : path],
    ['kind', told.kind, context.kind],
    ['amount', told.amountMinor, context.amount],
    ['card', told.maskedPan, context.card?.maskedPan],
    ['answer', told.responseCode, context.reply?.responseCode],
    ['reference number', told.referenceNumber, context.reply?.referenceNumber],
  ];
  return facts.flatMap(([what, said, is]) =>
    said === is || (said === undefined && told.outcome in LATER)
      ? []
      : [`the ${what} of ${name} was shown as ${said}, the journal says ${is}`],
  );
}

/** Neither in the log nor in the journal nor on paper. */
function cardNumbers(paper: Paper, { cards, rows, world }: Books): readonly string[] {
  const places = { log: world.log, journal: JSON.stringify(rows), paper: paper.text };
  return cards.flatMap(({ name, pan, track2 }) =>
    Object.entries(places).flatMap(([place, text]) =>
      text.includes(pan) || text.includes(track2.slice(-17))
        ? [`the number of the card ${name} is in the ${place}`]
        : [],
    ),
  );
}
