/** The second example of GB/T 32907-2016, annex A: two seconds of encrypting. */
import { expect, test } from 'vitest';
import sm4 from '../../../fixtures/crypto/sm4.json' with { type: 'json' };
import { fromHex, toHex } from './hex.ts';
import { Sm4Key } from './sm4-key.ts';

test('a million encryptions, each of the one before', () => {
  const key = new Sm4Key(fromHex(sm4.millionTimes.key));
  let block = fromHex(sm4.millionTimes.clear);
  for (let count = 0; count < 1_000_000; count++) block = key.encrypt(block);
  expect(toHex(block)).toBe(sm4.millionTimes.encrypted);
});
