/** Holds the books of a day against each other, to the fen: the host's ledger, the terminals' journals, the line, and the paper. */
import type { EntryJson } from '../../models/host/ledger-json.ts';
import { maskedPan } from '../../models/host/masked-pan.ts';
import { isInForce, terminalDisagreements } from '../books.ts';
import { Paper, sixDigits } from '../slips.ts';
import { DAY_ROWS } from './plan.ts';
import { listedOnPaper, settlementPaper } from './reports-on-paper.ts';
import { MERCHANT_NUMBER, type Day, type DayTerminal } from './run.ts';
import { slipFacts, totalsOf, type SlipFacts, type SlipType } from './slip-facts.ts';
import { itemOfSlip, itemsOfJournal, itemsOfLedger, totalsOfReport, totalsOnTheLine, totalsText } from './totals.ts';

/** The host's names for what is on the paper. */
const IN_LEDGER: Readonly<Record<SlipType, string>> = {
  SALE: 'sale',
  VOID: 'void',
  REFUND: 'refund',
  AUTH: 'pre-authorization',
  'AUTH VOID': 'pre-authorization-void',
  'AUTH COMPLETE': 'completion',
  'AUTH SETTLEMENT': 'completion-advice',
  'COMPLETE VOID': 'completion-void',
  TRANSFER: 'two-card-transfer',
};

const BALANCED = '对账平';

/** Everything on which they differ; nothing is what must come out. */
export function dayDifferences(day: Day): readonly string[] {
  const entries = Map.groupBy(day.host.ledgerJson().entries, ({ terminal }) => terminal);
  const read = day.terminals.map((terminal) => ({ terminal, paper: new SlipPaper(terminal) }));
  const credit = read
    .flatMap(({ paper }) => paper.merchantSlips)
    .map(itemOfSlip)
    .reduce((sum, { amountMinor, side }) => {
      if (side === 'none') return sum;
      return side === 'debit' ? sum + amountMinor : sum - amountMinor;
    }, 0n);
  return [
    ...day.host.discrepancies(),
    ...differs(
      'the credit of the merchant',
      day.host.creditMinor(MERCHANT_NUMBER),
      'the slips of all terminals',
      credit,
    ),
    ...read.flatMap(({ terminal, paper }) => {
      const { terminal: id } = terminal.world.terminal;
      const own = terminalDifferences(day, terminal, { paper, entries: entries.get(id) ?? [] });
      return own.map((words) => `${id}: ${words}`);
    }),
  ];
}

interface Books {
  readonly paper: SlipPaper;
  readonly entries: readonly EntryJson[];
}

const terminalDifferences = (day: Day, terminal: DayTerminal, books: Books): readonly string[] => [
  ...books.paper.problems,
  ...ledgerAgainstPaper(terminal, books),
  ...(mustBeSettled(day, terminal) ? settlementDifferences(day, terminal, books) : []),
  ...resultsDiffer(terminal),
  ...terminalDisagreements({
    world: terminal.world,
    rows: [...terminal.journal.rows()],
    cards: terminal.cards,
    printerForgets: true,
  }),
];

const mustBeSettled = ({ options }: Day, { journal }: DayTerminal): boolean =>
  options.settles !== false || itemsOfJournal([...journal.rows()]) !== undefined;

const differs = (what: string, is: unknown, other: string, due: unknown): readonly string[] =>
  is === due ? [] : [`${what}: ${String(is)}, ${other}: ${String(due)}`];

/** The whole prints of a terminal's slips. Any two of the same transaction must say the same. */
class SlipPaper {
  readonly problems: readonly string[];
  readonly merchantSlips: readonly SlipFacts[];

  constructor({ cards, world }: DayTerminal) {
    const paper = new Paper(world.pieces);
    const prints = paper.slipIds.flatMap((id) =>
      paper.complete(id).map(({ lines }) => ({ id, facts: slipFacts(id, lines) })),
    );
    const organisations = new Map(cards.map(({ account, pan }) => [maskedPan(pan), account.organisation ?? 'CUP']));
    const byVoucher = Map.groupBy(prints, ({ id }) => id.slice(0, -'-M-1'.length));
    const said = (facts: SlipFacts): string => Object.values({ ...facts, copy: '' }).join(' ');
    this.problems = [...byVoucher.values()].flatMap((same) =>
      same.flatMap(({ facts, id }) => {
        if (facts === undefined) return [`the slip ${id} does not say what a slip says`];
        const [first] = same;
        if (first?.facts !== undefined && said(first.facts) !== said(facts))
          return [`the slip ${id} differs from its copy`];
        return differs(
          `the organisation on the slip ${id}`,
          facts.organisation,
          'the card’s',
          organisations.get(facts.maskedPan),
        );
      }),
    );
    const isFirst = new Set<number>();
    this.merchantSlips = prints.flatMap(({ facts }) => {
      if (facts?.copy !== 'merchant' || isFirst.has(facts.voucher)) return [];
      isFirst.add(facts.voucher);
      return [facts];
    });
  }
}

function ledgerAgainstPaper({ world }: DayTerminal, { entries, paper }: Books): readonly string[] {
  const inForce = new Map(entries.flatMap((entry) => (isInForce(entry.state) ? [[entry.stan, entry] as const] : [])));
  const onPaper = new Map(paper.merchantSlips.map((slip) => [slip.voucher, slip]));
  // Two-card transfers whose answer was lost: the terminal says that nobody knows, and prints nothing.
  const unknown = new Set(world.results.flatMap(({ outcome, stan }) => (outcome === 'unanswered' ? [stan] : [])));
  return [
    ...[...inForce.keys()]
      .filter((stan) => !onPaper.has(stan) && !unknown.has(stan))
      .map((stan) => `the host has booked ${stan}, of which there is no slip`),
    ...[...onPaper.values()].flatMap((slip) => {
      const entry = inForce.get(slip.voucher);
      if (entry === undefined) return [`there is a slip of ${slip.voucher}, which the host has not booked`];
      const name = `${slip.voucher} at the host`;
      return [
        ...differs(name, entry.batch, 'its slip', slip.batch),
        ...differs(name, entry.transaction, 'its slip', IN_LEDGER[slip.type]),
        ...differs(name, entry.amountMinor, 'its slip', slip.amountMinor.toString()),
        ...differs(name, entry.maskedPan, 'its slip', slip.maskedPan),
        ...differs(name, entry.receivingMaskedPan, 'its slip', slip.receiverMaskedPan),
      ];
    }),
  ];
}

/** The same sum from every book. */
function settlementDifferences({ host }: Day, terminal: DayTerminal, { entries, paper }: Books): readonly string[] {
  const { cards, journal, link, world } = terminal;
  const { batch, terminal: id } = world.terminal;
  const foreign = new Set(
    cards.flatMap(({ account, pan }) => ((account.organisation ?? 'CUP') === 'CUP' ? [] : [maskedPan(pan)])),
  );
  const report = host.batchReport(id, batch);
  const certificates = entries.filter(hasCertificate).length;
  const printed = settlementPaper(world.pieces, sixDigits(batch));
  const fromSlips = totalsText(paper.merchantSlips.map(itemOfSlip));
  const inJournal = itemsOfJournal([...journal.rows()]);
  const sums: Readonly<Record<string, string | undefined>> = {
    'the ledger': totalsText(itemsOfLedger(entries, (pan = '') => foreign.has(pan))),
    'the host': totalsOfReport(report.hostTotals),
    'the journal': inJournal && totalsText(inJournal),
    'the terminal on the line': totalsOnTheLine(link),
    'the terminal as the host has heard it': report.terminalTotals && totalsOfReport(report.terminalTotals),
    'the settlement slip': printed && totalsText(printed.items),
  };
  return [
    ...Object.entries(sums).flatMap(([book, sum]) => differs(`the totals of ${book}`, sum, 'the slips', fromSlips)),
    ...differs('the verdict on paper', printed?.verdicts.join(), 'it must be', `${BALANCED},${BALANCED}`),
    ...differs(
      'the host finds it balanced',
      `${report.balanced?.domestic} ${report.balanced?.foreign}`,
      'it must be',
      'true true',
    ),
    ...differs('uploads', report.uploads, 'of a balanced batch the chips’ certificates', certificates),
    ...differs('findings', JSON.stringify(report.certificateFindings), 'among certificates', '[]'),
    ...differs(
      'the end of the batch',
      JSON.stringify(report.end),
      'it must be',
      JSON.stringify({ saidBalanced: true, announced: certificates }),
    ),
    ...differs(
      'the list on paper',
      listedOnPaper(world.pieces, sixDigits(batch))?.join(),
      'the slips',
      listed(paper).join(),
    ),
  ];
}

/** What chips pay for with cryptograms; whatever follows it only reads the card (dialect sheet 4.2). */
const hasCertificate = ({ entryMode, state, transaction }: EntryJson): boolean =>
  entryMode === 'inserted' && isInForce(state) && (transaction === 'sale' || transaction === 'pre-authorization');

/** What counts and was not taken back, as the list has it. */
function listed({ merchantSlips }: SlipPaper): readonly string[] {
  const isVoid = ({ type }: SlipFacts): boolean => type === 'VOID' || type === 'COMPLETE VOID';
  const voided = new Set(merchantSlips.filter(isVoid).map(({ originalVoucher }) => originalVoucher));
  return merchantSlips
    .filter((slip) => totalsOf(slip.type) !== 'none' && !isVoid(slip) && !voided.has(slip.voucher))
    .toSorted((a, b) => a.voucher - b.voucher)
    .map(({ amountMinor, voucher }) => {
      const digits = amountMinor.toString().padStart(3, '0');
      return `${sixDigits(voucher)} ${digits.slice(0, -2)}.${digits.slice(-2)}`;
    });
}

/** Everybody who wanted a transaction was told once how it ended. */
function resultsDiffer({ errands, world }: DayTerminal): readonly string[] {
  const asides = new Set(DAY_ROWS.flatMap(({ isAside, name }) => (isAside === true ? [name] : [])));
  const wanted = [...errands.made].reduce((sum, [name, count]) => sum + (asides.has(name) ? 0 : count), 0);
  const told = world.results.filter(({ outcome }) => !outcome.endsWith('-pending')).length;
  return differs('transactions of which the end was shown', told, 'wanted', wanted);
}
