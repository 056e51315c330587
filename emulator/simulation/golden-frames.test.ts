/**
 * The frames that terminal and acquirer really exchange are those of `fixtures/iso8583/transactions.json`.
 * `npm run golden` makes the fixture anew: read its diff.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { listingOf } from '../../src/host/iso8583/listing.testing.ts';
import { runChipDay } from './chip-day.testing.ts';
import { runDay } from './day.testing.ts';
import { meaningOf, type Direction } from './meanings.testing.ts';

const file = new URL('../../fixtures/iso8583/transactions.json', import.meta.url);

const PROVENANCE =
  'Every request of the terminal and its answer from the emulated acquirer, as emulator/simulation/day.testing.ts and ' +
  'chip-day.testing.ts have them: recorded, so a net against changes and no evidence of what is right. Frames in hex with their two length ' +
  'bytes; parts in wire order, formats as src/host/iso8583/dialect.ts names them. Master key 16 times 44, and cards ' +
  'made for tests. npm run golden makes it anew.';

function explained(frame: string, direction: Direction) {
  const listing = listingOf(frame);
  const parts = Object.fromEntries(listing.map(({ part, value }) => [part, value]));
  return { frame, parts: listing.map((each) => ({ ...each, means: meaningOf(each, parts, direction) })) };
}

const exchanges = [runDay(), runChipDay()].flatMap((day) => day.exchanges);
const golden = exchanges.map(({ name, request, response }) => ({
  name,
  request: explained(request, 'request'),
  response: explained(response, 'response'),
}));

/** One line for each part, so that a diff shows which. */
function written(): string {
  const whole = JSON.stringify({ provenance: PROVENANCE, exchanges: golden }, null, 1);
  return `${whole.replaceAll(/\{\s+"part": .*?\n\s+\}/gs, (part) => part.replaceAll(/\n\s*/g, ' '))}\n`;
}

if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, written());
const kept: { readonly provenance: string; readonly exchanges: typeof golden } = JSON.parse(readFileSync(file, 'utf8'));

test('the fixture says where it comes from', () => {
  expect(kept.provenance).toBe(PROVENANCE);
});

test('the day has the exchanges of the fixture', () => {
  expect(golden.map(({ name }) => name)).toEqual(kept.exchanges.map(({ name }) => name));
});

test.each(golden.map((exchange, index) => [exchange.name, exchange, kept.exchanges[index]] as const))(
  'the frames of "%s" are those of the fixture',
  (_, exchange, expected) => {
    expect(exchange).toEqual(expected);
  },
);
