/**
 * A card in a reader of the APDU level, and the hand that takes it out.
 *
 * Mutations that these tests notice: counting from the insertion only; pulling on the wrong instruction; an answer that
 * comes before the hand.
 */
import { beforeEach, expect, test } from 'vitest';
import { fromHex, toHex } from '../crypto/hex.ts';
import type { EmulatedCard } from './emulated-card.ts';
import { LooseCard } from './loose-card.ts';

const heard: string[] = [];
let pulls = 0;
let card: LooseCard;

beforeEach(() => {
  heard.length = 0;
  pulls = 0;
  const inner: EmulatedCard = {
    reset: () => fromHex('3B00'),
    transmit: (command) => {
      heard.push(toHex(command));
      return { bytes: fromHex('9000'), delayMs: 0 };
    },
    removed: () => heard.push('removed'),
  };
  card = new LooseCard(inner, () => (pulls += 1));
});

const send = (instruction: string) => card.transmit(fromHex(`00${instruction}0000`));

test('without a moment it is the card that it holds', () => {
  expect(toHex(card.reset())).toBe('3B00');
  expect(send('A4')).toEqual({ bytes: fromHex('9000'), delayMs: 0 });
  card.removed();
  expect([heard, pulls]).toEqual([['00A40000', 'removed'], 0]);
});

test('it answers so many commands, counted since it was said, and is then taken out', () => {
  send('A4');
  card.isPulled({ type: 'after', commands: 2 });
  send('B2');
  expect(pulls).toBe(0);
  expect(send('B2')).toEqual({ bytes: fromHex('9000'), delayMs: 0 });
  expect(pulls).toBe(1);
});

test('it carries the instruction out, and its answer comes too late', () => {
  card.isPulled({ type: 'at', instruction: 0xae, nth: 1 });
  expect(send('A4').delayMs).toBe(0);
  expect(pulls).toBe(0);
  expect(send('AE').delayMs).toBeGreaterThan(0);
  expect([heard, pulls]).toEqual([['00A40000', '00AE0000'], 1]);
});

test('the instruction may have to come more than once, and the card is taken out once', () => {
  card.isPulled({ type: 'at', instruction: 0xae, nth: 2 });
  send('AE');
  expect(pulls).toBe(0);
  send('AE');
  send('AE');
  expect(pulls).toBe(1);
});
