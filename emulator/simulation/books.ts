/** Holds the books against each other: the host's ledger, the journal, what people were told, and the paper. */
import { formatAmount, CNY } from '../../src/domain/money.ts';
import type { TransactionResult } from '../../src/domain/outcome.ts';
import type { SlipCopy } from '../../src/domain/slip.ts';
import type { JournalRow } from '../../src/flows/journal.ts';
import type { TransactionContext } from '../../src/flows/transaction/context.ts';
import type { TransactionFlow } from '../../src/flows/transaction/machine.ts';
import { TRANSACTION_TYPES, type TransactionKind } from '../../src/flows/transaction/types.ts';
import type { Card } from '../models/cards.ts';
import { TEST_TERMINAL } from '../device.ts';
import { factsDisagreements } from './facts-books.ts';
import { servicesIn, transactionsIn, type Service, type Transaction } from './replayed.ts';
import { batchDisagreements, reportsOwed } from './settlement-books.ts';
import { Paper, reportIdOf, sixDigits, slipIdOf } from './slips.ts';
import type { SimulatedWorld } from './world.ts';

export interface Books {
  readonly world: SimulatedWorld;
  readonly rows: readonly JournalRow[];
  readonly cards: readonly Card[];
  /** The chart that the terminal had, if it was a wrong one. */
  readonly transactionFlow?: TransactionFlow;
  /** Whether the printer can be made to forget: then no slip's tail comes out after it. */
  readonly printerForgets: boolean;
}

const COPIES: readonly SlipCopy[] = ['merchant', 'cardholder'];

/** Everything on which the books differ; nothing is what must come out. */
export function disagreements(books: Books): readonly string[] {
  const { world, rows } = books;
  const transactions = transactionsIn(rows, books.transactionFlow);
  const services = servicesIn(rows);
  const paper = new Paper(world.pieces);
  return [
    ...world.device.host.discrepancies(),
    ...[...transactions, ...services].flatMap(notOver),
    ...tracesUsedTwice(rows),
    ...transactions.flatMap((each) => onPaper(each, paper)),
    ...printedAgain(services, transactions, paper),
    ...strayPaper(transactions, services, paper, books),
    ...transactions.flatMap((each) => atHost(each, transactions, books)),
    ...books.cards.flatMap((card) => onAccount(card, transactions, books)),
    ...batchDisagreements({ world, transactions, services, paper }),
    ...factsDisagreements({ rows, transactions, services, sightings: world.sightings }),
    ...world.results.flatMap((result) => asTold(result, transactions)),
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
    if (complete.length > 0 !== owesSlip(transaction)) {
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
  return [
    ...missing.map((words) => `the slip ${id} does not say ${words}`),
    ...(text.includes('[damaged]') ? [`the slip ${id} counts as whole and is damaged`] : []),
  ];
}

/** Every print that somebody asked for of something that is printed already. */
function printedAgain(
  services: readonly Service[],
  transactions: readonly Transaction[],
  paper: Paper,
): readonly string[] {
  const ids = services
    .filter(({ context, path }) => context.printsAgain !== undefined && path === 'done')
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
  const owed = transactions.flatMap((each) => {
    const { trace } = each.context;
    return owesSlip(each) && trace !== undefined ? COPIES.map((copy) => slipIdOf(trace, copy)) : [];
  });
  const all = new Set([...owed, ...reportsOwed(services)]);
  const strays = [...paper.ids].filter((id) => !all.has(id));
  const tails = books.printerForgets ? paper.tails : [];
  return [
    ...strays.map((id) => `there is paper ${id}, which nobody was owed`),
    ...tails.map((id) => `the tail of ${id} came out of the printer`),
  ];
}

/**
 * Whether a later transaction has taken from it: one that names its trace, or a refund, perhaps unanswered, that names
 * its reference number. What it left is held against the account instead.
 */
const isUndone = ({ context }: Transaction, transactions: readonly Transaction[]): boolean =>
  transactions.some((other) => {
    const { original } = other.context;
    if (original === undefined) return false;
    const isRefunded = original.referenceNumber === context.reply?.referenceNumber && other.context.kind === 'refund';
    const isSameTrace = original.stan === context.trace?.stan && original.batch === context.trace.batch;
    const mayHaveMoved = other.path === 'approved' || other.path === 'unanswered';
    return (isRefunded && other.path !== 'declined') || (isSameTrace && mayHaveMoved);
  });

/** One sale under its own trace, so that two wrongs of the same amount do not pass for a right. */
function atHost(transaction: Transaction, transactions: readonly Transaction[], { world }: Books): readonly string[] {
  const { context, path } = transaction;
  const { amount = '0', kind, trace } = context;
  if (kind !== 'sale' || trace === undefined || isUndone(transaction, transactions)) return [];
  // Given up: nobody knows.
  if (path === 'unanswered') return [];
  const held = world.device.host.heldMinor(TEST_TERMINAL.terminal, trace.batch, trace.stan);
  const due = path === 'approved' ? BigInt(amount) : 0n;
  return held === due ? [] : [`the host holds ${held} for ${trace.batch}/${trace.stan}, the terminal says ${due}`];
}

/** What an approved transaction takes from the cardholder's account, in amounts of its own. */
const TAKES: Readonly<Record<TransactionKind, 1n | 0n | -1n>> = {
  sale: 1n,
  void: -1n,
  refund: -1n,
  'pre-authorization': 1n,
  'pre-authorization-void': -1n,
  // Captures what was held, and lets go of the rest.
  completion: 1n,
  'completion-advice': 1n,
  'completion-void': -1n,
  balance: 0n,
  // Gives it to the receiving card, which is looked at as the card of this transaction too.
  transfer: 1n,
  'single-message-transfer': 1n,
};

/** What a transaction takes: its amount, less what had been held for it. */
function takes({ context }: Transaction, transactions: readonly Transaction[]): bigint {
  const { amount, kind, original } = context;
  const completion =
    kind === 'completion-void'
      ? transactions.find(({ context: { trace } }) => trace?.stan === original?.stan && trace?.batch === original?.batch)
      : { context };
  const holds = ['completion', 'completion-advice', 'completion-void'].includes(kind)
    ? transactions.find(
        (each) =>
          each.context.kind === 'pre-authorization' &&
          each.context.reply?.authorizationCode !== undefined &&
          each.context.reply.authorizationCode === completion?.context.original?.authorizationCode,
      )
    : undefined;
  return TAKES[kind] * (BigInt(amount ?? '0') - BigInt(holds?.context.amount ?? '0'));
}

/** What a transaction may have taken: one amount, or two where the terminal says that nobody knows. */
function mayHaveTaken(
  transaction: Transaction,
  transactions: readonly Transaction[],
  { world }: Books,
): readonly bigint[] {
  const { context, path } = transaction;
  const { kind, trace } = context;
  if (context.training) return [0n];
  const taken = takes(transaction, transactions);
  // The host may refuse for good what was stored.
  if (path === 'approved' && context.stored) return [0n, taken];
  if (path !== 'unanswered') return [path === 'approved' ? taken : 0n];
  const isSale = kind === 'sale' && trace !== undefined;
  // A part of it, perhaps.
  return [0n, taken, ...(isSale ? [world.device.host.heldMinor(TEST_TERMINAL.terminal, trace.batch, trace.stan)] : [])];
}

function onAccount(card: Card, transactions: readonly Transaction[], books: Books): readonly string[] {
  const isOf = (facts: TransactionContext['card']): boolean => facts?.maskedPan.endsWith(card.pan.slice(-4)) === true;
  const sums = transactions
    .flatMap((each) => [
      ...(isOf(each.context.card) ? [mayHaveTaken(each, transactions, books)] : []),
      ...(isOf(each.context.receiver) ? [mayHaveTaken(each, transactions, books).map((taken) => -taken)] : []),
    ])
    .reduce<readonly bigint[]>(
      (totals, each) => [...new Set(totals.flatMap((total) => each.map((taken) => total + taken)))],
      [0n],
    );
  const taken = BigInt(card.account.balanceMinor) - (books.world.device.host.balanceMinor(card.pan) ?? 0n);
  if (sums.includes(taken)) return [];
  return [`${card.name}: the host has taken ${taken}, the terminal says ${sums.join(' or ')}`];
}

/** What may become of what people were told was still open. */
const LATER: Readonly<Partial<Record<TransactionResult['outcome'], readonly string[]>>> = {
  'reversal-pending': ['reversed', 'unanswered'],
  'repeat-pending': ['approved', 'declined'],
};

/** What people were told, against what the journal says in the end: only a pending reversal may change. */
function asTold(told: TransactionResult, transactions: readonly Transaction[]): readonly string[] {
  if (told.stan === undefined) return [];
  const name = `${told.batch}/${told.stan}`;
  const transaction = transactions.find(({ context: { trace } }) => `${trace?.batch}/${trace?.stan}` === name);
  if (transaction === undefined) return [`a result was shown for ${name}, of which the journal knows nothing`];
  const { context, path } = transaction;
  const mayBe = LATER[told.outcome] ?? [told.outcome];
  const facts: readonly (readonly [what: string, told: string | undefined, is: string | undefined])[] = [
    ['outcome', told.outcome, mayBe.includes(path) ? told.outcome : path],
    ['kind', told.kind, context.kind],
    ['amount', told.amountMinor, context.amount],
    ['card', told.maskedPan, context.card?.maskedPan],
    ...(told.outcome in LATER
      ? []
      : ([
          ['answer', told.responseCode, context.reply?.responseCode],
          ['reference number', told.referenceNumber, context.reply?.referenceNumber],
        ] as const)),
  ];
  return facts.flatMap(([what, said, is]) =>
    said === is ? [] : [`the ${what} of ${name} was shown as ${said}, the journal says ${is}`],
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
