import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { base64UrlOf, hexOf } from '../../src/receipt/codec/bytes.ts';
import { CHAIN_START, chainNext } from '../../src/receipt/codec/chain.ts';
import { signRecord } from '../../src/receipt/codec/record.ts';
import { shortText } from '../../src/receipt/codec/short-form.ts';
import { longUrl, shortUrl } from '../../src/receipt/codec/url.ts';
import { nodeCrypto, nodeHmac } from '../../src/receipt/node-crypto.ts';
import { batchOf, OTHER_KEY, SALE, TEST_KEY, TEST_SEED } from '../../src/receipt/receipts.testing.ts';
import { SqliteReceipts } from '../../src/receipt/store/sqlite-receipts.ts';
import { receiptTool } from './tool-receipt.ts';

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-receipt-tool-'));
  writeFileSync(at('seed.key'), `receipt-seed-v1:${hexOf(TEST_SEED)}\n`);
  writeFileSync(at('public.key'), `# 终端 31000001\n${KEY}\n`);
  writeFileSync(at('record.cbor'), RECORD);
  writeFileSync(at('url.txt'), `${URL}\n`);
  writeFileSync(at('batch.jsonl'), lines(batch.records));
  writeFileSync(at('open.jsonl'), lines(batch.records.slice(0, -1)));
  writeFileSync(at('removed.jsonl'), lines(batch.records.toSpliced(1, 1)));
  writeFileSync(at('spoilt.jsonl'), `${lines(batch.records)}{"records":1}\n`);
  writeFileSync(at('empty.txt'), '');
});
afterAll(() => rmSync(directory, { recursive: true }));

const at = (name: string): string => join(directory, name);
const lines = (records: readonly Uint8Array[]): string =>
  records.map((record) => `${JSON.stringify({ record: base64UrlOf(record) })}\n`).join('');

const KEY = hexOf(TEST_KEY.publicKey);
const OTHER = hexOf(OTHER_KEY.publicKey);
const batch = batchOf(3);
const RECORD = chainNext(CHAIN_START, SALE, TEST_KEY, nodeCrypto.sha256).record;
const URL = longUrl('https://r.example.cn/', RECORD);
const BAD = longUrl(
  'https://r.example.cn/',
  signRecord(
    { number: 1, previous: CHAIN_START.previous, content: { ...SALE, remarks: ['\u001b[2J\u202e'] } },
    { kid: TEST_KEY.kid, sign: OTHER_KEY.sign },
  ),
);
const shortOf = (record: Uint8Array, voucher: number): string =>
  shortUrl('https://r.example.cn/', shortText({ ...SALE, voucher }, record, TEST_KEY.shortKey.reveal(), nodeHmac));

const verify = (...args: readonly string[]) => receiptTool(['verify', ...args]);

describe('receipt verify', () => {
  test('prints a good receipt in both languages', async () => {
    const { exitCode, stderr, stdout } = await verify(URL, '--key', KEY);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^签名有效 Genuine\n/);
    expect(stdout).toContain('  金额 AMOUNT: RMB 1234.56\n');
  });

  test.each(['record.cbor', 'url.txt'])('takes the file %s', async (name) => {
    expect(await verify(at(name), '--key', KEY)).toMatchObject({ exitCode: 0 });
  });

  test.each(['seed.key', 'public.key'])('takes the key from %s', async (name) => {
    expect(await verify(URL, '--key', at(name))).toMatchObject({ exitCode: 0 });
  });

  test.each<[string, readonly string[]]>([
    ['without a key', []],
    ['with the key of another terminal', ['--key', OTHER]],
  ])('says %s who signed, and that nobody vouches for it', async (_, args) => {
    const { exitCode, stdout } = await verify(URL, ...args);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^无法核实 Not verified\n/);
    expect(stdout).toContain(`Signing key: ${hexOf(TEST_KEY.kid)}`);
  });

  test('shows nothing of a forged receipt', async () => {
    const { exitCode, stdout } = await verify(BAD, '--key', KEY);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^签名无效 Not genuine\n/);
    expect(stdout).not.toContain('AMOUNT');
  });

  test('lets no receipt command the screen', async () => {
    const { stdout } = await verify(BAD);
    expect(stdout).toContain('备注 REFERENCE: ?[2J?');
  });

  test('gives the receipt as JSON', async () => {
    const { stdout } = await verify(URL, '--key', KEY, '--json');
    expect(JSON.parse(stdout)).toEqual({ verdict: 'good', kid: hexOf(TEST_KEY.kid), number: 1, content: SALE });
    expect(JSON.parse((await verify(BAD, '--key', KEY, '--json')).stdout)).toEqual({
      verdict: 'bad',
      kid: hexOf(TEST_KEY.kid),
    });
  });
});

describe('receipt verify, of a batch', () => {
  test.each<[string, readonly string[], number, string]>([
    ['batch.jsonl', ['--key', KEY], 0, '记录链完整 The chain is whole\n小票 Receipts: 3\n批次 Batch 123456: 3'],
    ['removed.jsonl', ['--key', KEY], 1, 'Record 2: records before it are missing (number 3, expected 2)'],
    ['open.jsonl', ['--key', KEY], 1, 'The last batch has no end'],
    ['open.jsonl', ['--key', KEY, '--open'], 0, 'The last batch has no end'],
    ['batch.jsonl', [], 1, `nobody vouches for this key, give --key\n签名密钥 Signing key: ${hexOf(TEST_KEY.kid)}`],
    ['batch.jsonl', ['--key', OTHER], 1, 'Record 1: another key has signed it'],
  ])('%s %j', async (name, args, exitCode, says) => {
    const answer = await verify(at(name), ...args);
    expect(answer.exitCode).toBe(exitCode);
    expect(answer.stdout).toContain(says);
  });

  test('gives the findings as JSON', async () => {
    const { stdout } = await verify(at('removed.jsonl'), '--key', KEY, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'broken', slips: 1, finding: { index: 1, problem: 'gap' } });
  });
});

describe('receipt verify, of a short receipt', () => {
  const [first = RECORD] = batch.records;
  const proof = (): readonly string[] => ['--records', at('batch.jsonl'), '--key', at('seed.key')];

  test('proves it by the electronic copy, and prints the slip', async () => {
    const { exitCode, stdout } = await verify(shortOf(first, 1), ...proof());
    expect(exitCode).toBe(0);
    expect(stdout).toContain('凭证号 VOUCHER NO: 000001');
  });

  test.each<[string, string, string]>([
    ['of another record', shortOf(RECORD, 1), 'was not made for the slip'],
    ['of a slip that is not there', shortOf(first, 9), 'the electronic copy has no such slip'],
  ])('refuses one %s', async (_, url, says) => {
    const { exitCode, stderr } = await verify(url, ...proof());
    expect(exitCode).toBe(1);
    expect(stderr).toContain(says);
  });

  test('says what it takes', async () => {
    expect(await verify(shortOf(first, 1), '--key', KEY)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('--records'),
    });
  });
});

describe('receipt', () => {
  test.each<[readonly string[], number, string]>([
    [[], 2, 'usage: receipt verify'],
    [['verify'], 2, 'usage: receipt verify'],
    [['verify', 'a', 'b'], 2, 'too many words'],
    [['verify', 'a', '--colour'], 2, "Unknown option '--colour'"],
    [['verify', URL, '--key', '/no/such'], 2, 'neither 64 hexadecimal digits nor a file'],
    [['verify', 'hello world'], 1, '"hello world" is neither a file nor a receipt'],
    [['export', '/no/such.db'], 1, 'cannot be opened'],
    [['export', 'x', '--batch', 'one'], 2, '--batch one is no batch number'],
    [['page'], 2, 'usage: receipt verify'],
    [['page', '--out', '/no/such/dir/page.html'], 1, 'cannot write /no/such/dir/page.html'],
  ])('refuses %j', async (args, exitCode, says) => {
    const answer = await receiptTool(args);
    expect(answer).toMatchObject({ exitCode, stdout: '' });
    expect(answer.stderr).toContain(says);
  });

  test.each([
    ['empty.txt', 'holds no receipt'],
    ['spoilt.jsonl', 'line 5 of'],
  ])('says what is wrong with %s', async (name, says) => {
    expect(await verify(at(name), '--key', KEY)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(says) });
  });

  test('key prints the public key of a key file, and never the seed', async () => {
    expect(await receiptTool(['key', at('seed.key')])).toEqual({ exitCode: 0, stdout: KEY, stderr: '' });
    const spoilt = at('spoilt.key');
    writeFileSync(spoilt, `receipt-seed-v1:${hexOf(TEST_SEED)}00`);
    const answer = await receiptTool(['key', spoilt]);
    expect(answer).toMatchObject({ exitCode: 1, stdout: '' });
    expect(answer.stderr).not.toContain(hexOf(TEST_SEED).slice(0, 16));
  });

  test('export gives lines that verify, whole or by batch', async () => {
    const file = at('receipts.db');
    const store = SqliteReceipts.open(file);
    if (!store.ok) throw new Error(store.error);
    const second = batchOf(2, batch.state);
    for (const [index, record] of [...batch.records, ...second.records].entries())
      store.value.append(`${index}`, record);
    expect(await receiptTool(['export', file])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('in use by another process: stop that terminal first'),
    });
    store.value.close();
    const whole = await receiptTool(['export', file]);
    writeFileSync(at('export.jsonl'), whole.stdout);
    expect(await verify(at('export.jsonl'), '--key', KEY)).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(whole.stdout.split('\n')[0] ?? '')).toMatchObject({ number: 1, type: 'slip', batch: 123_456 });
    expect((await receiptTool(['export', file, '--batch', '123456'])).stdout.split('\n')).toHaveLength(7);
    expect(await receiptTool(['export', file, '--batch', '7'])).toMatchObject({ exitCode: 1 });
  });

  test('page writes the page with its keys', async () => {
    const out = at('receipt.html');
    expect(await receiptTool(['page', '--out', out, '--key', KEY])).toEqual({ exitCode: 0, stdout: out, stderr: '' });
    expect(readFileSync(out, 'utf8')).toContain(`data-keys="${KEY}"`);
  });
});
