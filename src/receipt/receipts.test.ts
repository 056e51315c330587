/**
 * The port, on real files.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Clock } from '../domain/clock.ts';
import type { Slip } from '../domain/slip.ts';
import { verifyChain } from './codec/chain.ts';
import { readReceiptText } from './codec/url.ts';
import { readRecord } from './codec/record.ts';
import { nodeCrypto } from './node-crypto.ts';
import { SALE, TEST_KEY, TEST_SEED } from './receipts.testing.ts';
import { openReceipts, Receipts, type ClosingAnswer, type ReceiptAnswer, type ReceiptOptions } from './receipts.ts';
import type { ReceiptStore } from './store/receipt-store.ts';

let directory: string;
let due: (() => void)[];
let open: Receipts[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-receipts-'));
  due = [];
  open = [];
});
afterEach(() => {
  for (const receipts of open) receipts.close();
  rmSync(directory, { recursive: true });
});

const at = (name: string): string => join(directory, name);
const clock: Clock = {
  now: () => 0,
  after: (_, action) => {
    due.push(action);
    return () => undefined;
  },
};
const settle = (): void => due.splice(0).forEach((action) => action());

const options = (seed: Uint8Array): ReceiptOptions => ({
  baseUrl: 'https://r.example.cn/',
  keyFile: at('receipt.key'),
  storeFile: at('receipts.db'),
  entropy: () => seed,
  clock,
  widthDots: 384,
});
const opening = (seed = TEST_SEED) => openReceipts(options(seed));

function start(): Receipts {
  const receipts = opening();
  if (!receipts.ok) throw new Error(receipts.error);
  open.push(receipts.value);
  return receipts.value;
}

function stop(receipts: Receipts): void {
  receipts.close();
  open = open.filter((each) => each !== receipts);
}

function issue(receipts: Receipts, slip: Slip): ReceiptAnswer {
  const answers: ReceiptAnswer[] = [];
  receipts.issue(slip, (answer) => answers.push(answer));
  settle();
  const [answer] = answers;
  if (answer === undefined || answers.length > 1) throw new Error(`${answers.length} answers`);
  return answer;
}

function closeBatch(receipts: Receipts, batch: number): ClosingAnswer | undefined {
  let answer: ClosingAnswer | undefined;
  receipts.closeBatch(batch, (given) => (answer = given));
  settle();
  return answer;
}

const urlOf = (answer: ReceiptAnswer): string => {
  if (answer.type !== 'issued') throw new Error(answer.failure.detail);
  return answer.url;
};

describe('receipts', () => {
  test('answer later, and only then', () => {
    const receipts = start();
    let answered = false;
    receipts.issue(SALE, () => (answered = true));
    expect(answered).toBe(false);
    settle();
    expect(answered).toBe(true);
  });

  test('give the slip in a URL, and what fits the paper', () => {
    const answer = issue(start(), SALE);
    expect(answer).toMatchObject({ type: 'issued', qr: { form: 'long', text: urlOf(answer), moduleDots: 4 } });
    const text = readReceiptText(urlOf(answer));
    const record = text.form === 'long' && readRecord(text.record);
    expect(record && record.ok && record.value.content).toEqual(SALE);
    expect(answer.type === 'issued' && answer.shortUrl).toMatch(/^https:\/\/r\.example\.cn\/#123456000123C[\w-]{22}$/);
  });

  test('are durable before they are answered', () => {
    const receipts = start();
    receipts.issue(SALE, () => undefined);
    stop(receipts);
    expect([...start().records()]).toHaveLength(1);
  });

  test('are one for one slip, also after a restart', () => {
    const receipts = start();
    const url = urlOf(issue(receipts, SALE));
    expect(urlOf(issue(receipts, SALE))).toBe(url);
    stop(receipts);
    const again = start();
    expect(urlOf(issue(again, { ...SALE, reprint: true }))).toBe(url);
    expect([...again.records()]).toHaveLength(1);
  });

  test.each<[string, Partial<Slip>]>([
    ['the other copy', { copy: 'merchant' }],
    ['another voucher', { voucher: 124 }],
    ['another batch', { batch: 7 }],
    ['the same numbers at another time', { dateTime: '2027-03-01 12:34:56' }],
  ])('are another for %s', (_, change) => {
    const receipts = start();
    const url = urlOf(issue(receipts, SALE));
    expect(urlOf(issue(receipts, { ...SALE, ...change }))).not.toBe(url);
  });

  test('make one chain over restarts and ends of batches', () => {
    const first = start();
    issue(first, SALE);
    stop(first);
    const second = start();
    issue(second, { ...SALE, copy: 'merchant' });
    expect(closeBatch(second, SALE.batch)).toEqual({ type: 'closed', count: 2 });
    stop(second);
    const third = start();
    expect(closeBatch(third, SALE.batch)).toEqual({ type: 'closed', count: 2 });
    issue(third, { ...SALE, voucher: 124 });
    expect(closeBatch(third, SALE.batch)).toEqual({ type: 'closed', count: 1 });
    expect(closeBatch(third, SALE.batch + 1)).toEqual({ type: 'closed', count: 0 });
    const report = verifyChain([...third.records()], third.publicKey, nodeCrypto);
    expect(report).toMatchObject({ slips: 3, open: false });
    expect(report.closings.map(({ count }) => count)).toEqual([2, 1, 0]);
    expect(report).not.toHaveProperty('finding');
  });

  test('mask what was not masked, where nobody can take it back', () => {
    const receipts = start();
    const careless = {
      ...SALE,
      maskedPan: '6222021234567890',
      remarks: ['CARD 6222021234567894'],
      receiverMaskedPan: '6222021234567890',
    };
    const text = readReceiptText(urlOf(issue(receipts, careless)));
    const record = text.form === 'long' && readRecord(text.record);
    expect(record && record.ok && record.value.content).toMatchObject({
      maskedPan: '622202******7890',
      receiverMaskedPan: '622202******7890',
      remarks: ['CARD 622202******7894'],
    });
  });

  test('refuse what no record may hold, and go on', () => {
    const receipts = start();
    const huge = { ...SALE, remarks: ['长'.repeat(2000)] };
    expect(issue(receipts, huge)).toMatchObject({ type: 'failed', failure: { reason: 'too-large' } });
    expect(issue(receipts, SALE)).toMatchObject({ type: 'issued' });
    expect(verifyChain([...receipts.records()], receipts.publicKey, nodeCrypto)).not.toHaveProperty('finding');
  });

  test('say so where they cannot be stored', () => {
    const receipts = start();
    stop(receipts);
    expect(issue(receipts, SALE)).toMatchObject({ type: 'failed', failure: { reason: 'store' } });
    expect(closeBatch(receipts, 1)).toMatchObject({ type: 'failed', failure: { reason: 'store' } });
  });
});

describe('receipts on a failing disk', () => {
  /** @param failsAfter whether the record is there although the disk said that it is not. */
  function onDisk(failsAfter: boolean) {
    const kept = new Map<string, Uint8Array>();
    let failures = 1;
    const store: ReceiptStore = {
      find: (identity) => kept.get(identity),
      last: () => [...kept.values()].at(-1),
      append: (identity, record) => {
        failures -= 1;
        if (failures < 0 || failsAfter) kept.set(identity, record);
        if (failures >= 0) throw new Error('disk I/O error');
      },
      records: () => kept.values(),
      close: () => undefined,
    };
    return new Receipts(options(TEST_SEED), TEST_KEY, store);
  }

  test.each([false, true])(
    'end as one chain without a record twice; the record was there after all: %s',
    (failsAfter) => {
      const receipts = onDisk(failsAfter);
      const failure = { reason: 'store', detail: 'disk I/O error' };
      expect(issue(receipts, SALE)).toEqual({ type: 'failed', failure });
      expect(issue(receipts, SALE)).toMatchObject({ type: 'issued' });
      expect(issue(receipts, { ...SALE, voucher: 124 })).toMatchObject({ type: 'issued' });
      expect(closeBatch(receipts, SALE.batch)).toEqual({ type: 'closed', count: 2 });
      const report = verifyChain([...receipts.records()], TEST_KEY.publicKey, nodeCrypto);
      expect(report).toMatchObject({ slips: 2, open: false });
      expect(report).not.toHaveProperty('finding');
    },
  );
});

describe('the files of the receipts', () => {
  test('are made at the first start, the key for its owner only', () => {
    start();
    expect(statSync(at('receipt.key')).mode & 0o777).toBe(0o600);
    expect(readFileSync(at('receipt.key'), 'ascii')).toMatch(/^receipt-seed-v1:[\da-f]{64}\n$/);
    expect(existsSync(at('receipt.key.new'))).toBe(false);
  });

  test('keep a key that is there', () => {
    const { publicKey } = start();
    stop(open[0] as Receipts);
    expect(opening(new Uint8Array(32).fill(1))).toMatchObject({ ok: true, value: { publicKey } });
    due = [];
  });

  const workOnce = (): void => {
    const receipts = start();
    issue(receipts, SALE);
    stop(receipts);
  };

  test('are refused without their key, and none is made', () => {
    workOnce();
    rmSync(at('receipt.key'));
    expect(opening()).toMatchObject({ ok: false, error: expect.stringMatching(/receipt\.key is missing.*restore/) });
    expect(existsSync(at('receipt.key'))).toBe(false);
  });

  test.each([
    ['with another key', `receipt-seed-v1:${'ab'.repeat(32)}`, /signed with another key than .*restore/],
    ['with a key that is none', 'ab'.repeat(32), /cannot be used \(it must hold receipt-seed-v1:/],
  ])('are refused %s', (_, key, sentence) => {
    workOnce();
    writeFileSync(at('receipt.key'), key);
    expect(opening()).toMatchObject({ ok: false, error: expect.stringMatching(sentence) });
  });

  test('are refused while another process has them', () => {
    start();
    expect(opening()).toMatchObject({ ok: false, error: expect.stringContaining('in use by another process') });
  });

  test.each([
    [
      'of a program to come',
      (database: DatabaseSync) => database.exec('PRAGMA user_version = 2'),
      'update the program',
    ],
    [
      'whose last record was changed',
      (database: DatabaseSync) =>
        database.exec("DROP TRIGGER receipt_stays; UPDATE receipt SET record = x'8401' WHERE seq = 1"),
      'is damaged',
    ],
  ])('are refused %s', (_, harm, sentence) => {
    workOnce();
    const database = new DatabaseSync(at('receipts.db'));
    harm(database);
    database.close();
    expect(opening()).toMatchObject({ ok: false, error: expect.stringContaining(sentence) });
  });

  test('are refused where they are no receipts', () => {
    writeFileSync(at('receipts.db'), 'no database at all, but long enough to be looked at as one'.repeat(20));
    expect(opening()).toMatchObject({ ok: false, error: expect.stringContaining('are damaged') });
  });

  test.each(['DELETE FROM receipt', "UPDATE receipt SET record = x'00'"])('do not let %s through', (statement) => {
    workOnce();
    const database = new DatabaseSync(at('receipts.db'));
    expect(() => database.exec(statement)).toThrow(/a receipt (is never removed|never changes)/);
    database.close();
  });
});
