import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Ed25519Key } from '@ldclabs/cose-ts/ed25519';
import { Sign1Message } from '@ldclabs/cose-ts/sign1';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Slip } from '../domain/slip.ts';
import { nodeCrypto } from './node-crypto.ts';
import { EMV, OTHER_KEY, SALE, TEST_KEY, TEST_SEED } from './receipts.testing.ts';
import { base64UrlOf, bytesOfBase64Url, hexOf } from './codec/bytes.ts';
import { encodeCbor, type Cbor } from './codec/cbor.ts';
import { CHAIN_START, chainNext } from './codec/chain.ts';
import { judgeSignature, readRecord, RECORD_BYTES_MAX, signRecord, type SignatureVerdict } from './codec/record.ts';
import { openSign1, sealSign1 } from './codec/sign1.ts';
import { longUrl, readReceiptText } from './codec/url.ts';

interface Vectors {
  readonly seed: string;
  readonly publicKey: string;
  readonly kid: string;
  readonly vectors: readonly { readonly name: string; readonly slip: Slip; readonly record: string }[];
}
const GOLDEN = JSON.parse(
  readFileSync(`${import.meta.dirname}/../../fixtures/receipt/records.json`, 'utf8'),
) as Vectors;

const recordOf = (slip: Slip): Uint8Array => chainNext(CHAIN_START, slip, TEST_KEY, nodeCrypto.sha256).record;
const RECORD = recordOf(SALE);

/** What the holder of the public key says of these bytes. */
function verdictOf(bytes: Uint8Array): SignatureVerdict | 'unreadable' {
  const record = readRecord(bytes);
  return record.ok ? judgeSignature(record.value, TEST_KEY.publicKey, nodeCrypto) : 'unreadable';
}

const flipped = (bytes: Uint8Array, bit: number): Uint8Array =>
  bytes.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));

describe('a signed record', () => {
  test.each(GOLDEN.vectors)('of $name is the golden one', ({ slip, record }) => {
    expect(hexOf(TEST_SEED)).toBe(GOLDEN.seed);
    expect([hexOf(TEST_KEY.publicKey), hexOf(TEST_KEY.kid)]).toEqual([GOLDEN.publicKey, GOLDEN.kid]);
    expect(hexOf(recordOf(slip))).toBe(record);
  });

  test.each(GOLDEN.vectors)('of $name, read, is the slip', ({ slip, record }) => {
    expect(readRecord(Buffer.from(record, 'hex'))).toMatchObject({ ok: true, value: { number: 1, content: slip } });
  });

  test('is good by its own key only', () => {
    expect(verdictOf(RECORD)).toBe('good');
    const read = readRecord(RECORD);
    expect(read.ok && judgeSignature(read.value, OTHER_KEY.publicKey, nodeCrypto)).toBe('other-key');
  });

  test("is bad where another key signed under this one's name", () => {
    const forged = { kid: TEST_KEY.kid, sign: OTHER_KEY.sign };
    expect(verdictOf(signRecord({ number: 1, previous: CHAIN_START.previous, content: SALE }, forged))).toBe('bad');
  });

  test('is not good any more with any one bit flipped', () => {
    const good = Array.from({ length: RECORD.length * 8 }, (_, bit) => bit).filter(
      (bit) => verdictOf(flipped(RECORD, bit)) === 'good',
    );
    expect(good).toEqual([]);
  });

  test('is not good any more in a URL with any one character changed', () => {
    const url = base64UrlOf(RECORD);
    fc.assert(
      fc.property(fc.nat({ max: url.length - 1 }), fc.constantFrom(...Array.from('AQgwBZaz09-_')), (at, character) => {
        fc.pre(url[at] !== character);
        const read = readReceiptText(url.slice(0, at) + character + url.slice(at + 1));
        expect(read.form === 'long' && verdictOf(read.record) === 'good').toBe(false);
      }),
    );
  });

  test('is unreadable when cut off anywhere, or longer', () => {
    for (let length = 0; length < RECORD.length; length += 1) {
      expect(verdictOf(RECORD.subarray(0, length))).toBe('unreadable');
    }
    expect(verdictOf(Uint8Array.from([...RECORD, 0]))).toBe('unreadable');
    expect(readRecord(new Uint8Array(RECORD_BYTES_MAX + 1))).toEqual({ ok: false, error: 'too-large' });
  });

  test('never throws at garbage', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(verdictOf(bytes)).not.toBe('good');
      }),
    );
  });

  const payload = encodeCbor([]);
  const header = (...entries: readonly (readonly [number, Cbor])[]): Uint8Array => encodeCbor(new Map(entries));
  const none = new Map<number, Cbor>();
  const [algorithm, kid] = [[1, -8] as const, [4, TEST_KEY.kid] as const];
  const zeros = new Uint8Array(64);
  test.each<[string, Cbor]>([
    ['another algorithm', [header([1, -7], kid), none, payload, zeros]],
    ['no algorithm', [header(kid), none, payload, zeros]],
    ['a further header', [header(algorithm, [2, 1], kid), none, payload, zeros]],
    ['a header that nobody signed', [header(algorithm, kid), new Map([[4, 1]]), payload, zeros]],
    ['a short name of its key', [header(algorithm, [4, new Uint8Array(7)]), none, payload, zeros]],
    ['a short signature', [header(algorithm, kid), none, payload, zeros.slice(1)]],
    ['its payload elsewhere', [header(algorithm, kid), none, false, zeros]],
    ['two signatures', [header(algorithm, kid), none, payload, zeros, zeros]],
  ])('is not opened with %s', (_, message) => {
    expect(openSign1(encodeCbor([header(algorithm, kid), none, payload, zeros]))).toBeDefined();
    expect(openSign1(encodeCbor(message))).toBeUndefined();
  });

  test('of a version to come says so', () => {
    const payload = encodeCbor(new Map<number, number>([[0, 2]]));
    expect(readRecord(sealSign1(payload, TEST_KEY))).toEqual({ ok: false, error: 'newer-version' });
  });

  test('of a sale is a URL of 400 characters at most, at the longest address that may be configured', () => {
    expect(longUrl('https://receipts.example.cn/', RECORD).length).toBeLessThanOrEqual(400);
  });

  test('of a chip card fits 58 mm paper', () => {
    const url = longUrl('https://receipts.example.cn/', recordOf({ ...SALE, emv: EMV } as unknown as Slip));
    expect(url.length).toBeLessThanOrEqual(644);
  });

  test('shows nothing but the masked card number', () => {
    expect(Buffer.from(RECORD).toString('latin1')).not.toMatch(/\d{11}/);
  });
});

describe('foreign software', () => {
  test('verifies the record with a Sig_structure built by hand (RFC 9052 4.4)', () => {
    const bytes = Buffer.from(GOLDEN.vectors[0]?.record ?? '', 'hex');
    // 84 (array of 4), 4d (13 bytes of protected header), a0 (no unprotected), 58/59 (payload), 58 40 (signature).
    const header = bytes.subarray(2, 15);
    expect([bytes[0], bytes[1], bytes[15], bytes[16]]).toEqual([0x84, 0x4d, 0xa0, 0x58]);
    const payload = bytes.subarray(18, 18 + (bytes[17] ?? 0));
    const signature = bytes.subarray(-64);
    expect(bytes.length).toBe(18 + payload.length + 2 + 64);
    const signed = Buffer.concat([
      Buffer.from('846a5369676e617475726531', 'hex'),
      Buffer.from([0x4d]),
      header,
      Buffer.from([0x40, 0x58, payload.length]),
      payload,
    ]);
    const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(GOLDEN.publicKey, 'hex')]);
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    expect(verify(null, signed, key, signature)).toBe(true);
    const hash = createHash('sha256').update(Buffer.from(GOLDEN.publicKey, 'hex')).digest();
    expect(header.toString('hex')).toBe(`a201270448${hash.toString('hex', 0, 8)}`);
  });

  test('(a COSE library) verifies what we sign, and signs the same bytes', () => {
    const key = Ed25519Key.fromSecret(TEST_SEED);
    const message = Sign1Message.fromBytes(key.public(), RECORD);
    expect(message.protected?.toRaw()).toEqual(
      new Map<number, unknown>([
        [1, -8],
        [4, TEST_KEY.kid],
      ]),
    );
    expect(hexOf(message.toBytes(key))).toBe(hexOf(RECORD));
  });
});

describe('a text of bytes', () => {
  test('is that of these bytes only', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(bytesOfBase64Url(base64UrlOf(bytes))).toEqual(bytes);
      }),
    );
    expect(base64UrlOf(Uint8Array.of(251, 255))).toBe('-_8');
    expect(['-_9', '-_8=', '+/8', 'A', 'ab c'].map(bytesOfBase64Url)).toEqual(Array.from({ length: 5 }));
  });
});
