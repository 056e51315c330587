/**
 * A sale by chip that is broken off anywhere: the card is pulled out after each of its commands, the reader loses its
 * power, its line falls dead or noisy. However it ends, the books agree and the next sale works.
 */
import { describe, expect, test } from 'vitest';
import { breakInTheMiddle, brokenOff, runs } from './chip-pulls.testing.ts';

/** More than a sale has. */
const COMMANDS = 20;

describe('a card that is pulled out after each of its commands', () => {
  test.each([
    // The last two commands are those that tell the card what the host has said.
    ['chip-credit', 'T=0', 15],
    ['chip-blocks', 'T=1', 14],
  ] as const)('%s, %s', (card, _, unheard) => {
    const faults = Array.from({ length: COMMANDS }, (__, index) => ({ deeds: [`pull after ${index + 1}`] }));
    expect(runs(brokenOff(card, faults))).toEqual([
      // The host has heard nothing.
      `${unheard} x cancelled card-removed`,
      // It has approved, and the card has not.
      '2 x reversed card-removed',
      `${COMMANDS - unheard - 2} x approved 00`,
    ]);
  });
});

breakInTheMiddle(45);
