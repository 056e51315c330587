/** Mutations tried: zero second half ignored; check value taken from the key; length check dropped. */
import { expect, test } from 'vitest';
import replies from '../../fixtures/host/replies.json' with { type: 'json' };
import { parseKeyBlock } from './key-block.ts';

const block = replies.keyBlock.encrypted;

function keys(hex: string, networkCode: '003' | '004'): unknown {
  const result = parseKeyBlock(hex, networkCode);
  return result.ok
    ? result.value.map((key) => [key.usage, key.algorithm, key.encrypted.reveal(), key.checkValue])
    : result.error;
}

const pinKey = ['P', 'T', '84C5491C3834928E7B26B5409A942BCF', '6EB8E4EE'];
const macKey = ['M', 'D', 'C9E3E3B489B520FE', '666CB203'];
const trackKey = ['D', 'T', '55A6E092EA664B6AB02E809A6A0A6D0D', '08D7B4FB'];

test('the block of 60 bytes brings three keys, the MAC key single length', () => {
  expect(keys(block, '004')).toEqual([pinKey, macKey, trackKey]);
});

test('the block of 40 bytes brings two keys', () => {
  expect(keys(block.slice(0, 80), '003')).toEqual([pinKey, macKey]);
});

test('a MAC key with a second half is a double-length one', () => {
  const double = block.replace('0000000000000000', '00000000000000A1');
  expect(keys(double, '004')).toEqual([pinKey, ['M', 'T', 'C9E3E3B489B520FE00000000000000A1', '666CB203'], trackKey]);
});

test.each([
  ['004', 80, 'The key block has 40 bytes; sign-in 004 brings 60.'],
  ['003', 120, 'The key block has 60 bytes; sign-in 003 brings 40.'],
  ['003', 48, 'The key block has 24 bytes; sign-in 003 brings 40.'],
] as const)('for sign-in %s a block of %i hex digits is refused', (networkCode, digits, problem) => {
  expect(keys(block.slice(0, digits), networkCode)).toBe(problem);
});

test('an encrypted key cannot be printed', () => {
  expect(JSON.stringify(parseKeyBlock(block, '004'))).not.toContain('84C5491C');
});
