/** Mutations tried: tail of one digit for even lengths; no left fill for short tracks; a block of DES for SM4. */
import { expect, test } from 'vitest';
import { Secret } from '../domain/secret.ts';
import tracks from '../../fixtures/host/tracks.json' with { type: 'json' };
import { prepareTrack } from './track.ts';

type Prepared = ReturnType<typeof prepareTrack>;
const prepare = (track: string, cipher: 'des' | 'sm4' = 'des'): Prepared =>
  prepareTrack(Secret.of(track, 'TRACK2'), cipher);

const vectors = [
  ...tracks.vectors.map((vector) => ({ ...vector, with: 'des' }) as const),
  ...tracks.sm4Vectors.map((vector) => ({ ...vector, with: 'sm4' }) as const),
];

test.each(vectors)('with $with the block of $track is the one of the sheet', ({ track, block, with: cipher }) => {
  expect(prepare(track, cipher).block.reveal()).toBe(block);
});

test.each(vectors)('with $with the result goes back to the place of the block in $track', (vector) => {
  expect(prepare(vector.track, vector.with).with(vector.cipher).reveal()).toBe(vector.result);
});

test('the published illustration, longer than a legal track, follows the same rule', () => {
  expect(prepare(tracks.published.track).block.reveal()).toBe(tracks.published.block);
});

test.each([
  { track: '1D2512101', block: 'FFFFFFFF1D251210', result: '00000000000000001' },
  { track: '12D2512101', block: 'FFFFFFFF12D25121', result: '000000000000000001' },
  { track: '1234567890123D251', block: '1234567890123D25', result: '00000000000000001' },
])('a short track is filled with F on the left: $track', ({ track, block, result }) => {
  const prepared = prepare(track);
  expect([prepared.block.reveal(), prepared.with('0000000000000000').reveal()]).toEqual([block, result]);
});

test.each([
  ['123456789012D2512101', 'FFFFFFFFFFFFFF123456789012D25121', 34],
  ['6222021234567890128D251210100000', 'FF6222021234567890128D2512101000', 34],
  ['6222021234567890128D2512101000001', '6222021234567890128D251210100000', 33],
])('with SM4 a track of up to 32 digits is filled: %s', (track, block, length) => {
  const prepared = prepare(track, 'sm4');
  expect([prepared.block.reveal(), prepared.with('0'.repeat(32)).reveal().length]).toEqual([block, length]);
});

test('neither the block nor the result can be printed', () => {
  const prepared = prepare(tracks.published.track);
  const printed = JSON.stringify([prepared.block, prepared.with('0000000000000000')]);
  expect(printed).toBe('["[TRACK-BLOCK]","[TRACK2]"]');
});
