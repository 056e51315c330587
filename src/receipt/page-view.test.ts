import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Slip } from '../domain/slip.ts';
import { base64UrlOf, hexOf } from './codec/bytes.ts';
import { encodeCbor } from './codec/cbor.ts';
import { CHAIN_START, chainClosing, chainNext } from './codec/chain.ts';
import { signRecord } from './codec/record.ts';
import { shortText } from './codec/short-form.ts';
import { sealSign1 } from './codec/sign1.ts';
import { longUrl, shortUrl } from './codec/url.ts';
import { nodeCrypto, nodeHmac } from './node-crypto.ts';
import { receiptHtml } from './page/html.ts';
import { pageCrypto } from './page/page-crypto.ts';
import { linesOf, type Line } from './page/lines.ts';
import { keysIn, receiptView, type ReceiptView } from './page/view.ts';
import { anyLetter, anySlip, OTHER_KEY, SALE, TEST_KEY } from './receipts.testing.ts';

const BASE = 'https://r.example.cn/';
const recordOf = (slip: Slip): Uint8Array => chainNext(CHAIN_START, slip, TEST_KEY, nodeCrypto.sha256).record;
const URL = longUrl(BASE, recordOf(SALE));
const KEYS = [OTHER_KEY.publicKey, TEST_KEY.publicKey];
const FORGED = signRecord(
  { number: 1, previous: CHAIN_START.previous, content: SALE },
  { kid: TEST_KEY.kid, sign: OTHER_KEY.sign },
);

const view = (text: string, keys: readonly Uint8Array[] = KEYS): ReceiptView => receiptView(text, keys, pageCrypto);
const textOf = ({ lines = [] }: ReceiptView): string => JSON.stringify(lines);

describe('the view of a receipt', () => {
  test('with a good signature is the document that is printed', () => {
    const shown = view(URL);
    expect(shown).toMatchObject({ verdict: 'good', kid: hexOf(TEST_KEY.kid), title: { en: 'Genuine' } });
    expect(shown.lines).toContainEqual({ type: 'big', label: { zh: '金额', en: 'AMOUNT' }, value: 'RMB 1234.56' });
    expect(textOf(shown)).toContain('622202*********6788 S');
  });

  test('by keys that did not sign it is shown, and nobody vouches for it', () => {
    expect(view(URL, [OTHER_KEY.publicKey])).toMatchObject({ verdict: 'unknown-key', kid: hexOf(TEST_KEY.kid) });
    expect(textOf(view(URL, []))).toContain('RMB 1234.56');
  });

  test('with a bad signature says so, and shows nothing of it', () => {
    const shown = view(longUrl(BASE, FORGED));
    expect(shown).toMatchObject({ verdict: 'bad', kid: hexOf(TEST_KEY.kid) });
    expect(shown).not.toHaveProperty('lines');
  });

  test('in the short form names the slip', () => {
    const short = shortText(SALE, recordOf(SALE), TEST_KEY.shortKey.reveal(), nodeHmac);
    const shown = view(shortUrl(BASE, short));
    expect(shown.verdict).toBe('short');
    expect(textOf(shown)).toContain('123456-000123-C');
  });

  test('of the end of a batch counts it', () => {
    const end = chainClosing({ ...CHAIN_START, number: 12 }, 7, TEST_KEY, nodeCrypto.sha256).record;
    expect(textOf(view(longUrl(BASE, end)))).toMatch(/"000007".*"12"/);
  });

  const strange = { ...SALE, copy: 'tax office' } as unknown as Slip;
  test.each([
    ['nothing', '', 'empty'],
    ['nothing behind the #', `${BASE}#`, 'empty'],
    ['garbage', '#hello world', 'unreadable'],
    ['other bytes', `#${base64UrlOf(Uint8Array.of(1, 2, 3))}`, 'unreadable'],
    ['half a URL', URL.slice(0, 200), 'unreadable'],
    ['what no terminal prints', longUrl(BASE, recordOf(strange)), 'unreadable'],
    ['a version to come', longUrl(BASE, sealSign1(encodeCbor(new Map([[0, 2]])), TEST_KEY)), 'newer-version'],
  ])('of %s: %#', (_, text, verdict) => {
    const shown = view(text);
    expect(shown.verdict).toBe(verdict);
    expect(shown).not.toHaveProperty('lines');
  });
});

describe('the lines of a document', () => {
  const label = { zh: '批次号', en: 'BATCH NO' };
  test.each<[string, Parameters<typeof linesOf>[0][number], readonly Line[]]>([
    ['a headline', { type: 'headline', text: label }, [{ type: 'title', words: label }]],
    ['a text', { type: 'text', text: 'a' }, [{ type: 'text', words: 'a' }]],
    ['a pair', { type: 'pair', label, value: '1' }, [{ type: 'pair', label, value: '1' }]],
    ['two beside each other', { type: 'pairs', pairs: [{ label, value: '1' }] }, [{ type: 'pair', label, value: '1' }]],
    [
      'fine print',
      { type: 'fine', items: [{ label: 'TVR', value: '00' }] },
      [{ type: 'pair', label: 'TVR', value: '00' }],
    ],
    [
      'a signature',
      { type: 'signature', label, acknowledgement: label },
      [{ type: 'signature', label, acknowledgement: label }],
    ],
    ['a rule', { type: 'rule' }, [{ type: 'rule' }]],
    ['a cut', { type: 'cut' }, []],
  ])('of %s', (_, block, lines) => {
    expect(linesOf([block])).toEqual(lines);
  });
});

describe('keys in a text', () => {
  test('are all there, whatever stands between', () => {
    const text = `# 终端 31000001\n${hexOf(TEST_KEY.publicKey)},${hexOf(OTHER_KEY.publicKey).toUpperCase()}`;
    expect(keysIn(text)).toEqual([TEST_KEY.publicKey, OTHER_KEY.publicKey]);
  });

  test.each(['', 'ab'.repeat(31), 'ab'.repeat(33)])('are none in %j', (text) => {
    expect(keysIn(text)).toEqual([]);
  });
});

describe('the cryptography of the page', () => {
  test('agrees with that of the terminal', () => {
    const data = Uint8Array.of(1, 2, 3);
    const signature = TEST_KEY.sign(data);
    for (const crypto of [pageCrypto, nodeCrypto]) {
      expect(hexOf(crypto.sha256(data))).toBe('039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81');
      expect(crypto.verify(TEST_KEY.publicKey, data, signature)).toBe(true);
      expect(crypto.verify(TEST_KEY.publicKey, Uint8Array.of(1, 2, 4), signature)).toBe(false);
      expect(crypto.verify(OTHER_KEY.publicKey, data, signature)).toBe(false);
      expect(crypto.verify(new Uint8Array(31), data, signature)).toBe(false);
      expect(crypto.verify(new Uint8Array(32).fill(255), data, signature)).toBe(false);
      expect(crypto.verify(TEST_KEY.publicKey, data, signature.slice(1))).toBe(false);
    }
  });
});

describe('the page as HTML', () => {
  const htmlOf = (slip: Slip): string => receiptHtml(receiptView(longUrl(BASE, recordOf(slip)), KEYS, nodeCrypto));

  test('says the verdict first, in both languages, then the slip, then who signed', () => {
    const html = receiptHtml(view(URL));
    expect(html).toMatch(/^<header class="good" role="status"><b>✓<\/b><h1><span lang="zh">签名有效<\/span>/);
    expect(html).toContain(
      '<dl class="big"><dt><span lang="zh">金额</span> <span lang="en">AMOUNT</span></dt><dd>RMB 1234.56</dd></dl>',
    );
    expect(html).toMatch(new RegExp(`<article>.*</article><footer>.*<code>${hexOf(TEST_KEY.kid)}</code></footer>$`));
  });

  test('never lets a word of the slip become markup, nor turn the line', () => {
    const attack = '<img src=x onerror=alert(1)>"\'&\u202e\u0000';
    const words = fc.oneof(fc.constant(attack), fc.string({ unit: anyLetter }));
    const plain = htmlOf({ ...SALE, remarks: ['x'] }).match(/<[^>]*>/g);
    fc.assert(
      fc.property(words, words, (merchantName, remark) => {
        const html = htmlOf({ ...SALE, merchantName, remarks: [`x${remark}`] });
        expect(html.match(/<[^>]*>/g)).toEqual(plain);
        expect(html).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }),
    );
  });

  test('can be made of any slip', () => {
    fc.assert(
      fc.property(anySlip, (slip) => {
        expect(htmlOf(slip)).toContain('<article>');
      }),
    );
  });
});
