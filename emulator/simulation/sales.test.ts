/** Every card and every fault in the small world: how the sale ends, and that nobody is charged for what did not happen. */
import { describe, expect, test } from 'vitest';
import { loadCards } from '../cards.ts';
import { FAULTS } from '../scenario/faults.ts';
import { sale } from './errands.ts';
import { MemoryJournal } from './memory-journal.ts';
import { SimulatedWorld } from './world.ts';

const cards = loadCards();

function sell(card: string, faultName?: string): SimulatedWorld {
  const fault = FAULTS.find(({ name }) => name === faultName);
  const world = new SimulatedWorld({ seed: 'sales', cards, journal: new MemoryJournal() }, [
    { item: 'sale', amount: '1234', card, ...(fault === undefined ? {} : { fault }) },
  ]);
  world.live();
  world.settle();
  return world;
}

const held = (world: SimulatedWorld): readonly string[] =>
  world.device.host.ledgerJson().entries.flatMap(({ amountMinor, state }) => (state === 'held' ? [amountMinor] : []));

describe('a sale', () => {
  test.each([
    ['approved', { outcome: 'approved', responseCode: '00' }],
    ['insufficient-funds', { outcome: 'declined', responseCode: '51' }],
    // Entered three times: then the issuer has had enough.
    ['wrong-pin', { outcome: 'declined', responseCode: '75' }],
    ['lost-card', { outcome: 'declined', responseCode: '41' }],
    ['expired', { outcome: 'declined', responseCode: '54' }],
    ['host-silent', { outcome: 'reversed', reason: 'host-silent' }],
    ['late-answer', { outcome: 'reversed', reason: 'host-silent' }],
  ])('with the card %s', (card, ending) => {
    const world = sell(card);
    expect(world.results.at(-1)).toMatchObject(ending);
    expect(held(world)).toEqual(ending.outcome === 'approved' ? ['1234'] : []);
  });

  test.each([
    ['paper-out', { outcome: 'approved' }, 3],
    ['cover-open', { outcome: 'approved' }, 3],
    ['host-silent', { outcome: 'reversed', reason: 'host-silent' }, 0],
    ['host-down', { outcome: 'failed', reason: 'host-unreachable' }, 0],
    ['bad-mac', { outcome: 'reversed', reason: 'reply-mac-wrong' }, 0],
    ['reply-lost', { outcome: 'reversed', reason: 'host-silent' }, 0],
    ['pin-pad-dead', { outcome: 'failed', reason: 'pin-pad-failed' }, 0],
    ['cancel-at-pin', { outcome: 'cancelled', reason: 'cardholder-cancelled' }, 0],
  ])('with the fault %s', (fault, ending, pieces) => {
    const world = sell('approved', fault);
    expect(world.results.at(-1)).toMatchObject(ending);
    expect(held(world)).toEqual(ending.outcome === 'approved' ? ['1234'] : []);
    expect(world.pieces).toHaveLength(pieces);
    expect(world.device.host.unusedDeeds()).toEqual([]);
  });

  test.each([
    ['epson-58', 'process-id'],
    ['generic-58', 'status-fence'],
  ] as const)('on %s says of each copy that it is printed, by its %s, and so does the journal', (printer, proof) => {
    const journal = new MemoryJournal();
    const world = new SimulatedWorld({ seed: 'sales', cards, journal, printer }, [sale]);
    world.live();
    expect(world.results.at(-1)?.slips).toEqual([
      { copy: 'merchant', state: 'printed', proof },
      { copy: 'cardholder', state: 'printed', proof },
    ]);
    const printed = journal.rows().flatMap(({ event }) => (event.type === 'SlipPrinted' ? [event.proof] : []));
    expect(printed).toEqual([proof, proof]);
  });

  test('leaves no card number in the log', () => {
    const { log } = sell('approved', 'reply-lost');
    expect(log).toContain('stepped');
    for (const { pan, track2 } of cards) {
      expect(log).not.toContain(pan);
      expect(log).not.toContain(track2.slice(-17));
    }
  });
});
