/**
 * Every request and its answer, whole, in `fixtures/iso8583/transactions.json`: no field may appear, disappear or change
 * its encoding unnoticed. `npm run golden` makes the fixture anew.
 *
 * Mutations seen to fail here: F22 right-justified, F61 as bytes, a shorter largest length of F63.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decode, encode, framed } from './codec.ts';
import { bytesOf, hexOf } from './golden.testing.ts';
import { listingOf, type ListedPart } from './listing.testing.ts';
import { unionpay } from './unionpay.ts';

interface Frame {
  readonly frame: string;
  readonly parts: readonly (ListedPart & { readonly means: string })[];
}

const file = new URL('../../../fixtures/iso8583/transactions.json', import.meta.url);
const {
  exchanges,
}: { readonly exchanges: readonly { readonly name: string; readonly request: Frame; readonly response: Frame }[] } =
  JSON.parse(readFileSync(file, 'utf8'));
const frames = exchanges.flatMap(({ name, request, response }) => [
  { name: `request: ${name}`, ...request },
  { name: `response: ${name}`, ...response },
]);

test('there are as many frames as there were when this was written, or more', () => {
  expect(frames.length).toBeGreaterThanOrEqual(88);
});

describe.each(frames)('$name', ({ frame, parts }) => {
  test('has exactly the listed parts, each in its format', () => {
    expect(listingOf(frame)).toEqual(parts.map(({ part, format, value }) => ({ part, format, value })));
  });

  test('encodes to the same bytes again', () => {
    const message = decode(unionpay, bytesOf(frame).subarray(2));
    const encoded = message.ok ? encode(unionpay, message.value) : message;
    expect(encoded.ok && hexOf(framed(encoded.value))).toBe(frame);
  });

  test('has all its parts explained, in one line each', () => {
    expect(parts.filter(({ means }) => !/^[^\n]{4,160}$/.test(means))).toEqual([]);
  });
});
