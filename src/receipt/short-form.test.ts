import { describe, expect, test } from 'vitest';
import { nodeHmac } from './node-crypto.ts';
import { batchOf, OTHER_KEY, SALE, TEST_KEY } from './receipts.testing.ts';
import { readShortText, shortText, verifyShort, type ShortForm, type ShortVerdict } from './codec/short-form.ts';
import { readReceiptText, shortUrl } from './codec/url.ts';

const { records } = batchOf(3);
const SLIP = { ...SALE, voucher: 2 };
const KEY = TEST_KEY.shortKey.reveal();
const TEXT = shortText(SLIP, records[1] ?? new Uint8Array(), KEY, nodeHmac);

function read(text: string): ShortForm {
  const short = readShortText(text);
  if (short === undefined) throw new Error('no short form');
  return short;
}
const verdictOf = (text: string, key = KEY): ShortVerdict['type'] =>
  verifyShort(read(text), records, key, nodeHmac).type;

describe('the short form', () => {
  test('is 64 characters at most, at the longest address that may be configured', () => {
    expect(shortUrl('https://receipts.example.cn/', TEXT).length).toBeLessThanOrEqual(64);
  });

  test('names the slip', () => {
    expect(TEXT).toMatch(/^123456000002C/);
    expect(readReceiptText(`https://r.example/#${TEXT}`)).toMatchObject({
      form: 'short',
      short: { batch: 123_456, voucher: 2, copy: 'C' },
    });
  });

  test('is proven by the electronic copy, which gives the record', () => {
    expect(verifyShort(read(TEXT), records, KEY, nodeHmac)).toEqual({ type: 'good', record: records[1] });
  });

  test.each<[string, string, ShortVerdict['type']]>([
    ['another slip of the copy', TEXT.replace('000002', '000003'), 'wrong-mac'],
    ['a slip that the copy has not', TEXT.replace('000002', '000009'), 'unknown-slip'],
    ['another copy of the slip', TEXT.replace('C', 'M'), 'unknown-slip'],
    ['another MAC', `${TEXT.slice(0, 13)}${'A'.repeat(22)}`, 'wrong-mac'],
  ])('is not proven for %s', (_, text, verdict) => {
    expect(verdictOf(text)).toBe(verdict);
  });

  test('is not proven by the key of another terminal', () => {
    expect(verdictOf(TEXT, OTHER_KEY.shortKey.reveal())).toBe('wrong-mac');
  });

  test.each(['', 'A', `${TEXT}A`, TEXT.slice(1), TEXT.replace('C', 'X'), `${TEXT.slice(0, -1)}_`])(
    'is not read from %j',
    (text) => {
      expect(readShortText(text)).toBeUndefined();
    },
  );
});

test.each(['', '#', 'https://r.example/', 'https://r.example/#', '#é', 'https://r.example/#a b'])(
  'no receipt is read from %j',
  (text) => {
    expect(readReceiptText(text)).toEqual({ form: 'none' });
  },
);
