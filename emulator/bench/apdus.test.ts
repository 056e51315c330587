/** The commands of a sale: each record is read once, and whatever else is sent has a reason. */
import { expect, test } from 'vitest';
import { countApdus } from './apdus.ts';

/** The directory, by which a card says what it has (EMV Book 1, 12.3.2): its end is a record that is not there. */
const DIRECTORY = ['SELECT before the choice', 'READ RECORD before the choice', 'READ RECORD before the choice'];
/** PIN TRY COUNTER, and what the PIN is enciphered with (EMV Book 2, 7). */
const OFFLINE_PIN = ['GET DATA', 'GET CHALLENGE', 'VERIFY'];
const DYNAMIC = 'INTERNAL AUTHENTICATE';
const ISSUER = 'EXTERNAL AUTHENTICATE';

test.each([
  ['chip-credit', 8, [...DIRECTORY, DYNAMIC, ISSUER]],
  ['chip-debit', 8, [...DIRECTORY, DYNAMIC, ISSUER]],
  // CDA signs with the cryptogram, and the issuer's goes with the second one.
  ['chip-cda', 7, [...DIRECTORY, ...OFFLINE_PIN]],
  ['chip-offline-pin', 8, [...DIRECTORY, DYNAMIC, ...OFFLINE_PIN, ISSUER]],
  ['chip-two-applications', 8, [...DIRECTORY, 'READ RECORD before the choice', DYNAMIC, ISSUER]],
] as const)('%s has %i records, and besides them and the four that must be', (card, records, others) => {
  expect(countApdus(card)).toEqual({
    card,
    records,
    fewest: records + 4,
    sent: records + 4 + others.length,
    others,
  });
});
