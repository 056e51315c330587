/** Mutations tried: tail of one digit for even lengths; no left fill for short tracks. */
import { expect, test } from 'vitest';
import { Secret } from '../domain/secret.ts';
import tracks from '../../fixtures/host/tracks.json' with { type: 'json' };
import { prepareTrack } from './track.ts';

const prepare = (track: string): ReturnType<typeof prepareTrack> => prepareTrack(Secret.of(track, 'TRACK2'));

test.each(tracks.vectors)('the block of $track is the one that the sheet encrypts', ({ track, block }) => {
  expect(prepare(track).block.reveal()).toBe(block);
});

test.each(tracks.vectors)('the cipher goes back to the place of the block in $track', ({ track, cipher, result }) => {
  expect(prepare(track).with(cipher).reveal()).toBe(result);
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

test('neither the block nor the result can be printed', () => {
  const prepared = prepare(tracks.published.track);
  const printed = JSON.stringify([prepared.block, prepared.with('0000000000000000')]);
  expect(printed).toBe('["[TRACK-BLOCK]","[TRACK2]"]');
});
