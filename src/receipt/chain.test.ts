import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodeCrypto } from './node-crypto.ts';
import { batchOf, OTHER_KEY, SALE, TEST_KEY } from './receipts.testing.ts';
import { CHAIN_START, chainClosing, chainNext, verifyChain, type ChainReport } from './codec/chain.ts';
import { readRecord, signRecord } from './codec/record.ts';

const verify = (records: readonly Uint8Array[]): ChainReport => verifyChain(records, TEST_KEY.publicKey, nodeCrypto);

const first = batchOf(3);
const second = batchOf(2, first.state);
const [one, two, three, end] = first.records as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
const ZEROS = '00'.repeat(32);

describe('a chain of receipts', () => {
  test('is whole from its first record to the end of its batch', () => {
    const closings = [{ type: 'closing', batch: SALE.batch, count: 3 }];
    expect(verify(first.records)).toEqual({ slips: 3, closings, open: false, follows: ZEROS });
  });

  test('goes on over the end of a batch, and its numbers begin again', () => {
    expect(verify([...first.records, ...second.records])).toMatchObject({ slips: 5, open: false, follows: ZEROS });
    const numbers = [...first.records, ...second.records].map((bytes) => {
      const record = readRecord(bytes);
      return record.ok && record.value.number;
    });
    expect(numbers).toEqual([1, 2, 3, 4, 1, 2, 3]);
  });

  test('can be judged batch by batch, and says what each follows', () => {
    const report = verify(second.records);
    expect(report).toMatchObject({ slips: 2, open: false });
    expect(report.follows).toBe(Buffer.from(nodeCrypto.sha256(end)).toString('hex'));
    expect(report).not.toHaveProperty('finding');
  });

  test('without its end is open: what is missing there cannot be known', () => {
    const report = verify([one, two]);
    expect(report).toMatchObject({ slips: 2, open: true });
    expect(report).not.toHaveProperty('finding');
    expect(verify([])).toEqual({ slips: 0, closings: [], open: true, follows: '' });
  });

  const elsewhere = chainNext({ number: 1, previous: CHAIN_START.previous }, SALE, TEST_KEY, nodeCrypto.sha256).record;
  const foreign = chainNext(CHAIN_START, SALE, OTHER_KEY, nodeCrypto.sha256).record;
  const forged = signRecord(
    { number: 1, previous: CHAIN_START.previous, content: SALE },
    { kid: TEST_KEY.kid, sign: OTHER_KEY.sign },
  );
  const miscounted = chainNext(
    CHAIN_START,
    { type: 'closing', batch: 1, count: 7 },
    TEST_KEY,
    nodeCrypto.sha256,
  ).record;

  test.each<[string, readonly Uint8Array[], object]>([
    ['one taken out', [one, three, end], { index: 1, problem: 'gap', number: 3, expected: 2 }],
    ['the first taken out', [two, three, end], { index: 0, problem: 'gap', number: 2, expected: 1 }],
    ['the last slip taken out', [one, two, end], { index: 2, problem: 'gap', number: 4, expected: 3 }],
    ['all slips taken out', [end], { index: 0, problem: 'gap', number: 4, expected: 1 }],
    ['an end of a batch taken out', [one, two, three, ...second.records], { index: 3, problem: 'gap', expected: 4 }],
    [
      'a whole batch taken out',
      [...first.records, ...batchOf(1, second.state).records],
      { index: 4, problem: 'gap', number: 1, expected: 1 },
    ],
    ['two exchanged', [one, three, two, end], { index: 1, problem: 'order', number: 3, expected: 2 }],
    ['the first two exchanged', [two, one, three, end], { index: 0, problem: 'order', number: 2, expected: 1 }],
    ['one twice', [one, two, two, three, end], { index: 2, problem: 'order', number: 2, expected: 3 }],
    ['the first one twice', [one, one, two], { index: 1, problem: 'order', number: 1, expected: 2 }],
    ['one put in', [one, elsewhere, two, three, end], { index: 1, problem: 'order', number: 2, expected: 2 }],
    ['one put in for another', [one, elsewhere, three, end], { index: 1, problem: 'hash', number: 2, expected: 2 }],
    [
      'one taken out, and another with its number later',
      [one, three, elsewhere],
      { index: 1, problem: 'gap', number: 3, expected: 2 },
    ],
    ['one of another terminal', [foreign], { index: 0, problem: 'other-key', number: 1, expected: 1 }],
    ['one of a forger', [forged], { index: 0, problem: 'signature', number: 1, expected: 1 }],
    ['garbage', [one, Uint8Array.of(1, 2, 3)], { index: 1, problem: 'unreadable', expected: 2 }],
    ['an end that counts otherwise', [miscounted], { index: 0, problem: 'count', number: 1, expected: 1 }],
  ])('names the first bad record with %s', (_, records, finding) => {
    expect(verify(records).finding).toMatchObject(finding);
  });

  test('notices any record that is taken out, doubled, moved or changed, at or before the place', () => {
    const whole = [...first.records, ...second.records];
    const place = fc.nat({ max: whole.length - 1 });
    const harm = fc.oneof(
      // The very last record is the end of the open batch: `open` says that.
      fc.nat({ max: whole.length - 2 }).map((at) => ({ at, records: whole.toSpliced(at, 1) })),
      place.map((at) => ({ at: at + 1, records: whole.toSpliced(at, 0, whole[at] ?? end) })),
      fc
        .tuple(place, place)
        .filter(([from, to]) => from !== to)
        .map(([from, to]) => ({
          at: Math.min(from, to),
          records: whole.toSpliced(from, 1).toSpliced(to, 0, whole[from] ?? end),
        })),
      fc.tuple(place, fc.nat({ max: 250 }), fc.integer({ min: 1, max: 255 })).map(([at, offset, change]) => {
        const bytes = Uint8Array.from(whole[at] ?? end);
        const index = offset % bytes.length;
        bytes[index] = (bytes[index] ?? 0) ^ change;
        return { at, records: whole.with(at, bytes) };
      }),
    );
    fc.assert(
      fc.property(harm, ({ at, records }) => {
        expect(verify(records).finding?.index).toBe(at);
      }),
    );
    expect(verify(whole.slice(0, -1))).toMatchObject({ open: true });
  });

  test('may have a batch without a slip', () => {
    const empty = chainClosing(CHAIN_START, 7, TEST_KEY, nodeCrypto.sha256);
    expect(verify([empty.record])).toMatchObject({ slips: 0, closings: [{ batch: 7, count: 0 }], open: false });
  });
});
