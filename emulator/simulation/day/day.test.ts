/**
 * A small business day: all books agree; with replies lost they do; with a row of the journal lost they do not, and the
 * settlement says so. `npm run proofs` has whole days.
 *
 * Mutations tried: voided sales left out of the totals, refunds not kept in the batch, voids left out of the settlement
 * slip, voided pairs on the list, no reversal after silence, reversed sales counted by the host, 94 for a refused notice
 * that comes again, lost replies that are not. Each was noticed.
 */
import { describe, expect, test } from 'vitest';
import type { Line } from '../../../src/domain/line.ts';
import { passesLuhn } from '../../../src/domain/pan.ts';
import { paperText } from '../../models/printer/paper-text.ts';
import { Random } from '../../time/random.ts';
import { MemoryJournal } from '../memory-journal.ts';
import { dayDifferences } from './books.ts';
import { cardsOf, chipsOf } from './cards.ts';
import { dayOf, dayWithoutRow, onlyTerminal, roundTrips } from './day.testing.ts';
import { HostLink } from './link.ts';
import { DAY_ROWS, dealt } from './plan.ts';
import { summaryOf } from './summary.ts';

const remove = (day: ReturnType<typeof dayOf>, seq: number): void => {
  const { journal } = onlyTerminal(day);
  if (journal instanceof MemoryJournal) journal.remove(seq);
};

describe('a day', () => {
  const day = dayOf({ terminals: 2, transactions: 50 });

  test('ends balanced, and ledger, journals and paper agree to the fen', () => {
    expect(summaryOf(day, 1000)).toMatchObject({
      ledgerDifferences: 0,
      differences: [],
      settlements: { balanced: 2, notBalanced: 0 },
      outcomes: { approved: expect.any(Number), declined: expect.any(Number), reversed: expect.any(Number) },
    });
  });

  test('has frames that tool iso8583 gives back as they were', () => {
    const { changed, whole } = roundTrips(day);
    expect(changed).toEqual([]);
    expect(whole).toBeGreaterThan(100);
  });

  test('is the same again with the same seed', () => {
    const one = dayOf({ transactions: 8 });
    const other = dayOf({ transactions: 8 });
    expect(onlyTerminal(one).link.frames).toEqual(onlyTerminal(other).link.frames);
    expect(onlyTerminal(dayOf({ seed: 'another', transactions: 8 })).link.frames).not.toEqual(
      onlyTerminal(one).link.frames,
    );
  });
});

test('a day of chips ends balanced, with a certificate of each', () => {
  const day = dayOf({ chipPercent: 80, dropPercent: 5, seed: 'chips' });
  expect(summaryOf(day, 1000)).toMatchObject({ differences: [], settlements: { balanced: 1, notBalanced: 0 } });
  const { terminal } = onlyTerminal(day).world;
  expect(day.host.batchReport(terminal.terminal, terminal.batch).uploads).toBeGreaterThan(3);
});

test('a day on which every tenth reply is lost ends balanced', () => {
  const day = dayOf({ dropPercent: 10, seed: 'lossy' });
  expect(dayDifferences(day)).toEqual([]);
  expect(onlyTerminal(day).link.dropped).toBeGreaterThan(3);
});

test('a day of which a row of the journal is lost does not balance: the batch is uploaded, and paper and screen say so', () => {
  const { day, lost } = dayWithoutRow({}, remove);
  const { idleLines, world } = onlyTerminal(day);
  const { batch, terminal } = world.terminal;
  const report = day.host.batchReport(terminal, batch);
  expect(report).toMatchObject({
    balanced: { domestic: false, foreign: true },
    end: { saidBalanced: false, announced: report.uploads },
    missingAtHost: [],
    missingAtTerminal: [{ stan: lost.stan, amountMinor: lost.amountMinor, transaction: 'sale' }],
  });
  expect(report.uploads).toBeGreaterThan(5);
  expect(idleLines).toContain('批结算:对账不平');
  expect(world.pieces.map(paperText).join('\n')).toContain('对账不平\nNOT BALANCED');
  const { terminal: id } = world.terminal;
  expect(dayDifferences(day)).toEqual(
    expect.arrayContaining([
      expect.stringContaining(`${id}: the totals of the journal: `),
      expect.stringContaining(`${id}: the verdict on paper: 对账不平,对账平`),
      expect.stringContaining('does not hold together: SlipPrinted is not expected'),
    ]),
  );
});

/** A checker that checks nothing also passes. */
describe('the books of a day differ when', () => {
  const complaints = (spoil: (day: ReturnType<typeof dayOf>) => void): readonly string[] => {
    const day = dayOf({ transactions: 12, seed: 'spoilt' });
    expect(dayDifferences(day)).toEqual([]);
    spoil(day);
    return dayDifferences(day);
  };
  const firstSale = (day: ReturnType<typeof dayOf>) => {
    const { pieces } = onlyTerminal(day).world;
    const index = pieces.findIndex((piece) => /商户存根[^]*消费 SALE/.test(paperText(piece)));
    return { pieces, index };
  };

  test('a slip is missing', () => {
    const found = complaints((day) => {
      const { index, pieces } = firstSale(day);
      pieces.splice(index, 1);
    });
    expect(found).toContainEqual(expect.stringMatching(/the host has booked \d+, of which there is no slip/));
  });

  test('a slip says another amount', () => {
    const found = complaints((day) => {
      const { index, pieces } = firstSale(day);
      pieces[index] = JSON.parse(
        JSON.stringify(pieces[index]).replace(/RMB (-?)(\d)/, (_, minus, digit) => `RMB ${minus}${9 - Number(digit)}`),
      ) as (typeof pieces)[number];
    });
    expect(found).toContainEqual(expect.stringMatching(/\d+ at the host: \d+, its slip: \d+/));
    expect(found).toContainEqual(expect.stringMatching(/the totals of the terminal on the line: /));
  });

  test('the settlement slip is missing', () => {
    const found = complaints((day) => {
      const { pieces } = onlyTerminal(day).world;
      pieces.splice(
        pieces.findIndex((piece) => paperText(piece).includes('-SETTLE')),
        1,
      );
    });
    expect(found).toContainEqual(expect.stringContaining('the totals of the settlement slip: undefined'));
  });

  test('a result was never shown', () => {
    const found = complaints((day) => void onlyTerminal(day).world.results.pop());
    expect(found).toEqual([expect.stringContaining('transactions of which the end was shown: 11, wanted: 12')]);
  });
});

test('a reply that is lost on the line to the host never leaves it', () => {
  const left: Uint8Array[] = [];
  const far: Line = { listen: () => undefined, write: (bytes) => void left.push(bytes), close: () => undefined };
  const over = (dropPercent: number): HostLink => {
    const link = new HostLink({ random: new Random('link'), dropPercent, cpuNowMs: () => 0 });
    link.line(far).write(Uint8Array.of(dropPercent));
    return link;
  };
  expect([over(0), over(100)].map(({ dropped, frames }) => [dropped, frames.length])).toEqual([
    [0, 1],
    [1, 1],
  ]);
  expect(left).toEqual([Uint8Array.of(0)]);
});

describe('the plan', () => {
  test('deals as many transactions as are asked for, and every kind where there is room', () => {
    const deck = dealt(200, new Random('deck'));
    expect(deck.filter(({ isAside }) => isAside !== true)).toHaveLength(200);
    const missing = DAY_ROWS.filter((row) => row.isAside !== true && !deck.includes(row));
    expect(missing).toEqual([]);
    expect(dealt(200, new Random('deck'))).toEqual(deck);
  });

  test('gives every terminal cards of its own, with right check digits', () => {
    const pans = [0, 1, 999].flatMap((index) => [...cardsOf(index), ...chipsOf(index)].map(({ pan }) => pan));
    expect(new Set(pans).size).toBe(pans.length);
    expect(pans.filter((pan) => !passesLuhn(pan))).toEqual([]);
    expect([...cardsOf(7), ...chipsOf(7)].every(({ pan, track2 }) => track2.startsWith(`${pan}D`))).toBe(true);
  });
});
