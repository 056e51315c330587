/**
 * Many requests over a line that loses, changes and adds bytes: every request settles, what it answers is right, and no
 * PIN entry runs beside another of the same request.
 *
 * At most one fault a write, because an eight-bit check finds no more for certain.
 */
import { expect, test } from 'vitest';
import type { Cancel } from '../../domain/clock.ts';
import { Secret } from '../../domain/secret.ts';
import { cable, type Tamper } from '../testing/memory-line.ts';
import { type Entry, fakeMac, fakePinBlock, StandInPinPad } from '../testing/stand-in-pin-pad.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { openPinPad } from './pin-pad.ts';
import type { PinPad } from './port-types.ts';

const SEEDS = 60;
const REQUESTS = 20;
/** The longest that a request may take: an entry with its 15 s, begun twice, every 72 unanswered, and change. */
const REQUEST_MS_MAX = 60_000;

/** Mulberry32: small, seeded, good enough to choose faults with. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed * 0x9e3779b9;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Each byte is in danger at one in `oneIn`; the first that is hit is the only one of its write. */
function faulty(random: (below: number) => number, oneIn: number): Tamper {
  return (bytes) => {
    const index = bytes.findIndex(() => random(oneIn) === 0);
    if (index < 0) return bytes;
    const [before, hit, after] = [bytes.subarray(0, index), bytes[index] ?? 0, bytes.subarray(index + 1)];
    switch (random(3)) {
      case 0:
        return Uint8Array.of(...before, ...after);
      case 1:
        return Uint8Array.of(...before, hit ^ (1 << random(8)), ...after);
      default:
        return Uint8Array.of(1 + random(255), ...bytes);
    }
  };
}

type Outcome = 'right' | 'failed' | 'wrong' | 'cancelled';

/** Makes one request and lets time pass until it settles. */
function request(
  pinPad: PinPad,
  clock: VirtualClock,
  kind: number,
  number: number,
  entries: readonly Entry[],
): Outcome[] {
  const outcomes: Outcome[] = [];
  let stopCancel: Cancel = () => {};
  const pan = String(6_222_021_230_000_000 + number);
  const hex = Array.from({ length: 110 }, (_, index) => ((index * 7 + number) % 256).toString(16).padStart(2, '0'));
  const data = Uint8Array.from(hex, (pair) => Number.parseInt(pair, 16));
  const compare = (value: string, right: string): Outcome => (value === right ? 'right' : 'wrong');
  switch (kind) {
    case 0:
      pinPad.loadKey(
        { usage: 'M', algorithm: 'D', encrypted: Secret.of('C9E3E3B489B520FE', 'KEY'), checkValue: '666CB203' },
        (answer) => outcomes.push(answer.type === 'failed' ? 'failed' : compare(answer.type, 'loaded')),
      );
      break;
    case 1:
      pinPad.mac(data, (answer) =>
        outcomes.push(answer.ok ? compare(answer.value, fakeMac(`${hex.join('').toUpperCase()}0000`)) : 'failed'),
      );
      break;
    default: {
      const wanted = { pan: Secret.of(pan, 'PAN'), amountText: '1.00', lengthMin: 4, lengthMax: 12 };
      pinPad.enterPin({ ...wanted, bypassAllowed: false, timeoutSeconds: 10 }, (answer) => {
        const mine = entries.filter((entry) => entry.pan === pan);
        expect(mine.filter((entry) => entry.end === 'completed').length).toBeLessThanOrEqual(1);
        if (answer.type === 'entered') outcomes.push(compare(answer.pinBlock.reveal(), fakePinBlock(pan)));
        else if (answer.type === 'cancelled') outcomes.push(kind === 3 ? 'cancelled' : 'wrong');
        else outcomes.push(answer.type === 'failed' ? 'failed' : 'wrong');
      });
      if (kind === 3) stopCancel = clock.after(500 + number, () => pinPad.cancelPin());
    }
  }
  for (let ms = 0; ms < REQUEST_MS_MAX && outcomes.length === 0; ms += 100) clock.pass(100);
  stopCancel();
  return outcomes;
}

/** One terminal, one PIN pad and some requests; each answers exactly once. */
function live(seed: number, oneIn: number): { readonly outcomes: Outcome[]; readonly entries: readonly Entry[] } {
  const random = randomFrom(seed);
  const clock = new VirtualClock();
  const line = cable(clock, faulty(random, oneIn));
  const device = new StandInPinPad(line.device, clock, { deafWhileReplying: seed % 2 === 0 });
  const pinPad = openPinPad({ line: line.terminal, clock, masterKeySlot: 0 });
  const perRequest = Array.from({ length: REQUESTS }, (_, number) =>
    request(pinPad, clock, random(4), number, device.entries),
  );
  clock.pass(REQUEST_MS_MAX);
  expect(perRequest.map((outcomes) => outcomes.length)).toEqual(perRequest.map(() => 1));
  return { outcomes: perRequest.flat(), entries: device.entries };
}

test.each([
  { oneIn: 1_000_000, rightAtLeast: 1 },
  { oneIn: 1_000, rightAtLeast: 0.99 },
  // A MAC takes frames of 205 bytes, and most of those are hit.
  { oneIn: 100, rightAtLeast: 0.85 },
  { oneIn: 15, rightAtLeast: 0.4 },
])('with one byte in $oneIn hit, every request settles, rightly or as a failure', ({ oneIn, rightAtLeast }) => {
  const lives = Array.from({ length: SEEDS }, (_, seed) => live(seed, oneIn));
  const outcomes = lives.flatMap((each) => each.outcomes);
  const count = (wanted: Outcome): number => outcomes.filter((outcome) => outcome === wanted).length;
  expect(count('wrong')).toBe(0);
  expect(count('right') / (count('right') + count('failed'))).toBeGreaterThanOrEqual(rightAtLeast);
  for (const { entries } of lives) {
    for (const pan of new Set(entries.map((entry) => entry.pan))) {
      const mine = entries.filter((entry) => entry.pan === pan);
      // Whatever was begun before the last was ended by 72: never two of one request beside each other, never two PINs.
      expect(mine.slice(0, -1).every((entry) => entry.end === 'cancelled')).toBe(true);
      expect(mine.length).toBeLessThanOrEqual(2);
    }
  }
});
