/** What a card can learn from the terminal (EMV Book 3, annex A). */
import { describe, expect, test } from 'vitest';
import { toAmountMinor } from '../domain/money.ts';
import { toHex } from './bytes.ts';
import { noCvm, run } from './testing/run.ts';

describe('the terminal tells a card that asks for', () => {
  test.each([
    ['5F2A', 2, '0156'],
    ['5F36', 1, '02'],
    ['81', 4, '000004D2'],
    ['9A', 3, '261123'],
    ['9C', 1, '00'],
    ['9F01', 6, '012345678901'],
    ['9F02', 6, '000000001234'],
    ['9F03', 6, '000000000000'],
    ['9F04', 4, '00000000'],
    ['9F06', 8, 'A000000333010101'],
    ['9F09', 2, '0030'],
    ['9F15', 2, '5411'],
    ['9F16', 15, '313233343536373839303132333435'],
    ['9F1A', 2, '0156'],
    ['9F1B', 4, '00002710'],
    ['9F1C', 8, '3837363534333231'],
    ['9F1E', 8, '3132333435363738'],
    ['9F21', 3, '101112'],
    ['9F33', 3, 'E0F8C8'],
    ['9F35', 1, '22'],
    ['9F37', 4, '11223344'],
    ['9F39', 1, '05'],
    ['9F40', 5, 'F000F0A001'],
    ['9F41', 4, '00000007'],
    ['9F4E', 12, '534C49505741592054455354'],
    ['9F7A', 1, '00'],
    ['84', 8, 'A000000333010101'],
    ['99', 2, '0000'],
  ])('%s', (tag, length, value) => {
    const pdol = tag + toHex(Uint8Array.of(length));
    const { log } = run({ objects: noCvm, card: { pdol } });
    expect(log.find((each) => each.startsWith('80A8'))?.slice(14, -2)).toBe(value);
  });

  test('an amount of more than 32 bits all ones in binary', () => {
    const { log } = run({
      objects: noCvm,
      card: { pdol: '8104' },
      input: { amount: toAmountMinor(999_999_999_999n) },
      world: [],
    });
    expect(log.find((each) => each.startsWith('80A8'))?.slice(14, -2)).toBe('FFFFFFFF');
  });
});
