/** Every transaction type against the acquirer that knows them all: how it ends, what it moved, what its slip says. */
import { describe, expect, test } from 'vitest';
import { loadCards } from '../cards.ts';
import { paperText } from '../models/printer/paper-text.ts';
import { FAULTS } from '../scenario/faults.ts';
import {
  balance,
  card,
  completion,
  completionAdvice,
  completionVoid,
  preAuthorization,
  preAuthorizationVoid,
  refundOfPart,
  sale,
  singleMessageTransfer,
  transfer,
  voidOfLast,
  settlement,
} from './errands.ts';
import { TEST_TERMINAL } from '../device.ts';
import { MemoryJournal } from './memory-journal.ts';
import type { Errand } from './person.ts';
import { SimulatedWorld, type WorldOptions } from './world.ts';

const cards = loadCards();
const texts = (world: SimulatedWorld): string => world.pieces.map(paperText).join('\n');
function run(errands: readonly Errand[], options: Partial<WorldOptions> = {}): SimulatedWorld {
  const world = new SimulatedWorld({ seed: 'transactions', cards, journal: new MemoryJournal(), ...options }, errands);
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
  ['a completion advice', [preAuthorization, completionAdvice], 1000n, 4],
  // What one card gives, the other gets.
  ['a transfer', [transfer], 0n, 2],
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

test('a refund whose answer is lost is sent again under its own number, and booked once', () => {
  const lost = FAULTS.find(({ name }) => name === 'reply-lost');
  const fault = lost && { ...lost, deeds: ['host next 0220 lose-reply'] };
  const world = run([sale, { ...refundOfPart, ...(fault && { fault }) }]);
  expect(world.results.at(-1)).toMatchObject({ outcome: 'approved', responseCode: '94' });
  expect(taken(world)).toBe(1234n - 234n);
});

test('a refund to a foreign card whose answer is lost is settled as foreign, and its slip says whose card it is', () => {
  const foreign: Errand = { ...refundOfPart, ...lost('0220'), card: 'foreign' };
  const world = run([{ ...sale, card: 'foreign' }, foreign, settlement]);
  expect(world.results.at(-1)).toMatchObject({ outcome: 'approved', responseCode: '94' });
  const { balanced, hostTotals } = world.device.host.batchReport(TEST_TERMINAL.terminal, 1437);
  expect([balanced, hostTotals.foreign.creditCount]).toEqual([{ domestic: true, foreign: true }, 1]);
  expect(texts(world)).not.toContain('卡组织(CARD TYPE):CUP');
});

test('a refund that is refused and whose answer is lost ends declined', () => {
  // Of the sale, whose answer was the host's second; the last slip would be that of the first refund.
  const original = ['030200000002', '0302'];
  const tooMuch: Errand = { ...refundOfPart, amount: '1234', original, ...lost('0220') };
  const world = run([sale, refundOfPart, tooMuch]);
  expect(world.results.at(-1)).toMatchObject({ outcome: 'declined', responseCode: '64' });
  expect(taken(world)).toBe(1000n);
});

const lost = (mti: string): Pick<Errand, 'fault'> => ({ fault: { deeds: [`host next ${mti} lose-reply`], cures: {} } });
const balanceOf = (world: SimulatedWorld, name: string): bigint => {
  const found = cards.find((each) => each.name === name);
  if (found === undefined) throw new Error(`There is no card ${name}.`);
  const { account, pan } = found;
  return (world.device.host.balanceMinor(pan) ?? 0n) - BigInt(account.balanceMinor);
};

describe('a transfer', () => {
  test('takes from one card and gives to the other', () => {
    const world = run([transfer]);
    expect([balanceOf(world, 'approved'), balanceOf(world, 'second')]).toEqual([-500n, 500n]);
    expect(texts(world)).toContain('622202*********2222');
  });

  test('in one message does the same where the acquirer wants it so', () => {
    const configure: WorldOptions['configure'] = (config) => ({
      ...config,
      transactions: { ...config.transactions, transfer: 'one-message' },
    });
    const world = run([singleMessageTransfer], { configure });
    expect(world.results).toMatchObject([{ outcome: 'approved' }]);
    expect(balanceOf(world, 'second')).toBe(500n);
    expect(run([{ ...singleMessageTransfer, ...lost('0200') }], { configure }).results).toMatchObject([
      { outcome: 'reversed' },
    ]);
  });

  test('whose answer is lost is not reversed: nobody knows', () => {
    expect(run([{ ...transfer, ...lost('0200') }]).results).toMatchObject([{ outcome: 'unanswered' }]);
  });

  test('leaves the receiver’s id document in no journal, log or paper', () => {
    const journal = new MemoryJournal();
    const world = run([transfer], { journal });
    expect(world.results).toMatchObject([{ outcome: 'approved' }]);
    const written = JSON.stringify(journal.rows()) + world.log + texts(world);
    expect(written).not.toContain('110101199001011237');
  });
});

describe('a completion advice', () => {
  const advice: Errand = { ...completionAdvice, ...lost('0220') };

  test('whose answer is lost is printed, and the host has it once when the next transaction is made', () => {
    const world = run([preAuthorization, advice, sale]);
    expect(world.results.map(({ outcome, stored = false }) => [outcome, stored])).toEqual([
      ['approved', false],
      ['approved', true],
      ['approved', false],
    ]);
    expect(taken(world)).toBe(1000n + 1234n);
  });

  test('that is stored goes out before the settlement', () => {
    const configure: WorldOptions['configure'] = (config) => ({
      ...config,
      transactions: { ...config.transactions, completionAdvice: { stored: true } },
    });
    const world = run([preAuthorization, completionAdvice, settlement], { configure });
    expect(texts(world)).toContain('对账平');
    // In columns: with its whole name there would be no room for them.
    expect(texts(world)).toMatch(/^完成\(通知\) +1 +10\.00$/m);
    expect(world.device.host.batchReport(TEST_TERMINAL.terminal, 1437).hostTotals.domestic).toMatchObject({
      debitMinor: '1000',
      debitCount: 1,
    });
  });
});

describe('a partial approval', () => {
  const short: Errand = { ...sale, card: 'insufficient-funds', amount: '500' };
  const takesParts: Partial<WorldOptions> = {
    partialApproval: true,
    configure: (config) => ({
      ...config,
      host: { ...config.host, dialect: { ...config.host.dialect, partialApproval: '1' } },
    }),
  };

  test('that the cashier takes counts for what was approved', () => {
    const world = run([short], takesParts);
    expect(world.results).toMatchObject([{ outcome: 'approved', responseCode: '10', amountMinor: '100' }]);
    expect(taken(world)).toBe(100n);
    expect(texts(world)).toContain('RMB 1.00');
  });

  test('that the cashier does not take leaves nothing with the host', () => {
    const world = run([{ ...short, refusesPart: true }], takesParts);
    expect(world.results).toMatchObject([{ outcome: 'reversed', reason: 'partial-approval-refused' }]);
    expect(taken(world)).toBe(0n);
  });
});

test('a wrong PIN and then none: the second request carries none', () => {
  const world = run([{ ...sale, pins: ['654321', ''] }]);
  // A block that does not belong to what field 22 says would be a format error, F39 30.
  expect(world.results).toMatchObject([{ outcome: 'approved', responseCode: '00', stan: 3 }]);
});

test('a wrong PIN is entered again, and the sale is then approved', () => {
  const world = run([{ ...sale, pins: ['654321', '123456'] }]);
  expect(world.results).toMatchObject([{ outcome: 'approved', stan: 3 }]);
  expect(taken(world)).toBe(1234n);
});
