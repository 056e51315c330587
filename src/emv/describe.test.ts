/** Mutations that these tests caught: unknown values shown whole, track 2 shown. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex } from './bytes.ts';
import { describeTlv, describeValue } from './describe.ts';
import { dictionary } from './dictionary.ts';
import { encodeTlv, parseTlv } from './tlv.ts';

const PAN = '6222021234567890128';
const lines = (hex: string): readonly string[] => {
  const objects = parseTlv(fromHex(hex));
  return objects.ok ? describeTlv(objects.value) : [];
};

describe('described, a data object', () => {
  test('stands under its template, with its name and length', () => {
    expect(lines('6F 0F 84 07 A0000003330101 A5 04 87 02 0102')).toEqual([
      '6F File Control Information (FCI) Template [15]',
      '  84 Dedicated File (DF) Name [7]: A0000003330101',
      '  A5 File Control Information (FCI) Proprietary Template [4]',
      '    87 Application Priority Indicator [2]: 0102',
    ]);
  });

  test('of bits is followed by the names of those that are up', () => {
    expect(lines('9505 8000008000')).toEqual([
      '95 Terminal Verification Results [5]: 8000008000',
      '    offlineDataAuthenticationNotPerformed',
      '    floorLimitExceeded',
    ]);
  });

  test('that is a list is followed by what it asks for', () => {
    expect(lines('9F3803 9F3704')).toEqual([
      '9F38 Processing Options Data Object List (PDOL) [3]: 9F3704',
      '    9F37 Unpredictable Number [4]',
    ]);
  });

  test.each([
    ['5A', `${PAN}F`, '622202*********0128'],
    ['5A', '62220212345678', '622202****5678'],
    ['5A', '622202123456', '622202**3456'],
    ['5A', '6222021234', '**********'],
    ['5A', 'ABCDEFABCDEF', '*'.repeat(11)],
    ['57', `${PAN}D25121010000012345F`, '(not shown)'],
    ['56', '42', '(not shown)'],
    ['99', '041234FFFFFFFFFF', '(not shown)'],
    ['5F20', '4142', '(not shown)'],
    ['9F1F', '30', '(not shown)'],
    ['9F20', '30', '(not shown)'],
    ['86', '00208008241234FFFFFFFFFF', '(not shown)'],
    ['80', PAN.slice(1), '(not shown)'],
    ['DF7F', '0102030405', '0102030405'],
    ['DF7F', '010203040506', '(not shown)'],
    ['50', '554E494F1B5041', '"UNIO.PA"'],
    ['9F10', '', '(empty)'],
  ])('%s = %s shows as %s', (tag, hex, shown) => {
    expect(describeValue(tag, fromHex(hex))).toBe(shown);
  });

  test('never shows a PAN, whatever tag of card data or of no known kind it stands under', () => {
    const homes = dictionary()
      .filter(({ sensitivity }) => sensitivity !== 'open')
      .map(({ tag }) => tag);
    fc.assert(
      fc.property(fc.constantFrom(...homes, 'DF7F', 'C1', '9F7F'), fc.nat({ max: 20 }), (tag, zeros) => {
        const value = fromHex(`${PAN}F${'00'.repeat(zeros)}`);
        const objects = parseTlv(encodeTlv('70', encodeTlv(tag, value)));
        expect(objects.ok && describeTlv(objects.value).join('\n')).not.toContain(PAN);
      }),
    );
  });
});
