/**
 * A merchant's day on the real processes, driven over `lines`: each test goes on where the one before it ended.
 *
 * Mutations that these tests caught: a void offered for nothing; the balance's slip marked as a reprint; the merchant's
 * new name not used; the blacklist not asked; no sign-off after the settlement; a slip of training that does not say so.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LedgerJson } from '../models/host/ledger-json.ts';
import { amount, Cashier, choose, CONFIRM, password, text, wordsOf, type Steps } from './cashier.testing.ts';
import { TEST_PASSWORDS, TEST_PEOPLE } from './people.ts';
import { Session } from './session.ts';

const SUPERVISOR = password(TEST_PASSWORDS['00'] ?? '');
const OPERATOR = password(TEST_PASSWORDS['01'] ?? '');

const CARD: Steps = [
  ['present-card', 'swipe approved'],
  ['confirm', CONFIRM],
];
const saleOf = (keyed: string): Steps => [['enter-amount', amount(keyed)], ...CARD];

const APPROVED = { outcome: 'approved', responseCode: '00' };

let directory: string;
let session: Session;
let cashier: Cashier;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-day-'));
  session = await Session.start({
    directory,
    emulator: { drawsPaper: false },
    terminal: { host: { responseTimeoutMs: 5000 }, people: TEST_PEOPLE },
  });
  cashier = new Cashier(session);
});
afterAll(async () => {
  await session.stop();
  rmSync(directory, { recursive: true });
});

const entries = async (): Promise<LedgerJson['entries']> => ((await session.ledger()) as LedgerJson).entries;
const keys = (screen: { readonly menu?: readonly { readonly key: string }[] }): readonly string[] =>
  (screen.menu ?? []).map(({ key }) => key);

describe('a day at the counter', () => {
  test('begins with an operator who signs on, and a wrong password is not enough', async () => {
    expect(keys(await cashier.at('signed-off'))).toEqual(['operator-sign-on']);
    const words = await cashier.manage('operator-sign-on', [
      ['operator-number', text('01')],
      ['operator-password', password('1111')],
      ['operator-password', OPERATOR],
    ]);
    expect(words).toContain('Signed in, operator 01');
  });

  test('sells, with both copies of the slip', async () => {
    expect(await cashier.transact('sale', saleOf('12.34'))).toMatchObject({ ...APPROVED, kind: 'sale' });
    const papers = await cashier.takePapers();
    expect(papers.map((paper) => /(MERCHANT|CARDHOLDER) COPY/.exec(paper)?.[1])).toEqual(['MERCHANT', 'CARDHOLDER']);
    expect(papers[0]).toContain('滑道测试商店');
  });

  test('voids that sale from its result, with the supervisor’s password', async () => {
    const { menu } = await cashier.at('result');
    expect(keys({ menu: menu ?? [] })).toEqual(['void-this']);
    const voided = await cashier.follow([
      ['result', choose('void-this')],
      ['supervisor-password', SUPERVISOR],
      ...CARD,
    ]);
    expect(voided).toMatchObject({ ...APPROVED, kind: 'void', amountMinor: '1234' });
    expect((await entries()).map(({ state, transaction }) => `${transaction} ${state}`)).toContain('sale voided');
    expect(keys(await cashier.at('result'))).toEqual([]);
  });

  test('refunds a part of a sale to a supervisor who mistypes first, from what its slip says', async () => {
    await cashier.takePapers();
    await cashier.transact('sale', saleOf('20'));
    const [slip = ''] = await cashier.takePapers();
    const [, reference = ''] = /参考号\(REF\. NO\):\s*(\d{12})/.exec(slip) ?? [];
    const [, month = '', day = ''] = /\d{4}\/(\d\d)\/(\d\d) /.exec(slip) ?? [];
    const refund = await cashier.transact('refund', [
      ['supervisor-password', password('87654321')],
      ['supervisor-password', SUPERVISOR],
      ['name-original', text(reference)],
      ['name-original', text(`${month}${day}`)],
      ['enter-amount', amount('5')],
      ...CARD,
    ]);
    expect(refund).toMatchObject({ ...APPROVED, kind: 'refund', amountMinor: '500' });
    expect((await cashier.takePapers())[0]).toContain('RMB -5.00');
  });

  test('holds an amount and takes less of it', async () => {
    const held = await cashier.transact('pre-authorization', saleOf('100'));
    expect(held).toMatchObject(APPROVED);
    const [slip = ''] = await cashier.takePapers();
    const [, month = '', day = ''] = /\d{4}\/(\d\d)\/(\d\d) /.exec(slip) ?? [];
    const completed = await cashier.transact('completion', [
      ['name-original', text(held.authorizationCode ?? '')],
      ['name-original', text(`${month}${day}`)],
      ...saleOf('80'),
    ]);
    expect(completed).toMatchObject({ ...APPROVED, kind: 'completion', amountMinor: '8000' });
  });

  test('shows a balance, and prints it only when it is asked to, on a slip of its own', async () => {
    await cashier.takePapers();
    const { balance } = await cashier.transact('balance', CARD);
    expect(balance).toMatchObject({ negative: false, amount: '990500' });
    expect(wordsOf(await cashier.at('result'))).toContain('AVAILABLE BALANCE RMB 9905.00');
    expect(await cashier.takePapers()).toEqual([]);
    const words = wordsOf(await cashier.walk([['result', choose('print-balance')]], 'idle'));
    expect(words).toContain('PRINT THE BALANCE: done');
    const papers = await cashier.takePapers();
    expect(papers).toEqual([expect.stringMatching(/BALANCE\):\s+RMB 9905\.00/)]);
    expect(papers[0]).not.toContain('重打印');
  });

  test('transfers from one card to another', async () => {
    const transferred = await cashier.transact('transfer', [
      ['name-original', text('01110101199001011237')],
      ['present-receiver', 'swipe second'],
      ['enter-amount', amount('10')],
      ...CARD,
    ]);
    expect(transferred).toMatchObject({ ...APPROVED, kind: 'transfer' });
    expect((await cashier.takePapers())[0]).toContain('622202*********2222');
  });

  test('takes the host’s parameters: the next slip has the merchant’s new name', async () => {
    expect(await cashier.manage('parameters')).toContain('DOWNLOAD PARAMETERS: done');
    await cashier.transact('sale', saleOf('1'));
    expect((await cashier.takePapers())[0]).toContain('SLIPWAY TEST SHOP');
    const idle = await cashier.walk([['result', CONFIRM]], 'idle');
    expect(keys(idle)).toEqual(expect.arrayContaining(['sale', 'completion-advice', 'transfer']));
  });

  test.each([
    ['ca-keys', 'DOWNLOAD CA KEYS: done'],
    ['applications', 'DOWNLOAD AIDS: done'],
    ['echo', 'ECHO TEST: done'],
  ])('does %s', async (item, said) => {
    expect(await cashier.manage(item)).toContain(said);
  });

  test('refuses a card of the downloaded blacklist before anything is sent', async () => {
    expect(await cashier.manage('blacklist')).toContain('DOWNLOAD BLACKLIST: done');
    const before = (await entries()).length;
    const refused = await cashier.transact('sale', [
      ['enter-amount', amount('1')],
      ['present-card', 'swipe lost-card'],
    ]);
    expect(refused).toMatchObject({ outcome: 'failed', reason: 'card-blocked' });
    expect(await entries()).toHaveLength(before);
  });

  test('exercises: the slip says that no money moved, the host books none, and nothing can be voided', async () => {
    const before = (await entries()).length;
    await cashier.manage('training-on', [['operator-password', SUPERVISOR]]);
    expect(keys(await cashier.at('idle'))).not.toContain('settlement');
    expect(await cashier.transact('sale', saleOf('3'))).toMatchObject({ ...APPROVED, training: true });
    expect((await cashier.takePapers())[0]).toMatch(/训练 TRAINING[^]*NO MONEY MOVED/);
    expect(keys(await cashier.at('result'))).toEqual([]);
    expect(await entries()).toHaveLength(before);
    const words = await cashier.manage('training-off', [['operator-password', SUPERVISOR]]);
    expect(words).toContain('TRAINING OFF: done');
  });

  test('settles: it balances, the slip says so, and the terminal signs off as its parameters want', async () => {
    const words = await cashier.manage('settlement', [], 'not-signed-in');
    expect(words).toMatch(/SETTLEMENT: BALANCED\nSIGN OFF: done$/);
    const [report] = await cashier.takePapers();
    expect(report).toMatch(/对账平\s+BALANCED[^]*消费 SALE +3 +33\.34[^]*退货 REFUND +1 +5\.00/);
    expect(cashier.shown).toContain('working');
  });

  test('signs in again for the next batch', async () => {
    expect(await cashier.manage('sign-in')).toContain('Signed in');
    expect(await cashier.transact('sale', saleOf('1'))).toMatchObject({ ...APPROVED, batch: 1438 });
    expect((await cashier.takePapers())[0]).toContain('001438');
  });

  test('prints its last slips again, marked', async () => {
    await cashier.transact('sale', saleOf('2'));
    await cashier.takePapers();
    expect(await cashier.manage('reprint-last')).toContain('REPRINT THE LAST: done');
    const papers = await cashier.takePapers();
    expect(papers).toEqual([expect.stringContaining('重打印'), expect.stringContaining('重打印')]);
    expect(papers[0]).toContain('RMB 2.00');
  });

  test('ends with the operator’s sign-off', async () => {
    const words = await cashier.manage('operator-sign-off', [], 'signed-off');
    expect(words).toContain('OPERATOR: SIGN ON');
  });
});
