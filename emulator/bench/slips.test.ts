import { expect, test } from 'vitest';
import { benchSlips } from './slips.ts';

test('the bench draws a slip as the printer burns it, and its bytes are a small part of the picture', () => {
  const { dotsPerSecond, rasterBytes, streamBytes } = benchSlips(1);
  expect(dotsPerSecond).toBeGreaterThan(0);
  expect(streamBytes).toBeGreaterThan(500);
  expect(rasterBytes).toBeGreaterThan(20 * streamBytes);
});
