/**
 * The check of the print head through the whole terminal, against the emulated printer.
 *
 * Mutations that these tests caught: a density that only the journal knows; head lines of the paper before.
 */
import { expect, test } from 'vitest';
import { TerminalFacts } from '../../src/flows/facts/facts.ts';
import { inkRows } from '../models/printer/ink.ts';
import type { PaperPiece } from '../models/printer/paper.ts';
import { paperText } from '../models/printer/paper-text.ts';
import { MemoryJournal } from './memory-journal.ts';
import { script } from './power-cut-scripts.ts';
import { SimulatedWorld } from './world.ts';

function lived() {
  const { cards, errands, printerBaudRate = 0 } = script('upkeep and parameters');
  const journal = new MemoryJournal();
  const world = new SimulatedWorld({ seed: 'upkeep', cards, journal, printerBaudRate }, errands);
  world.live();
  world.settle();
  const texts = world.pieces.map((piece) => paperText(piece));
  return { rows: journal.rows(), pieces: world.pieces, texts };
}

const { pieces, rows, texts } = lived();

/** Dot rows that the head was heated for. */
const burntRows = ({ lines }: PaperPiece): number => lines.reduce((sum, line) => sum + inkRows(line), 0);

test('it goes its way: strip, cleaning, strip, density, strip; and later all of it back', () => {
  const types: readonly string[] = rows.map(({ event }) => event.type);
  const told = ['StripFoundBad', 'HeadCleaned', 'DensityRaised', 'StripFoundGood', 'DensityLowered'];
  expect(types.filter((type) => told.includes(type))).toEqual([
    'StripFoundBad',
    'HeadCleaned',
    'StripFoundBad',
    'DensityRaised',
    'StripFoundGood',
    'StripFoundBad',
    'HeadCleaned',
    'StripFoundGood',
    'DensityLowered',
    'StripFoundGood',
  ]);
});

test('each strip says with which density it is printed, and is printed so', () => {
  const strips = pieces.filter((_, index) => texts[index]?.includes('打印头测试') === true);
  const energies = strips.map(({ lines }) => lines.at(-1)?.head.energyPercent);
  expect(energies).toEqual([100, 100, 115, 115, 115, 100]);
  expect(strips.map((piece) => paperText(piece).includes('RAISED'))).toEqual([false, false, true, true, true, false]);
});

test('slips between them are printed as dark as the strip that was found good', () => {
  const slips = pieces.filter((_, index) => texts[index]?.includes('POS SALES SLIP') === true);
  expect(slips.map(({ lines }) => lines.at(-1)?.head.energyPercent)).toEqual([115, 115]);
});

test('the parameters are on paper', () => {
  expect(texts.at(-1)).toContain('TERMINAL PARAMETERS');
  expect(texts.at(-1)).toContain('REFUND');
});

test('the terminal counts what the printer has burnt since the last cleaning', () => {
  const facts = new TerminalFacts();
  for (const row of rows) facts.learn(row);
  const printed = rows.filter(({ event }) => event.type === 'SlipPrinted');
  expect(printed).toHaveLength(pieces.length);
  const cleaned = rows.findLastIndex(({ event }) => event.type === 'HeadCleaned');
  const since = rows.slice(cleaned).filter(({ event }) => event.type === 'SlipPrinted').length;
  const burnt = pieces.slice(-since).reduce((sum, piece) => sum + burntRows(piece), 0);
  expect(facts.head.headLines).toBeGreaterThanOrEqual(burnt);
  expect(facts.head.headLines).toBeLessThan(1.3 * burnt);
});
