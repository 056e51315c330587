/** Every transaction type against the acquirer that knows them all: how it ends, what it moved, what its slip says. */
import { expect, test } from 'vitest';
import { loadCards } from '../cards.ts';
import { paperText } from '../models/printer/paper-text.ts';
import { FAULTS } from '../scenario/faults.ts';
import {
  balance,
  card,
  completion,
  completionVoid,
  preAuthorization,
  preAuthorizationVoid,
  refundOfPart,
  sale,
  voidOfLast,
} from './errands.ts';
import { MemoryJournal } from './memory-journal.ts';
import type { Errand } from './person.ts';
import { SimulatedWorld } from './world.ts';

const cards = loadCards();
function run(errands: readonly Errand[]): SimulatedWorld {
  const world = new SimulatedWorld({ seed: 'transactions', cards, journal: new MemoryJournal() }, errands);
  world.live();
  world.settle();
  return world;
}

/** What the day has taken from the card's account. */
function taken(world: SimulatedWorld): bigint {
  return cards.reduce(
    (sum, { account, pan }) => sum + BigInt(account.balanceMinor) - (world.device.host.balanceMinor(pan) ?? 0n),
    0n,
  );
}

test.each<[string, readonly Errand[], bigint, number]>([
  ['a sale', [sale], 1234n, 2],
  ['a void', [sale, voidOfLast], 0n, 4],
  ['a refund of a part', [sale, refundOfPart], 1000n, 4],
  ['a pre-authorization', [preAuthorization], 1000n, 2],
  ['its void', [preAuthorization, preAuthorizationVoid], 0n, 4],
  ['its completion', [preAuthorization, completion], 1000n, 4],
  ['a smaller completion', [preAuthorization, { ...completion, amount: '700' }], 700n, 4],
  [
    'the void of a completion',
    [preAuthorization, completion, completionVoid],
    // The hold is back.
    1000n,
    6,
  ],
  ['a balance inquiry', [balance], 0n, 0],
])('%s is approved', (_, errands, amount, pieces) => {
  const world = run(errands);
  expect(world.results.map(({ outcome, responseCode }) => `${outcome} ${responseCode ?? ''}`)).toEqual(
    errands.map(() => 'approved 00'),
  );
  expect(taken(world)).toBe(amount);
  expect(world.pieces).toHaveLength(pieces);
  expect(world.device.host.discrepancies()).toEqual([]);
});

test('a balance inquiry shows what is available', () => {
  expect(run([balance]).results[0]).toMatchObject({
    balance: { negative: false, amount: '1000000' },
  });
});

test('the slip of a void names the original and has a minus sign', () => {
  const texts = run([sale, voidOfLast]).pieces.map(paperText);
  expect(texts[2]).toContain('RMB -12.34');
  expect(texts[2]).toMatch(/原凭证号.*000002/);
});

test.each<[string, readonly Errand[]]>([
  ['of a voucher number that no sale has', [{ item: 'void', card, original: ['999999'] }]],
  ['of a sale that was voided already', [sale, voidOfLast, { item: 'void', card, original: ['000002'] }]],
])('a void %s ends before anything is sent', (_, errands) => {
  const world = run(errands);
  expect(world.results.at(-1)).toMatchObject({ kind: 'void', outcome: 'cancelled' });
});

test('a void with another card than the original’s is not sent', () => {
  const world = run([sale, { ...voidOfLast, card: 'lost-card' }]);
  expect(world.results.at(-1)).toMatchObject({ kind: 'void', outcome: 'cancelled', reason: 'nobody-answered' });
  expect(taken(world)).toBe(1234n);
});

test.each<[string, Errand, bigint]>([
  ['void', voidOfLast, 1234n],
  ['pre-authorization', preAuthorization, 1234n],
])('a %s whose answer is lost is reversed', (_, errand, amount) => {
  const lost = FAULTS.find(({ name }) => name === 'reply-lost');
  const deeds = errand.item === 'void' ? ['host next 0200 lose-reply'] : ['host next 0100 lose-reply'];
  const world = run([sale, { ...errand, ...(lost !== undefined && { fault: { ...lost, deeds } }) }]);
  expect(world.results.at(-1)).toMatchObject({ outcome: 'reversed' });
  expect(taken(world)).toBe(amount);
});

test('a refund whose answer is lost is not reversed, and the operator is told that nobody knows', () => {
  const lost = FAULTS.find(({ name }) => name === 'reply-lost');
  const fault = lost && { ...lost, deeds: ['host next 0220 lose-reply'] };
  const world = run([sale, { ...refundOfPart, ...(fault && { fault }) }]);
  expect(world.results.at(-1)).toMatchObject({ outcome: 'unanswered', reason: 'host-silent' });
});
