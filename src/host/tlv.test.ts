/** Mutations tried: a length beyond the end accepted, or one that is cut short; filler taken for a tag; tags of four bytes. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readTlvs } from './tlv.ts';

const hexBytes = (constraints: fc.IntArrayConstraints): fc.Arbitrary<string> =>
  fc.uint8Array(constraints).map((bytes) => Buffer.from(bytes).toString('hex').toUpperCase());

describe('objects are read', () => {
  test.each([
    ['with tags of one, two and three bytes', '8401AA9F060101DF810C00', ['84:AA', '9F06:01', 'DF810C:']],
    ['with a length of one byte after 81', `DF028180${'AB'.repeat(128)}`, [`DF02:${'AB'.repeat(128)}`]],
    ['with a length of two bytes after 82', `DF02820100${'CD'.repeat(256)}`, [`DF02:${'CD'.repeat(256)}`]],
    ['when there are none', '', []],
  ])('%s', (_, hex, expected) => {
    const objects = readTlvs(hex);
    expect(objects.ok && objects.value.map(({ tag, value }) => `${tag}:${value}`)).toEqual(expected);
  });

  test('whole, each as it came', () => {
    const objects = readTlvs('8401AA9F060101');
    expect(objects.ok && objects.value.map(({ whole }) => whole)).toEqual(['8401AA', '9F060101']);
  });
});

test.each([
  ['a tag alone', '9F06'],
  ['half a tag', '9F'],
  ['a tag of four bytes', 'DF81818101AA'],
  ['a value cut short', '9F0605A000'],
  ['a length without its bytes', 'DF0281'],
  ['half a length of two bytes', 'DF028201'],
  ['no end to the length', '8480AA0000'],
  ['a length of three bytes', '8483000001AA'],
  ['zeros for a tag', '0000'],
  ['ones for a tag', 'FF00'],
  ['half a byte', '8401A'],
  ['what is not hex', '8401ZZ'],
  ['lower case', '8401aa'],
  ['one good object and then none', '8401AA9F06'],
])('%s is refused', (_, hex) => {
  expect(readTlvs(hex).ok).toBe(false);
});

test('any bytes are refused, or are exactly the objects that were found', () => {
  fc.assert(
    fc.property(hexBytes({ maxLength: 60 }), (hex) => {
      const objects = readTlvs(hex);
      const whole = objects.ok ? objects.value.map((object) => object.whole).join('') : 'refused';
      expect([hex, 'refused']).toContain(whole);
    }),
    { numRuns: 500 },
  );
});
