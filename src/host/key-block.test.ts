/**
 * Mutations tried: zero second half ignored, or taken for filler in an SM4 key; check value taken from the key; length
 * check dropped; places of 32 digits for single-length keys; the MAC key alone tried for filler.
 */
import { expect, test } from 'vitest';
import fixture from '../../fixtures/host/key-blocks.json' with { type: 'json' };
import { parseKeyBlock } from './key-block.ts';
import type { SignInKeys } from './messages/setup.ts';

const blocks = fixture.blocks.map((each) => ({ ...each, networkCode: each.networkCode as SignInKeys }));

function keys(hex: string, signInKeys: SignInKeys): unknown {
  const result = parseKeyBlock(hex, signInKeys);
  return result.ok ? result.value.map((key) => ({ ...key, encrypted: key.encrypted.reveal() })) : result.error;
}

const blockOf = (networkCode: SignInKeys): string =>
  blocks.find((each) => each.networkCode === networkCode)?.block ?? '';

test.each(blocks)('$networkCode brings $name', ({ networkCode, block, keys: expected }) => {
  expect(keys(block, networkCode)).toEqual(expected);
});

test('an SM4 key whose second half is zeros is still a whole one', () => {
  const block = blockOf('005').replace(/^(.{16}).{16}/, `$1${'0'.repeat(16)}`);
  expect(keys(block, '005')).toMatchObject([{ algorithm: 'S', encrypted: `3D66234C49E4296F${'0'.repeat(16)}` }, {}]);
});

test.each([
  ['001', '003', 'The key block has 40 bytes; sign-in 001 brings 24.'],
  ['003', '001', 'The key block has 24 bytes; sign-in 003 brings 40.'],
  ['003', '004', 'The key block has 60 bytes; sign-in 003 brings 40.'],
  ['004', '003', 'The key block has 40 bytes; sign-in 004 brings 60.'],
  ['005', '006', 'The key block has 60 bytes; sign-in 005 brings 40.'],
  ['006', '005', 'The key block has 40 bytes; sign-in 006 brings 60.'],
] as const)('for sign-in %s the block of %s is refused', (signInKeys, other, problem) => {
  expect(keys(blockOf(other), signInKeys)).toBe(problem);
});

test.each(['001', '003', '004', '005', '006'] as const)('for sign-in %s a byte more or less is refused', (code) => {
  const block = blockOf(code);
  expect([keys(`${block}00`, code), keys(block.slice(2), code), keys('', code)]).toEqual(
    [block.length / 2 + 1, block.length / 2 - 1, 0].map(
      (bytes) => `The key block has ${bytes} bytes; sign-in ${code} brings ${block.length / 2}.`,
    ),
  );
});

test.each(blocks)('an encrypted key of $networkCode cannot be printed', ({ networkCode, block }) => {
  expect(JSON.stringify(parseKeyBlock(block, networkCode))).not.toContain(block.slice(0, 16));
});
