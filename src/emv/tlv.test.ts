/** Mutations that these tests caught: length bytes in the other order, no depth limit, padding read as a tag. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from './bytes.ts';
import { encodeTlv, parseTlv, type Tlv } from './tlv.ts';

const hexOf = (objects: readonly Tlv[]): unknown =>
  objects.map(({ tag, value, children }) => [tag, children === undefined ? toHex(value) : hexOf(children)]);

const read = (hex: string): unknown => {
  const objects = parseTlv(fromHex(hex));
  return objects.ok ? hexOf(objects.value) : objects.error;
};

describe('TLV objects', () => {
  test.each([
    ['nothing', '', []],
    ['a tag of one byte', '5A0112', [['5A', '12']]],
    ['a tag of two bytes', '9F3602 0001', [['9F36', '0001']]],
    ['a tag of three bytes', 'DF8101 01 AA', [['DF8101', 'AA']]],
    ['an empty value', '8C00', [['8C', '']]],
    ['a length of 81', `50 81 01 41`, [['50', '41']]],
    ['a length of 82', `50 82 0001 41`, [['50', '41']]],
    ['a length of 82 with both bytes', `50 82 0102 ${'41'.repeat(258)}`, [['50', '41'.repeat(258)]]],
    ['a template', '70 05 5F34 01 01 00', [['70', [['5F34', '01']]]]],
    ['templates in each other', '6F 06 A5 04 BF0C 01 00', [['6F', [['A5', [['BF0C', []]]]]]]],
    [
      'zero bytes before, between and after',
      '0000 8701 01 00 8801 02 00',
      [
        ['87', '01'],
        ['88', '02'],
      ],
    ],
  ])('%s', (_, hex, objects) => {
    expect(read(hex)).toEqual(objects);
  });

  test.each([
    ['9F', 'tag-cut-off', [], 0],
    ['9F81', 'tag-cut-off', [], 0],
    ['9F81818101', 'tag-too-long', [], 0],
    ['9F0001AA', 'tag-not-canonical', [], 0],
    ['9F800101AA', 'tag-not-canonical', [], 0],
    ['5A', 'length-missing', ['5A'], 1],
    ['9F36', 'length-missing', ['9F36'], 2],
    ['5A80', 'length-indefinite', ['5A'], 1],
    ['5A81', 'length-cut-off', ['5A'], 1],
    ['5A8201', 'length-cut-off', ['5A'], 1],
    ['5A83000001AA', 'length-too-long', ['5A'], 1],
    ['5AFF', 'length-too-long', ['5A'], 1],
    ['5A02AA', 'value-cut-off', ['5A'], 1],
    ['8701017002', 'value-cut-off', ['70'], 4],
    ['7003 8702AA', 'value-cut-off', ['70', '87'], 3],
    ['6F07 A505 BF0C02 5A01', 'value-cut-off', ['6F', 'A5', 'BF0C', '5A'], 8],
    ['2112211021 0E210C210A2108210621042102 2100', 'too-deep', Array<string>(9).fill('21'), 16],
  ])('%s is refused', (hex, code, path, offset) => {
    expect(read(hex)).toEqual({ code, path, offset });
  });

  const tag = fc.constantFrom('5A', '9F36', '8C', 'DF31', 'DF8101', '70', 'A5', 'BF0C');
  const { tree } = fc.letrec<{ tree: Uint8Array }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small', maxDepth: 5 },
      fc
        .tuple(fc.constantFrom('5A', '9F36', 'DF31', 'DF8101'), fc.uint8Array({ maxLength: 300 }))
        .map(([name, value]) => encodeTlv(name, value)),
      fc
        .tuple(fc.constantFrom('70', 'A5', 'BF0C'), fc.array(tie('tree'), { maxLength: 4 }))
        .map(([name, parts]) => encodeTlv(name, Uint8Array.from(parts.flatMap((part) => Array.from(part))))),
    ),
  }));

  const written = (objects: readonly Tlv[]): Uint8Array =>
    Uint8Array.from(
      objects.flatMap((each) =>
        Array.from(encodeTlv(each.tag, each.children === undefined ? each.value : written(each.children))),
      ),
    );

  test('read and written again are the same bytes', () => {
    fc.assert(
      fc.property(tree, (bytes) => {
        const objects = parseTlv(bytes);
        expect(objects.ok && toHex(written(objects.value))).toBe(toHex(bytes));
      }),
    );
  });

  test('cut anywhere inside are a complaint about a place that exists', () => {
    fc.assert(
      fc.property(tag, fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.nat(), (name, value, at) => {
        const bytes = encodeTlv(name, value);
        const cut = bytes.subarray(0, 1 + (at % (bytes.length - 1)));
        const objects = parseTlv(cut);
        expect(objects.ok).toBe(false);
        expect(!objects.ok && objects.error.offset < bytes.length).toBe(true);
      }),
    );
  });

  test('of any bytes at all never throw, and a complaint points into them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const objects = parseTlv(bytes);
        expect(objects.ok || objects.error.offset <= bytes.length).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test('of more than 65535 bytes cannot be written', () => {
    expect(() => encodeTlv('50', new Uint8Array(65_536))).toThrow(RangeError);
  });
});
