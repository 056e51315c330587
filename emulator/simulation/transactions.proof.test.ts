/** Power cuts at every instant of every transaction type, and at every seventh pair of instants. */
import { expect, test } from 'vitest';
import { loadCards } from '../cards.ts';
import {
  balance,
  completion,
  completionVoid,
  preAuthorization,
  preAuthorizationVoid,
  refundOfPart,
  sale,
  voidOfLast,
} from './errands.ts';
import { explore } from './power-cuts.ts';
import type { Errand } from './person.ts';

const cards = loadCards();

test.each<[string, readonly Errand[]]>([
  ['a void', [sale, voidOfLast]],
  ['a refund', [sale, refundOfPart]],
  ['a pre-authorization and its void', [preAuthorization, preAuthorizationVoid]],
  ['a completion and its void', [preAuthorization, completion, completionVoid]],
  ['a balance inquiry', [balance]],
])('host, journal and paper agree: %s', (_, errands) => {
  const { failures, histories } = explore({ cards, errands }, 7);
  expect(failures).toEqual([]);
  expect(histories).toBeGreaterThan(100);
});
