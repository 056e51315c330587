/** E-receipts through the whole terminal: taken off the screen, or printed as a code that foreign software reads. */
import { expect, test } from 'vitest';
import { bakedGlyphs } from '../../src/glyphs/glyphs.ts';
import { loadCards } from '../cards.ts';
import { readByJsqr } from '../models/printer/foreign-readers.testing.ts';
import { paperBitmap } from '../models/printer/paper-bitmap.ts';
import { paperText } from '../models/printer/paper-text.ts';
import { disagreements } from './books.ts';
import { sale } from './errands.ts';
import { MemoryJournal } from './memory-journal.ts';
import type { Errand } from './person.ts';
import { SimulatedWorld } from './world.ts';

const cards = loadCards();

function live(errand: Errand) {
  const journal = new MemoryJournal();
  const world = new SimulatedWorld({ seed: 'receipts', cards, receipts: true, journal }, [errand]);
  world.live();
  world.settle();
  return { world, complaints: disagreements({ world, rows: journal.rows(), cards, printerForgets: true }) };
}

test('one that is taken leaves the merchant’s paper only, and both records', () => {
  const { complaints, world } = live({ ...sale, takesReceipt: true });
  expect([complaints, world.pieces.length, world.receipts.kept.size]).toEqual([[], 1, 2]);
  expect(world.results.at(-1)).toMatchObject({ outcome: 'approved', receipt: { taken: true } });
});

test('one that is not taken is on the cardholder’s paper as a code', () => {
  const { complaints, world } = live(sale);
  expect([complaints, world.pieces.length]).toEqual([[], 2]);
  const [merchant, cardholder] = world.pieces;
  if (merchant === undefined || cardholder === undefined) throw new Error('Two slips were expected.');
  expect(paperText(merchant)).not.toContain('E-RECEIPT');
  expect(paperText(cardholder)).toContain('电子小票');
  expect(readByJsqr(paperBitmap(cardholder, bakedGlyphs))).toBe(world.results.at(-1)?.receipt?.url);
});
